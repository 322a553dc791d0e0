//! Cutting a download into segments, and what of each is durable: the ledger that lags the synced bytes.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, Kind, Result};

/// Shorter pieces are not worth a connection of their own, in bytes.
pub const SMALLEST: u64 = 1024 * 1024;

/// One range of a download: bytes from `start` up to, not including, `end`, of which those before `done` are durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// From 1, in the order in which they were cut.
    pub number: u32,
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// One past the last durable byte; `start` while there is none.
    pub done: u64,
}

impl Segment {
    /// Bytes that are still to be fetched.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.end.saturating_sub(self.done)
    }
}

/// Cuts `size` bytes for `connections` connections (at least 1); no segment is shorter than [`SMALLEST`] unless it is the only one.
/// An empty file is one empty segment.
#[must_use]
pub fn cut(size: u64, connections: usize) -> Vec<Segment> {
    let wanted = u64::try_from(connections.max(1)).unwrap_or(1);
    let count = wanted.min((size / SMALLEST).max(1));
    let step = size.div_ceil(count).max(1);
    (0..count)
        .map(|index| {
            let start = (index * step).min(size);
            Segment {
                number: u32::try_from(index + 1).unwrap_or(u32::MAX),
                start,
                end: ((index + 1) * step).min(size),
                done: start,
            }
        })
        .collect()
}

/// Where the largest of `rest` (number, next byte, end) is cut in two so that a free connection can help: the number of
/// the segment and its new end. `None` when every half would be shorter than [`SMALLEST`].
#[must_use]
pub fn split(rest: impl IntoIterator<Item = (u32, u64, u64)>) -> Option<(u32, u64)> {
    rest.into_iter()
        .filter(|(_, next, end)| end.saturating_sub(*next) >= 2 * SMALLEST)
        .max_by_key(|(number, next, end)| (end - next, std::cmp::Reverse(*number)))
        .map(|(number, next, end)| (number, next + (end - next) / 2))
}

/// One past the last byte of the durable front: everything before it is there.
#[must_use]
pub fn front(segments: &[Segment]) -> u64 {
    let mut sorted: Vec<_> = segments.iter().collect();
    sorted.sort_by_key(|segment| segment.start);
    let mut at = 0;
    for segment in sorted {
        if segment.start != at {
            break;
        }
        at = segment.done;
        if segment.done < segment.end {
            break;
        }
    }
    at
}

/// Checks stored segments before they are believed: numbers from 1, contiguous from 0 to `size`, `done` within each.
///
/// # Errors
/// [`Kind::SessionGone`]: the download starts over.
pub fn check(segments: &[Segment], size: u64) -> Result<()> {
    let mut sorted: Vec<_> = segments.iter().collect();
    sorted.sort_by_key(|segment| (segment.start, segment.end));
    let mut at = 0;
    let mut sound = !segments.is_empty();
    for segment in &sorted {
        sound &= segment.start == at && segment.end >= segment.start;
        sound &= (segment.start..=segment.end).contains(&segment.done);
        at = segment.end;
    }
    let mut numbers: Vec<_> = segments.iter().map(|segment| segment.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    sound &= numbers.len() == segments.len() && numbers.first() == Some(&1);
    if sound && at == size {
        return Ok(());
    }
    Err(Failure::new(
        Kind::SessionGone,
        "segments_unreadable",
        "What was noted about the fetched bytes does not fit together. It is fetched again from the start.",
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_cut_passes_the_check_and_has_no_small_pieces(size in 0_u64..1 << 40, connections in 0_usize..64) {
            let segments = cut(size, connections);
            prop_assert!(check(&segments, size).is_ok());
            prop_assert!(segments.len() <= connections.max(1));
            if segments.len() > 1 {
                // The last one gets what the others leave.
                prop_assert!(segments.iter().rev().skip(1).all(|segment| segment.left() >= SMALLEST));
            }
        }

        #[test]
        fn a_split_leaves_both_halves_worth_a_connection(next in 0_u64..1 << 30, len in 0_u64..1 << 30) {
            match split([(1, next, next + len)]) {
                Some((1, at)) => prop_assert!(at - next >= SMALLEST && next + len - at >= SMALLEST),
                other => prop_assert!(other.is_none() && len < 2 * SMALLEST),
            }
        }

        #[test]
        fn a_ledger_with_one_wrong_number_is_not_believed(size in 8_u64 << 20..64 << 20, pick in 0_usize..99, delta in 1_u64..99) {
            let good = cut(size, 4);
            let at = pick % good.len();
            for spoil in [|s: &mut Segment, d| s.end += d, |s: &mut Segment, d| s.done = s.end + d, |s: &mut Segment, d| s.start += d] {
                let mut bad = good.clone();
                spoil(&mut bad[at], delta);
                prop_assert!(check(&bad, size).is_err());
            }
        }
    }

    #[test]
    fn the_front_ends_where_the_first_byte_is_missing() {
        let mut segments = cut(8 << 20, 4);
        assert_eq!(front(&segments), 0);
        segments[1].done = segments[1].end;
        assert_eq!(front(&segments), 0);
        segments[0].done = segments[0].end;
        assert_eq!(front(&segments), segments[1].end);
        segments[2].done += 5;
        assert_eq!(front(&segments), segments[2].done);
        segments.reverse();
        segments[0].done = segments[0].end;
        segments[1].done = segments[1].end;
        assert_eq!(front(&segments), 8 << 20);
    }
}
