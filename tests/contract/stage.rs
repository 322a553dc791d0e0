//! What a case may ask of the world behind a provider.

use std::sync::Arc;

use providers::Registry;
use transfer::account::{Account, Tags};
use transfer::provider::FileFacts;
use transfer::time::Clock;
use transfer::{AccountId, SecretString, Time};

use crate::content::Content;

/// The world of one service, started fresh for each case.
pub(crate) trait Stage: Sized + Send + Sync + 'static {
    /// Starts it, with parts of 64 KiB.
    async fn start() -> Self;
    /// Where the provider is found.
    fn registry(&self) -> Registry;
    /// An account there.
    fn account(&self) -> Account;
    /// Its credential.
    fn secret(&self) -> SecretString;
    /// The time that the service goes by.
    fn clock(&self) -> Arc<dyn Clock>;
    /// What the service is told of a file.
    fn facts(&self, content: &Content) -> FileFacts {
        content.facts()
    }
    /// So many bytes fit, no more.
    fn quota(&self, bytes: u64);
    /// What a look shows.
    fn evidence(&self, evidence: Evidence);
    /// Whether empty files are taken.
    fn takes_empty(&self, takes: bool);
    /// The next call of `step` goes wrong.
    fn goes_wrong(&self, step: Step, wrong: Wrong);
    /// Links handed out so far hold no longer.
    fn expire_links(&self);
    /// Nothing listens there any more.
    fn unreachable(&self);
    /// What happened there.
    fn seen(&self) -> Seen;
    /// Whether exactly one finished file has this name, and it has these bytes.
    async fn has(&self, content: &Content) -> bool;
}

/// A call that can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Open,
    PutPart,
    Finish,
    Abort,
    Delete,
    Import,
}

/// How it goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Carried out, but the answer does not arrive.
    AnswerLost,
    /// Not carried out, and no answer.
    Dropped,
    /// The line breaks after so many bytes of a part.
    Cut(u64),
    /// The part is stored, its tag is another's.
    TagLies,
}

/// What a look shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// Finished files, with their size.
    Exact,
    /// Finished files, with a size that others share.
    Rounded,
    /// Files from the start.
    FromOpening,
}

/// What happened at the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) opened: u64,
    /// Neither finished nor given up.
    pub(crate) open: u64,
    pub(crate) finished: u64,
    pub(crate) aborted: u64,
}

/// An account of `provider` at `base_url`.
pub(crate) fn account(provider: &str, base_url: &str) -> Account {
    Account {
        id: AccountId(uuid::Uuid::now_v7()),
        provider: provider.into(),
        name: "mine".into(),
        base_url: base_url.into(),
        allow_http: false,
        options: std::collections::BTreeMap::new(),
        tags: Tags::default(),
        info: None,
        last_answer: None,
        created_at: Time(0),
    }
}
