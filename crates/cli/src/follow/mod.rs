//! Watches transfers until nothing can go on without a person, and shows what happens meanwhile.

mod display;
mod verdict;

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use app::Host;
use app::boundary::{Change, EngineState, Failure, ListTransfers, Nothing, TransferRow};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval};
use uuid::Uuid;

use crate::exit::{Exit, Outcome};
use crate::print;
use crate::terminal::Terminal;
use display::Display;
use verdict::{PATIENCE, exit, is_over, rests};

const TICK: Duration = Duration::from_secs(1);

/// What is watched, and for how long.
pub(crate) enum Until {
    /// These transfers are over, or can't go on without a person.
    Over(Vec<Uuid>),
    /// Nothing at all can go on without a person.
    Idle,
    /// Never: somebody interrupts it.
    Interrupted,
}

struct Follow<'a> {
    host: &'a Host,
    /// Whether the engine ran here when this was looked at last.
    is_engine: bool,
    until: Until,
    rows: BTreeMap<Uuid, TransferRow>,
    /// Over before this began: none of its business.
    past: HashSet<Uuid>,
    /// Watches that still have something to do by themselves; none while that is of no interest.
    watches: Option<usize>,
    /// What was seen last, and when it became so.
    progress: (u64, usize),
    moved_at: Instant,
    display: Display,
}

/// Watches, and answers the exit code.
pub(crate) async fn follow(terminal: &Terminal, host: &Host, until: Until) -> Outcome {
    let mut changes = host.listen();
    let mut follow = Follow {
        host,
        is_engine: host.is_engine(),
        until,
        rows: BTreeMap::new(),
        watches: None,
        past: HashSet::new(),
        progress: (0, 0),
        moved_at: Instant::now(),
        display: Display::new(terminal),
    };
    let first = follow.list().await?;
    let status = host.commands().engine_status(Nothing {}).await?;
    if let Some(text) = status.text.filter(|_| !terminal.json) {
        print::hint(&text);
    }
    if !matches!(follow.until, Until::Over(_)) {
        follow.past = first
            .iter()
            .filter(|row| is_over(row.state))
            .map(|row| row.id)
            .collect();
    }
    follow.take_all(first);
    follow.look_at_watches().await?;
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let ended = loop {
        if let Some(exit) = follow.verdict() {
            break Ok(exit);
        }
        tokio::select! {
            why = host.lost() => break Err(why),
            _ = tick.tick() => if let Err(why) = follow.look_at_watches().await { break Err(why) },
            change = changes.recv() => match change {
                Ok(change) => if let Err(why) = follow.apply(change).await { break Err(why) },
                Err(RecvError::Lagged(_)) => if let Err(why) = follow.anew().await { break Err(why) },
                Err(RecvError::Closed) => break Err(host.lost().await),
            },
        }
    };
    follow.display.end(&follow.rows);
    ended
}

impl Follow<'_> {
    async fn list(&self) -> Result<Vec<TransferRow>, Failure> {
        let ids = match &self.until {
            Until::Over(ids) => Some(ids.clone()),
            Until::Idle | Until::Interrupted => None,
        };
        self.host
            .commands()
            .list_transfers(ListTransfers { ids, states: None })
            .await
    }

    /// Files may still be on their way into the queue.
    async fn look_at_watches(&mut self) -> Result<(), Failure> {
        if matches!(self.until, Until::Idle) {
            let watches = self.host.commands().list_watches(Nothing {}).await?;
            self.watches = Some(watches.iter().filter(|watch| watch.busy).count());
        }
        Ok(())
    }

    async fn anew(&mut self) -> Result<(), Failure> {
        self.tell_succession();
        let rows = self.list().await?;
        let there: HashSet<_> = rows.iter().map(|row| row.id).collect();
        self.rows.retain(|id, row| there.contains(id) || is_over(row.state));
        self.take_all(rows);
        Ok(())
    }

    async fn apply(&mut self, change: Change) -> Result<(), Failure> {
        match change {
            Change::Changed { rows } => self.take_all(rows),
            Change::Removed { ids } => {
                // One that was over stays known: how it ended is what counts.
                self.rows.retain(|id, row| !ids.contains(id) || is_over(row.state));
            }
            Change::Missed => self.anew().await?,
            Change::Status { status } if status.state == EngineState::Locked => {
                return Err(Failure::new(
                    "vault_locked",
                    status
                        .text
                        .unwrap_or_else(|| "The stored credentials are locked.".to_owned()),
                ));
            }
            _ => {}
        }
        Ok(())
    }

    /// The process that worked the queue may have ended, and this one be next.
    fn tell_succession(&mut self) {
        if self.host.is_engine() && !self.is_engine {
            self.is_engine = true;
            self.display
                .hint("The Longshore that worked the queue has ended; this one goes on with it.");
        }
    }

    fn take_all(&mut self, rows: Vec<TransferRow>) {
        for row in rows {
            let wanted = match &self.until {
                Until::Over(ids) => ids.contains(&row.id),
                Until::Idle | Until::Interrupted => !self.past.contains(&row.id) || !is_over(row.state),
            };
            if wanted {
                self.past.remove(&row.id);
                self.display.show(&row);
                self.rows.insert(row.id, row);
            }
        }
        self.display.show_all(&self.rows);
        let sent = self.rows.values().map(|row| row.sent).sum();
        let over = self.rows.values().filter(|row| is_over(row.state)).count();
        if self.progress != (sent, over) {
            self.progress = (sent, over);
            self.moved_at = Instant::now();
        }
    }

    fn verdict(&self) -> Option<Exit> {
        let rows = || self.rows.values();
        match self.until {
            Until::Interrupted => None,
            Until::Over(_) => rests(rows(), self.moved_at.elapsed()).then(|| exit(rows(), true)),
            Until::Idle => {
                let still = self.moved_at.elapsed();
                let watching = self.watches != Some(0);
                let rests = rests(rows(), still) && (!watching || still > PATIENCE);
                rests.then(|| match exit(rows(), false) {
                    // A file that never stands still is waited for like anything else.
                    Exit::Done if watching => Exit::Waiting,
                    exit => exit,
                })
            }
        }
    }
}
