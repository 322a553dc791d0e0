//! Bandwidth: how many bytes may move per second, shared by every connection behind the same throttle.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::engine::locked;

/// Timers fire late. So much of what was missed may follow at once…
const AT_ONCE: Duration = Duration::from_millis(15);
/// …and so much in all, so that the mean stays true, at a pace that is faster than the limit by
const CATCH_UP: Duration = Duration::from_millis(200);
/// this factor: no single second shows it.
const FASTER: f64 = 1.02;
/// Who missed so much had nothing to move, and is owed nothing.
const IDLE: Duration = Duration::from_secs(1);

const SMALLEST: u64 = 1024;
const SMALL: u64 = 4 * 1024;
const LARGEST: u64 = 256 * 1024;

/// A limit that can change while bytes are waiting for it. Clones are the same throttle.
///
/// Whoever waits has a place in line: the one who had the fewest bytes so far goes first, so every connection gets the
/// same share, and one that wants less than its share gets what it wants. Nothing is promised ahead.
#[derive(Debug, Clone)]
pub struct Throttle(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    rate: Option<u64>,
    /// Nothing moved by this rate yet: nobody is owed anything.
    fresh: bool,
    /// When the next byte may move, by the limit.
    mean: Instant,
    /// The same by the pace of catching up.
    pace: Instant,
    /// The turn of whoever was served last; turns count bytes.
    turn: u64,
    tickets: u64,
    line: BTreeMap<(u64, u64), Arc<Notify>>,
}

enum Look {
    Granted(u64),
    /// First in line, and not before this.
    At(Instant),
    /// Not first, or nothing moves.
    Told,
}

impl Throttle {
    /// A throttle of `rate` bytes per second; `None` lets everything through, 0 nothing.
    #[must_use]
    pub fn new(rate: Option<u64>) -> Self {
        let now = Instant::now();
        Self(Arc::new(Mutex::new(State {
            rate,
            fresh: true,
            mean: now,
            pace: now,
            turn: 0,
            tickets: 0,
            line: BTreeMap::new(),
        })))
    }

    /// Sets the rate. Who waits now waits by the new one.
    pub fn set(&self, rate: Option<u64>) {
        let mut state = self.state();
        if state.rate != rate {
            (state.rate, state.fresh) = (rate, true);
            (state.mean, state.pace) = (Instant::now(), Instant::now());
            state.tell_first();
        }
    }

    /// The rate now.
    #[must_use]
    pub fn rate(&self) -> Option<u64> {
        self.state().rate
    }

    /// Waits until some of `most` bytes may move, and says how many: at least one, unless `most` is 0.
    /// `place` is where this connection stands in line: its own for this throttle, 0 to begin with.
    async fn grant(&self, place: &AtomicU64, most: u64) -> u64 {
        let mut waiter = {
            let mut state = self.state();
            if state.rate.is_none() || most == 0 {
                return most;
            }
            Waiter::join(self, &mut state, place.load(Ordering::Relaxed))
        };
        loop {
            match waiter.look(most) {
                Look::Granted(bytes) => {
                    place.store(waiter.ticket.0 + bytes, Ordering::Relaxed);
                    return bytes;
                }
                Look::At(time) => tokio::select! {
                    biased;
                    () = sleep_until(time) => {}
                    () = waiter.told.notified() => {}
                },
                Look::Told => waiter.told.notified().await,
            }
        }
    }

    /// Of what was granted, so many bytes did not move.
    fn give_back(&self, bytes: u64) {
        let mut state = self.state();
        if let Some(rate) = state.rate.filter(|rate| *rate > 0) {
            let time = Duration::from_secs_f64(bytes as f64 / rate as f64);
            state.mean = state.mean.checked_sub(time).unwrap_or(state.mean);
            state.pace = state.pace.checked_sub(time).unwrap_or(state.pace);
            state.tell_first();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.0)
    }
}

impl State {
    fn tell_first(&self) {
        if let Some(first) = self.line.values().next() {
            first.notify_one();
        }
    }

    /// The two clocks at `now`: what was missed for too long is lost.
    fn clocks(&self, now: Instant) -> (Instant, Instant) {
        let ago = |time| now.checked_sub(time).unwrap_or(now);
        if self.fresh {
            return (self.mean.max(now), self.pace.max(now));
        }
        let owed = if self.mean + IDLE < now { now } else { ago(CATCH_UP) };
        (self.mean.max(owed), self.pace.max(ago(AT_ONCE)))
    }
}

/// Somebody in line; leaves it when dropped, and the next one steps forward.
struct Waiter<'a> {
    throttle: &'a Throttle,
    ticket: (u64, u64),
    told: Arc<Notify>,
}

impl<'a> Waiter<'a> {
    fn join(throttle: &'a Throttle, state: &mut State, place: u64) -> Self {
        state.tickets += 1;
        let ticket = (place.max(state.turn), state.tickets);
        let told = Arc::new(Notify::new());
        state.line.insert(ticket, Arc::clone(&told));
        Self { throttle, ticket, told }
    }

    fn look(&mut self, most: u64) -> Look {
        let mut state = self.throttle.state();
        if state.line.keys().next() != Some(&self.ticket) {
            return Look::Told;
        }
        let bytes = match state.rate {
            None => most,
            Some(0) => return Look::Told,
            Some(rate) => {
                let now = Instant::now();
                let (mean, pace) = state.clocks(now);
                let start = mean.max(pace);
                if start > now {
                    return Look::At(start);
                }
                let bytes = most.min(share(Some(rate)));
                state.fresh = false;
                let seconds = bytes as f64 / rate as f64;
                state.mean = mean + Duration::from_secs_f64(seconds);
                state.pace = pace + Duration::from_secs_f64(seconds / FASTER);
                bytes
            }
        };
        state.turn = self.ticket.0;
        Look::Granted(bytes)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let mut state = self.throttle.state();
        state.line.remove(&self.ticket);
        state.tell_first();
    }
}

/// How many bytes move at a time, so that a slow limit stays smooth and a fast one cheap.
fn share(rate: Option<u64>) -> u64 {
    rate.map_or(LARGEST, |rate| {
        if rate < 64 * SMALL {
            (rate / 12).clamp(SMALLEST, SMALL)
        } else {
            (rate / 64 / SMALL * SMALL).min(LARGEST)
        }
    })
}

/// The pace of one connection in one direction: every limit that holds for it, from its own to that of all.
///
/// Each connection has its own; what it waits for, it shares with the others.
#[derive(Debug)]
pub struct Pace(Vec<Link>);

#[derive(Debug)]
struct Link {
    throttle: Throttle,
    place: AtomicU64,
}

impl Pace {
    /// `throttles` from the innermost (the transfer's) to the outermost (over everything): who is held back by a limit
    /// of its own takes nothing from the others meanwhile.
    pub fn new(throttles: impl IntoIterator<Item = Throttle>) -> Self {
        let link = |throttle| Link {
            throttle,
            place: AtomicU64::new(0),
        };
        Self(throttles.into_iter().map(link).collect())
    }

    /// How many bytes to move at a time by the limits as they are now.
    #[must_use]
    pub fn chunk(&self) -> usize {
        let shares = self.0.iter().map(|link| share(link.throttle.rate()));
        usize::try_from(shares.min().unwrap_or(LARGEST)).unwrap_or(usize::MAX)
    }

    /// Whether any limit holds now.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.0.iter().any(|link| link.throttle.rate().is_some())
    }

    /// Waits until all limits let some of the next `most` bytes through, and says how many. For who decides afterwards
    /// how much to move, such as a reader of a file. At least one, unless `most` is 0.
    pub async fn grant(&self, most: usize) -> usize {
        let mut bytes = most.min(self.chunk()) as u64;
        for (at, link) in self.0.iter().enumerate() {
            let granted = link.throttle.grant(&link.place, bytes).await;
            if granted < bytes {
                self.0[..at]
                    .iter()
                    .for_each(|inner| inner.throttle.give_back(bytes - granted));
            }
            bytes = granted;
        }
        usize::try_from(bytes).unwrap_or(most)
    }

    /// Waits until all limits let `bytes` bytes through. For who has them already, such as a reader of a socket: while
    /// it waits it reads no more, and the sender notices.
    pub async fn take(&self, bytes: usize) {
        let mut left = bytes;
        while left > 0 {
            left -= self.grant(left).await;
        }
    }
}

#[cfg(test)]
#[path = "throttle_test.rs"]
mod tests;
