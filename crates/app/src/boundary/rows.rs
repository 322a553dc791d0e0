//! A transfer as people and programs see it: the row of the queue, and what its details show.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::{Action, Failure};

/// One transfer. The names of these fields are a promise: `longshore … --json` prints them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TransferRow {
    pub id: Uuid,
    pub direction: Direction,
    pub account: AccountName,
    /// The file's name, for showing. It comes from outside: show it as text, never as markup.
    pub name: String,
    /// Where the file lies, where a download goes, or what a copy between services comes from, for showing only: no command
    /// takes it back.
    pub path: String,
    /// Bytes; none while it is not known.
    pub size: Option<u64>,
    /// Bytes that need not be sent again, and what is on its way.
    pub sent: u64,
    pub state: TransferState,
    /// Only of an unfinished copy between services that has to lie here on its way, since nobody says how large it is: how far
    /// on its way it is. `size` is none and `sent` counts what came while it is received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub stage: Option<Stage>,
    /// Why it is not moving; always there in `waiting` and `needs_you`.
    pub reason: Option<Reason>,
    /// What the person must decide; only in `needs_you`.
    pub question: Option<Question>,
    /// What was proved; only in `completed`.
    pub proof: Option<Proof>,
    /// What the service measured afterwards by itself; only where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub follow: Option<Follow>,
    /// The service's own id of the file, as soon as it has one.
    pub remote_id: Option<String>,
    /// A public address of the file at the service: absent where the service has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub remote_url: Option<String>,
    /// Why it failed; only in `failed`.
    pub error: Option<Failure>,
    /// Bytes a second, smoothed over about 30 s; 0 while nothing moves or it is too early to say.
    pub speed: u64,
    /// Seconds left; none while that cannot be told honestly.
    pub eta_s: Option<u64>,
    /// This transfer's own limit in bytes a second.
    pub limit: Option<u64>,
    /// Of a download, and of a copy that is received: whether it could go on after an interruption; none while that is not known. Where it is `false`, a
    /// pause means starting again from the first byte: say so before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub resumable: Option<bool>,
    /// Higher goes first.
    pub priority: i32,
    /// Place in the queue among equals, from 1.
    pub position: u32,
    /// What was added together has the same batch.
    pub batch: Option<Uuid>,
    /// From 1; raised when it starts over, not when a part is sent again.
    pub attempt: u32,
    /// 0 until the service said how the file is cut.
    pub parts_total: u32,
    /// Parts that the service has.
    pub parts_done: u32,
    pub created_at: String,
    pub finished_at: Option<String>,
}

/// Which way the bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From here to a service.
    Up,
    /// From a service or a link to here.
    Down,
    /// From one service to another.
    Across,
}

/// An account, as far as a row needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountName {
    pub id: Uuid,
    pub name: String,
    /// The provider's key, such as `fileflare`.
    pub provider: String,
}

/// The state of a transfer, as the table of states names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TransferState {
    Queued,
    Preparing,
    Transferring,
    Finishing,
    Waiting,
    Paused,
    NeedsYou,
    Cancelling,
    Completed,
    Failed,
    Cancelled,
}

/// How far a copy is that goes in two stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The first: it comes into a file of Longshore's own.
    Receiving,
    /// The second: it is sent from there.
    Sending,
}

/// Why a transfer is not moving.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reason {
    /// Stable, for programs: `no_slot`, `offline`, `plan_full` and the like.
    pub code: String,
    /// One sentence for a person.
    pub text: String,
    /// When it ends by itself, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub until: Option<String>,
    /// What clears it, where something does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub action: Option<Action>,
}

/// A decision that only the person can make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Question {
    pub code: String,
    /// What happened and what each choice leads to.
    pub text: String,
    pub choices: Vec<Choice>,
}

/// One of the answers to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Choice {
    pub key: String,
    pub label: String,
}

/// How it was proved that the file arrived, from weak to strong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub enum Proof {
    #[serde(rename = "size")]
    Size,
    #[serde(rename = "part tags")]
    PartTags,
    #[serde(rename = "whole checksum")]
    WholeChecksum,
    #[serde(rename = "read back")]
    ReadBack,
}

/// What a service has measured of a finished file by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Follow {
    /// Nothing so far; it is asked again.
    Awaited,
    /// The size that was sent.
    Confirmed,
    /// Another size.
    Differs,
    /// It did not say in time.
    Silent,
}

/// A transfer with everything that explains it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TransferDetails {
    pub row: TransferRow,
    pub parts: Vec<PartRow>,
    /// Oldest first.
    pub journal: Vec<JournalEntry>,
    /// What the proof means, in a sentence; none until there is one.
    pub proof_text: Option<String>,
    /// What the service has open for this transfer; none before and after.
    pub session: Option<SessionInfo>,
}

/// One part of the file. Bytes `start..end`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PartRow {
    /// From 1.
    pub number: u32,
    pub start: u64,
    /// The first byte that is no longer in it.
    pub end: u64,
    pub state: PartState,
    /// Bytes of this part sent in the current try.
    pub sent: u64,
    pub tries: u32,
}

/// How far a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PartState {
    Pending,
    Sending,
    /// The service took it; its tag proves nothing.
    Stored,
    /// The service took it, and its tag equals the checksum of what was read.
    Verified,
}

/// Something that happened to a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JournalEntry {
    pub at: String,
    /// The event's name, as the table of states has it, or the engine's own word.
    pub event: String,
    /// One sentence for a person.
    pub text: String,
}

/// What may be shown of an upload session: no link and no credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SessionInfo {
    pub opened_at: String,
    /// When the links that it was given end, where they do.
    pub links_until: Option<String>,
    /// Bytes.
    pub part_size: Option<u64>,
    /// The service's id of the unfinished upload.
    pub upload_id: Option<String>,
}
