//! One connection: opens a segment's rest, takes what comes at the pace of the limits, and writes it where it belongs.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use tokio::time::{Instant, timeout, timeout_at};
use transfer::download::{FileLink, Opening, RangeAsk, Version};
use transfer::error::{Failure, Kind, Result};
use transfer::provider::Provider;
use transfer::rates::Way;
use transfer::target::TargetFile;
use transfer::{Transfer, TransferId};

use super::board::{Board, UNSYNCED};
use crate::download::facet;
use crate::engine::{Inner, locked};
use crate::throttle::Pace;

/// Bytes that are written in one go.
const WRITE: usize = 512 * 1024;
/// What came is written at least this often.
const OFTEN: Duration = Duration::from_millis(500);
/// A connection that is silent for so long is given up.
const SILENCE: Duration = Duration::from_secs(30);
/// So is one that brings less than [`LEAST`] bytes in this time although no limit holds it back.
const PATIENCE: Duration = Duration::from_secs(60);
const LEAST: u64 = 60 * 1024;

/// What every connection of one download shares.
pub(super) struct Common {
    pub(super) inner: Arc<Inner>,
    pub(super) row: Transfer,
    pub(super) provider: Arc<dyn Provider>,
    pub(super) link: FileLink,
    pub(super) file: Arc<dyn TargetFile>,
    pub(super) total: Option<u64>,
    pub(super) version: Version,
}

impl Common {
    /// Opens the rest of segment `number`.
    pub(super) async fn open(&self, board: &Board, number: u32) -> Result<Opening> {
        let (start, end) = board.rest(number);
        self.ask(start, self.total.map(|_| end)).await
    }

    /// Opens the file from `start` up to `end`.
    pub(super) async fn ask(&self, start: u64, end: Option<u64>) -> Result<Opening> {
        let ask = RangeAsk {
            start,
            end: end.filter(|end| Some(*end) != self.total || start > 0),
            total: self.total,
            version: Some(self.version.clone()).filter(|version| !version.is_silent()),
        };
        let opened = timeout(SILENCE, facet(&self.provider)?.open(&self.link, &ask)).await;
        opened.unwrap_or_else(|_| Err(silent()))
    }

    /// Takes the bytes of segment `number` from `opening`, which begins where the segment goes on.
    pub(super) async fn take(&self, board: &Board, number: u32, opening: Opening) -> Result<()> {
        let whole = !opening.ranges;
        let mut taking = Taking {
            common: self,
            board,
            number,
            pace: self.inner.pace(&self.row, Way::Down),
            pieces: Vec::new(),
            waiting: 0,
            at: board.rest(number).0,
        };
        let taken = taking.all(opening, whole).await;
        // Whatever ended it: bytes that are here are worth writing.
        let written = taking.write().await;
        board.give_back(number);
        taken.and(written)
    }
}

struct Taking<'a> {
    common: &'a Common,
    board: &'a Board,
    number: u32,
    pace: Pace,
    pieces: Vec<Bytes>,
    waiting: usize,
    /// Where the waiting pieces begin.
    at: u64,
}

impl Taking<'_> {
    async fn all(&mut self, mut opening: Opening, whole: bool) -> Result<()> {
        let mut watch = Watch::new(Instant::now());
        let mut write_by = Instant::now() + OFTEN;
        loop {
            let (_, end) = self.board.rest(self.number);
            if self.at + self.waiting as u64 >= end {
                return if whole {
                    self.nothing_more(opening).await
                } else {
                    Ok(())
                };
            }
            let next = match timeout_at(write_by, opening.stream.next()).await {
                Ok(next) => next,
                Err(_) => {
                    self.write().await?;
                    write_by = Instant::now() + OFTEN;
                    watch.look(Instant::now())?;
                    continue;
                }
            };
            let bytes = match next {
                Some(bytes) => bytes?,
                None => return Err(cut()),
            };
            if bytes.is_empty() {
                continue;
            }
            watch.came(bytes.len() as u64, Instant::now());
            if self.all_of(bytes, whole, &mut watch).await? || Instant::now() >= write_by {
                self.write().await?;
                write_by = Instant::now() + OFTEN;
            }
        }
    }

    /// Takes these bytes as the limits let them through. `true` when it is time to write what waits.
    async fn all_of(&mut self, mut bytes: Bytes, whole: bool, watch: &mut Watch) -> Result<bool> {
        while !bytes.is_empty() {
            let held = Instant::now();
            let some = bytes.split_to(self.pace.grant(bytes.len()).await);
            watch.held(held.elapsed());
            meter(&self.common.inner, self.common.row.id, self.number, some.len() as u64);
            let needed = self.board.take(self.number, some.len());
            if needed < some.len() && whole {
                return Err(longer());
            }
            self.waiting += needed;
            self.pieces.push(some.slice(..needed));
            // The rest is somebody else's by now.
            if needed < some.len() {
                break;
            }
            // Under a limit the file grows as smoothly as the bytes may come, however many came at once.
            if self.pace.is_limited() && self.waiting >= self.pace.chunk().min(WRITE) {
                self.write().await?;
            }
        }
        Ok(self.waiting >= WRITE)
    }

    /// A whole file that goes on after its announced end is not the file that was announced.
    async fn nothing_more(&mut self, mut opening: Opening) -> Result<()> {
        self.write().await?;
        match timeout(OFTEN, opening.stream.next()).await {
            Ok(Some(Ok(bytes))) if !bytes.is_empty() => Err(longer()),
            _ => Ok(()),
        }
    }

    async fn write(&mut self) -> Result<()> {
        if self.waiting == 0 {
            return Ok(());
        }
        let len = self.waiting as u64;
        let pieces = std::mem::take(&mut self.pieces);
        self.waiting = 0;
        self.common.file.write(self.at, pieces).await?;
        self.at += len;
        self.board.wrote(self.number, len);
        // No more than may be fetched again after a kill.
        loop {
            let synced = self.board.synced.notified();
            if self.board.unsynced(self.number) <= UNSYNCED {
                return Ok(());
            }
            synced.await;
        }
    }
}

/// Sees to it that a connection which drips holds no slot.
struct Watch {
    since: Instant,
    bytes: u64,
    last: Instant,
    held: Duration,
}

impl Watch {
    fn new(now: Instant) -> Self {
        Self {
            since: now,
            bytes: 0,
            last: now,
            held: Duration::ZERO,
        }
    }

    fn came(&mut self, bytes: u64, now: Instant) {
        self.bytes += bytes;
        self.last = now;
    }

    fn held(&mut self, time: Duration) {
        self.held += time;
        self.last += time;
    }

    fn look(&mut self, now: Instant) -> Result<()> {
        if now.saturating_duration_since(self.last) >= SILENCE {
            return Err(silent());
        }
        if now.saturating_duration_since(self.since) >= PATIENCE {
            if self.bytes < LEAST && self.held < PATIENCE / 10 {
                return Err(Failure::new(
                    Kind::Unavailable,
                    "too_slow",
                    "The server sends almost nothing. Another connection is tried.",
                ));
            }
            *self = Self {
                last: self.last,
                ..Self::new(now)
            };
        }
        Ok(())
    }
}

fn meter(inner: &Inner, id: TransferId, number: u32, bytes: u64) {
    if let Some(meter) = locked(&inner.meters).get_mut(&id) {
        meter.moved(number, bytes);
    }
}

fn silent() -> Failure {
    Failure::new(Kind::Unavailable, "silent", "The server sends nothing any more.")
}

fn cut() -> Failure {
    Failure::new(
        Kind::Unavailable,
        "connection_lost",
        "The connection to the server broke.",
    )
}

fn longer() -> Failure {
    Failure::new(
        Kind::Integrity,
        "too_long",
        "The server sends more bytes than it had announced: this is not the file that it described.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_drip_is_given_up_after_a_minute_and_a_limited_connection_is_not() {
        let begun = Instant::now();
        let mut drip = Watch::new(begun);
        let mut limited = Watch::new(begun);
        for second in 1..=70 {
            tokio::time::advance(Duration::from_secs(1)).await;
            drip.came(1, Instant::now());
            limited.came(1, Instant::now());
            limited.held(Duration::from_millis(900));
            if let Err(failure) = drip.look(Instant::now()) {
                assert_eq!((failure.code.as_str(), second), ("too_slow", 60));
                limited.look(Instant::now()).unwrap();
                return;
            }
        }
        panic!("the drip went on");
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends_a_connection_after_half_a_minute() {
        let mut watch = Watch::new(Instant::now());
        watch.came(1_000_000, Instant::now());
        tokio::time::advance(Duration::from_secs(29)).await;
        watch.look(Instant::now()).unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(watch.look(Instant::now()).unwrap_err().code, "silent");
    }
}
