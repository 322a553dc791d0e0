//! Fetching a file: the facet of a service that gives files, and what it says about one.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_core::Stream;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// Fetching files of a service.
#[async_trait]
pub trait Download: Send + Sync {
    /// What the service asks of everyone, as data.
    fn rules(&self) -> DownloadRules;

    /// What the service says about files, at most [`DownloadRules::batch`] of them, each with its own answer, in the
    /// order of `files`. Fetches nothing.
    ///
    /// # Errors
    /// When nothing could be learnt of any of them.
    async fn resolve(&self, files: &[FileSource]) -> Result<Vec<Result<RemoteFile>>>;

    /// A link to the bytes of one file. Asked for only when a slot is free: links run out.
    ///
    /// # Errors
    /// [`Kind::Password`](crate::Kind::Password), [`Kind::Person`](crate::Kind::Person) for what only the person can
    /// clear, [`Kind::Later`](crate::Kind::Later) when the service wants us to come back.
    async fn link(&self, file: &FileSource) -> Result<FileLink>;

    /// Opens the bytes behind a link. A service that sends the whole file although a range was asked says so in
    /// [`Opening::start`] and [`Opening::ranges`].
    ///
    /// # Errors
    /// [`Kind::Expired`](crate::Kind::Expired) when a new link is needed,
    /// [`Kind::SourceChanged`](crate::Kind::SourceChanged) when another version of the file stands there now.
    async fn open(&self, link: &FileLink, ask: &RangeAsk) -> Result<Opening>;
}

/// What a service asks of everyone who fetches files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DownloadRules {
    /// Files that one question about them may name, from 1.
    pub batch: usize,
    /// Connections per file, unless the person chose otherwise.
    pub connections: usize,
    /// And at most.
    pub most_connections: usize,
}

/// Which file, and what is needed to get at it.
#[derive(Debug, Clone)]
pub struct FileSource {
    /// Where it is.
    pub place: FilePlace,
    /// The file's own password, if the person gave one.
    pub password: Option<SecretString>,
    /// The person agreed to plain http, which everyone on the way can read and change.
    pub plain_http: bool,
}

/// Where a file is.
#[derive(Debug, Clone)]
pub enum FilePlace {
    /// A link as the person gave it. It may hold secrets.
    Link(SecretString),
    /// The account's file with this id.
    Remote(String),
}

/// What a service says about a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteFile {
    /// Its name as the service says it: hostile until made safe.
    pub name: String,
    /// Bytes.
    pub size: Option<u64>,
    /// The documented checksum of the whole file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<Checksum>,
    /// It can't be fetched without a password of its own.
    #[serde(default)]
    pub needs_password: bool,
    /// Its owner gives it to paying accounts only.
    #[serde(default)]
    pub premium_only: bool,
    /// Whether an interrupted download can go on; `None` while that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumable: Option<bool>,
    /// Which version of it was described, where the service says so.
    #[serde(default, skip_serializing_if = "Version::is_silent")]
    pub version: Version,
    /// Its bytes did not match its checksum once already.
    #[serde(default)]
    pub mismatched: bool,
}

/// A documented checksum of a whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checksum {
    /// Lower-case hex.
    Md5(String),
}

/// A link to bytes, good for a while. The address is a secret.
#[derive(Debug, Clone)]
pub struct FileLink {
    /// Where the bytes are.
    pub url: SecretString,
    /// How long the service wants us to wait before the first byte is asked for.
    pub wait: Duration,
    /// Connections that it carries at most; `None`: as many as the rules allow.
    pub connections: Option<usize>,
    /// Whether an interrupted download can go on.
    pub resumable: Option<bool>,
    /// Bytes, where the link's answer says so.
    pub size: Option<u64>,
    /// What the person should know about this link, in a sentence.
    pub note: Option<String>,
}

/// Which bytes are asked for, and of which version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RangeAsk {
    /// First byte.
    pub start: u64,
    /// One past the last byte; `None`: to the end of the file.
    pub end: Option<u64>,
    /// Bytes of the whole file, where known: any other number is another file.
    pub total: Option<u64>,
    /// What the bytes fetched so far belong to.
    pub version: Option<Version>,
}

/// What a server says to tell versions of a file apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The entity tag as it was sent, weak ones with their `W/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The date of its last change as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
}

impl Version {
    /// Says nothing that versions could be told apart by.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.etag.is_none() && self.modified.is_none()
    }
}

/// Bytes on their way.
pub struct Opening {
    /// Where they begin: what was asked for, or 0 when the whole file comes instead.
    pub start: u64,
    /// Bytes of the whole file, where the answer says so.
    pub total: Option<u64>,
    /// The version that they belong to.
    pub version: Version,
    /// The server was seen to give ranges: this answer is one, or announces them.
    pub ranges: bool,
    /// The name that the answer gives, as hostile as any.
    pub name: Option<String>,
    /// The bytes. Ending early is a fault of the stream or told by counting, never an end to be believed.
    pub stream: ByteStream,
}

/// Bytes as they come.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opening")
            .field("start", &self.start)
            .field("total", &self.total)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Tells which links are a service's own. Asks nobody.
pub trait Links: Send + Sync {
    /// What `text`, one line that a person pasted, is to this service; `None` when it is not its link.
    fn recognise(&self, text: &str) -> Option<Recognised>;

    /// The same for an account that the person chose: its host may be any, and a bare file id will do.
    fn recognise_for_account(&self, text: &str) -> Option<Recognised> {
        self.recognise(text)
    }
}

/// What a pasted line is to a service.
#[derive(Debug, Clone)]
pub enum Recognised {
    /// A link to one file, in the form that is kept.
    File(SecretString),
    /// A link of this service that can't be fetched, and why.
    Refused(crate::Failure),
}

/// How links are recognised; shared by all accounts of a service.
pub type SharedLinks = Arc<dyn Links>;
