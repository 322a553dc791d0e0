//! Offers: files that were dropped, chosen or given as arguments, before it is known where they go.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::ChooseVersion;

/// Files waiting for a destination. The page answers with the id; it never sees a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Offer {
    pub id: Uuid,
    /// What was dropped or chosen itself, at most 200 of them; a folder is one name.
    pub names: Vec<OfferedName>,
    /// Files in all, those inside folders counted.
    pub files: u32,
    /// Bytes in all.
    pub total: u64,
    /// What can't be sent, with the reason for each.
    pub skipped: Vec<Skipped>,
    /// The file of an account that it was chosen as a new version of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub version_of: Option<ChooseVersion>,
}

/// One of the things offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OfferedName {
    pub name: String,
    /// Bytes; of a folder, of everything in it.
    pub size: u64,
    pub kind: OfferedKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OfferedKind {
    File,
    Folder,
}

/// Something that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Skipped {
    pub name: String,
    /// One sentence for a person.
    pub reason: String,
}

/// What became of an offer, or of paths given to the terminal. It is durable when this is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Enqueued {
    pub batch: Uuid,
    /// The transfers, new and continued, in the order of the queue.
    pub transfers: Vec<Uuid>,
    /// Those of them that were unfinished before and go on.
    pub continued: Vec<Uuid>,
    /// What the account does not take.
    pub skipped: Vec<Skipped>,
}
