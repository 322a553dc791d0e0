//! Files at services: what an account's service shows of them, and what it lets people do with them.

use std::collections::BTreeMap;
use std::ffi::OsString;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::{Collision, Failure, Secret};

/// What can be done with the files of an account. What is not there, the service does not offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoteAbilities {
    pub list: RemoteListing,
    /// What can be changed of a file; may be empty.
    pub edit_file: Vec<RemoteField>,
    /// What can be changed of a link; may be empty.
    pub edit_link: Vec<RemoteField>,
    pub delete: Option<RemoteDeletion>,
    pub import: Option<RemoteImporting>,
    pub thumbnails: bool,
    /// Files can be fetched by their id.
    pub download: bool,
    /// What sending a new version of a file means; none where the account takes no files.
    pub new_version: Option<RemoteVersion>,
}

/// What sending a new version of a file means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoteVersion {
    /// It goes to the old one's id. Otherwise it becomes a file of its own.
    pub replaces: bool,
    /// What becomes of the old version, in a sentence to be read before.
    pub consequence: String,
}

/// How files are listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoteListing {
    /// The service has no list: only files that were sent from here are known.
    pub sent_only: bool,
    /// In what can be searched, such as `names`; none where nothing can.
    pub search: Option<String>,
    /// What the list can be sorted by; empty where it has an order of its own.
    pub sorts: Vec<RemoteSortKey>,
    /// Entries that one page may have.
    pub most: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RemoteSortKey {
    Name,
    Size,
    Created,
    Modified,
}

/// Something that is said about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RemoteField {
    Name,
    Title,
    Description,
    Address,
}

/// What deleting a file means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoteDeletion {
    /// What else goes with a file, in a sentence to be read before.
    pub consequence: Option<String>,
}

/// What importing from an address means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoteImporting {
    /// A file: the service fetches it. A link: it keeps the address.
    pub makes: RemoteKind,
    /// What can be said about it at once.
    pub fields: Vec<RemoteField>,
    /// Those of them that it can't do without.
    pub required: Vec<RemoteField>,
    /// What a person should know before, in a sentence.
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RemoteKind {
    /// The service has its bytes.
    File,
    /// The service has only an address.
    Link,
}

/// Which page of the list.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RemoteList {
    pub account: Uuid,
    /// Where the page before said that this one begins; none for the first.
    pub cursor: Option<String>,
    /// Entries wanted, at most [`RemoteListing::most`]; a page may have fewer.
    pub limit: u32,
    /// Only files that hold this.
    pub search: Option<String>,
    pub sort: Option<RemoteSort>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoteSort {
    pub by: RemoteSortKey,
    /// Largest or latest first.
    pub descending: bool,
}

/// A page of the list. An entry may come twice when files come and go meanwhile: it is known by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemotePage {
    pub entries: Vec<RemoteEntry>,
    /// Where the next page begins; none when this is the last.
    pub next: Option<String>,
    /// Entries on all pages together, where the service says it.
    pub total: Option<u64>,
}

/// A file at a service. The names of these fields are a promise: `longshore remote … --json` prints them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoteEntry {
    /// The service's own id.
    pub id: String,
    /// Like all texts here it comes from outside: show it as text, never as markup.
    pub name: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub kind: RemoteKind,
    /// Bytes, where the service says them exactly.
    pub size: Option<u64>,
    /// The size in the service's words, where it only says a rounded one.
    pub rounded: Option<String>,
    /// Its media type.
    pub content_type: Option<String>,
    pub created: Option<String>,
    pub modified: Option<String>,
    /// Where a link leads, without its query.
    pub address: Option<String>,
    /// A page about it for a browser.
    pub page: Option<String>,
    /// Asking for its thumbnail is worth a request.
    pub thumbnail: bool,
    /// What else the service says.
    pub facts: Vec<RemoteFact>,
}

/// One more thing that a service says about a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoteFact {
    pub label: String,
    pub value: String,
}

/// One file of an account.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RemoteRef {
    pub account: Uuid,
    pub id: String,
}

/// What is to be said about a file from now on; what is absent stays, and an empty text takes it away.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RemoteEdit {
    pub account: Uuid,
    pub id: String,
    pub name: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    /// Where a link leads. It may hold secrets.
    pub address: Option<Secret>,
}

/// Some files of an account, at most 100 in one command.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RemoteFiles {
    pub account: Uuid,
    pub ids: Vec<String>,
}

/// What became of one file that was to be deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoteDeleted {
    pub id: String,
    pub state: DeletedState,
    /// Why it is not deleted, as far as is known. With `until` the service may be asked again then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub error: Option<Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeletedState {
    /// It is gone.
    Done,
    /// The service took the order and carries it out in its own time.
    Ordered,
    /// It was not there any more.
    Gone,
    /// It was asked for and refused, or no clear answer came.
    Failed,
    /// Nobody was asked: something holds for the whole account.
    Unasked,
}

/// An address that a service is to take a file from.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RemoteImport {
    pub account: Uuid,
    /// It may hold secrets.
    pub address: Secret,
    pub name: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
}

/// A small picture of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoteThumbnail {
    pub state: ThumbnailState,
    /// Its media type, as its own first bytes say: a raster picture and nothing else.
    pub content_type: Option<String>,
    /// Its bytes in base64.
    pub bytes: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ThumbnailState {
    Picture,
    /// It is still being made: worth asking again later.
    NotYet,
    /// This file has none.
    Never,
}

/// A file to be fetched from an account.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RemoteWanted {
    pub id: String,
    /// What it is called until the service says so itself.
    pub name: String,
}

/// Files of an account to be fetched; it answers when they are stored.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RemoteFetch {
    pub account: Uuid,
    pub files: Vec<RemoteWanted>,
    /// A folder that the person chose in a dialog; none is the usual one.
    pub folder: Option<Uuid>,
    /// None is as the settings have it.
    pub collision: Option<Collision>,
}

/// Files of an account to be fetched, from a terminal, which names its folder itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoteDownload {
    /// The account's name or id.
    pub account: String,
    pub files: Vec<RemoteWanted>,
    /// An absolute path; none is the usual folder.
    #[serde(default)]
    pub folder: Option<OsString>,
    #[serde(default)]
    pub collision: Option<Collision>,
    /// Bytes a second for each of the transfers.
    #[serde(default)]
    pub limit: Option<u64>,
}

/// Files of an account to be sent to another one without a copy on this machine.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RemoteSend {
    /// The account that has them, by name or id.
    pub account: String,
    pub files: Vec<RemoteWanted>,
    /// The account that they go to, by name or id.
    pub to: String,
    /// By the keys of its provider's options.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// Bytes a second for each of the transfers.
    #[serde(default)]
    pub limit: Option<u64>,
}
