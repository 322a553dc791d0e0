//! The tables of partial files and their segments: what of a download is on the disk for good.

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use transfer::TransferId;
use transfer::segments::Segment;
use transfer::target::Partial;

use crate::column::{Columns, bytes, json, number};
use crate::fault::Result;

pub(crate) const PUT: &str = "INSERT INTO partials (transfer, folder, name, mark, total, version)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6)
  ON CONFLICT (transfer) DO UPDATE SET folder = excluded.folder, name = excluded.name, mark = excluded.mark,
    total = excluded.total, version = excluded.version";
pub(crate) const ONE: &str = "SELECT * FROM partials WHERE transfer = ?1";
pub(crate) const REMOVE: &str = "DELETE FROM partials WHERE transfer = ?1";
pub(crate) const PUT_SEGMENT: &str = "INSERT INTO segments (transfer, number, first_byte, end_byte, done)
  VALUES (?1, ?2, ?3, ?4, ?5)
  ON CONFLICT (transfer, number) DO UPDATE SET
    first_byte = excluded.first_byte, end_byte = excluded.end_byte, done = excluded.done";
pub(crate) const SEGMENTS: &str = "SELECT * FROM segments WHERE transfer = ?1 ORDER BY number";
pub(crate) const EMPTY: &str = "DELETE FROM segments WHERE transfer = ?1";

pub(crate) async fn put(connection: &mut SqliteConnection, id: TransferId, partial: &Partial) -> Result<()> {
    sqlx::query(PUT)
        .bind(bytes(id.0))
        .bind(partial.folder.clone())
        .bind(partial.name.clone())
        .bind(json("mark", &partial.mark)?)
        .bind(partial.total.map(|total| number("total", total)).transpose()?)
        .bind(json("version", &partial.version)?)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn remove(connection: &mut SqliteConnection, id: TransferId) -> Result<()> {
    sqlx::query(REMOVE).bind(bytes(id.0)).execute(connection).await?;
    Ok(())
}

/// None of its bytes count any more.
pub(crate) async fn empty(connection: &mut SqliteConnection, id: TransferId) -> Result<()> {
    sqlx::query(EMPTY).bind(bytes(id.0)).execute(connection).await?;
    Ok(())
}

pub(crate) async fn put_segments(
    connection: &mut SqliteConnection,
    id: TransferId,
    segments: &[Segment],
) -> Result<()> {
    for segment in segments {
        sqlx::query(PUT_SEGMENT)
            .bind(bytes(id.0))
            .bind(segment.number)
            .bind(number("first_byte", segment.start)?)
            .bind(number("end_byte", segment.end)?)
            .bind(number("done", segment.done)?)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

pub(crate) fn read(row: &SqliteRow) -> Result<Partial> {
    let columns = Columns::new("partials", row);
    Ok(Partial {
        folder: columns.get("folder")?,
        name: columns.get("name")?,
        mark: columns.json("mark")?,
        total: columns.number_if("total")?,
        version: columns.json("version")?,
    })
}

pub(crate) fn read_segment(row: &SqliteRow) -> Result<Segment> {
    let columns = Columns::new("segments", row);
    Ok(Segment {
        number: columns.number("number")?,
        start: columns.number("first_byte")?,
        end: columns.number("end_byte")?,
        done: columns.number("done")?,
    })
}
