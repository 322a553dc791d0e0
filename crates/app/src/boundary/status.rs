//! The engine as a whole: who runs it, how fast it is, where its secrets are, how it is set.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Allowed, Collision};

/// What the engine is doing now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct EngineStatus {
    pub state: EngineState,
    /// A sentence when the state is not `running`, or when there is something to know.
    pub text: Option<String>,
    pub offline: bool,
    /// Bytes a second.
    pub up_speed: u64,
    /// Bytes a second.
    pub down_speed: u64,
    /// Seconds until the queue is empty; none while that cannot be told honestly.
    pub eta_s: Option<u64>,
    /// Transfers that are moving.
    pub active: u32,
    /// Transfers that will move without anyone's help.
    pub pending: u32,
    pub paused: u32,
    pub needs_you: u32,
    pub failed: u32,
    /// What may move now over all transfers.
    pub allowed: Allowed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EngineState {
    /// This process works the queue.
    Running,
    /// The database can be read and not written; nothing moves.
    ReadOnly,
    /// The secrets are locked: no service can be asked.
    Locked,
    /// Another process works the queue, and this one shows and steers it.
    ClientOf,
}

/// Where credentials are kept, and whether they can be read now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Vault {
    pub kind: VaultKind,
    pub state: VaultState,
    /// One sentence for a person: where the secrets lie.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultKind {
    /// The operating system's.
    Keychain,
    /// A file that a passphrase opens.
    Passphrase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    Open,
    /// It wants its passphrase.
    Locked,
    /// It does not exist yet and wants a passphrase to be made with.
    New,
}

/// What a person can set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Settings {
    /// Transfers at once, 1 to 32.
    pub slots: u32,
    /// Transfers at once for one account, 1 to 32.
    pub slots_per_account: u32,
    /// Parts at once for one transfer, 1 to 16; fewer where the service says so.
    pub parts_in_flight: u32,
    /// Bytes a second over all uploads, at least 1; none is no limit.
    pub up_limit: Option<u64>,
    /// Bytes a second over all downloads, at least 1; none is no limit.
    pub down_limit: Option<u64>,
    /// Other rates at other times, such as `08:00 512K:1M, 18:00 off`; of it and the limits the smaller holds.
    pub timetable: Option<String>,
    /// Connections for one download, 1 to 16; fewer where the service says so.
    pub connections: u32,
    /// What to do when a download's name is taken, unless it is said otherwise.
    pub collision: Collision,
    /// Off sets limits and timetable aside without forgetting them.
    pub limits_on: bool,
    pub theme: Theme,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    Light,
    Dark,
}

/// The answer to `hello`: everything a page needs before it can show anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Welcome {
    /// [`super::PROTOCOL`] of the side that answers.
    pub protocol: u32,
    /// The application's version.
    pub version: String,
    /// The database's.
    pub schema: u32,
    pub status: EngineStatus,
    pub vault: Vault,
    pub settings: Settings,
}
