//! How a connection to the database is set up: durable first, small second.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool};

/// How the writing connection is set.
///
/// - In WAL mode anything less than `FULL` loses commits at a power cut.
/// - macOS keeps what is synced in the drive's cache without `fullfsync`; elsewhere it says nothing.
/// - Once the log has 1,000 pages of 4 KiB it is folded into the database, and cut back to 4 MiB.
const WRITING: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA secure_delete = ON;
    PRAGMA wal_autocheckpoint = 1000;
    PRAGMA journal_size_limit = 4194304;
";
/// With one writer in one process nobody waits; this is for a person's own tool that looks at the file.
const BUSY: Duration = Duration::from_secs(5);
/// Rows that may be on their way from SQLite's thread; the default of 50 makes long lists slow.
const ROWS_AHEAD: usize = 1024;
/// A list and a small question side by side.
const READERS: u32 = 3;

fn common(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .row_buffer_size(ROWS_AHEAD)
        // The schema of a tampered file must not run functions of its own.
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        // No temporary files next to or outside our private folder.
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

/// The connection that writes. There is only ever one.
pub(crate) async fn writing(path: &Path) -> sqlx::Result<SqliteConnection> {
    let mut connection = common(path).create_if_missing(false).connect().await?;
    match set_up(&mut connection).await {
        Ok(()) => Ok(connection),
        Err(error) => {
            // What is damaged is about to be moved, which Windows refuses for open files.
            let _ = connection.close().await;
            Err(error)
        }
    }
}

async fn set_up(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::raw_sql(WRITING).execute(&mut *connection).await?;
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut *connection)
        .await?;
    if mode != "wal" {
        tracing::warn!(%mode, "this file system has no shared memory: the queue works, only slower");
        // Without the log a commit is final only when the removal of the journal is on the disk.
        sqlx::query("PRAGMA synchronous = EXTRA").execute(connection).await?;
    }
    Ok(())
}

/// Connections that only read. They see every commit that was acknowledged before they were asked.
pub(crate) fn reading(path: &Path) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_lazy_with(common(path).read_only(true).pragma("query_only", "ON"))
}

/// One connection for a task that takes long, such as a backup.
pub(crate) async fn reading_alone(path: &Path) -> sqlx::Result<SqliteConnection> {
    common(path).read_only(true).connect().await
}

/// Folds the log into the database and empties it, so that nothing deleted is left in it. `false`: a reader was in the way.
pub(crate) async fn empty_log(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    // Never waits for a long reader, such as a backup: the writer has better things to do.
    sqlx::query("PRAGMA busy_timeout = 0").execute(&mut *connection).await?;
    let blocked: sqlx::Result<i64> = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(&mut *connection)
        .await;
    sqlx::query("PRAGMA busy_timeout = 5000")
        .execute(&mut *connection)
        .await?;
    Ok(blocked? == 0)
}

/// Ends a connection with the log emptied.
pub(crate) async fn close(mut connection: SqliteConnection) -> sqlx::Result<()> {
    empty_log(&mut connection).await?;
    connection.close().await
}
