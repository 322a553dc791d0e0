//! The only place where a row changes: table, then ledger, then listeners.

use std::sync::Arc;

use transfer::decide::decide;
use transfer::error::{Failure, Kind, Result};
use transfer::{Event, Transfer, TransferId};

use crate::change::Change;
use crate::engine::Inner;

/// Applies `event` to the row. `None` when there is no such row or the event does not fit it any more.
///
/// Runs to its end even when the caller is dropped: memory and ledger never part.
///
/// # Errors
/// When the ledger could not store it. The row is as it was, and the engine stops asking services for anything
/// that it could not remember.
pub(crate) async fn commit(inner: &Arc<Inner>, id: TransferId, event: Event) -> Result<Option<Transfer>> {
    let inner = Arc::clone(inner);
    let task = tokio::spawn(async move { apply(&inner, id, event).await });
    task.await.unwrap_or_else(|_| {
        Err(Failure::new(
            Kind::Bug,
            "commit_stopped",
            "Storing a change was stopped.",
        ))
    })
}

async fn apply(inner: &Arc<Inner>, id: TransferId, event: Event) -> Result<Option<Transfer>> {
    let _turn = inner.turn.lock().await;
    let Some(before) = inner.queue().get(id).cloned() else {
        return Ok(None);
    };
    let Ok(decision) = decide(&before, &event, inner.world.clock.now()) else {
        return Ok(None);
    };
    let stored = inner
        .world
        .ledger
        .write(
            &before,
            &decision.after,
            decision.note.as_ref(),
            decision.session.as_ref(),
        )
        .await;
    match stored {
        Ok(true) => {}
        Ok(false) => {
            return Err(Failure::new(
                Kind::Bug,
                "row_moved",
                "The row was changed behind the engine's back.",
            ));
        }
        Err(failure) => {
            inner.cannot_store(&failure);
            return Err(failure);
        }
    }
    inner.queue().put(decision.after.clone());
    tracing::debug!(transfer = %id, from = before.state.text(), to = decision.after.state.text(), "moved");
    inner.announce(Change::Transfer(id));
    if before.state != decision.after.state {
        inner.wake.notify_one();
    }
    Ok(Some(decision.after))
}
