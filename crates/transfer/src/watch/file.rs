//! What is remembered of one file in a watched folder: the version that was seen, the one that was sent, and why it stands so.

use serde::{Deserialize, Serialize};

use crate::id::{TransferId, WatchId};
use crate::source::Fingerprint;
use crate::time::Time;

/// SHA-256 of all bytes: what makes a file the same whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Content(pub [u8; 32]);

/// What one look saw at one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Which file, in which version.
    pub print: Fingerprint,
    /// Somebody has it open for writing, where the system tells.
    pub writer: bool,
}

/// Where a file of a watch stands. The text forms are stored and shown everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// It must stand still first.
    Settling,
    /// It is to be sent, and waits for its place in the queue.
    Ready,
    /// The queue has it.
    Queued,
    /// The service confirmed this version, or one of the same content.
    Confirmed,
    /// The service refused it, or it can't be read. It is tried again when it changes, or by hand.
    Failed,
    /// Left alone, with its reason.
    Skipped,
    /// It is not here any more; what the service confirmed of it is still known.
    Gone,
}

impl FileState {
    /// All of them, in the order in which a person would tell the story.
    pub const ALL: [Self; 7] = [
        Self::Settling,
        Self::Ready,
        Self::Queued,
        Self::Confirmed,
        Self::Failed,
        Self::Skipped,
        Self::Gone,
    ];

    /// The stored and shown form.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Settling => "settling",
            Self::Ready => "ready",
            Self::Queued => "queued",
            Self::Confirmed => "confirmed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Gone => "gone",
        }
    }
}

/// Why a file stands as it does: the latest decision about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// Stable, such as `new`, `changed`, `renamed`, `being_written`.
    pub code: String,
    /// For a person.
    pub text: String,
}

impl Why {
    /// A reason with its code.
    pub fn new(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            text: text.into(),
        }
    }
}

/// The version that the service confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Which version it was here.
    pub print: Fingerprint,
    /// Its content; `None` when that was not read as it was sent.
    pub content: Option<Content>,
    /// The service's id of the file.
    pub remote: Option<String>,
    /// When it was confirmed.
    pub at: Time,
}

/// One file of a watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchFile {
    /// Its row; 0 while it has none.
    pub row: i64,
    /// Whose.
    pub watch: WatchId,
    /// Its path below the watched folder, as raw bytes.
    pub name: Vec<u8>,
    /// Where it stands.
    pub state: FileState,
    /// The version that the state speaks of.
    pub print: Fingerprint,
    /// When that version was first seen.
    pub since: Time,
    /// Its content, once read.
    pub content: Option<Content>,
    /// The last version that the service confirmed.
    pub sent: Option<Sent>,
    /// The transfer that sends, or sent, it.
    pub transfer: Option<TransferId>,
    /// Why it stands so.
    pub why: Why,
    /// When that was decided.
    pub decided_at: Time,
}

impl WatchFile {
    /// A file that was never seen before.
    #[must_use]
    pub fn new(watch: WatchId, name: Vec<u8>, print: Fingerprint, now: Time) -> Self {
        Self {
            row: 0,
            watch,
            name,
            state: FileState::Settling,
            print,
            since: now,
            content: None,
            sent: None,
            transfer: None,
            why: Why::new("new", "It is new here, and is sent once it stands still."),
            decided_at: now,
        }
    }

    /// Puts it into another state for this reason.
    pub fn stand(&mut self, state: FileState, why: Why, now: Time) {
        self.state = state;
        self.why = why;
        self.decided_at = now;
    }
}

/// Two names of one file, or one file before and after a rename.
#[must_use]
pub fn same_file(a: &Fingerprint, b: &Fingerprint) -> bool {
    a.device == b.device && a.file == b.file
}
