//! Why something did not work: the kind decides what happens next, the message is for a person.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What sort of fault it was. A provider names it; what follows is decided in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// No way to the host at all. Not counted as an attempt.
    Offline,
    /// Somebody on the way answers in the host's place: the network wants a sign-in first. Time and the person heal it.
    NetworkSignIn,
    /// The host is in trouble or the line broke; time heals it.
    Unavailable,
    /// Too many requests; `retry_after` says for how long.
    RateLimited,
    /// The credential is not accepted.
    Unauthorized,
    /// The plan's storage is used up; holds for the whole account.
    PlanFull,
    /// The named thing is not there.
    NotFound,
    /// The service says no, for good.
    Refused,
    /// Larger than the service takes.
    TooLarge,
    /// The signed links ran out.
    Expired,
    /// The service no longer knows the session.
    SessionGone,
    /// Bytes or sizes do not agree.
    Integrity,
    /// An answer that is not in the service's document.
    Protocol,
    /// No trust in the connection.
    Tls,
    /// The source is not the file that it was.
    SourceChanged,
    /// The source is not there.
    SourceGone,
    /// The source cannot be read.
    SourceRead,
    /// The disk that keeps our own state is full.
    DiskFull,
    /// The disk that keeps our own state fails.
    Disk,
    /// The folder of a download is not there, or its drive is not connected.
    TargetGone,
    /// The disk of a download is full.
    TargetFull,
    /// The disk of a download fails.
    TargetWrite,
    /// The file has a password of its own, and it is missing or wrong.
    Password,
    /// The service wants us to come back; no fault, and no attempt. `retry_after` says when.
    Later,
    /// Only the person can help; the failure's code names the question.
    Person,
    /// We are at fault.
    Bug,
}

/// One fault, with all that the next decision and the person need. Holds no URL and no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Failure {
    /// What sort of fault.
    pub kind: Kind,
    /// A stable name for programs, such as `plan_full`.
    pub code: String,
    /// What happened and why, in a sentence for a person.
    pub message: String,
    /// What the person can do, if anything.
    pub action: Option<String>,
    /// The service's own word on when to come back.
    pub retry_after: Option<Duration>,
    /// The request may have been carried out although no clear answer came.
    pub maybe_done: bool,
    /// The service was seen to take files of at most so many bytes.
    pub largest: Option<u64>,
}

impl Failure {
    /// A fault of `kind` with its stable code and sentence.
    pub fn new(kind: Kind, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: code.into(),
            message: message.into(),
            action: None,
            retry_after: None,
            maybe_done: false,
            largest: None,
        }
    }

    /// Adds what the person can do.
    #[must_use]
    pub fn action(mut self, action: impl Into<String>) -> Self {
        self.action = Some(action.into());
        self
    }

    /// Adds when the service wants to be asked again.
    #[must_use]
    pub fn retry_after(mut self, delay: Option<Duration>) -> Self {
        self.retry_after = delay;
        self
    }

    /// Marks that the request may have been carried out.
    #[must_use]
    pub fn maybe_done(mut self, maybe: bool) -> Self {
        self.maybe_done = maybe;
        self
    }

    /// Adds how large a file the service was seen to take, in bytes.
    #[must_use]
    pub fn largest(mut self, bytes: u64) -> Self {
        self.largest = Some(bytes);
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The result of everything that can fail in the domain's world.
pub type Result<T, E = Failure> = std::result::Result<T, E>;
