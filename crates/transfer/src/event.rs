//! What can happen to a transfer. An event with its facts ([`Event`]) drives the table by its sort ([`On`]).

use crate::download::RemoteFile;
use crate::error::Failure;
use crate::id::SessionId;
use crate::ledger::SessionRow;
use crate::parts::UploadSession;
use crate::proof::Proof;
use crate::provider::{Finished, Reopen, Settlement};
use crate::reason::Reason;
use crate::segments::Segment;
use crate::source::Fingerprint;
use crate::target::Partial;
use crate::transfer::{Follow, Wish};

/// The sorts of events that move a transfer from state to state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum On {
    /// Got a slot.
    Picked,
    /// The session is there, bytes may move.
    Opened,
    /// All of a copy that had to be gathered here is here.
    Gathered,
    /// Every part has its receipt.
    Sent,
    /// The file is at the service.
    Arrived,
    /// Lost its slot without a fault.
    Interrupted,
    /// A fault or a limit that passes.
    Delayed,
    /// The wait is over.
    Due,
    /// The session is of no use any more.
    Restarted,
    /// The person must decide.
    Asked,
    /// The person decided.
    Answered,
    /// No, for good.
    Refused,
    /// The person wants another try.
    Retried,
    /// The person stopped it.
    Paused,
    /// The person lets it go on.
    Resumed,
    /// The person gave it up.
    Cancelled,
    /// Nothing is left behind.
    Aborted,
}

impl On {
    /// For the printed table.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Picked => "picked",
            Self::Opened => "opened",
            Self::Gathered => "gathered",
            Self::Sent => "sent",
            Self::Arrived => "arrived",
            Self::Interrupted => "interrupted",
            Self::Delayed => "delayed",
            Self::Due => "due",
            Self::Restarted => "restarted",
            Self::Asked => "asked",
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Retried => "retried",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Cancelled => "cancelled",
            Self::Aborted => "aborted",
        }
    }
}

/// Something that happened, with its facts.
#[derive(Debug, Clone)]
pub enum Event {
    /// The scheduler gave it a slot.
    Picked,
    /// The source was looked at and the service would take it.
    Measured(Fingerprint),
    /// The service described the file to be fetched; the name is the one that it is kept under, made safe.
    Found {
        /// What it said.
        file: RemoteFile,
        /// What to call it.
        name: String,
    },
    /// The intent to make the partial file for this name (law 1).
    PlaceAsked(String),
    /// The partial file stands, with these segments to be fetched.
    Placed(Partial, Vec<Segment>),
    /// The link of this try tells whether it can be gone on with, and perhaps something for the person.
    Linked {
        /// Whether it can.
        resumable: Option<bool>,
        /// A sentence.
        note: Option<String>,
    },
    /// All of a copy that [gathers](crate::Transfer::gathers) is durable in this file of ours, and is sent from there now.
    Gathered {
        /// Which file, in which version.
        print: Fingerprint,
        /// It has the checksum that its source names.
        checked: bool,
    },
    /// The intent to give the download this name (law 1).
    NameAsked(String),
    /// The whole file is there, under its name.
    Landed(Proof),
    /// A look at the folder after a stop in the middle of naming: the file has its name (`true`), or is still partial.
    Looked(bool),
    /// A choice that the person made for the whole batch.
    Chosen(String, String),
    /// The intent to ask for a session (law 1): stored before the request leaves.
    OpenAsked(SessionRow),
    /// The service gave a session.
    Opened(SessionId, UploadSession),
    /// The answer to asking for a session is lost.
    OpenLost {
        /// From the provider's rules.
        reopen: Reopen,
        /// What went wrong.
        failure: Failure,
    },
    /// The service was asked for the session whose answer was lost, and does not have it.
    OpenMissed,
    /// The intent to send the part that makes the file (law 1).
    MakeAsked,
    /// That part was given up before its last byte was handed over: no file can be made of it.
    Unmade,
    /// What the service has measured of the finished file by itself; [`Follow::Silent`] when it does not say.
    Followed(Follow),
    /// Goes on where an earlier run stopped.
    Joined,
    /// Receipts so far.
    Progressed {
        /// Bytes.
        sent: u64,
        /// Parts.
        parts: u32,
    },
    /// Every part has its receipt.
    Sent,
    /// The intent to finish (law 1).
    FinishAsked,
    /// The service answered that it finished.
    Finished(Finished, Proof),
    /// A look at the service after a lost answer.
    Settled(Settlement, Proof),
    /// Something did not work. For a finishing request, `maybe_done` makes its outcome unknown.
    Failed(Failure),
    /// The slot is taken back without a fault.
    Interrupted,
    /// The slot is taken back because nothing may move now, for this reason.
    Held(Reason),
    /// The time it waited for has come, or what it waited for has changed.
    Due,
    /// What the person wants.
    Wished(Wish),
    /// The person limits its speed to so many bytes per second, or lifts the limit.
    Limited(Option<u64>),
    /// The person wants another try, now.
    Retried,
    /// The person answered its question with this choice.
    Answered(String),
    /// The session is gone at the service, or there was none.
    Aborted,
    /// The same, but something of it stays at the service: what, in a sentence.
    AbortedInPart(String),
    /// The service could not be told to drop the session.
    AbortFailed(Failure),
}
