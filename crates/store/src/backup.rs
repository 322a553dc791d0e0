//! Whole copies of the database, made while it is in use.

use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sqlx::SqliteConnection;
use transfer::Time;

use crate::connect;
use crate::fault::{Fault, Result};

/// The folder of the copies, next to the database.
const FOLDER: &str = "backups";
/// So many copies are kept: the newest may have been made of a database that was already damaged.
const KEPT: usize = 3;

/// Runs what blocks on a thread for such things.
pub(crate) async fn blocking<T, F>(work: F) -> io::Result<T>
where
    T: Send + 'static,
    F: FnOnce() -> io::Result<T> + Send + 'static,
{
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

/// The copies in `dir`, newest first, with the time in their names.
pub(crate) fn found(dir: &Path) -> io::Result<Vec<(Time, PathBuf)>> {
    let entries = match std::fs::read_dir(dir.join(FOLDER)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let time = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_prefix("queue-")?.strip_suffix(".db")?.parse().ok());
        if let Some(time) = time {
            found.push((Time(time), path));
        }
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    Ok(found)
}

/// Everything in `dir` that a damaged database can be restored from, best first: the hourly copies, then those made
/// before an upgrade.
pub(crate) fn candidates(dir: &Path) -> io::Result<Vec<(Time, PathBuf)>> {
    let mut older = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let format: Option<i64> = name
            .to_str()
            .and_then(|name| name.strip_prefix("queue.db.before-")?.parse().ok());
        if let Some(format) = format {
            let age = entry.metadata()?.modified()?.duration_since(UNIX_EPOCH);
            let time = age.ok().and_then(|age| i64::try_from(age.as_millis()).ok());
            older.push((format, Time(time.unwrap_or(0)), entry.path()));
        }
    }
    older.sort_unstable_by(|a, b| b.cmp(a));
    let mut all = found(dir)?;
    all.extend(older.into_iter().map(|(_, time, path)| (time, path)));
    Ok(all)
}

/// Makes a copy of the database at `path` into the folder of copies in `dir`, and forgets old ones.
pub(crate) async fn make(path: &Path, dir: &Path, now: Time) -> Result<PathBuf> {
    let folder = dir.join(FOLDER);
    let (made, above) = (folder.clone(), dir.to_owned());
    blocking(move || {
        platform::modes::private_dir(&made)?;
        platform::sync_dir(&above)
    })
    .await?;
    let target = folder.join(format!("queue-{}.db", now.0));
    let mut reader = connect::reading_alone(path).await?;
    copy(&mut reader, &target).await?;
    let dir = dir.to_owned();
    blocking(move || {
        for (_, old) in found(&dir)?.into_iter().skip(KEPT) {
            std::fs::remove_file(old)?;
        }
        Ok(())
    })
    .await?;
    Ok(target)
}

/// Copies what `connection` reads to `target`, which appears whole or not at all.
pub(crate) async fn copy(connection: &mut SqliteConnection, target: &Path) -> Result<()> {
    let mut part = target.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let text = part.to_str().ok_or_else(|| Fault::Unstorable {
        column: "path",
        text: part.display().to_string(),
    })?;
    let empty = part.clone();
    blocking(move || {
        match std::fs::remove_file(&empty) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        // SQLite would make it readable for others; it writes into an empty file as well.
        platform::create_new(&empty, true).map(drop)
    })
    .await?;
    sqlx::query("VACUUM INTO ?1")
        .bind(text.to_owned())
        .execute(connection)
        .await?;
    let target = target.to_owned();
    blocking(move || settle(&part, &target)).await?;
    Ok(())
}

/// Gives a finished file its name, durably.
pub(crate) fn settle(part: &Path, target: &Path) -> io::Result<()> {
    // Windows syncs only what may be written.
    std::fs::OpenOptions::new().write(true).open(part)?.sync_all()?;
    platform::replace(part, target)?;
    platform::sync_dir(target.parent().unwrap_or(Path::new(".")))
}
