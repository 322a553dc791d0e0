//! Watched folders at work: one keeper for each watch, all of them feeding the same queue.
//!
//! # Layout
//! - `keeper`: one watch from start to stop. `scan`: everything in it. `walk` and [`patterns`](self): what is looked at.
//! - `settle`: second looks, with `reading` and `content`. `feed`: into the queue. `after`: what becomes of a file that was
//!   confirmed. `mirror`: what goes at the service. [`snapshot`]: what never stands still.
//! - `events`: hints of the system. [`health`]: how it is doing. [`preview`]: what it would do. [`place`]: where it may be.

pub mod health;
pub mod place;
pub mod preview;
pub mod snapshot;

mod after;
mod content;
mod events;
mod feed;
#[cfg(test)]
mod fixture;
mod keeper;
pub(crate) mod mirror;
mod patterns;
mod reading;
mod scan;
mod settle;
mod walk;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use transfer::error::{Failure, Kind, Result};
use transfer::watch::{OPTION, WatchLedger, Why};
use transfer::{State, Time, Transfer, TransferId, Watch, WatchId};

use crate::change::Change;
use crate::engine::{Engine, locked};
use events::Hints;
use health::{Health, Standing};
use keeper::Keeper;
use patterns::Patterns;
use place::Bounds;
use preview::{Ahead, Preview};
use walk::Ground;

/// All watches of an engine. Clones are the same.
#[derive(Clone)]
pub struct Watches {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    ledger: Arc<dyn WatchLedger>,
    bounds: Bounds,
    at_work: Mutex<BTreeMap<WatchId, AtWork>>,
    stop: CancellationToken,
    /// One change of the watches at a time.
    turn: tokio::sync::Mutex<()>,
}

/// A watch that has a keeper, or is known not to need one.
struct AtWork {
    hints: Arc<Hints>,
    health: Arc<Mutex<Health>>,
    stop: CancellationToken,
    keeper: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Watches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watches").finish_non_exhaustive()
    }
}

impl Watches {
    /// Puts every watch that is not paused to work.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub async fn start(engine: Engine, ledger: Arc<dyn WatchLedger>, bounds: Bounds) -> Result<Self> {
        let changes = engine.changes();
        let inner = Arc::new(Inner {
            engine,
            ledger,
            bounds,
            at_work: Mutex::default(),
            stop: CancellationToken::new(),
            turn: tokio::sync::Mutex::default(),
        });
        let watches = Self { inner };
        for watch in watches.inner.ledger.watches().await? {
            watches.begin(watch);
        }
        tokio::spawn(hear(Arc::clone(&watches.inner), changes));
        Ok(watches)
    }

    /// Stores a watch, new or changed, and has it obeyed.
    ///
    /// # Errors
    /// [`Kind::Refused`] for patterns that can't be read; when the ledger could not store it.
    pub async fn put(&self, watch: Watch) -> Result<()> {
        check(&watch)?;
        let _turn = self.inner.turn.lock().await;
        self.end(watch.id).await;
        let stored = self.inner.ledger.put_watch(&watch).await;
        let (id, now) = (watch.id, self.inner.ledger.watches().await?);
        // What was not stored is not obeyed either.
        if let Some(watch) = now.into_iter().find(|other| other.id == id) {
            self.begin(watch);
        }
        self.inner.engine.tell_of(id);
        stored
    }

    /// Forgets a watch and what is known of its files. Its transfers and its files stay.
    ///
    /// # Errors
    /// When the ledger could not store it.
    pub async fn remove(&self, id: WatchId) -> Result<()> {
        let _turn = self.inner.turn.lock().await;
        self.end(id).await;
        self.inner.ledger.remove_watch(id).await?;
        self.inner.engine.tell_of(id);
        Ok(())
    }

    /// Has it look at everything now. `false` when it is not at work.
    #[must_use]
    pub fn look_now(&self, id: WatchId) -> bool {
        let at_work = locked(&self.inner.at_work);
        let found = at_work.get(&id).filter(|at_work| at_work.keeper.is_some());
        found.map(|at_work| at_work.hints.look_at_all()).is_some()
    }

    /// How it is doing.
    #[must_use]
    pub fn health(&self, id: WatchId) -> Option<Health> {
        let at_work = locked(&self.inner.at_work);
        let at_work = at_work.get(&id)?;
        let mut health = locked(&at_work.health).clone();
        health.busy |= at_work.keeper.is_some() && !at_work.hints.is_empty();
        Some(health)
    }

    /// Ends all of them. Whatever was decided is stored.
    pub async fn stop(&self) {
        self.inner.stop.cancel();
        let all: Vec<_> = locked(&self.inner.at_work).keys().copied().collect();
        for id in all {
            self.end(id).await;
        }
    }

    fn begin(&self, watch: Watch) {
        let (hints, health) = (Arc::<Hints>::default(), Arc::<Mutex<Health>>::default());
        let stop = self.inner.stop.child_token();
        let id = watch.id;
        let ground = ground(&watch, &self.inner.bounds);
        let keeper = match ground {
            _ if watch.paused => {
                locked(&health).standing = Standing::Paused;
                None
            }
            Err(failure) => {
                locked(&health).standing = Standing::Failed(Why::new(failure.code, failure.message));
                None
            }
            Ok(ground) => {
                let world = (self.inner.engine.clone(), Arc::clone(&self.inner.ledger));
                let ways = (Arc::clone(&hints), Arc::clone(&health), stop.clone());
                let keeper = Keeper::new(world, watch, Arc::new(ground), ways);
                locked(&health).busy = true;
                Some(tokio::spawn(keeper.run()))
            }
        };
        let at_work = AtWork {
            hints,
            health,
            stop,
            keeper,
        };
        locked(&self.inner.at_work).insert(id, at_work);
    }

    /// Returns once it does nothing any more.
    async fn end(&self, id: WatchId) {
        let at_work = locked(&self.inner.at_work).remove(&id);
        let Some(at_work) = at_work else { return };
        at_work.stop.cancel();
        if let Some(keeper) = at_work.keeper {
            // A panic of its own was told where it happened.
            let _ = keeper.await;
        }
    }
}

/// Whether it can be obeyed at all.
///
/// # Errors
/// [`Kind::Refused`] for patterns that can't be read.
pub fn check(watch: &Watch) -> Result<()> {
    Patterns::of(watch).map(drop)
}

/// What this watch, stored or not, would do with its files as they are now.
///
/// # Errors
/// [`Kind::SourceGone`] when its folder can't be read, [`Kind::Refused`] for patterns that can't be read; when the ledger
/// can't be read.
pub async fn preview(ledger: &dyn WatchLedger, bounds: &Bounds, watch: &Watch, now: Time) -> Result<Preview> {
    let ground = Arc::new(ground(watch, bounds)?);
    Ahead::new(ledger, watch, ground, now).await?.look().await
}

fn ground(watch: &Watch, bounds: &Bounds) -> Result<Ground> {
    Ok(Ground {
        root: platform::path_from_bytes(&watch.root),
        patterns: Patterns::of(watch)?,
        own: bounds.own.clone(),
    })
}

/// Tells each keeper when a transfer of its own came to an end, and takes those off the list that are the watch's own affair.
async fn hear(inner: Arc<Inner>, mut changes: Receiver<Change>) {
    take_off(&inner, &inner.engine.transfers()).await;
    loop {
        let change = tokio::select! {
            () = inner.stop.cancelled() => return,
            change = changes.recv() => change,
        };
        match change {
            Ok(Change::Transfer(id)) => heard(&inner, id).await,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => {
                take_off(&inner, &inner.engine.transfers()).await;
                locked(&inner.at_work)
                    .values()
                    .for_each(|at_work| at_work.hints.transfer_over());
            }
            Err(RecvError::Closed) => return,
        }
    }
}

async fn heard(inner: &Inner, id: TransferId) {
    let Some(transfer) = inner.engine.transfer(id) else {
        return;
    };
    let Some(watch) = transfer.options.get(OPTION).and_then(|id| id.parse().ok()) else {
        return;
    };
    if !transfer.state.is_over() && transfer.state != State::Cancelling {
        return;
    }
    if let Some(at_work) = locked(&inner.at_work).get(&watch) {
        at_work.hints.transfer_over();
    }
    take_off(inner, &[transfer]).await;
    inner.engine.tell_of(watch);
}

/// A file that changed on its way is sent as its next version: the row of this one is of no use to anybody.
async fn take_off(inner: &Inner, transfers: &[Transfer]) {
    let changed = |transfer: &&Transfer| {
        let code = transfer.ended.as_ref().map(|ended| ended.code.as_str());
        transfer.state == State::Cancelled
            && transfer.options.contains_key(OPTION)
            && matches!(code, Some("source_changed" | "source_gone"))
    };
    let gone: Vec<_> = transfers.iter().filter(changed).map(|transfer| transfer.id).collect();
    if gone.is_empty() {
        return;
    }
    if let Err(failure) = inner.engine.remove(&gone).await {
        tracing::warn!(
            code = failure.code,
            "a version that changed could not be taken off the list"
        );
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Failure::new(Kind::Bug, "look_stopped", "Looking at files was stopped."))
}
