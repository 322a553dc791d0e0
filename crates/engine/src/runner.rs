//! Works on one transfer, effect by effect, until it rests. Remembers nothing that the row does not say.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::time::Instant;
use transfer::decide::{Effect, effect};
use transfer::download::Checksum;
use transfer::error::{Failure, Result};
use transfer::{Event, Follow, State, Step, Transfer, TransferId};

use crate::commit::commit;
use crate::engine::{Inner, locked};
use crate::live::Meter;
use crate::{download, gather, name, receive, send, upload};

/// A step may leave its row unchanged this often.
const CIRCLES: u32 = 100;

/// The handle of somebody at work.
pub(crate) struct Runner {
    pokes: watch::Sender<u64>,
}

impl Runner {
    /// Its row has changed: what it is waiting for may not matter any more.
    pub(crate) fn poke(&self) {
        self.pokes.send_modify(|count| *count += 1);
    }

    /// Starts work on the row, unless somebody is at it.
    pub(crate) fn start(inner: &Arc<Inner>, id: TransferId) {
        let (pokes, poked) = watch::channel(0);
        {
            let mut runners = locked(&inner.runners);
            if runners.contains_key(&id) || inner.stop.is_cancelled() {
                return;
            }
            runners.insert(id, Self { pokes });
        }
        locked(&inner.meters).insert(id, Meter::new(Instant::now()));
        inner.moving.notify_one();
        inner.tasks.spawn(run(Work {
            inner: Arc::clone(inner),
            id,
            checksum: None,
            poked,
        }));
    }
}

/// What one who works on a row has at hand.
pub(crate) struct Work {
    pub(crate) inner: Arc<Inner>,
    pub(crate) id: TransferId,
    /// What the check that followed a download found, for the next step.
    pub(crate) checksum: Option<Checksum>,
    poked: watch::Receiver<u64>,
}

/// Why a wait for something outside ended.
pub(crate) enum Waited<T> {
    /// It answered.
    Answered(T),
    /// The row has changed in the meantime: look at it again.
    Poked,
}

impl Work {
    pub(crate) fn row(&self) -> Option<Transfer> {
        self.inner.queue().get(self.id).cloned()
    }

    pub(crate) async fn commit(&self, event: Event) -> Result<Option<Transfer>> {
        commit(&self.inner, self.id, event).await
    }

    /// Waits for something that may be given up at any time.
    pub(crate) async fn or_poked<T>(&mut self, work: impl Future<Output = T>) -> Waited<T> {
        let mut poked = self.poked.clone();
        tokio::select! {
            biased;
            () = self.inner.stop.cancelled() => Waited::Poked,
            _ = poked.changed() => {
                self.poked.borrow_and_update();
                Waited::Poked
            }
            answer = work => Waited::Answered(answer),
        }
    }
}

async fn run(mut work: Work) {
    let ended = steps(&mut work).await;
    if let Err(failure) = ended {
        tracing::warn!(transfer = %work.id, code = failure.code, "stopped working on a transfer");
    }
    let inner = &work.inner;
    locked(&inner.meters).remove(&work.id);
    if let Some(row) = work.row() {
        gather::let_go(inner, &row).await;
    }
    if work.row().is_some_and(|row| row.state.is_active()) && inner.read_only().is_none() {
        // Shutdown: the row goes back in line. Where that can't be stored, the next start does it.
        let _ = work.commit(Event::Interrupted).await;
    }
    locked(&inner.runners).remove(&work.id);
    if work.row().is_none_or(|row| row.state.is_over()) {
        inner.pacing.forget(work.id);
    }
    if work.row().is_some_and(|row| row.follow == Some(Follow::Awaited)) {
        inner.follow.notify_one();
    }
    inner.janitor.notify_one();
    inner.wake.notify_one();
}

async fn steps(work: &mut Work) -> Result<()> {
    let mut idle = 0;
    let mut last = None;
    while let Some(row) = work.row() {
        if work.inner.stop.is_cancelled() {
            return Ok(());
        }
        let next = effect(&row);
        if next == Effect::Obey {
            work.commit(Event::Wished(row.wish)).await?;
            continue;
        }
        if row.state == State::Preparing && row.step >= Step::Opened {
            work.commit(Event::Joined).await?;
            continue;
        }
        // A poke may end a step that changed nothing; again and again means that we go in circles.
        idle = if last == Some((row.revision, next)) {
            idle + 1
        } else {
            0
        };
        if idle > CIRCLES {
            return Err(Failure::new(
                transfer::Kind::Bug,
                "no_progress",
                "A step left its row as it was.",
            ));
        }
        last = Some((row.revision, next));
        match next {
            Effect::Rest | Effect::Obey => return Ok(()),
            Effect::Measure => upload::measure(work, &row).await?,
            Effect::Open => upload::open(work, &row).await?,
            Effect::OpenLost => upload::open_lost(work, &row).await?,
            Effect::Send => send::send(work, &row).await?,
            Effect::Finish => upload::finish(work, &row).await?,
            Effect::Settle => upload::settle(work, &row).await?,
            Effect::Resolve => download::resolve(work, &row).await?,
            Effect::Place if row.gathers() => gather::place(work, &row).await?,
            Effect::Place => download::place(work, &row).await?,
            Effect::Receive => receive::receive(work, &row).await?,
            Effect::Name => name::name(work, &row).await?,
            Effect::Look => name::look(work, &row).await?,
            Effect::Unplace => {
                download::unplace(work, &row).await?;
                return Ok(());
            }
            Effect::Abort => {
                upload::abort(work, &row).await?;
                return Ok(());
            }
        }
    }
    Ok(())
}
