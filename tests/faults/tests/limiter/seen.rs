//! What a server saw of a limit, bucket by bucket.

use std::fmt;

/// Buckets of 100 ms in a second.
const SECOND: usize = 10;
/// The first two seconds do not count: connections are made, sessions opened.
const FIRST: usize = 2 * SECOND;
/// Buckets that are looked at, the first ones included.
pub(super) const MEASURED: usize = FIRST + 10 * SECOND;

/// Shares of the limit.
#[derive(Debug)]
pub(super) struct Seen {
    mean: f64,
    least: f64,
    most: f64,
    /// Seconds that a window is long.
    window: usize,
}

impl Seen {
    /// `bytes` per bucket, from the first byte on.
    pub(super) fn of(bytes: &[u64], rate: u64) -> Self {
        let measured = &bytes[FIRST..MEASURED];
        let share = |buckets: &[u64]| {
            let seconds = buckets.len() as f64 / SECOND as f64;
            buckets.iter().sum::<u64>() as f64 / (rate as f64 * seconds)
        };
        // Fewer bytes than a dozen packets a second need a longer look.
        let window = if rate < 1_000_000 { 5 } else { 1 };
        let windows = measured.windows(window * SECOND).map(share);
        Self {
            mean: share(measured),
            least: windows.clone().fold(f64::INFINITY, f64::min),
            most: windows.fold(0.0, f64::max),
            window,
        }
    }

    /// ±2 % over 10 s, ±5 % in every window.
    pub(super) fn is_as_promised(&self) -> bool {
        (0.98..=1.02).contains(&self.mean) && self.least >= 0.95 && self.most <= 1.05
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| (share - 1.0) * 100.0;
        write!(
            f,
            "mean over 10 s {:>+6.2} %, every {} s from {:>+6.2} % to {:>+6.2} %",
            percent(self.mean),
            self.window,
            percent(self.least),
            percent(self.most)
        )
    }
}

#[test]
fn a_limiter_that_bursts_is_caught_by_its_windows_and_a_slow_one_by_its_mean() {
    let steady = vec![100_000; MEASURED];
    assert!(Seen::of(&steady, 1_000_000).is_as_promised());
    let mut bursts = steady.clone();
    (bursts[50], bursts[60]) = (0, 200_000);
    assert!(!Seen::of(&bursts, 1_000_000).is_as_promised());
    assert!(!Seen::of(&vec![97_000; MEASURED], 1_000_000).is_as_promised());
}
