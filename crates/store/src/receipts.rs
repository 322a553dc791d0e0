//! The table of receipts: which parts a storage holds. The most frequent write, so the smallest.

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use transfer::{Receipt, SessionId};

use crate::column::{Columns, bytes, number};
use crate::fault::Result;

pub(crate) const PUT: &str = "INSERT INTO receipts (session, number, size, tag, md5, verified, tries)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
  ON CONFLICT (session, number) DO UPDATE SET
    size = excluded.size, tag = excluded.tag, md5 = excluded.md5, verified = excluded.verified, tries = excluded.tries";
pub(crate) const LIST: &str = "SELECT * FROM receipts WHERE session = ?1 ORDER BY number";

pub(crate) async fn put(connection: &mut SqliteConnection, session: SessionId, receipt: &Receipt) -> Result<()> {
    sqlx::query(PUT)
        .bind(bytes(session.0))
        .bind(receipt.number)
        .bind(number("size", receipt.size)?)
        .bind(receipt.tag.clone())
        .bind(receipt.md5.clone())
        .bind(receipt.verified)
        .bind(receipt.tries)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) fn read(row: &SqliteRow) -> Result<Receipt> {
    let columns = Columns::new("receipts", row);
    Ok(Receipt {
        number: columns.number("number")?,
        size: columns.number("size")?,
        tag: columns.get("tag")?,
        md5: columns.get("md5")?,
        verified: columns.number::<i64>("verified")? == 1,
        tries: columns.number("tries")?,
    })
}
