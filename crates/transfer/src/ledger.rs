//! What is remembered: transfers, sessions, receipts, journal, accounts and settings, whatever keeps them.

use async_trait::async_trait;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::error::Result;
use crate::id::{AccountId, SessionId, TransferId};
use crate::parts::{Receipt, UploadSession};
use crate::segments::Segment;
use crate::target::Partial;
use crate::time::Time;
use crate::transfer::Transfer;

/// Durable memory. A call that returned `Ok` survives a power cut; one that failed changed nothing.
///
/// # Errors
/// All fail with [`Kind::DiskFull`](crate::Kind::DiskFull) or [`Kind::Disk`](crate::Kind::Disk).
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Accepts new transfers, all or none, each with a first journal entry. `links` are the addresses of those that
    /// come from one, with their secrets; they are stored encrypted.
    async fn insert(&self, rows: &[Transfer], links: &[(TransferId, SecretString)], note: &Note) -> Result<()>;

    /// Every transfer, by priority (high first), then position.
    async fn transfers(&self) -> Result<Vec<Transfer>>;

    /// Moves one row from `before` to `after` (whose revision is one higher), with its journal entry and what
    /// becomes of its session, in one transaction. `false`: the stored row is no longer in `before`'s state and revision.
    async fn write(
        &self,
        before: &Transfer,
        after: &Transfer,
        note: Option<&Note>,
        session: Option<&SessionChange>,
    ) -> Result<bool>;

    /// Gives rows new places in line. Revisions stay.
    async fn place(&self, places: &[(TransferId, i64)]) -> Result<()>;

    /// Forgets transfers with their journals. Sessions that may still exist at a service stay.
    async fn remove(&self, ids: &[TransferId]) -> Result<()>;

    /// One session.
    async fn session(&self, id: SessionId) -> Result<Option<SessionRow>>;

    /// Sessions that may still exist at a service: asked, open, closing or left.
    async fn open_sessions(&self) -> Result<Vec<SessionRow>>;

    /// Moves a session whose transfer does not change with it.
    async fn move_session(&self, id: SessionId, status: SessionStatus) -> Result<()>;

    /// Adds or replaces the receipt of one part.
    async fn add_receipt(&self, session: SessionId, receipt: &Receipt) -> Result<()>;

    /// All receipts of a session, by part number.
    async fn receipts(&self, session: SessionId) -> Result<Vec<Receipt>>;

    /// The link that a download came from, with its secrets.
    async fn link(&self, id: TransferId) -> Result<Option<SecretString>>;

    /// The partial file of a download.
    async fn partial(&self, id: TransferId) -> Result<Option<Partial>>;

    /// The segments of a download, by number.
    async fn segments(&self, id: TransferId) -> Result<Vec<Segment>>;

    /// Adds or replaces segments, all or none. Called only for bytes that are durable (law 2).
    async fn put_segments(&self, id: TransferId, segments: &[Segment]) -> Result<()>;

    /// Writes one more line of a transfer's story.
    async fn note(&self, id: TransferId, note: &Note) -> Result<()>;

    /// The story of a transfer, oldest first.
    async fn journal(&self, id: TransferId) -> Result<Vec<Note>>;

    /// Every account, by name.
    async fn accounts(&self) -> Result<Vec<Account>>;

    /// Adds or replaces an account.
    async fn put_account(&self, account: &Account) -> Result<()>;

    /// Forgets an account; refused by the caller while transfers need it.
    async fn remove_account(&self, id: AccountId) -> Result<()>;

    /// One setting.
    async fn setting(&self, key: &str) -> Result<Option<String>>;

    /// Stores one setting; `None` forgets it.
    async fn put_setting(&self, key: &str, value: Option<&str>) -> Result<()>;
}

/// One line of a transfer's story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When.
    pub at: Time,
    /// Stable name of what happened.
    pub event: String,
    /// For a person.
    pub text: String,
}

/// Where a session stands at the service, as far as we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// Asked for; we do not know its name. Holds file name and size only.
    Asked,
    /// In use.
    Open,
    /// To be aborted; tried in the background until the service says it is gone.
    Closing,
    /// May exist, and must not be aborted by itself: its outcome was unknown, or its name is.
    Left,
    /// The file was made of it.
    Finished,
    /// Gone.
    Aborted,
}

impl SessionStatus {
    /// The stored form.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Open => "open",
            Self::Closing => "closing",
            Self::Left => "left",
            Self::Finished => "finished",
            Self::Aborted => "aborted",
        }
    }

    /// The status of a stored text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Asked,
            Self::Open,
            Self::Closing,
            Self::Left,
            Self::Finished,
            Self::Aborted,
        ]
        .into_iter()
        .find(|status| status.text() == text)
    }
}

/// One attempt to create a file at a service.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Its name among things.
    pub id: SessionId,
    /// Who asked for it; may be forgotten by now.
    pub transfer: TransferId,
    /// Where.
    pub account: AccountId,
    /// The file's name.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// Where it stands.
    pub status: SessionStatus,
    /// What the service gave us; `None` while its answer is missing, and again once it is over.
    pub session: Option<UploadSession>,
    /// When it was asked for.
    pub created_at: Time,
}

/// What becomes of a session, or of a download's partial file, together with its transfer.
#[derive(Debug, Clone)]
pub enum SessionChange {
    /// The intent, before the request.
    Asked(SessionRow),
    /// The answer.
    Opened(SessionId, UploadSession),
    /// The session moves; over (finished, aborted) forgets its links.
    Moved(SessionId, SessionStatus),
    /// The partial file stands; its segments take the place of all earlier ones.
    Placed(Partial, Vec<Segment>),
    /// The partial file stays, and none of its bytes count any more.
    Emptied,
    /// The partial file is gone, or is the file by now.
    Unplaced,
}

/// Encrypts what must not be readable in the database. `context` binds a text to its place.
pub trait Seal: Send + Sync {
    /// Encrypts.
    fn seal(&self, plain: &[u8], context: &str) -> Vec<u8>;

    /// Decrypts; `None` when key or context differ or the text was altered.
    fn open(&self, sealed: &[u8], context: &str) -> Option<Vec<u8>>;
}
