//! The table of sessions: what services gave us, encrypted, and forgotten as soon as it is over.

use secrecy::zeroize::Zeroizing;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use transfer::ledger::{Seal, SessionRow, SessionStatus};
use transfer::{AccountId, SessionId, Time, TransferId, UploadSession};

use crate::column::{Columns, bytes, number};
use crate::fault::{Fault, Result};

const TABLE: &str = "sessions";

pub(crate) const INSERT: &str = "INSERT INTO sessions (id, transfer, account, name, size, status, sealed, created_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
pub(crate) const OPENED: &str = "UPDATE sessions SET status = 'open', sealed = ?2 WHERE id = ?1";
pub(crate) const MOVE: &str = "UPDATE sessions SET status = ?2,
    sealed = CASE WHEN ?2 IN ('finished', 'aborted') THEN NULL ELSE sealed END WHERE id = ?1";
pub(crate) const ONE: &str = "SELECT * FROM sessions WHERE id = ?1";
pub(crate) const NOT_OVER: &str =
    "SELECT * FROM sessions WHERE status NOT IN ('finished', 'aborted') ORDER BY created_at, id";
pub(crate) const REMOVE_OVER: &str = "DELETE FROM sessions WHERE transfer = ?1 AND status IN ('finished', 'aborted')";

/// A session's answer, encrypted and bound to its row.
pub(crate) fn seal(seal: &dyn Seal, id: SessionId, session: &UploadSession) -> Result<Vec<u8>> {
    let plain = serde_json::to_vec(session)
        .map(Zeroizing::new)
        .map_err(|error| Fault::Unstorable {
            column: "sealed",
            text: error.to_string(),
        })?;
    Ok(seal.seal(&plain, &context(id)))
}

fn unseal(seal: &dyn Seal, id: SessionId, sealed: &[u8]) -> Result<UploadSession> {
    let plain = seal
        .open(sealed, &context(id))
        .map(Zeroizing::new)
        .ok_or_else(|| Fault::Sealed(id.to_string()))?;
    serde_json::from_slice(&plain).map_err(|_| Fault::Value {
        table: TABLE,
        row: id.to_string(),
        column: "sealed",
        // The text itself may hold links.
        text: "something else than a session".into(),
    })
}

fn context(id: SessionId) -> String {
    format!("session/{id}")
}

/// Over: nothing of it is at the service any more, and its links are forgotten.
pub(crate) fn is_over(status: SessionStatus) -> bool {
    matches!(status, SessionStatus::Finished | SessionStatus::Aborted)
}

pub(crate) async fn insert(connection: &mut SqliteConnection, row: &SessionRow, sealed: Option<Vec<u8>>) -> Result<()> {
    sqlx::query(INSERT)
        .bind(bytes(row.id.0))
        .bind(bytes(row.transfer.0))
        .bind(bytes(row.account.0))
        .bind(row.name.clone())
        .bind(number("size", row.size)?)
        .bind(row.status.text())
        .bind(sealed)
        .bind(row.created_at.0)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn opened(connection: &mut SqliteConnection, id: SessionId, sealed: Vec<u8>) -> Result<()> {
    let done = sqlx::query(OPENED)
        .bind(bytes(id.0))
        .bind(sealed)
        .execute(connection)
        .await?;
    one(done.rows_affected(), id)
}

pub(crate) async fn move_to(connection: &mut SqliteConnection, id: SessionId, status: SessionStatus) -> Result<()> {
    let done = sqlx::query(MOVE)
        .bind(bytes(id.0))
        .bind(status.text())
        .execute(connection)
        .await?;
    one(done.rows_affected(), id)
}

fn one(rows: u64, id: SessionId) -> Result<()> {
    if rows == 1 {
        return Ok(());
    }
    Err(Fault::Missing {
        what: "session",
        id: id.to_string(),
    })
}

/// Forgets the sessions of a transfer that are over, with their receipts.
pub(crate) async fn remove_over(connection: &mut SqliteConnection, transfer: TransferId) -> Result<()> {
    sqlx::query(REMOVE_OVER)
        .bind(bytes(transfer.0))
        .execute(connection)
        .await?;
    Ok(())
}

/// Reads a row; the links themselves may be in need of another key than ours.
fn read(row: &SqliteRow) -> Result<(SessionRow, Option<Vec<u8>>)> {
    let columns = Columns::new(TABLE, row);
    let row = SessionRow {
        id: SessionId(columns.id("id")?),
        transfer: TransferId(columns.id("transfer")?),
        account: AccountId(columns.id("account")?),
        name: columns.get("name")?,
        size: columns.number("size")?,
        status: columns.word("status")?,
        session: None,
        created_at: Time(columns.get("created_at")?),
    };
    Ok((row, columns.get("sealed")?))
}

/// A row with its links; without the right key that is an error.
pub(crate) fn read_whole(row: &SqliteRow, key: &dyn Seal) -> Result<SessionRow> {
    let (mut row, sealed) = read(row)?;
    row.session = sealed.map(|sealed| unseal(key, row.id, &sealed)).transpose()?;
    Ok(row)
}

/// A row for a list: where the key does not fit, the rest of it is still worth showing.
pub(crate) fn read_listed(row: &SqliteRow, key: &dyn Seal) -> Result<SessionRow> {
    let (mut row, sealed) = read(row)?;
    row.session = match sealed.map(|sealed| unseal(key, row.id, &sealed)).transpose() {
        Err(fault @ Fault::Sealed(_)) => {
            tracing::warn!(%fault, "listed without its links");
            None
        }
        session => session?,
    };
    Ok(row)
}
