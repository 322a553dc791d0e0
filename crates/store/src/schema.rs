//! Migrations: an older database is brought up to date with a copy kept, a newer one is refused.

use std::path::Path;

use sqlx::SqliteConnection;
use sqlx::migrate::Migrator;

use crate::fault::{Fault, OpenError};
use crate::{backup, connect};

/// Released ones are never edited.
pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");
/// Before this one, two connections could damage a database in WAL mode.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// The format that this build writes.
#[must_use]
pub fn known() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The format of a database; 0 when it is empty.
pub(crate) async fn found(connection: &mut SqliteConnection) -> Result<i64, Fault> {
    let table: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'")
            .fetch_optional(&mut *connection)
            .await?;
    if table.is_none() {
        return Ok(0);
    }
    let version: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(&mut *connection)
        .await?;
    Ok(version.unwrap_or(0))
}

/// Brings the database at `path` up to date. One that holds anything is copied to `queue.db.before-N` first.
pub(crate) async fn upgrade(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    upgrade_by(&MIGRATIONS, connection, path).await
}

/// As [`upgrade`], by other migrations than ours.
pub(crate) async fn upgrade_by(
    migrations: &Migrator,
    connection: &mut SqliteConnection,
    path: &Path,
) -> Result<(), OpenError> {
    // The last one is the format that this build writes.
    let known = migrations.iter().map(|migration| migration.version).max().unwrap_or(0);
    let found = found(connection).await?;
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    if found == known {
        return Ok(());
    }
    if found > 0 {
        let mut copy = path.as_os_str().to_owned();
        copy.push(format!(".before-{found}"));
        let mut reader = connect::reading_alone(path).await.map_err(Fault::from)?;
        backup::copy(&mut reader, Path::new(&copy)).await?;
    }
    // `run` would make a future that can't move between threads.
    migrations
        .run_direct(None, connection, false)
        .await
        .map_err(Fault::from)?;
    Ok(())
}

/// Makes sure that the SQLite we were built with has no known fault in what we use.
pub(crate) async fn check_library(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(connection)
        .await
        .map_err(Fault::from)?;
    let numbers: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    if numbers.as_slice() < OLDEST_SQLITE.as_slice() {
        return Err(OpenError::OldLibrary(version));
    }
    Ok(())
}

/// What is wrong with the structure of the database, if anything.
///
/// A value that no rule allows is none of this: its row is named where it is read.
pub(crate) async fn damage(connection: &mut SqliteConnection) -> sqlx::Result<Option<String>> {
    let lines: Vec<String> = sqlx::query_scalar("PRAGMA quick_check(1000)")
        .fetch_all(connection)
        .await?;
    Ok(lines
        .into_iter()
        .find(|line| line != "ok" && !line.starts_with("CHECK constraint failed")))
}
