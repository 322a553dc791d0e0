//! How many bytes passed in each tenth of a second: what a speed limit looks like from outside.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::held;

/// Length of a bucket.
const BUCKET: Duration = Duration::from_millis(100);

/// Which way bytes go, as the client sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Bodies of part requests, as storage reads them.
    Up,
    /// What the file host hands to its sockets, headers included.
    Down,
}

/// Bytes per bucket since the timeline began, on the monotonic clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Which way.
    pub direction: Direction,
    /// Length of a bucket in milliseconds.
    pub bucket_ms: u64,
    /// Where the first bucket begins: milliseconds after the start or the last reset.
    pub from_ms: u64,
    /// What the clock of this timeline shows now, in milliseconds.
    pub now_ms: u64,
    /// Bytes per bucket, up to the last in which something passed.
    pub bytes: Vec<u64>,
    /// The sum of them.
    pub total: u64,
}

/// Both directions, counted since the same moment.
#[derive(Debug)]
pub(crate) struct Timelines(Mutex<Marks>);

#[derive(Debug)]
struct Marks {
    began: Instant,
    up: Track,
    down: Track,
}

#[derive(Debug, Default)]
struct Track {
    /// Number of the first bucket in `bytes`.
    first: u64,
    bytes: Vec<u64>,
}

impl Track {
    fn add(&mut self, bucket: u64, bytes: u64) {
        if self.bytes.is_empty() {
            self.first = bucket;
        }
        let at = usize::try_from(bucket.saturating_sub(self.first)).unwrap_or(usize::MAX);
        if at >= self.bytes.len() {
            self.bytes.resize(at.saturating_add(1), 0);
        }
        self.bytes[at] += bytes;
    }
}

impl Default for Timelines {
    fn default() -> Self {
        Self(Mutex::new(Marks::new()))
    }
}

impl Marks {
    fn new() -> Self {
        Self {
            began: Instant::now(),
            up: Track::default(),
            down: Track::default(),
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl Timelines {
    pub(crate) fn passed(&self, direction: Direction, bytes: u64) {
        let mut marks = held(&self.0);
        let bucket = millis(marks.began.elapsed()) / millis(BUCKET);
        match direction {
            Direction::Up => marks.up.add(bucket, bytes),
            Direction::Down => marks.down.add(bucket, bytes),
        }
    }

    pub(crate) fn reset(&self) {
        *held(&self.0) = Marks::new();
    }

    pub(crate) fn read(&self, direction: Direction) -> Timeline {
        let marks = held(&self.0);
        let track = match direction {
            Direction::Up => &marks.up,
            Direction::Down => &marks.down,
        };
        Timeline {
            direction,
            bucket_ms: millis(BUCKET),
            from_ms: track.first * millis(BUCKET),
            now_ms: millis(marks.began.elapsed()),
            bytes: track.bytes.clone(),
            total: track.bytes.iter().sum(),
        }
    }
}
