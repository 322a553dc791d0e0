//! Watched folders: what a person asked for, what is known of every file, and the plan made of both.
//!
//! Events are hints and a scan is the truth. [`plan`] is pure: a preview and the real run ask the same functions, so that
//! what is shown is what happens. [`file`](mod@file): what is remembered of a file. [`ledger`]: who remembers it.
//! [`placeholders`]: what is said of a file at the service.

pub mod file;
pub mod ledger;
pub mod placeholders;
pub mod plan;

#[cfg(test)]
mod plan_test;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, BatchId, WatchId};
use crate::time::Time;

pub use file::{Content, FileState, Seen, Sent, WatchFile, Why};
pub use ledger::{Counts, Kept, Replaced, WatchLedger};

/// A file must look the same twice, this far apart, before it is sent.
pub const SETTLE: Duration = Duration::from_secs(5);

/// The choice of a transfer that a watch put into the queue: it is sent as it settled or not at all.
pub const OPTION: &str = "watch";

/// A folder that a person had watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Its name among things.
    pub id: WatchId,
    /// The person's name for it; unique.
    pub name: String,
    /// Where its files go.
    pub account: AccountId,
    /// The folder, as raw bytes of its path.
    pub root: Vec<u8>,
    /// Only these files, in the syntax of gitignore; empty is all.
    pub include: Vec<String>,
    /// Not these files, in the same syntax; a line with `!` admits again what is left out by itself.
    pub exclude: Vec<String>,
    /// Which files are sent.
    pub policy: Policy,
    /// What becomes of the version that the service has, once it confirmed a newer one.
    pub old: Old,
    /// The options of its uploads, as patterns with [`placeholders`].
    pub options: BTreeMap<String, String>,
    /// What becomes of a file here once the service confirmed it.
    pub after: After,
    /// That holds for what was confirmed from then on: a later choice never reaches back.
    pub after_since: Time,
    /// Larger files, in bytes, are not sent before the person raised this; `None` asks about none.
    pub ask_above: Option<u64>,
    /// Looked at this often; `None` is 10 minutes, and 5 where the folder is on a network.
    pub every: Option<Duration>,
    /// The system's events are listened to between the looks.
    pub events: bool,
    /// The person stopped it.
    pub paused: bool,
    /// Which folder the path stood for when it was last scanned.
    pub mark: Option<Mark>,
    /// When the last scan of all of it ended.
    pub scanned_at: Option<Time>,
    /// When it was added.
    pub created_at: Time,
}

impl Watch {
    /// What its transfers came with.
    #[must_use]
    pub fn batch(&self) -> BatchId {
        BatchId(self.id.0)
    }

    /// Whether it deletes at the service what a newer version took the place of.
    #[must_use]
    pub fn deletes_old(&self) -> bool {
        self.old == Old::Delete || matches!(self.policy, Policy::Mirror { .. })
    }
}

/// Which folder a path stands for. Device numbers may change whenever a drive is connected again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The device or volume.
    pub device: u64,
    /// The inode or file id.
    pub file: u128,
}

/// Which files a watch sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Each file once; what changes later is left alone.
    New,
    /// Each file, and each version of it.
    Changed,
    /// The same, and what goes here goes at the service, too: at most so many files in one run, or none of them.
    Mirror {
        /// From 1.
        most: u32,
    },
}

impl Policy {
    /// The stored and typed form.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Mirror { .. } => "mirror",
        }
    }
}

/// What becomes of the version that the service has, once it confirmed a newer one. Where a service takes new versions under
/// the old id, there is nothing left to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Old {
    /// It stays beside the new one.
    Keep,
    /// It is deleted at the service. A mirror always does that.
    Delete,
}

impl Old {
    /// The stored and typed form.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Delete => "delete",
        }
    }
}

/// What becomes of a file here once the service confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// It stays.
    Keep,
    /// It is moved into this folder (raw bytes of its path), below which its own folders are made again.
    Move {
        /// Outside of the watched folder.
        folder: Vec<u8>,
    },
    /// It goes to the system's trash.
    Trash,
}
