//! Turns what the engine says into changes for listeners: gathered, at most ten times a second.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};
use transfer::TransferId;

use crate::accounts::Standing;
use crate::application::Application;
use crate::boundary::{Change, EngineStatus};
use crate::wakeful::Wakeful;

const BEAT: Duration = Duration::from_millis(100);

/// What has happened since listeners were last told.
#[derive(Default)]
struct Gathered {
    written: HashSet<TransferId>,
    removed: HashSet<TransferId>,
    moved: bool,
    /// What holds for all that is unfinished has changed: nothing can be stored, or something again.
    standing: bool,
    missed: bool,
}

/// What listeners were told last, so that the same is not told again.
#[derive(Default)]
struct Told {
    status: Option<EngineStatus>,
    standing: Standing,
}

/// Runs until the application ends.
pub(crate) async fn run(app: Arc<Application>, mut changes: Receiver<engine::Change>) {
    let mut told = Told::default();
    let mut wakeful = Wakeful::default();
    let mut next = Instant::now();
    loop {
        let mut gathered = Gathered::default();
        tokio::select! {
            () = app.ending.cancelled() => return,
            change = changes.recv() => if !gathered.take(change) { return },
        }
        let beat = next.max(Instant::now());
        loop {
            tokio::select! {
                () = app.ending.cancelled() => return,
                () = sleep_until(beat) => break,
                change = changes.recv() => if !gathered.take(change) { return },
            }
        }
        next = Instant::now() + BEAT;
        let moving = flush(&app, gathered, &mut told).await;
        wakeful.follow(moving).await;
    }
}

impl Gathered {
    /// `false` when the engine is gone.
    fn take(&mut self, change: Result<engine::Change, RecvError>) -> bool {
        match change {
            Ok(engine::Change::Transfer(id)) => drop(self.written.insert(id)),
            Ok(engine::Change::Removed(id)) => drop(self.removed.insert(id)),
            Ok(engine::Change::Progress) => self.moved = true,
            Ok(engine::Change::Status) => self.standing = true,
            // Told on their own.
            Ok(engine::Change::Watch(_)) => {}
            Err(RecvError::Lagged(_)) => self.missed = true,
            Err(RecvError::Closed) => return false,
        }
        true
    }
}

/// Whether a transfer is being worked on.
async fn flush(app: &Arc<Application>, gathered: Gathered, told: &mut Told) -> bool {
    let Some(engine) = app.engine() else { return false };
    let mut all = engine.transfers();
    all.sort_by_key(|transfer| transfer.state.is_over());
    let moving = all.iter().any(|transfer| transfer.state.is_active());
    take_off(app, &engine, &all).await;
    if gathered.missed || !gathered.written.is_empty() || !gathered.removed.is_empty() {
        app.snapshots.sweep(&engine).await;
    }
    if !app.has_listeners() {
        return moving;
    }
    if gathered.missed {
        app.tell(Change::Missed);
    } else {
        let rows = app.rows(&all, |transfer| {
            gathered.written.contains(&transfer.id)
                || (gathered.moved && transfer.state.is_active())
                || (gathered.standing && !transfer.state.is_over())
        });
        if !rows.is_empty() {
            app.tell(Change::Changed { rows });
        }
    }
    if !gathered.removed.is_empty() {
        let ids = gathered.removed.iter().map(|id| id.0).collect();
        app.tell(Change::Removed { ids });
    }
    let status = app.status_of(Some(&engine), &all);
    if told.status.as_ref() != Some(&status) {
        app.tell(Change::Status { status: status.clone() });
        told.status = Some(status);
    }
    if !gathered.written.is_empty() || gathered.missed {
        let standing = Standing::of(&all);
        if told.standing != standing {
            app.tell(Change::Accounts {
                accounts: app.accounts.rows(&standing),
            });
            told.standing = standing;
        }
        // Sessions come and go with transfers that stop sending.
        let stopped =
            |transfer: &&transfer::Transfer| gathered.written.contains(&transfer.id) && !transfer.state.is_active();
        if all.iter().any(|transfer| stopped(&transfer)) {
            app.tell(Change::Orphans);
        }
    }
    moving
}

/// Takes those off the list that were to leave it, now that nothing is left of them.
async fn take_off(app: &Application, engine: &engine::Engine, all: &[transfer::Transfer]) {
    let gone: Vec<TransferId> = {
        let mut leaving = app.leaving.lock().unwrap_or_else(PoisonError::into_inner);
        if leaving.is_empty() {
            return;
        }
        let over = all
            .iter()
            .filter(|transfer| transfer.state.is_over() && leaving.contains(&transfer.id));
        let gone: Vec<_> = over.map(|transfer| transfer.id).collect();
        leaving.retain(|id| !gone.contains(id));
        gone
    };
    if gone.is_empty() {
        return;
    }
    if let Err(why) = engine.remove(&gone).await {
        tracing::warn!(code = why.code, "cancelled transfers could not be taken off the list");
    }
}
