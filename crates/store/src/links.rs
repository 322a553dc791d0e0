//! The table of links: where downloads come from, encrypted, forgotten with their transfer.

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use transfer::TransferId;
use transfer::ledger::Seal;

use crate::column::{Columns, bytes};
use crate::fault::{Fault, Result};

pub(crate) const INSERT: &str = "INSERT INTO links (transfer, sealed) VALUES (?1, ?2)";
pub(crate) const ONE: &str = "SELECT * FROM links WHERE transfer = ?1";

/// A link, encrypted and bound to its transfer.
pub(crate) fn seal(seal: &dyn Seal, id: TransferId, link: &SecretString) -> Vec<u8> {
    seal.seal(link.expose_secret().as_bytes(), &context(id))
}

pub(crate) async fn insert(connection: &mut SqliteConnection, id: TransferId, sealed: Vec<u8>) -> Result<()> {
    sqlx::query(INSERT)
        .bind(bytes(id.0))
        .bind(sealed)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) fn read(row: &SqliteRow, key: &dyn Seal) -> Result<SecretString> {
    let columns = Columns::new("links", row);
    let id = TransferId(columns.id("transfer")?);
    let sealed: Vec<u8> = columns.get("sealed")?;
    let plain = key
        .open(&sealed, &context(id))
        .map(Zeroizing::new)
        .ok_or_else(|| Fault::Sealed(id.to_string()))?;
    std::str::from_utf8(&plain)
        .map(|text| SecretString::from(text.to_owned()))
        .map_err(|_| Fault::Sealed(id.to_string()))
}

fn context(id: TransferId) -> String {
    format!("link/{id}")
}
