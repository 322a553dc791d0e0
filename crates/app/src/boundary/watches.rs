//! Watched folders: what is asked of them, how they stand, and what is decided about each of their files.

use std::collections::BTreeMap;
use std::ffi::OsString;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::{AccountName, Reason};

/// A watched folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct WatchRow {
    pub id: Uuid,
    pub name: String,
    pub account: AccountName,
    /// The folder, for showing only: no command takes it back.
    pub folder: String,
    /// Only these files, as in .gitignore; empty is all.
    pub include: Vec<String>,
    /// Not these; a line with `!` admits again what is left out by itself.
    pub exclude: Vec<String>,
    pub policy: WatchPolicy,
    /// Files that a mirror may delete at the service in one run; only there.
    pub most: Option<u32>,
    pub old: WatchOld,
    /// The options of its uploads, with placeholders such as `{subfolder}`.
    pub options: BTreeMap<String, String>,
    pub after: WatchAfter,
    /// Where files are moved to, for showing only.
    pub after_folder: Option<String>,
    /// Larger files, in bytes, are not sent before this is raised; none asks about none.
    pub ask_above: Option<u64>,
    /// Seconds between two scans; none is the usual time.
    pub every_s: Option<u64>,
    /// Whether the system's events are listened to between them.
    pub events: bool,
    pub state: WatchState,
    /// Why it does not work, or not as it should.
    pub reason: Option<Reason>,
    /// It still has something to do by itself: files to look at, to settle, to send, to put away.
    pub busy: bool,
    pub backend: WatchBackend,
    /// When all of it was last seen.
    pub last_scan: Option<String>,
    /// When that happens next, at the latest.
    pub next_scan: Option<String>,
    /// Folders in it, as of the last scan since the start.
    pub folders: u64,
    pub files: WatchCounts,
    /// What the last scan passed by.
    pub left_out: u64,
    /// What the last scan could not look at.
    pub unreadable: u64,
    /// Other watches that see some of the same files.
    pub overlaps: Vec<WatchOverlap>,
    pub created_at: String,
}

/// Which files are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WatchPolicy {
    /// Each file once; what changes later is left alone.
    #[default]
    New,
    /// Each file, and each version of it.
    Changed,
    /// The same, and what goes here goes at the service, too.
    Mirror,
}

/// What becomes of the version that the service has, once it confirmed a newer one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WatchOld {
    #[default]
    Keep,
    /// It is deleted at the service, as a mirror always does.
    Delete,
}

/// What becomes of a file here once the service confirmed it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WatchAfter {
    #[default]
    Keep,
    Move,
    Trash,
}

/// What a watch does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WatchState {
    Paused,
    /// About to look for the first time.
    Starting,
    /// Looking at everything.
    Scanning,
    /// Waiting for something to happen.
    Watching,
    /// The folder is not there; nothing is inferred from that.
    Offline,
    Failed,
    /// No Longshore is working.
    Resting,
}

/// How a watch hears of changes between two scans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WatchBackend {
    None,
    /// From the system.
    Events,
    /// By looking again and again.
    Polling,
}

/// Files of a watch by where they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WatchCounts {
    pub settling: u64,
    /// Waiting for their place in the queue.
    pub ready: u64,
    pub queued: u64,
    pub confirmed: u64,
    pub failed: u64,
    pub skipped: u64,
    pub gone: u64,
    /// Bytes that are still to be sent.
    pub to_send: u64,
}

/// Another watch that sees some of the same files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WatchOverlap {
    pub name: String,
    /// A sentence for a person.
    pub text: String,
}

/// One watch.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct WatchRef {
    pub id: Uuid,
}

/// A folder to be watched, from a terminal, which names it itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddWatch {
    /// An absolute path.
    pub folder: OsString,
    /// The account's name or id.
    pub to: String,
    pub wishes: WatchWishes,
    /// Where confirmed files are moved, an absolute path; only for `move`.
    #[serde(default)]
    pub after_folder: Option<OsString>,
}

/// A folder to be watched that the person chose in a dialog.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AddWatchHere {
    /// The choice.
    pub folder: Uuid,
    pub account: Uuid,
    pub wishes: WatchWishes,
    /// The choice of where confirmed files are moved; only for `move`.
    pub after_folder: Option<Uuid>,
}

/// What a person wants of a watch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct WatchWishes {
    /// None is the folder's name.
    pub name: Option<String>,
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    pub policy: WatchPolicy,
    /// As in [`WatchRow::most`]; none is 50 for a mirror.
    pub most: Option<u32>,
    pub old: WatchOld,
    /// As in [`WatchRow::options`].
    pub options: BTreeMap<String, String>,
    pub after: WatchAfter,
    /// Bytes; none is 100 GiB, and 0 asks about none.
    pub ask_above: Option<u64>,
    pub every_s: Option<u64>,
    /// None is yes.
    pub events: Option<bool>,
}

/// A change; what stays out is left as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct EditWatch {
    pub id: Uuid,
    pub name: Option<String>,
    pub include: Option<Vec<String>>,
    pub exclude: Option<Vec<String>>,
    pub policy: Option<WatchPolicy>,
    pub most: Option<u32>,
    pub old: Option<WatchOld>,
    /// In place of the options so far.
    pub options: Option<BTreeMap<String, String>>,
    /// Only for files that are confirmed from now on. `move` needs a folder that is known already.
    pub after: Option<WatchAfter>,
    /// Bytes; 0 asks about none.
    pub ask_above: Option<u64>,
    /// 0 is the usual time.
    pub every_s: Option<u64>,
    pub events: Option<bool>,
}

/// Has confirmed files moved to this folder, from a terminal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MoveAfter {
    pub id: Uuid,
    /// An absolute path.
    pub folder: OsString,
}

/// What a watch would do, made by the plan that does it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WatchPreview {
    pub send: WatchSum,
    /// The service has their content.
    pub known: WatchSum,
    /// Known and left alone.
    pub skip: WatchSum,
    /// Passed by.
    pub left_out: u64,
    /// Deleted at the service.
    pub delete: WatchSum,
    /// Why nothing is deleted there, although files went.
    pub held: Option<String>,
    /// Some of the files by name, at most 500 of each kind.
    pub files: Vec<WatchForeseen>,
    /// Bytes a second that the limits allow now; none when nothing limits them.
    pub rate: Option<u64>,
    /// How long sending takes at that rate, in seconds.
    pub seconds: Option<u64>,
}

/// A number of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WatchSum {
    pub files: u64,
    pub bytes: u64,
}

/// What would become of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WatchForeseen {
    /// Its path in the folder, for showing: text, never markup.
    pub name: String,
    pub size: Option<u64>,
    pub fate: WatchFate,
    pub code: String,
    /// Why, in a sentence.
    pub text: String,
}

/// What can become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WatchFate {
    Send,
    Known,
    Skip,
    LeftOut,
    Delete,
}

/// Which decisions are wanted, newest first.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct WatchLog {
    pub id: Uuid,
    /// Only files that stand so.
    #[serde(default)]
    pub state: Option<WatchFileState>,
    /// Only those before this one, of the page before.
    #[serde(default)]
    pub before: Option<WatchPlace>,
    /// At most 500.
    pub most: u32,
}

/// A place among decisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WatchPlace {
    pub decided_at: String,
    pub row: i64,
}

/// Where a file of a watch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WatchFileState {
    Settling,
    Ready,
    Queued,
    Confirmed,
    Failed,
    Skipped,
    Gone,
}

/// A file of a watch, with the latest decision about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WatchFileRow {
    pub row: i64,
    /// Its path in the folder, for showing: text, never markup.
    pub name: String,
    pub size: u64,
    pub state: WatchFileState,
    pub code: String,
    /// Why it stands so, in a sentence.
    pub text: String,
    pub decided_at: String,
    /// When the service last confirmed a version of it.
    pub confirmed_at: Option<String>,
    pub transfer: Option<Uuid>,
    pub remote_id: Option<String>,
}

/// A file of a watch that never stands still: it is to be sent as it is now.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct SnapshotFile {
    /// The watch.
    pub id: Uuid,
    /// As in [`WatchFileRow::row`].
    pub row: i64,
}

/// The same from a terminal, which names the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SnapshotNamed {
    /// The watch.
    pub id: Uuid,
    /// As the watch's log names it, or an absolute path.
    pub file: OsString,
}

/// A watch, and what its last scan passed by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct WatchDetails {
    pub row: WatchRow,
    /// At most 200.
    pub left_out: Vec<WatchForeseen>,
}
