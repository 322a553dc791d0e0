//! The row of one transfer: everything that is known about it, as it is stored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::download::RemoteFile;
use crate::id::{AccountId, BatchId, SessionId, TransferId};
use crate::proof::Proof;
use crate::rates::Way;
use crate::reason::{Question, Reason};
use crate::source::Fingerprint;
use crate::state::State;
use crate::time::Time;

/// Which way the bytes go; it follows from source and target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From a local file to a service.
    Up,
    /// From a service or a link to a local file.
    Down,
    /// From service to service.
    Across,
}

/// One end of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Endpoint {
    /// A path as raw bytes, since names need not be UTF-8.
    Local {
        /// The path.
        path: Vec<u8>,
    },
    /// A link.
    Link {
        /// The address without its secrets.
        url: String,
        /// Who fetches it, where that is not the transfer's own account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<AccountId>,
    },
    /// A place at a service.
    Remote {
        /// Whose place.
        account: AccountId,
        /// Which file; `None` while it has yet to be created.
        id: Option<String>,
    },
}

/// The last durable step of a transfer. Rows lag deeds (law 2), so each step is true when it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// In the queue.
    Accepted,
    /// The source was looked at: a local file has its fingerprint, a remote one was described.
    Measured,
    /// About to make the place for the bytes: the request for a session, or the partial file, may be under way.
    OpenAsked,
    /// That place is stored: the session, or the partial file.
    Opened,
    /// Every part has its receipt; every byte of a download is durable.
    Sent,
    /// About to make the file of it: the finishing request, or the renaming, may be under way.
    FinishAsked,
    /// The file is there.
    Finished,
}

/// What is known of the last request that is not harmless to repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing is open.
    None,
    /// Asked; no answer yet.
    Asked,
    /// Asked; the answer is lost. Only reading at the service may settle it.
    Unknown,
}

/// What the person wants. Obeyed at once, or as soon as an open outcome is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Go on.
    Run,
    /// Keep what is there, send no more.
    Pause,
    /// Leave nothing behind.
    Cancel,
}

/// Why a transfer failed for good, as stored and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// Stable, for programs.
    pub code: String,
    /// What happened and why.
    pub message: String,
    /// What the person can do, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
}

/// The file at the service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remote {
    /// The service's id.
    pub id: String,
    /// A page about it, if the service names one. Holds no secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What the service has measured of a finished file by itself, where it does so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Follow {
    /// Nothing so far; it is asked again.
    Awaited,
    /// The size that was sent.
    Confirmed,
    /// Something else.
    Differs {
        /// What it shows, for a person.
        shown: String,
    },
    /// It did not say in time. Such a file may be damaged there, or the service is slow.
    Silent,
}

impl Follow {
    /// For a person, after the proof.
    #[must_use]
    pub fn sentence(&self) -> &'static str {
        match self {
            Self::Awaited => "Uploaded; the service has not measured it yet.",
            Self::Confirmed => "The service has measured it and reports the size that was sent.",
            Self::Differs { .. } => "The service reports another size: look at the file there.",
            Self::Silent => {
                "Uploaded, not confirmed: the service has not said what size it has. Look at the file there."
            }
        }
    }
}

/// One transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Its name among things.
    pub id: TransferId,
    /// Grows by one with every write; a write from an older look is refused.
    pub revision: i64,
    /// Which way.
    pub direction: Direction,
    /// Where from.
    pub source: Endpoint,
    /// Where to.
    pub target: Endpoint,
    /// The account that it uses, whatever its direction.
    pub account: AccountId,
    /// The file's name, for people and for the service.
    pub name: String,
    /// Bytes, once known.
    pub size: Option<u64>,
    /// Which version of the source is being sent. Of a copy between services: which file of ours it was gathered in, once all
    /// of it is here.
    pub fingerprint: Option<Fingerprint>,
    /// What the service said of the file to be fetched.
    pub found: Option<RemoteFile>,
    /// Where it stands.
    pub state: State,
    /// The last durable step.
    pub step: Step,
    /// Whether an answer is missing.
    pub outcome: Outcome,
    /// What the person wants.
    pub wish: Wish,
    /// Why it waits.
    pub reason: Option<Reason>,
    /// What it asks.
    pub question: Option<Question>,
    /// Why it failed.
    pub ended: Option<Ended>,
    /// How sure we are, once completed.
    pub proof: Option<Proof>,
    /// What the service measured afterwards, where it does.
    pub follow: Option<Follow>,
    /// The session in use.
    pub session: Option<SessionId>,
    /// The file at the service, once known.
    pub remote: Option<Remote>,
    /// Bytes with a receipt; of a download, durable bytes.
    pub sent: u64,
    /// Parts with a receipt.
    pub parts_done: u32,
    /// Parts in all; 0 while unknown.
    pub parts_total: u32,
    /// Higher goes first.
    pub priority: i32,
    /// Lower goes first within a priority.
    pub position: i64,
    /// What came with it.
    pub batch: BatchId,
    /// Sessions asked for so far.
    pub attempt: u32,
    /// Faults in a row without progress.
    pub failures: u32,
    /// Looks at the service in a row to settle an outcome.
    pub looks: u32,
    /// The transfer whose file this one is a new version of.
    pub version_of: Option<TransferId>,
    /// Bytes per second at most, for this one.
    pub limit: Option<u64>,
    /// Choices for this transfer, such as a title.
    pub options: BTreeMap<String, String>,
    /// When it was accepted.
    pub created_at: Time,
    /// When it first got a slot.
    pub started_at: Option<Time>,
    /// When it was over.
    pub finished_at: Option<Time>,
}

impl Transfer {
    /// A fresh upload of the file at `path` into `account`.
    #[must_use]
    pub fn upload(id: TransferId, batch: BatchId, account: AccountId, path: Vec<u8>, name: String, now: Time) -> Self {
        Self {
            id,
            revision: 0,
            direction: Direction::Up,
            source: Endpoint::Local { path },
            target: Endpoint::Remote { account, id: None },
            account,
            name,
            size: None,
            fingerprint: None,
            found: None,
            state: State::Queued,
            step: Step::Accepted,
            outcome: Outcome::None,
            wish: Wish::Run,
            reason: None,
            question: None,
            ended: None,
            proof: None,
            follow: None,
            session: None,
            remote: None,
            sent: 0,
            parts_done: 0,
            parts_total: 0,
            priority: 0,
            position: 0,
            batch,
            attempt: 0,
            failures: 0,
            looks: 0,
            version_of: None,
            limit: None,
            options: BTreeMap::new(),
            created_at: now,
            started_at: None,
            finished_at: None,
        }
    }

    /// A fresh download of `source` into `folder` (raw bytes of its path) by `account`.
    #[must_use]
    pub fn download(
        id: TransferId,
        batch: BatchId,
        account: AccountId,
        source: Endpoint,
        folder: Vec<u8>,
        name: String,
        now: Time,
    ) -> Self {
        Self {
            direction: Direction::Down,
            source,
            target: Endpoint::Local { path: folder },
            ..Self::upload(id, batch, account, Vec::new(), name, now)
        }
    }

    /// A fresh copy of `source`, a link or a file at a service, into `account`, without a file of the person's here.
    #[must_use]
    pub fn across(
        id: TransferId,
        batch: BatchId,
        source: Endpoint,
        account: AccountId,
        name: String,
        now: Time,
    ) -> Self {
        Self {
            direction: Direction::Across,
            source,
            ..Self::upload(id, batch, account, Vec::new(), name, now)
        }
    }

    /// The account that gives the bytes, if an account does.
    #[must_use]
    pub fn giver(&self) -> Option<AccountId> {
        match (&self.source, self.direction) {
            (Endpoint::Remote { account, .. }, _) => Some(*account),
            (Endpoint::Link { account, .. }, Direction::Across) => *account,
            (Endpoint::Link { account, .. }, _) => Some(account.unwrap_or(self.account)),
            (Endpoint::Local { .. }, _) => None,
        }
    }

    /// A copy between services of which nobody says how large it is, while it comes into a file of our own. Services must be
    /// told beforehand, so that nothing can be sent yet.
    #[must_use]
    pub fn gathers(&self) -> bool {
        let endless = self.found.as_ref().is_some_and(|found| found.size.is_none());
        self.direction == Direction::Across && endless && self.fingerprint.is_none()
    }

    /// Such a copy, once all of it is here: it is sent from that file, as any file of the person's own is.
    #[must_use]
    pub fn gathered(&self) -> bool {
        self.direction == Direction::Across && self.fingerprint.is_some()
    }

    /// Its bytes come into a file here: those of a download, and of a copy that [gathers](Self::gathers).
    #[must_use]
    pub fn receives(&self) -> bool {
        self.direction == Direction::Down || self.gathers()
    }

    /// Whether its bytes go this way over the network, as things stand with it.
    #[must_use]
    pub fn goes(&self, way: Way) -> bool {
        match way {
            Way::Up => !self.receives(),
            Way::Down => self.direction != Direction::Up && !self.gathered(),
        }
    }

    /// The folder that it goes to, if that is here.
    #[must_use]
    pub fn folder(&self) -> Option<&[u8]> {
        match &self.target {
            Endpoint::Local { path } => Some(path),
            _ => None,
        }
    }

    /// The local path of its source, if it has one.
    #[must_use]
    pub fn local_source(&self) -> Option<&[u8]> {
        match &self.source {
            Endpoint::Local { path } => Some(path),
            _ => None,
        }
    }
}
