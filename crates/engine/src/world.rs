//! What the engine is given: memory, accounts, files, time, names. Replace all of it and the engine is simulated.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use transfer::account::Tags;
use transfer::download::RemoteFile;
use transfer::error::Result;
use transfer::ledger::Ledger;
use transfer::provider::Provider;
use transfer::source::{Fingerprint, Sources};
use transfer::target::Targets;
use transfer::time::Clock;
use transfer::{AccountId, BatchId, Endpoint, Rates, Reason, SecretString, Transfer, Way};
use uuid::Uuid;

use crate::hash::Hasher;

/// Everything outside the engine.
#[derive(Clone)]
pub struct World {
    /// Durable memory.
    pub ledger: Arc<dyn Ledger>,
    /// The services, as the accounts see them.
    pub accounts: Arc<dyn Accounts>,
    /// Local files.
    pub sources: Arc<dyn Sources>,
    /// Local folders.
    pub targets: Arc<dyn Targets>,
    /// Our own folder for copies between services that have to lie here on their way, as bytes of
    /// [`platform::path_to_bytes`]. It need not be there, and what lies in it is removed when it is needed no more.
    pub copies: Vec<u8>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New names.
    pub ids: Arc<dyn Ids>,
    /// MD5 of parts.
    pub hasher: Hasher,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}

/// The accounts, as the engine needs them.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The service as this account sees it.
    ///
    /// # Errors
    /// [`transfer::Kind::Unauthorized`] when its credential is missing or locked away.
    async fn provider(&self, id: AccountId) -> Result<Arc<dyn Provider>>;

    /// What part tags mean at this account's storage.
    async fn tags(&self, id: AccountId) -> Tags;

    /// Remembers what was learnt about part tags.
    async fn learn_tags(&self, id: AccountId, tags: Tags);

    /// Remembers how large a file the account's server was seen to take, in bytes.
    async fn learn_largest(&self, id: AccountId, bytes: u64);

    /// The person's choice of parts under way at once; the provider's rules still bound it.
    fn parts_at_once(&self, id: AccountId) -> Option<usize>;

    /// The person's choice of connections per download; the provider's rules still bound it.
    fn connections(&self, id: AccountId) -> Option<usize>;

    /// The password that the person gave for the files of a batch.
    async fn file_password(&self, batch: BatchId) -> Option<SecretString>;

    /// Bytes per second over everything this account does.
    fn rates(&self, id: AccountId) -> Rates;
}

/// New names for things.
pub trait Ids: Send + Sync {
    /// A name that was never given before; later ones sort later.
    fn uuid(&self) -> Uuid;
}

/// How much may happen at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Transfers at once. With 0 nothing starts, and the queue can still be steered.
    pub slots: usize,
    /// Transfers at once for one account, from 1.
    pub slots_per_account: usize,
    /// Bytes per second over everything.
    pub rates: Rates,
    /// Why nothing may move at all.
    pub holds: Holds,
}

/// Why nothing may move this way or that, although nothing is wrong with it. Whoever moves gives its slot back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holds {
    /// To services.
    pub up: Option<Reason>,
    /// From services.
    pub down: Option<Reason>,
}

impl Limits {
    /// Why this transfer may not move now.
    #[must_use]
    pub fn held(&self, row: &Transfer) -> Option<&Reason> {
        let up = self.holds.up.as_ref().filter(|_| row.goes(Way::Up));
        up.or(self.holds.down.as_ref().filter(|_| row.goes(Way::Down)))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            slots: 3,
            slots_per_account: 3,
            rates: Rates::FREE,
            holds: Holds::default(),
        }
    }
}

/// A file to be fetched.
#[derive(Debug, Clone)]
pub struct NewDownload {
    /// Who fetches it: an account of the service, or its guest.
    pub account: AccountId,
    /// Where from; of a link only what may be shown.
    pub source: Endpoint,
    /// The link with its secrets, where it comes from one.
    pub link: Option<SecretString>,
    /// The folder it goes to, as bytes of [`platform::path_to_bytes`].
    pub folder: Vec<u8>,
    /// What to call it until the service has said more; safe already.
    pub name: String,
    /// What the service said of it, if it was asked already.
    pub found: Option<RemoteFile>,
    /// Choices: `collision`, `plain_http`.
    pub options: BTreeMap<String, String>,
    /// Bytes per second at most.
    pub limit: Option<u64>,
    /// What it came with.
    pub batch: BatchId,
}

/// A file to be sent from one service to another, without a copy here wherever its size is known.
#[derive(Debug, Clone)]
pub struct NewAcross {
    /// Where to.
    pub account: AccountId,
    /// Where from: a link with the account that fetches it, or a file of an account.
    pub source: Endpoint,
    /// The link with its secrets, where it comes from one.
    pub link: Option<SecretString>,
    /// What to call it until the service has said more; safe already.
    pub name: String,
    /// Bytes as far as they are known, to show until the service is asked.
    pub size: Option<u64>,
    /// Choices, such as a title or `plain_http`.
    pub options: BTreeMap<String, String>,
    /// Bytes per second at most.
    pub limit: Option<u64>,
    /// What it came with.
    pub batch: BatchId,
}

/// A file to be uploaded.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// Where to.
    pub account: AccountId,
    /// Where from, as bytes of [`platform::path_to_bytes`].
    pub path: Vec<u8>,
    /// What to call it.
    pub name: String,
    /// Bytes as they were when it was chosen, to show until it is measured.
    pub size: Option<u64>,
    /// The version that is meant, where it is known. A transfer that has sent it already is the same one.
    pub version: Option<Fingerprint>,
    /// Choices, such as a title.
    pub options: BTreeMap<String, String>,
    /// Bytes per second at most.
    pub limit: Option<u64>,
    /// What it came with.
    pub batch: BatchId,
}
