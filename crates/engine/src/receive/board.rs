//! How far each segment is: taken from the network, written, durable. Shared by the connections, the syncs and the check.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use tokio::sync::Notify;
use transfer::segments::{self, Segment};

use crate::engine::locked;

/// Bytes of one segment that may be written and not durable yet: they would be fetched again after a kill.
pub(super) const UNSYNCED: u64 = 3 * 1024 * 1024;
/// From so many on a sync is worth it.
pub(super) const WORTH_A_SYNC: u64 = 1024 * 1024;

/// One segment at work.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    start: u64,
    end: u64,
    /// One past the last byte that a connection has taken.
    taken: u64,
    /// One past the last byte that the file has.
    written: u64,
    /// One past the last byte that would survive a power cut.
    durable: u64,
}

/// All segments of one download.
#[derive(Debug)]
pub(super) struct Board {
    stretches: Mutex<BTreeMap<u32, Stretch>>,
    /// Something was written.
    pub(super) written: Notify,
    /// Something became durable.
    pub(super) synced: Notify,
}

impl Board {
    pub(super) fn new(segments: &[Segment]) -> Self {
        let stretches = segments.iter().map(|segment| {
            (
                segment.number,
                Stretch {
                    start: segment.start,
                    end: segment.end,
                    taken: segment.done,
                    written: segment.done,
                    durable: segment.done,
                },
            )
        });
        Self {
            stretches: Mutex::new(stretches.collect()),
            written: Notify::new(),
            synced: Notify::new(),
        }
    }

    fn stretches(&self) -> MutexGuard<'_, BTreeMap<u32, Stretch>> {
        locked(&self.stretches)
    }

    /// Where segment `number` goes on, and where it ends at the moment.
    pub(super) fn rest(&self, number: u32) -> (u64, u64) {
        self.stretches().get(&number).map_or((0, 0), |s| (s.written, s.end))
    }

    /// Takes up to `len` bytes for the segment: how many of them it still needs.
    pub(super) fn take(&self, number: u32, len: usize) -> usize {
        let mut stretches = self.stretches();
        let Some(stretch) = stretches.get_mut(&number) else {
            return 0;
        };
        let needed = usize::try_from(stretch.end - stretch.taken)
            .unwrap_or(usize::MAX)
            .min(len);
        stretch.taken += needed as u64;
        needed
    }

    /// What was taken and not written comes again.
    pub(super) fn give_back(&self, number: u32) {
        if let Some(stretch) = self.stretches().get_mut(&number) {
            stretch.taken = stretch.written;
        }
    }

    /// `len` more bytes of the segment are in the file.
    pub(super) fn wrote(&self, number: u32, len: u64) {
        if let Some(stretch) = self.stretches().get_mut(&number) {
            stretch.written += len;
        }
        self.written.notify_waiters();
    }

    /// So many bytes of the segment are in the file and not durable.
    pub(super) fn unsynced(&self, number: u32) -> u64 {
        self.stretches().get(&number).map_or(0, |s| s.written - s.durable)
    }

    /// The most that any segment has in the file and not durable.
    pub(super) fn most_unsynced(&self) -> u64 {
        self.stretches()
            .values()
            .map(|s| s.written - s.durable)
            .max()
            .unwrap_or(0)
    }

    /// The segments as they will be true once everything that is written now is synced; those that have nothing new are left out.
    pub(super) fn to_sync(&self) -> Vec<Segment> {
        self.segments_where(|s| s.written > s.durable)
    }

    /// These are durable, and noted.
    pub(super) fn noted(&self, segments: &[Segment]) {
        let mut stretches = self.stretches();
        for segment in segments {
            if let Some(stretch) = stretches.get_mut(&segment.number) {
                stretch.durable = stretch.durable.max(segment.done);
            }
        }
        drop(stretches);
        self.synced.notify_waiters();
    }

    /// All segments, as far as they are durable.
    pub(super) fn durable(&self) -> Vec<Segment> {
        self.stretches()
            .iter()
            .map(|(number, s)| Segment {
                number: *number,
                start: s.start,
                end: s.end,
                done: s.durable,
            })
            .collect()
    }

    /// Everything before this is in the file.
    pub(super) fn front(&self) -> u64 {
        segments::front(&self.segments_where(|_| true))
    }

    fn segments_where(&self, wanted: impl Fn(&Stretch) -> bool) -> Vec<Segment> {
        self.stretches()
            .iter()
            .filter(|(_, s)| wanted(s))
            .map(|(number, s)| Segment {
                number: *number,
                start: s.start,
                end: s.end,
                done: s.written,
            })
            .collect()
    }

    /// Durable bytes in all.
    pub(super) fn sum(&self) -> u64 {
        self.stretches().values().map(|s| s.durable - s.start).sum()
    }

    /// Numbers of segments that need bytes.
    pub(super) fn unfinished(&self) -> Vec<u32> {
        let stretches = self.stretches();
        stretches
            .iter()
            .filter(|(_, s)| s.written < s.end)
            .map(|(number, _)| *number)
            .collect()
    }

    /// Cuts the largest rest in two: the shorter old segment and the new one, both to be noted before they are believed.
    /// `None` when nothing is large enough.
    pub(super) fn split(&self) -> Option<[Segment; 2]> {
        let mut stretches = self.stretches();
        let rests = stretches.iter().map(|(number, s)| (*number, s.taken, s.end));
        let (number, at) = segments::split(rests)?;
        let new = stretches.keys().max()? + 1;
        let old = stretches.get_mut(&number)?;
        let end = std::mem::replace(&mut old.end, at);
        let shorter = Segment {
            number,
            start: old.start,
            end: at,
            done: old.durable,
        };
        let stretch = Stretch {
            start: at,
            end,
            taken: at,
            written: at,
            durable: at,
        };
        stretches.insert(new, stretch);
        Some([
            shorter,
            Segment {
                number: new,
                start: at,
                end,
                done: at,
            },
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_never_takes_more_than_its_segment_needs_even_when_that_is_cut_shorter() {
        let board = Board::new(&segments::cut(8 << 20, 1));
        assert_eq!(board.take(1, 1 << 20), 1 << 20);
        let [shorter, new] = board.split().unwrap();
        assert_eq!(
            (shorter.end, new.start, new.end),
            (new.start, (8 << 20) - (7 << 19), 8 << 20)
        );
        assert_eq!(board.take(1, 8 << 20) as u64, shorter.end - (1 << 20));
        assert_eq!(board.take(1, 1), 0);
        assert!(segments::check(&board.durable(), 8 << 20).is_ok());
    }

    #[test]
    fn what_is_written_counts_as_durable_only_once_it_was_noted() {
        let board = Board::new(&segments::cut(4 << 20, 2));
        board.take(1, 100);
        board.wrote(1, 100);
        assert_eq!((board.unsynced(1), board.sum(), board.front()), (100, 0, 100));
        let claims = board.to_sync();
        board.take(1, 50);
        board.wrote(1, 50);
        board.noted(&claims);
        assert_eq!((board.unsynced(1), board.sum()), (50, 100));
    }
}
