//! What nobody needs any more: sessions, aborted in the background until the service says they are gone, and files of copies.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use transfer::error::{Failure, Kind, Result};
use transfer::ledger::{SessionRow, SessionStatus};
use transfer::retry::{LONGEST, backoff};
use transfer::{SessionId, State};

use crate::engine::Inner;
use crate::gather;

/// What was closed just before the end gets so long: the next start may never come.
const LAST: Duration = Duration::from_secs(3);

/// Looks at the start, when something was closed, and with growing pauses while something is left.
pub(crate) async fn run(inner: Arc<Inner>) {
    let mut failures = 0;
    gather::sweep(&inner).await;
    loop {
        let left = tokio::select! {
            biased;
            () = inner.stop.cancelled() => break,
            left = tidy(&inner) => left,
        };
        failures = if left { failures + 1 } else { 0 };
        let pause = if left {
            backoff(failures + 3, LONGEST, inner.world.clock.now().chance)
        } else {
            Duration::from_secs(3600)
        };
        tokio::select! {
            biased;
            () = inner.stop.cancelled() => break,
            () = inner.janitor.notified() => {}
            () = sleep(pause) => gather::sweep(&inner).await,
        }
    }
    let _ = timeout(LAST, tidy(&inner)).await;
}

/// Aborts what is closing. `true` when something is left to do.
async fn tidy(inner: &Arc<Inner>) -> bool {
    if inner.read_only().is_some() {
        return true;
    }
    let Ok(sessions) = inner.world.ledger.open_sessions().await else {
        return true;
    };
    let mut left = false;
    for session in sessions
        .iter()
        .filter(|session| session.status == SessionStatus::Closing && !has_its_own(inner, session))
    {
        if let Err(failure) = drop_session(inner, session).await {
            tracing::info!(session = %session.id, code = failure.code, "an unfinished upload could not be dropped yet");
            left = true;
        }
    }
    left
}

/// A cancelled transfer sees to its session itself.
fn has_its_own(inner: &Inner, session: &SessionRow) -> bool {
    inner
        .queue()
        .get(session.transfer)
        .is_some_and(|row| row.state == State::Cancelling && row.session == Some(session.id))
}

/// Aborts one session because the person said so.
pub(crate) async fn abort(inner: &Arc<Inner>, id: SessionId) -> Result<()> {
    let gone = || {
        Failure::new(
            Kind::NotFound,
            "no_such_session",
            "This unfinished upload is no longer known.",
        )
    };
    let session = inner.world.ledger.session(id).await?.ok_or_else(gone)?;
    if inner
        .queue()
        .get(session.transfer)
        .is_some_and(|row| row.session == Some(id) && !row.state.is_over())
    {
        return Err(Failure::new(
            Kind::Refused,
            "in_use",
            "A transfer is working with it. Cancel that instead.",
        ));
    }
    if session.session.is_none() && session.status != SessionStatus::Closing {
        return Err(Failure::new(
            Kind::Refused,
            "session_unnamed",
            "The service never told its name, so it can't be asked to drop it. It is invisible there and expires by itself.",
        ));
    }
    drop_session(inner, &session).await
}

async fn drop_session(inner: &Arc<Inner>, session: &SessionRow) -> Result<()> {
    if let Some(body) = &session.session {
        let provider = inner.world.accounts.provider(session.account).await?;
        if let Some(upload) = provider.upload() {
            upload.abort(body).await?;
        }
    }
    inner
        .world
        .ledger
        .move_session(session.id, SessionStatus::Aborted)
        .await
}
