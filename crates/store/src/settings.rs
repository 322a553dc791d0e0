//! The table of settings: one text for one key.

use sqlx::SqliteConnection;

use crate::fault::Result;

pub(crate) const PUT: &str = "INSERT INTO settings (key, value) VALUES (?1, ?2)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value";
pub(crate) const FORGET: &str = "DELETE FROM settings WHERE key = ?1";
pub(crate) const ONE: &str = "SELECT value FROM settings WHERE key = ?1";

pub(crate) async fn put(connection: &mut SqliteConnection, key: String, value: Option<String>) -> Result<()> {
    match value {
        Some(value) => sqlx::query(PUT).bind(key).bind(value).execute(connection).await?,
        None => sqlx::query(FORGET).bind(key).execute(connection).await?,
    };
    Ok(())
}
