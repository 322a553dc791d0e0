//! The open store: one writer, a few readers, and what only the application calls.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use sqlx::SqlitePool;
use tokio::sync::Mutex;
use transfer::ledger::Seal;
use transfer::{Failure, Time};

use crate::fault::OpenError;
use crate::restore::Restored;
use crate::writer::Writer;
use crate::{backup, connect, open};

/// Where the store is, and what it needs from outside.
pub struct Options {
    /// The folder of the database and its backups; made with mode 0700 where it is missing.
    pub dir: PathBuf,
    /// Encrypts what services give us.
    pub seal: Arc<dyn Seal>,
    /// The present, for names and journal entries after a restore.
    pub now: Time,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}

/// The queue on disk. It belongs to the process that holds the lock of its folder: the store itself takes none.
///
/// Everything that returned `Ok` is on the disk. After an error from the disk nothing was changed; should the process die right
/// then, before its next change, the change may show after all.
pub struct Store {
    pub(crate) writer: Writer,
    pub(crate) readers: SqlitePool,
    pub(crate) seal: Arc<dyn Seal>,
    dir: PathBuf,
    path: PathBuf,
    restored: Option<Restored>,
    backup: Mutex<()>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store, making it where there is none. Must be called within a tokio runtime, where its writing task lives.
    ///
    /// A damaged database is moved aside and its last backup restored: see [`restored`](Self::restored).
    ///
    /// # Errors
    /// See [`OpenError`]; every text is for a person.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        let Options { dir, seal, now } = options;
        let opened = open::open(&dir, now).await?;
        let readers = connect::reading(&opened.path);
        Ok(Self {
            writer: Writer::start(opened.connection, opened.path.clone()),
            readers,
            seal,
            dir,
            path: opened.path,
            restored: opened.restored,
            backup: Mutex::new(()),
        })
    }

    /// Set when the database was damaged or gone at start. Rows that were open are then marked: to be settled with the service
    /// where all their parts were stored, paused with reason `restored` where not.
    #[must_use]
    pub fn restored(&self) -> Option<&Restored> {
        self.restored.as_ref()
    }

    /// Makes a whole copy in the folder `backups`, to be called once an hour; the last three are kept. Writing goes on meanwhile.
    ///
    /// # Errors
    /// [`Kind::DiskFull`](transfer::Kind::DiskFull) or [`Kind::Disk`](transfer::Kind::Disk); earlier copies stay.
    pub async fn backup(&self, now: Time) -> Result<PathBuf, Failure> {
        let _one_at_a_time = self.backup.lock().await;
        Ok(backup::make(&self.path, &self.dir, now).await?)
    }

    /// Writes what is in line, folds the log into the database and closes it. Calls after it fail.
    ///
    /// # Errors
    /// As [`backup`](Self::backup); everything that was acknowledged is safe all the same.
    pub async fn close(&self) -> Result<(), Failure> {
        self.readers.close().await;
        Ok(self.writer.close().await?)
    }
}
