//! The facets of a service. A facet may be absent; no method ever answers "unsupported".

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_core::Stream;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::account::{Account, AccountInfo};
use crate::download::{Download, SharedLinks};
use crate::error::Result;
use crate::library::Library;
use crate::parts::{PartPlan, Receipt, UploadSession};
use crate::time::Clock;
use crate::transfer::Remote;

/// One account at one service. Fails once and says why: trying again is the queue's.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Who is signed in, and what the plan allows. Changes nothing.
    async fn check_account(&self) -> Result<AccountInfo>;

    /// Sending files, if the service takes any.
    fn upload(&self) -> Option<&dyn Upload> {
        None
    }

    /// Fetching files, if the service gives any.
    fn download(&self) -> Option<&dyn Download> {
        None
    }

    /// The files that the service holds, if it shows any.
    fn library(&self) -> Option<&dyn Library> {
        None
    }
}

/// Sending a file, by ids, so that it survives a restart.
#[async_trait]
pub trait Upload: Send + Sync {
    /// What the service asks of everyone, as data.
    fn rules(&self) -> UploadRules;

    /// Refuses what the service would not take, before anything is created.
    async fn limits(&self, file: &FileFacts) -> Result<()>;

    /// Asks for a session: at most one creating request.
    ///
    /// # Errors
    /// `maybe_done` says whether a session may have been created.
    async fn open(&self, file: &FileFacts) -> Result<UploadSession>;

    /// Links for `parts`; may be asked again at any time. Where links are never issued anew
    /// ([`UploadRules::links_renewed`]) these are the session's own.
    async fn sign(&self, session: &UploadSession, parts: &[PartPlan]) -> Result<Vec<SignedPart>>;

    /// Sends one part. Sending the same part twice must be harmless.
    async fn put_part(&self, part: SignedPart, body: PartBody) -> Result<PartAnswer>;

    /// Makes a file of the parts. Never called while its last outcome is open.
    ///
    /// # Errors
    /// `maybe_done` unless the service clearly said no.
    async fn finish(&self, session: &UploadSession, receipts: &[Receipt]) -> Result<Finished>;

    /// Looks what became of the session. Reads, never acts.
    async fn settle(&self, session: &UploadSession) -> Result<Settlement>;

    /// Looks for the session that an [`open`](Self::open) with a lost answer may have made, by its `own_id`. Reads, never
    /// acts. Asked only where [`UploadRules::reopen`] is [`Reopen::Look`].
    async fn find(&self, _file: &FileFacts) -> Result<Option<UploadSession>> {
        Ok(None)
    }

    /// What the service has measured of a finished file by itself. Asked only after [`Finished::followed`].
    async fn follow(&self, _remote: &Remote, _size: u64) -> Result<Followed> {
        Ok(Followed::NotYet)
    }

    /// Frees what was sent. A session that is already gone is a success.
    async fn abort(&self, session: &UploadSession) -> Result<()>;

    /// What of an aborted session stays at the service all the same, in a sentence; `None`: nothing.
    fn leaves(&self) -> Option<&'static str> {
        None
    }
}

/// What a service asks of everyone who sends files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadRules {
    /// Parts of one file under way at once, unless the person chose otherwise.
    pub parts_at_once: usize,
    /// And at most.
    pub most_parts_at_once: usize,
    /// What is done when the answer to asking for a session is lost.
    pub reopen: Reopen,
    /// Links can be asked for again after they ran out.
    pub links_renewed: bool,
    /// The only part makes the file. Whether it did is settled by looking, as for a finishing request.
    pub part_makes_file: bool,
}

/// What is done when the answer to asking for a session is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reopen {
    /// Asking once more leaves nothing visible behind.
    Again,
    /// The service can be asked for the session by an id of ours ([`Upload::find`]).
    Look,
    /// Only the person can tell.
    Person,
}

/// What the service is told about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// Its name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// An id of our own that stays the same over all tries of this attempt.
    pub own_id: String,
    /// The person's choices, such as a title.
    pub options: std::collections::BTreeMap<String, String>,
    /// Its first bytes, at most [`OPENING`] of them, to tell its type by.
    pub opening: Bytes,
}

/// So many bytes of a file are shown to a provider before anything is created.
pub const OPENING: usize = 8 * 1024;

/// A part with the link to send it to. The link is a secret.
#[derive(Debug, Clone)]
pub struct SignedPart {
    /// Which bytes.
    pub plan: PartPlan,
    /// Where to, in the provider's own words.
    pub url: SecretString,
    /// The content type that must be sent with it, exactly.
    pub content_type: Option<String>,
}

/// The bytes of one part, streamed; `len` of them, or an error.
pub struct PartBody {
    /// Exactly how many bytes will come.
    pub len: u64,
    /// The bytes.
    pub stream: Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send>>,
}

impl std::fmt::Debug for PartBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PartBody")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

/// The storage's answer to a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartAnswer {
    /// Its tag without quotes; `None` when it sent none, which proves nothing.
    pub tag: Option<String>,
    /// The answer says that tags are no checksums here (encrypted with a key of the service's or the customer's).
    pub opaque: bool,
}

/// The service made a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// It.
    pub remote: Remote,
    /// The size it shows, when it shows an exact one.
    pub size: Option<u64>,
    /// The service measures the file later, by itself; it is asked for that until it says.
    pub followed: bool,
    /// Something the person should know about it, in a sentence.
    pub note: Option<String>,
}

/// What a service has measured of a finished file by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Followed {
    /// Nothing so far.
    NotYet,
    /// The same size.
    Confirmed,
    /// Something else; the text says what it shows.
    Differs(String),
}

/// What a look at the service says about a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The file is there.
    Finished(Finished),
    /// It is not, and the session still stands: finishing may be asked for again.
    NotFinished,
    /// Neither file nor session is there.
    Gone,
    /// What the service shows would look the same either way; the text says what it shows.
    Unknown(String),
}

/// How many API requests may be made; shared by everything that an account does.
#[async_trait]
pub trait Budget: Send + Sync {
    /// Takes one request, waiting a little if need be.
    ///
    /// # Errors
    /// [`Kind::RateLimited`](crate::Kind::RateLimited) with `retry_after` when it would take long.
    async fn take(&self) -> Result<()>;

    /// The service refused for lack of budget: nobody asks before `delay` has passed.
    fn exhausted(&self, delay: Duration);
}

/// What a provider is given besides its account.
#[derive(Clone)]
pub struct Tools {
    /// The account's request budget.
    pub budget: Arc<dyn Budget>,
    /// The present.
    pub clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Tools {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tools").finish_non_exhaustive()
    }
}

/// Makes providers for accounts.
pub trait Connect: Send + Sync {
    /// The service as `account` sees it. `secret` is a JSON object with the descriptor's fields. Asks nothing yet.
    ///
    /// # Errors
    /// [`Kind::Refused`](crate::Kind::Refused) when the base URL or the secret's shape is unusable.
    fn connect(&self, account: &Account, secret: &SecretString, tools: Tools) -> Result<Arc<dyn Provider>>;
}

/// A service that can be chosen, as data.
#[derive(Clone)]
pub struct Descriptor {
    /// Stable, lower-case, stored with accounts.
    pub key: String,
    /// For people.
    pub label: String,
    /// Used when the person names none; without a trailing slash.
    pub base_url: String,
    /// What to ask for when an account is added.
    pub fields: Vec<Field>,
    /// What can be chosen for each file that is sent there.
    pub options: Vec<Field>,
    /// What it can do.
    pub capabilities: Vec<Capability>,
    /// What a person should know before adding an account.
    pub notes: Vec<String>,
    /// Requests per window that the service allows.
    pub budget: RequestBudget,
    /// Tells its links from others, where it has links; asked in the order of the registry.
    pub links: Option<SharedLinks>,
    /// Its links can be fetched without an account.
    pub guests: bool,
    /// Makes it.
    pub connect: Arc<dyn Connect>,
}

impl std::fmt::Debug for Descriptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Descriptor")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// One thing to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its key in the secret.
    pub key: String,
    /// For people.
    pub label: String,
    /// Never shown again once entered.
    pub secret: bool,
    /// An account cannot do without.
    pub required: bool,
    /// A hint for people.
    pub help: String,
}

/// Something that a service can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Takes files.
    Upload,
    /// Gives files.
    Download,
    /// Shows what it holds.
    List,
    /// Deletes what it holds.
    Delete,
}

/// At most `requests` in any `window`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestBudget {
    /// How many.
    pub requests: u32,
    /// In how long.
    pub window: Duration,
}
