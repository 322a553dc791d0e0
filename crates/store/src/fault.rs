//! What can go wrong with the database, and how it is told to people.

use std::io;
use std::path::PathBuf;

use transfer::{Failure, Kind};

/// Why the store did not open. Its text is for a person.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A later Longshore has been here. Nothing was changed.
    #[error(
        "The queue was last used by a newer Longshore (its format is {found}, this one reads up to {known}). It was left as it is; please start the newer version, or update this one."
    )]
    Newer {
        /// The format of the database.
        found: i64,
        /// The newest format that we read.
        known: i64,
    },
    /// The folder can't be made, or not kept private.
    #[error("The folder for the queue, {}, can't be used: {source}. Please choose another one with LONGSHORE_HOME, or correct its rights.", path.display())]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// SQLite takes paths as text only.
    #[error("The folder for the queue, {}, has a name that is not valid text. Please choose another one with LONGSHORE_HOME.", .0.display())]
    Name(PathBuf),
    /// The SQLite that we were built with has a known fault.
    #[error("This Longshore was built with SQLite {0}, which can damage its files. At least 3.51.3 is needed.")]
    OldLibrary(String),
    /// The disk is full or fails.
    #[error("{0}")]
    Disk(Failure),
}

/// What went wrong inside the store.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error(transparent)]
    File(#[from] io::Error),
    /// A stored value that nobody of ours wrote.
    #[error("{table} {row}: {column} is {text:?}")]
    Value {
        table: &'static str,
        row: String,
        column: &'static str,
        text: String,
    },
    /// A value that does not fit into the database.
    #[error("{column} can't be stored: {text}")]
    Unstorable { column: &'static str, text: String },
    /// What a call refers to is not there.
    #[error("there is no {what} {id}")]
    Missing { what: &'static str, id: String },
    /// Encrypted with another key, or altered.
    #[error("the links of session {0} can't be decrypted")]
    Sealed(String),
    #[error("the store is closed")]
    Closed,
}

pub(crate) type Result<T, E = Fault> = std::result::Result<T, E>;

/// SQLite's primary result codes that mean something to us.
mod code {
    pub(super) const IO: i32 = 10;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const NOT_A_DATABASE: i32 = 26;
    /// Extended: no space for the file that readers and writers share. A full disk is all that is known to lead to it.
    pub(super) const NO_SPACE_TO_SHARE: i32 = 10 | 19 << 8;
}

/// SQLite's result code, with its extension.
fn extended(error: &sqlx::Error) -> Option<i32> {
    let sqlx::Error::Database(error) = error else {
        return None;
    };
    error.code()?.parse().ok()
}

/// The primary result code, without SQLite's extension of it.
fn primary(error: &sqlx::Error) -> Option<i32> {
    extended(error).map(|code| code & 0xff)
}

fn is_full(error: &sqlx::Error) -> bool {
    primary(error) == Some(code::FULL) || extended(error) == Some(code::NO_SPACE_TO_SHARE)
}

/// The file itself is damaged, or is none of SQLite's.
pub(crate) fn is_damage(error: &sqlx::Error) -> bool {
    matches!(primary(error), Some(code::CORRUPT | code::NOT_A_DATABASE))
}

impl Fault {
    /// As [`is_damage`], wherever SQLite said it.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::Sql(error) => is_damage(error),
            Self::Migrate(
                sqlx::migrate::MigrateError::Execute(error) | sqlx::migrate::MigrateError::ExecuteMigration(error, _),
            ) => is_damage(error),
            _ => false,
        }
    }

    fn is_full(&self) -> bool {
        match self {
            Self::Sql(error) => is_full(error),
            Self::Migrate(
                sqlx::migrate::MigrateError::Execute(error) | sqlx::migrate::MigrateError::ExecuteMigration(error, _),
            ) => is_full(error),
            Self::File(error) => matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded),
            _ => false,
        }
    }

    fn is_io(&self) -> bool {
        match self {
            Self::Sql(error) => primary(error) == Some(code::IO) || matches!(error, sqlx::Error::Io(_)),
            Self::File(_) => true,
            _ => false,
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        if fault.is_full() {
            return Self::new(
                Kind::DiskFull,
                "queue_disk_full",
                "The disk that keeps Longshore's queue is full. Nothing that was stored is lost; nothing new is started until there is space.",
            )
            .action("Free some space on that disk.");
        }
        tracing::error!(%fault, "the store failed");
        let (code, message, action) = match &fault {
            _ if fault.is_damage() => (
                "queue_damaged",
                "The file that keeps Longshore's queue is damaged. It is kept; at the next start the last backup takes its place."
                    .to_owned(),
                "Restart Longshore, and have a look at the health of the disk.",
            ),
            _ if fault.is_io() => (
                "queue_disk_error",
                format!("The disk that keeps Longshore's queue reports an error ({fault}). The last change was not stored."),
                "Check the disk, and whether its rights allow writing.",
            ),
            Fault::Value { .. } => (
                "queue_unknown_value",
                format!("The queue holds something that this Longshore did not write: {fault}. Nothing was assumed in its place."),
                "Update Longshore, or restore a backup of its folder.",
            ),
            Fault::Sealed(_) => (
                "queue_key_differs",
                format!("What a service gave us for an upload can't be read: {fault}. The key in the keychain is not the one it was stored with, or the file was altered."),
                "Bring the earlier keychain back, or start this transfer anew.",
            ),
            _ => (
                "queue_error",
                format!("The queue could not be read or written: {fault}. The last change was not stored."),
                "Restart Longshore; if it stays, its log says more.",
            ),
        };
        Self::new(Kind::Disk, code, message).action(action)
    }
}

impl From<Fault> for OpenError {
    fn from(fault: Fault) -> Self {
        Self::Disk(fault.into())
    }
}
