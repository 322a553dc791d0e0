//! When the database is damaged or gone: it is moved aside, never deleted, and the last sound backup takes its place.

use std::io;
use std::path::{Path, PathBuf};

use sqlx::SqliteConnection;
use transfer::{Reason, Time};

use crate::backup::{self, blocking};
use crate::fault::{Fault, OpenError, Result};
use crate::{connect, schema};

/// What happened to the database at start, to be told to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What was wrong.
    pub why: String,
    /// Where the damaged files are now; `None` when there were none.
    pub aside: Option<PathBuf>,
    /// When the backup was made; `None` when there was no sound one and the queue starts empty.
    pub backup: Option<Time>,
    /// How many transfers are to be looked at or decided because of it.
    pub open: u64,
}

/// Puts the newest sound backup in the place of the database at `path`.
pub(crate) async fn restore(dir: &Path, path: &Path, why: String, now: Time) -> Result<Restored, OpenError> {
    let aside_of = |dir: &Path| dir.join(format!("corrupt-{}", now.0));
    let prepared = prepare(dir, path, now).await?;
    let (from, to) = (path.to_owned(), aside_of(dir));
    let moved = blocking(move || move_aside(&from, &to)).await.map_err(Fault::from)?;
    if prepared.is_some() {
        let (part, target) = (part(path), path.to_owned());
        blocking(move || backup::settle(&part, &target))
            .await
            .map_err(Fault::from)?;
    }
    let restored = Restored {
        why,
        aside: moved.then(|| aside_of(dir)),
        backup: prepared.map(|(time, _)| time),
        open: prepared.map_or(0, |(_, open)| open),
    };
    tracing::error!(?restored, "the queue was damaged");
    Ok(restored)
}

fn part(path: &Path) -> PathBuf {
    path.with_extension("db.restoring")
}

/// Makes the file that is to take the place: complete and marked before it gets the name, so that a crash leaves no
/// restored database that looks like an ordinary one.
async fn prepare(dir: &Path, path: &Path, now: Time) -> Result<Option<(Time, u64)>> {
    let folder = dir.to_owned();
    for (time, source) in blocking(move || backup::candidates(&folder)).await? {
        let target = part(path);
        match take(&source, &target, time, now).await {
            Ok(open) => return Ok(Some((time, open))),
            Err(fault) => tracing::warn!(%fault, backup = %source.display(), "this backup can't be used"),
        }
    }
    Ok(None)
}

async fn take(source: &Path, target: &Path, time: Time, now: Time) -> Result<u64> {
    let (from, to) = (source.to_owned(), target.to_owned());
    blocking(move || {
        remove(&to)?;
        let mut file = platform::create_new(&to, true)?;
        io::copy(&mut std::fs::File::open(from)?, &mut file)?;
        file.sync_all()
    })
    .await?;
    let mut connection = connect::writing(target).await?;
    let marked = match schema::damage(&mut connection).await? {
        Some(damage) => Err(Fault::File(io::Error::new(io::ErrorKind::InvalidData, damage))),
        None => mark(&mut connection, target, time, now).await,
    };
    // Also folds everything into the one file that is renamed.
    connect::close(connection).await?;
    marked
}

async fn mark(connection: &mut SqliteConnection, path: &Path, time: Time, now: Time) -> Result<u64> {
    schema::upgrade(connection, path)
        .await
        .map_err(|error| Fault::File(io::Error::other(error)))?;
    settle_first(connection, time, now).await
}

/// What was done after the backup is not in it, so no open row is taken at its word:
///
/// - All parts were stored (`sent`, `finish_asked`): the finishing request may have been made since. The outcome becomes
///   unknown, and the service is asked before anything else.
/// - Anything earlier: since then it may even have been completed, by a session that we know nothing of. Reading can't settle
///   that, so it is paused, with a reason, until the person lets it go on.
/// - Being cancelled stays so: dropping a session twice is harmless. Questions about a lost answer stay questions.
async fn settle_first(connection: &mut SqliteConnection, time: Time, now: Time) -> Result<u64> {
    let text = "The queue was damaged and comes from a backup. What happened since the backup is not known here.";
    let reason = Reason {
        code: "restored".into(),
        text: "The queue comes from a backup, and this may have been sent since. Look whether it is there, then resume or cancel it."
            .into(),
        until: None,
        action: Some("resume".into()),
    };
    let reason = crate::column::json("reason", &reason)?;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    sqlx::query(
        "INSERT INTO journal (transfer, at, event, text)
         SELECT id, ?1, 'restored', ?2 || ' (backup: ' || ?3 || ')' FROM transfers
         WHERE state NOT IN ('completed', 'failed', 'cancelled')",
    )
    .bind(now.0)
    .bind(text)
    .bind(time.0)
    .execute(&mut *connection)
    .await?;
    let asked = sqlx::query(
        "UPDATE transfers SET revision = revision + 1, step = 'finish_asked', outcome = 'unknown', looks = 0,
           reason = CASE WHEN state = 'waiting' THEN NULL ELSE reason END,
           state = CASE WHEN state IN ('preparing', 'transferring', 'finishing', 'waiting') THEN 'queued' ELSE state END
         WHERE state NOT IN ('completed', 'failed', 'cancelled', 'cancelling') AND step IN ('sent', 'finish_asked')",
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    let paused = sqlx::query(
        "UPDATE transfers SET revision = revision + 1, state = 'paused', question = NULL, reason = ?1,
           wish = CASE WHEN wish = 'cancel' THEN 'cancel' ELSE 'pause' END
         WHERE state NOT IN ('completed', 'failed', 'cancelled', 'cancelling')
           AND step IN ('accepted', 'measured', 'open_asked', 'opened')
           AND NOT (state = 'needs_you' AND outcome = 'unknown')",
    )
    .bind(reason)
    .execute(&mut *connection)
    .await?
    .rows_affected();
    sqlx::query("COMMIT").execute(&mut *connection).await?;
    Ok(asked + paused)
}

/// The database and the files that belong to it.
fn family(path: &Path) -> impl Iterator<Item = PathBuf> {
    ["", "-wal", "-shm", "-journal"].into_iter().map(move |end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    })
}

/// Moves the database and what belongs to it into `to`. `false`: there was nothing to move.
fn move_aside(path: &Path, to: &Path) -> io::Result<bool> {
    let mut moved = false;
    for file in family(path) {
        if !file.try_exists()? {
            continue;
        }
        platform::modes::private_dir(to)?;
        if let Some(name) = file.file_name() {
            platform::rename_new(&file, &to.join(name))?;
        }
        moved = true;
    }
    if moved {
        platform::sync_dir(to)?;
        platform::sync_dir(path.parent().unwrap_or(Path::new(".")))?;
    }
    Ok(moved)
}

/// Removes the leftovers of an earlier try.
fn remove(path: &Path) -> io::Result<()> {
    for file in family(path) {
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
