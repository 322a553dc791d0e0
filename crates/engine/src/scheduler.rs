//! Who goes next, and when: slots given and taken back, waits that are over, cancellations, and a disk that was full.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use transfer::Event;

use crate::change::Change;
use crate::commit::commit;
use crate::engine::{Inner, locked};
use crate::runner::Runner;

/// A disk that was full is looked at again this often.
const STORE_LOOK: Duration = Duration::from_secs(5);
/// Speed is sampled, and progress told, this often.
const TICK: Duration = Duration::from_millis(200);

/// Gives slots until the engine stops.
pub(crate) async fn run(inner: Arc<Inner>) {
    loop {
        if inner.read_only().is_some() {
            look_at_the_ledger(&inner).await;
        } else if let Err(failure) = turn(&inner).await {
            tracing::error!(code = failure.code, "a turn of the scheduler failed");
        }
        let next = next_turn(&inner);
        tokio::select! {
            biased;
            () = inner.stop.cancelled() => return,
            () = inner.wake.notified() => {}
            () = sleep_until(next) => {}
        }
    }
}

async fn turn(inner: &Arc<Inner>) -> transfer::error::Result<()> {
    let due = inner.queue().due(inner.now());
    for id in due {
        commit(inner, id, Event::Due).await?;
    }
    let held = inner.queue().held(&inner.limits());
    for (id, reason) in held {
        commit(inner, id, Event::Held(reason)).await?;
        inner.poke(id);
    }
    let to_abort = inner.queue().to_abort(inner.now());
    for id in to_abort {
        Runner::start(inner, id);
    }
    loop {
        let picked = inner.queue().pick(&inner.limits(), inner.now());
        let Some(id) = picked else { return Ok(()) };
        if commit(inner, id, Event::Picked).await?.is_none() {
            return Ok(());
        }
        Runner::start(inner, id);
    }
}

fn next_turn(inner: &Inner) -> Instant {
    let now = inner.now();
    let wait = match inner.read_only() {
        Some(_) => STORE_LOOK,
        None => inner
            .queue()
            .next_due(now)
            .map_or(Duration::from_secs(3600), |due| due.since(now)),
    };
    Instant::now() + wait.max(Duration::from_millis(1))
}

/// While nothing can be stored nothing is asked; a small write tells when that is over.
async fn look_at_the_ledger(inner: &Arc<Inner>) {
    let probe = inner.now().0.to_string();
    if inner
        .world
        .ledger
        .put_setting("last_probe", Some(&probe))
        .await
        .is_err()
    {
        return;
    }
    inner.can_store_again();
    // Whoever lost a write has stopped; the rows still say that they run.
    let idle: Vec<_> = {
        let runners = locked(&inner.runners);
        inner
            .queue()
            .ordered()
            .into_iter()
            .filter(|row| row.state.is_active() && !runners.contains_key(&row.id))
            .map(|row| row.id)
            .collect()
    };
    for id in idle {
        if commit(inner, id, Event::Interrupted).await.is_err() {
            return;
        }
    }
    inner.wake.notify_one();
}

/// Samples speeds and tells of progress while anything moves.
pub(crate) async fn measure(inner: Arc<Inner>) {
    loop {
        let moving = {
            let mut meters = locked(&inner.meters);
            let now = Instant::now();
            meters.values_mut().for_each(|meter| meter.sample(now));
            !meters.is_empty()
        };
        if moving {
            inner.announce(Change::Progress);
        }
        let next = async {
            if moving {
                sleep(TICK).await;
            } else {
                inner.moving.notified().await;
            }
        };
        tokio::select! {
            biased;
            () = inner.stop.cancelled() => return,
            () = next => {}
        }
    }
}
