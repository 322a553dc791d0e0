//! Accounts, the providers they belong to, and what services still hold of unfinished uploads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::Reason;

/// An account as it is shown: its credentials never leave the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct AccountRow {
    pub id: Uuid,
    pub name: String,
    /// The provider's key.
    pub provider: String,
    pub base_url: String,
    /// How it is reached, where the usual way does not do.
    pub connection: BTreeMap<String, String>,
    pub state: AccountState,
    /// Why it can't be used, unless the state is `ok`.
    pub reason: Option<Reason>,
    /// Whose account it is, as the service says.
    pub who: Option<String>,
    pub plan: Option<String>,
    /// Bytes.
    pub used: Option<u64>,
    /// Bytes.
    pub quota: Option<u64>,
    /// When the plan or the credentials end.
    pub expires: Option<String>,
    /// When the service answered last.
    pub last_answer: Option<String>,
    /// Bytes a second over everything it sends there; none is no limit.
    pub up_limit: Option<u64>,
    /// Bytes a second over everything that comes from there; none is no limit.
    pub down_limit: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// The service took the credentials when it was last asked.
    Ok,
    /// It was not asked yet.
    Unchecked,
    /// The service refused the credentials.
    SignedOut,
    /// The service takes no more files until the plan changes.
    PlanFull,
    /// The service can't be reached.
    Unreachable,
}

/// What a provider needs and what it can do, as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProviderDescriptor {
    pub key: String,
    pub label: String,
    /// Where the service is, unless the account says otherwise; none where it must be given.
    pub base_url: Option<String>,
    /// The credentials.
    pub fields: Vec<Field>,
    /// What can be chosen for each upload.
    pub options: Vec<Field>,
    /// Words such as `upload`, `download`, `list`, `delete`.
    pub capabilities: Vec<String>,
    /// What a person should know before using it, a sentence each.
    pub notes: Vec<String>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Field {
    pub key: String,
    pub label: String,
    pub kind: FieldKind,
    /// Not shown while it is typed, and kept in the keychain.
    pub secret: bool,
    pub required: bool,
    /// Where to find it, or what it does; may be empty.
    pub help: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    Email,
    Password,
    Token,
    Switch,
}

/// How an account is reached, from a terminal; an empty text takes a choice back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetConnection {
    pub id: Uuid,
    /// `proxy`, `ca_file`, `timeout_s` or `requests_per_minute`.
    pub choices: BTreeMap<String, String>,
}

/// An upload that was begun, is in no queue any more, and that its service still holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Orphan {
    pub id: Uuid,
    pub account: super::AccountName,
    pub name: String,
    /// Bytes.
    pub size: Option<u64>,
    pub created_at: String,
    /// The service's id of it; absent when the answer that held it was lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub upload_id: Option<String>,
    /// Whether the service lets it be aborted: not without its id.
    pub can_abort: bool,
}
