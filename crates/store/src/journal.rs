//! The table of the journal: the story of each transfer, line by line.

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use transfer::ledger::Note;
use transfer::{Time, TransferId};

use crate::column::{Columns, bytes};
use crate::fault::Result;

pub(crate) const ADD: &str = "INSERT INTO journal (transfer, at, event, text) VALUES (?1, ?2, ?3, ?4)";
pub(crate) const LIST: &str = "SELECT transfer, at, event, text FROM journal WHERE transfer = ?1 ORDER BY id";

pub(crate) async fn add(connection: &mut SqliteConnection, transfer: TransferId, note: &Note) -> Result<()> {
    sqlx::query(ADD)
        .bind(bytes(transfer.0))
        .bind(note.at.0)
        .bind(note.event.clone())
        .bind(note.text.clone())
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) fn read(row: &SqliteRow) -> Result<Note> {
    let columns = Columns::new("journal", row);
    Ok(Note {
        at: Time(columns.get("at")?),
        event: columns.get("event")?,
        text: columns.get("text")?,
    })
}
