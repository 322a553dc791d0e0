//! When a process is killed: what it does just then, as the service sees it.

use std::time::Duration;

use journeys_tests::World;
use sandbox::{Counters, Fault, FaultRule, Route, Running};

/// Longer than any test: an answer that nobody will hear.
const NEVER_MS: u64 = 600_000;

/// A moment in the life of a process.
#[derive(Clone, Copy, Debug)]
pub(super) enum Moment {
    /// So long after it was started, whatever it does then.
    Anywhere(Duration),
    /// It has asked for a session, and the service has not made one.
    AskedToSign,
    /// The service has made a session, and its answer is on the way.
    Signed,
    /// So long after the answer left: before its row is stored, or after.
    SignedAgo(Duration),
    /// So many more bytes of parts have arrived.
    Received(u64),
    /// So many more parts are stored, so long ago.
    Stored(usize, Duration),
    /// Every part is stored, since so long.
    AllStored(Duration),
    /// It has asked for the file to be made; this request is lost.
    AskedToFinish,
    /// The file is made, and the answer is on the way.
    Finished,
    /// It has asked for the file to be made; the service takes its time, and makes it when the process is gone.
    FinishedLater,
    /// The file was made so long ago, and the answer was lost.
    AnswerLost(Duration),
    /// It looks what became of its request.
    Looking,
    /// It has asked for the upload to be dropped; this request is lost.
    AskedToCancel,
    /// The upload is dropped, and the answer is on the way.
    Cancelled,
}

fn asked(counters: &Counters, route: Route) -> u64 {
    counters.requests.get(&route).copied().unwrap_or(0)
}

impl Moment {
    /// What figures call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Anywhere(_) => "at a random moment after the start",
            Self::AskedToSign => "asked for a session, not made",
            Self::Signed => "session made, answer on the way",
            Self::SignedAgo(_) => "session made, around its row",
            Self::Received(_) => "in the middle of parts",
            Self::Stored(..) => "just after a part was stored",
            Self::AllStored(_) => "between the last part and the confirmation",
            Self::AskedToFinish => "asked to confirm, request lost",
            Self::Finished => "confirmed, answer on the way",
            Self::FinishedLater => "asked to confirm, carried out after the kill",
            Self::AnswerLost(_) => "confirmed, answer lost",
            Self::Looking => "looking what became of it",
            Self::AskedToCancel => "asked to cancel, request lost",
            Self::Cancelled => "cancelled, answer on the way",
        }
    }

    /// Has the service behave so that the moment can come, and that nothing is confirmed before.
    pub(super) fn arrange(self, sandbox: &Running) {
        let hang = || Fault::Hang { bytes: 0 };
        let late = || Fault::AnswerLate { ms: NEVER_MS };
        let (fault, route) = match self {
            Self::AskedToSign => (hang(), Route::Signed),
            Self::Signed => (late(), Route::Signed),
            Self::Finished => (late(), Route::Uploaded),
            Self::FinishedLater => (Fault::CarriedOutLate { ms: 1_500 }, Route::Uploaded),
            Self::AnswerLost(_) => (Fault::AnswerLost, Route::Uploaded),
            Self::Looking => (late(), Route::Show),
            Self::AskedToCancel => (hang(), Route::Cancel),
            Self::Cancelled => (late(), Route::Cancel),
            Self::Anywhere(_)
            | Self::SignedAgo(_)
            | Self::Received(_)
            | Self::Stored(..)
            | Self::AllStored(_)
            | Self::AskedToFinish => (hang(), Route::Uploaded),
        };
        sandbox.add_fault(FaultRule::from(fault).on(route));
    }

    /// Returns when it is there. Counted from `before`; `parts` is how many the file `name` has.
    pub(super) async fn comes(self, sandbox: &Running, before: &Counters, name: &str, parts: usize) {
        let more = |route| move |now: &Counters| asked(now, route) > asked(before, route);
        match self {
            Self::Anywhere(after) => tokio::time::sleep(after).await,
            Self::AskedToSign => drop(sandbox.until(more(Route::Signed)).await),
            Self::Signed => drop(sandbox.until(|now| now.sessions_opened > before.sessions_opened).await),
            Self::SignedAgo(ago) => {
                sandbox.until(|now| now.sessions_opened > before.sessions_opened).await;
                tokio::time::sleep(ago).await;
            }
            Self::Received(bytes) => {
                let enough = before.payload.received + bytes;
                sandbox.until(|now| now.payload.received >= enough).await;
            }
            Self::Stored(count, ago) => {
                let enough = (World::stored(before, name) + count).min(parts);
                sandbox.until(|now| World::stored(now, name) >= enough).await;
                tokio::time::sleep(ago).await;
            }
            Self::AllStored(ago) => {
                sandbox.until(|now| World::stored(now, name) == parts).await;
                tokio::time::sleep(ago).await;
            }
            Self::AskedToFinish | Self::FinishedLater => drop(sandbox.until(more(Route::Uploaded)).await),
            Self::Finished => drop(sandbox.until(|now| now.completions > before.completions).await),
            Self::AnswerLost(ago) => {
                sandbox.until(|now| now.completions > before.completions).await;
                tokio::time::sleep(ago).await;
            }
            Self::Looking => drop(sandbox.until(more(Route::Show)).await),
            Self::AskedToCancel => drop(sandbox.until(more(Route::Cancel)).await),
            Self::Cancelled => drop(sandbox.until(|now| now.cancels > before.cancels).await),
        }
    }

    /// Returns when nothing can come any more before the file is confirmed: what [`arrange`](Self::arrange) holds up.
    pub(super) async fn comes_too_late(self, sandbox: &Running, before: &Counters) {
        let held_up = matches!(
            self,
            Self::Anywhere(_) | Self::SignedAgo(_) | Self::Received(_) | Self::Stored(..)
        );
        if !held_up {
            return std::future::pending().await;
        }
        sandbox
            .until(|now| asked(now, Route::Uploaded) > asked(before, Route::Uploaded))
            .await;
    }
}
