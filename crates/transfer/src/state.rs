//! The table of states: every move a transfer may make, and no other.

use serde::{Deserialize, Serialize};

use crate::event::On;

/// Where a transfer stands. The text forms are stored and shown everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// In line for a slot.
    Queued,
    /// Looking at the file, asking the service for a session.
    Preparing,
    /// Bytes are moving.
    Transferring,
    /// All bytes are there; the service is asked to make a file of them, and to show it.
    Finishing,
    /// Goes on by itself when its reason passes. Holds no slot.
    Waiting,
    /// Stopped by the person.
    Paused,
    /// Cannot go on without the person.
    NeedsYou,
    /// Being cleaned up at the service.
    Cancelling,
    /// There, with a proof.
    Completed,
    /// Trying again by itself cannot help.
    Failed,
    /// Given up by the person, nothing left behind.
    Cancelled,
}

use State::{
    Cancelled, Cancelling, Completed, Failed, Finishing, NeedsYou, Paused, Preparing, Queued, Transferring, Waiting,
};

/// Every allowed move: from, on, to.
pub const TABLE: &[(State, On, State)] = &[
    // The straight way.
    (Queued, On::Picked, Preparing),
    (Preparing, On::Opened, Transferring),
    (Transferring, On::Sent, Finishing),
    (Finishing, On::Arrived, Completed),
    // A copy whose size nobody says was received into a file of ours: from here on it is sent like any other.
    (Transferring, On::Gathered, Preparing),
    // A restart or an answer found later joins the way where it left it.
    (Preparing, On::Sent, Finishing),
    (Preparing, On::Arrived, Completed),
    (Transferring, On::Arrived, Completed),
    // The slot is given back without a fault: shutdown, or found running after a crash.
    (Preparing, On::Interrupted, Queued),
    (Transferring, On::Interrupted, Queued),
    (Finishing, On::Interrupted, Queued),
    // A fault that time can heal: wait, then queue again.
    (Preparing, On::Delayed, Waiting),
    (Transferring, On::Delayed, Waiting),
    (Finishing, On::Delayed, Waiting),
    (Waiting, On::Due, Queued),
    // The session is of no use any more: begin again with a new one.
    (Transferring, On::Restarted, Waiting),
    (Finishing, On::Restarted, Waiting),
    (Preparing, On::Restarted, Waiting),
    // Only the person can help.
    (Preparing, On::Asked, NeedsYou),
    (Transferring, On::Asked, NeedsYou),
    (Finishing, On::Asked, NeedsYou),
    (NeedsYou, On::Answered, Queued),
    // Trying again cannot help.
    (Preparing, On::Refused, Failed),
    (Transferring, On::Refused, Failed),
    (Finishing, On::Refused, Failed),
    (NeedsYou, On::Refused, Failed),
    (Failed, On::Retried, Queued),
    (Cancelled, On::Retried, Queued),
    (Waiting, On::Retried, Queued),
    (NeedsYou, On::Retried, Queued),
    // The person pauses and resumes.
    (Queued, On::Paused, Paused),
    (Preparing, On::Paused, Paused),
    (Transferring, On::Paused, Paused),
    (Finishing, On::Paused, Paused),
    (Waiting, On::Paused, Paused),
    (NeedsYou, On::Paused, Paused),
    (Paused, On::Resumed, Queued),
    // The person gives up. Never while an outcome is unknown: `decide` sees to that.
    (Queued, On::Cancelled, Cancelling),
    (Preparing, On::Cancelled, Cancelling),
    (Transferring, On::Cancelled, Cancelling),
    (Finishing, On::Cancelled, Cancelling),
    (Waiting, On::Cancelled, Cancelling),
    (Paused, On::Cancelled, Cancelling),
    (NeedsYou, On::Cancelled, Cancelling),
    (Failed, On::Cancelled, Cancelling),
    (Cancelling, On::Aborted, Cancelled),
    // The person looked and saw the file at the service.
    (NeedsYou, On::Arrived, Completed),
];

/// Where `on` leads from `from`; `None` when the table has no such move.
#[must_use]
pub fn next(from: State, on: On) -> Option<State> {
    TABLE
        .iter()
        .find(|(f, o, _)| *f == from && *o == on)
        .map(|(_, _, to)| *to)
}

impl State {
    /// All states, in the order in which a person would tell the story.
    pub const ALL: [Self; 11] = [
        Queued,
        Preparing,
        Transferring,
        Finishing,
        Waiting,
        Paused,
        NeedsYou,
        Cancelling,
        Completed,
        Failed,
        Cancelled,
    ];

    /// The stored and shown form.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Queued => "queued",
            Preparing => "preparing",
            Transferring => "transferring",
            Finishing => "finishing",
            Waiting => "waiting",
            Paused => "paused",
            NeedsYou => "needs_you",
            Cancelling => "cancelling",
            Completed => "completed",
            Failed => "failed",
            Cancelled => "cancelled",
        }
    }

    /// The state of a stored text; an unknown text is `None`, never a default.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.text() == text)
    }

    /// Holds a slot and has somebody working on it.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, Preparing | Transferring | Finishing)
    }

    /// Nothing more will happen by itself or is being waited for.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Completed | Failed | Cancelled)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_row_stands_twice() {
        let pairs: BTreeSet<_> = TABLE.iter().map(|(from, on, _)| (*from, *on)).collect();
        assert_eq!(pairs.len(), TABLE.len());
    }

    #[test]
    fn every_state_is_reachable_from_queued() {
        let mut reached = BTreeSet::from([Queued]);
        while let Some((_, _, to)) = TABLE
            .iter()
            .find(|(from, _, to)| reached.contains(from) && !reached.contains(to))
        {
            reached.insert(*to);
        }
        assert_eq!(reached, State::ALL.into_iter().collect());
    }

    #[test]
    fn every_unfinished_state_can_be_left() {
        for state in State::ALL.into_iter().filter(|state| *state != Completed) {
            assert!(
                TABLE.iter().any(|(from, _, _)| *from == state),
                "{state:?} is a dead end"
            );
        }
        assert!(TABLE.iter().all(|(from, _, _)| *from != Completed), "completed is left");
    }

    #[test]
    fn texts_come_back_and_unknown_ones_do_not() {
        for state in State::ALL {
            assert_eq!(State::parse(state.text()), Some(state));
        }
        assert_eq!(State::parse("done"), None);
    }
}
