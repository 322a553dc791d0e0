//! Links that a person pasted: what is known of each before it is queued, and what queues them.

use std::collections::BTreeMap;
use std::ffi::OsString;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::{Failure, Secret};

/// Links to be looked at, at most 100 in one question. A page with more asks again for the rest.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CheckLinks {
    /// A line each, as they were pasted. They may hold secrets.
    pub links: Vec<Secret>,
    /// Ask this account's service, whatever the links' host; a bare file id will do then.
    pub account: Option<Uuid>,
}

/// One pasted line, looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LinkRow {
    /// The line's place in the question, from 0.
    pub line: u32,
    /// The link without its secrets, for showing.
    pub shown: String,
    pub state: LinkState,
    /// The provider's key; none where no service knows the line.
    pub provider: Option<String>,
    /// The file's name, made safe; empty while it is not known.
    pub name: String,
    /// Bytes.
    pub size: Option<u64>,
    /// It can't be fetched without a password of its own.
    pub needs_password: bool,
    /// Its owner gives it to paying accounts only.
    pub premium_only: bool,
    /// Whether an interrupted download could go on; none while that is not known.
    pub resumable: Option<bool>,
    /// It is plain http, which everyone on the way can read and change: it is fetched only if the person agrees.
    pub plain_http: bool,
    /// The same file stands on an earlier line, or is on its way already.
    pub known: bool,
    /// Why it can't be fetched, or not now.
    pub error: Option<Failure>,
}

/// How a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// The file is there.
    Online,
    /// The service says that it is away for a while.
    Offline,
    /// The service says that there is no such file.
    Invalid,
    /// It can't be fetched by Longshore, with the reason.
    Refused,
    /// The service could not be asked; it may still be fetched later.
    Unknown,
}

/// What to do when a download's name is taken in its folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Collision {
    /// Once for everything that was added together.
    #[default]
    Ask,
    /// The download is dropped.
    Skip,
    /// The old file goes once the new one is whole.
    Replace,
    /// The new file gets a number.
    KeepBoth,
    /// What the old file holds is taken as the beginning, where a checksum can prove that in the end.
    Resume,
}

/// Links to be queued; it answers when they are stored.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct EnqueueLinks {
    /// As they were pasted or checked.
    pub links: Vec<Secret>,
    /// As in [`CheckLinks`].
    pub account: Option<Uuid>,
    /// A folder that the person chose in a dialog; none is the usual one.
    pub folder: Option<Uuid>,
    /// None is as the settings have it.
    pub collision: Option<Collision>,
    /// Bytes a second for each of the transfers.
    pub limit: Option<u64>,
    /// The password of the files, where they have one. It goes to the keychain.
    pub password: Option<Secret>,
    /// The person agreed to fetch plain http links.
    pub plain_http: bool,
}

/// Links to be queued from a terminal, which names its folder itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DownloadLinks {
    pub links: Vec<Secret>,
    /// The account's name or id.
    #[serde(default)]
    pub account: Option<String>,
    /// An absolute path; none is the usual folder.
    #[serde(default)]
    pub folder: Option<OsString>,
    #[serde(default)]
    pub collision: Option<Collision>,
    /// Bytes a second for each of the transfers.
    #[serde(default)]
    pub limit: Option<u64>,
    #[serde(default)]
    pub password: Option<Secret>,
    #[serde(default)]
    pub plain_http: bool,
}

/// Links whose files go from one service to another, without a copy on this machine.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SendLinks {
    /// As they were pasted or checked.
    pub links: Vec<Secret>,
    /// The name or id of the account that fetches them; none lets the links' host decide.
    #[serde(default)]
    pub account: Option<String>,
    /// The name or id of the account that they go to.
    pub to: String,
    /// Choices of the provider's, such as a title.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// Bytes a second for each of the transfers.
    #[serde(default)]
    pub limit: Option<u64>,
    /// The person agreed to fetch plain http links.
    #[serde(default)]
    pub plain_http: bool,
}

/// The password of a transfer's file; it holds for everything that was added together.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FilePassword {
    pub id: Uuid,
    pub password: Secret,
}

/// A folder that a person chose, for the page to answer with. It never sees the path itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FolderChoice {
    /// Nil for the usual folder, which needs no choice.
    pub id: Uuid,
    /// For showing only.
    pub path: String,
    /// Bytes free there; none where the system does not say.
    pub free: Option<u64>,
}

/// All downloads, or those of one account.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct OfAccount {
    pub account: Option<Uuid>,
}

/// Where downloads go.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetFolder {
    /// An absolute path of a folder that is there; none forgets the choice.
    pub path: Option<OsString>,
    #[serde(default)]
    pub account: Option<Uuid>,
}

/// Where a file lies.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FilePath {
    /// Names need not be UTF-8.
    pub path: OsString,
}

/// What the dialog for a folder is for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct ChooseFolder {
    /// It becomes the usual folder of downloads.
    pub usual: bool,
    /// It becomes the usual folder of this account's downloads.
    pub account: Option<Uuid>,
}
