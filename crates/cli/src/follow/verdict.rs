//! Whether anything can still go on by itself, and what that comes to.

use std::time::Duration;

use app::boundary::{TransferRow, TransferState};
use jiff::Timestamp;

use crate::exit::Exit;

/// Waits up to this long are sat out.
pub(super) const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// How a transfer stands, for whoever waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It moves, or will as soon as another has made room.
    Moves,
    /// It goes on by itself: at this time, if that is known.
    Waits(Option<Timestamp>),
    /// Only a person can help.
    NeedsYou,
    Over,
}

pub(super) fn is_over(state: TransferState) -> bool {
    matches!(
        state,
        TransferState::Completed | TransferState::Failed | TransferState::Cancelled
    )
}

fn standing(row: &TransferRow) -> Standing {
    let until = || {
        row.reason
            .as_ref()
            .and_then(|reason| reason.until.as_ref()?.parse().ok())
    };
    match row.state {
        TransferState::Preparing | TransferState::Transferring | TransferState::Finishing => Standing::Moves,
        // A service that can't be told is told again later.
        TransferState::Cancelling => match until() {
            Some(until) => Standing::Waits(Some(until)),
            None => Standing::Moves,
        },
        TransferState::Queued => match row.reason.as_ref().map(|reason| reason.code.as_str()) {
            None | Some("no_slot") => Standing::Moves,
            Some("signed_out" | "locked") => Standing::NeedsYou,
            // A pause that the person ends, a timetable that never lets it move.
            Some("paused_all" | "outside_schedule") if until().is_none() => Standing::NeedsYou,
            Some(_) => Standing::Waits(until()),
        },
        TransferState::Waiting => Standing::Waits(until()),
        TransferState::Paused | TransferState::NeedsYou => Standing::NeedsYou,
        TransferState::Completed | TransferState::Failed | TransferState::Cancelled => Standing::Over,
    }
}

/// Whether there is nothing left to wait for. `still` is how long nothing has moved.
pub(super) fn rests<'a>(rows: impl Iterator<Item = &'a TransferRow>, still: Duration) -> bool {
    let mut soonest = None;
    for row in rows {
        match standing(row) {
            Standing::Moves => return false,
            Standing::Waits(until) => {
                let wait = until.map_or(Duration::ZERO, from_now);
                soonest = Some(soonest.map_or(wait, |soonest: Duration| soonest.min(wait)));
            }
            Standing::NeedsYou | Standing::Over => {}
        }
    }
    soonest.is_none_or(|soonest| soonest > PATIENCE || still > PATIENCE)
}

fn from_now(until: Timestamp) -> Duration {
    Duration::try_from(Timestamp::now().duration_until(until)).unwrap_or(Duration::ZERO)
}

/// What it comes to once nothing is left to wait for. `all` were asked for, so that a paused one is not done.
pub(super) fn exit<'a>(rows: impl Iterator<Item = &'a TransferRow>, all: bool) -> Exit {
    let mut exit = Exit::Done;
    for row in rows {
        let one = match (row.state, standing(row)) {
            (TransferState::Failed, _) => return Exit::Failed,
            (TransferState::Cancelled, _) if all => return Exit::Failed,
            (TransferState::Paused, _) if !all => Exit::Done,
            (_, Standing::NeedsYou) => Exit::NeedsYou,
            (_, Standing::Waits(_)) => Exit::Waiting,
            _ => Exit::Done,
        };
        // What needs a person goes before what time heals.
        exit = match (exit, one) {
            (Exit::NeedsYou, _) | (_, Exit::NeedsYou) => Exit::NeedsYou,
            (Exit::Waiting, _) | (_, Exit::Waiting) => Exit::Waiting,
            _ => Exit::Done,
        };
    }
    exit
}

#[cfg(test)]
#[path = "verdict_test.rs"]
mod tests;
