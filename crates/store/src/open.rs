//! Opening: private folder, sound file, known format; a damaged file is replaced by its last backup.

use std::path::{Path, PathBuf};

use sqlx::{Connection, SqliteConnection};
use transfer::Time;

use crate::backup::blocking;
use crate::fault::{Fault, OpenError};
use crate::restore::{self, Restored};
use crate::{backup, connect, schema};

/// The name of the database in its folder.
const FILE: &str = "queue.db";

/// An open database, ready to be written.
pub(crate) struct Opened {
    pub(crate) path: PathBuf,
    pub(crate) connection: SqliteConnection,
    pub(crate) restored: Option<Restored>,
}

/// Opens the database in `dir`, whatever state it is in.
pub(crate) async fn open(dir: &Path, now: Time) -> Result<Opened, OpenError> {
    let path = dir.join(FILE);
    if path.to_str().is_none() {
        return Err(OpenError::Name(dir.to_owned()));
    }
    let folder = |source| OpenError::Folder {
        path: dir.to_owned(),
        source,
    };
    let found = {
        let (dir, path) = (dir.to_owned(), path.clone());
        blocking(move || find(&dir, &path)).await.map_err(folder)?
    };
    let mut restored = None;
    if found == Found::Lost {
        let why = "the queue's file is gone, but backups of it are there".to_owned();
        restored = Some(restore::restore(dir, &path, why, now).await?);
    }
    make(dir, &path).await.map_err(folder)?;
    let connection = match attempt(&path).await? {
        Ok(connection) => connection,
        Err(damage) => {
            restored = Some(restore::restore(dir, &path, damage, now).await?);
            make(dir, &path).await.map_err(folder)?;
            attempt(&path)
                .await?
                .map_err(|damage| Fault::File(std::io::Error::new(std::io::ErrorKind::InvalidData, damage)))?
        }
    };
    Ok(Opened {
        path,
        connection,
        restored,
    })
}

#[derive(PartialEq)]
enum Found {
    /// The database, or a place where none has been yet.
    Ordinary,
    /// Nothing, where backups tell that there has been something.
    Lost,
}

fn find(dir: &Path, path: &Path) -> std::io::Result<Found> {
    make_dir(dir)?;
    let bytes = match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
        found => found?.len(),
    };
    // A database whose changes are all still in its log is empty itself.
    let log = std::fs::metadata(path.with_extension("db-wal")).map_or(0, |found| found.len());
    if bytes == 0 && log == 0 && !backup::candidates(dir)?.is_empty() {
        return Ok(Found::Lost);
    }
    Ok(Found::Ordinary)
}

/// Makes the private folder, and the names of new folders durable: with them a power cut would take all that is inside.
fn make_dir(dir: &Path) -> std::io::Result<()> {
    let new: Vec<_> = dir.ancestors().take_while(|folder| !folder.exists()).collect();
    platform::modes::private_dir(dir)?;
    for above in new.into_iter().rev().filter_map(Path::parent) {
        // The parent of a relative name is the empty path.
        let above = if above.as_os_str().is_empty() {
            Path::new(".")
        } else {
            above
        };
        platform::sync_dir(above)?;
    }
    Ok(())
}

/// Makes an empty file that only its owner may read, since SQLite would not; its log gets the same rights from it.
async fn make(dir: &Path, path: &Path) -> std::io::Result<()> {
    let (dir, path) = (dir.to_owned(), path.to_owned());
    blocking(move || match platform::create_new(&path, true) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(_) => platform::sync_dir(&dir),
    })
    .await
}

/// Opens and checks the file at `path`. The inner error says what is damaged.
async fn attempt(path: &Path) -> Result<Result<SqliteConnection, String>, OpenError> {
    let mut connection = match connect::writing(path).await.map_err(Fault::from) {
        Err(fault) if fault.is_damage() => return Ok(Err(fault.to_string())),
        connection => connection?,
    };
    schema::check_library(&mut connection).await?;
    let damage = match schema::damage(&mut connection).await.map_err(Fault::from) {
        Err(fault) if fault.is_damage() => Some(fault.to_string()),
        damage => damage?,
    };
    if let Some(damage) = damage {
        // Its files are about to be moved.
        let _ = connection.close().await;
        return Ok(Err(damage));
    }
    schema::upgrade(&mut connection, path).await?;
    Ok(Ok(connection))
}
