//! What the commands take and the small answers that belong to no other subject.

use std::collections::BTreeMap;
use std::ffi::OsString;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::{Failure, Secret, TransferState};

/// A command that needs nothing, or answers nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// Who is asking, so that a mismatch of versions is said plainly.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Hello {
    /// [`super::PROTOCOL`] of the side that asks.
    pub protocol: u32,
    /// The asking side's version.
    pub version: String,
}

/// Which transfers to list; an empty field leaves nothing out.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ListTransfers {
    pub ids: Option<Vec<Uuid>>,
    pub states: Option<Vec<TransferState>>,
}

/// One transfer.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct TransferRef {
    pub id: Uuid,
}

/// Some transfers, or all of them to which the command applies.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Transfers {
    Ids(Vec<Uuid>),
    All,
}

/// What became of a command for several transfers.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
pub struct Outcome {
    /// Those that obeyed, or were as asked already.
    pub done: Vec<Uuid>,
    pub refused: Vec<Refused>,
}

/// A transfer that did not obey.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Refused {
    pub id: Uuid,
    pub error: Failure,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
/// A change of order.
pub struct MoveTo {
    /// Kept in their order among themselves.
    pub ids: Vec<Uuid>,
    pub to: Place,
}

/// Where in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Up,
    Down,
    Top,
    Bottom,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SetLimit {
    pub ids: Vec<Uuid>,
    /// Bytes a second, at least 1; none takes the limit away.
    pub limit: Option<u64>,
}

/// The person's answer to a transfer's question.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Answer {
    pub id: Uuid,
    /// The key of one of the question's choices.
    pub choice: String,
}

/// Files of this machine for an account. Relative paths are refused: the asker knows its folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnqueuePaths {
    /// Names need not be UTF-8.
    pub paths: Vec<OsString>,
    /// The account's name or id.
    pub to: String,
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// Bytes a second for each of the transfers.
    #[serde(default)]
    pub limit: Option<u64>,
}

/// One account.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct AccountRef {
    pub id: Uuid,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AddAccount {
    /// The provider's key.
    pub provider: String,
    pub name: String,
    /// None takes the provider's own.
    pub base_url: Option<String>,
    /// Plain http to another machine than this one.
    pub allow_http: bool,
    /// By the keys of the provider's fields.
    pub fields: BTreeMap<String, Secret>,
}

/// What stays out is left as it is.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct EditAccount {
    pub id: Uuid,
    pub name: Option<String>,
    pub base_url: Option<String>,
    pub allow_http: Option<bool>,
    /// All the fields anew, or none of them.
    pub fields: Option<BTreeMap<String, Secret>>,
}

/// An upload that a service still holds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct OrphanRef {
    pub id: Uuid,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Passphrase {
    pub passphrase: Secret,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct OfferRef {
    pub offer: Uuid,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AcceptOffer {
    pub offer: Uuid,
    pub account: Uuid,
    /// By the keys of the provider's options.
    pub options: BTreeMap<String, String>,
    /// Bytes a second for each of the transfers.
    pub limit: Option<u64>,
    /// The id of the account's file that the offered one is a new version of.
    #[serde(default)]
    #[ts(optional)]
    pub version_of: Option<String>,
}

/// The file of an account that a new version is to be chosen for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChooseVersion {
    pub account: Uuid,
    /// The service's own id.
    pub id: String,
    /// What it is called, for showing.
    pub name: String,
}

/// What the dialog lets a person choose.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct ChooseFiles {
    /// Folders instead of files: no system's dialog offers both.
    pub folders: bool,
}
