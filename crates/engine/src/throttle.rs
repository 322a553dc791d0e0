//! Bandwidth: how many bytes may leave per second, shared by everybody who holds the same throttle.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// Timers fire late; this much of what they missed may be caught up with, so that the mean stays true.
const CATCH_UP: Duration = Duration::from_millis(50);
const SMALLEST: u64 = 4 * 1024;
const LARGEST: u64 = 256 * 1024;

/// A limit in bytes per second that can change while bytes are waiting for it.
#[derive(Debug, Clone)]
pub struct Throttle {
    rate: Arc<watch::Sender<Option<u64>>>,
    /// When the next byte may leave.
    next: Arc<Mutex<Option<Instant>>>,
}

impl Throttle {
    /// A throttle of `rate` bytes per second; `None` lets everything through.
    #[must_use]
    pub fn new(rate: Option<u64>) -> Self {
        Self {
            rate: Arc::new(watch::Sender::new(rate)),
            next: Arc::default(),
        }
    }

    /// Sets the rate. Who waits now waits by the new one.
    pub fn set(&self, rate: Option<u64>) {
        self.rate.send_if_modified(|old| {
            let changed = *old != rate;
            if changed {
                *self.next.lock().unwrap_or_else(PoisonError::into_inner) = None;
                *old = rate;
            }
            changed
        });
    }

    /// The rate now.
    #[must_use]
    pub fn rate(&self) -> Option<u64> {
        *self.rate.borrow()
    }

    /// Waits until `bytes` may leave.
    pub async fn take(&self, bytes: u64) {
        let mut changed = self.rate.subscribe();
        loop {
            let rate = *changed.borrow_and_update();
            let Some(rate) = rate else { return };
            let start = self.reserve(bytes, rate.max(1), Instant::now());
            tokio::select! {
                biased;
                () = sleep_until(start) => return,
                // Reserved again by the new rate: `set` has forgotten the old reservations.
                _ = changed.changed() => {}
            }
        }
    }

    fn reserve(&self, bytes: u64, rate: u64, now: Instant) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let earliest = now.checked_sub(CATCH_UP).unwrap_or(now);
        let start = next.map_or(now, |next| next.max(earliest));
        *next = Some(start + Duration::from_secs_f64(bytes as f64 / rate as f64));
        start
    }
}

/// How many bytes to move at a time, so that a slow limit stays smooth and a fast one cheap.
#[must_use]
pub fn chunk(rates: [Option<u64>; 2]) -> usize {
    let slowest = rates.into_iter().flatten().min();
    let bytes = slowest.map_or(LARGEST, |rate| {
        (rate / 64 / SMALLEST * SMALLEST).clamp(SMALLEST, LARGEST)
    });
    usize::try_from(bytes).unwrap_or(SMALLEST as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn moved_in(throttle: &Throttle, takers: usize, period: Duration) -> u64 {
        let end = Instant::now() + period;
        let tasks: Vec<_> = (0..takers)
            .map(|_| {
                let throttle = throttle.clone();
                tokio::spawn(async move {
                    let mut moved = 0;
                    loop {
                        let size = chunk([throttle.rate(), None]) as u64;
                        throttle.take(size).await;
                        if Instant::now() >= end {
                            return moved;
                        }
                        moved += size;
                    }
                })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        sum
    }

    #[tokio::test(start_paused = true)]
    async fn the_mean_over_ten_seconds_is_within_two_percent_for_any_rate_and_number_of_takers() {
        for rate in [50_000, 1_000_000, 10_000_000, 100_000_000] {
            for takers in [1, 3, 32] {
                let moved = moved_in(&Throttle::new(Some(rate)), takers, Duration::from_secs(10)).await;
                let share = moved as f64 / (rate as f64 * 10.0);
                assert!((0.98..=1.02).contains(&share), "{share} of {rate} with {takers}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_rate_reaches_who_already_waits() {
        let throttle = Throttle::new(Some(1));
        throttle.take(1_000_000).await;
        let waiter = tokio::spawn({
            let throttle = throttle.clone();
            async move {
                let begun = Instant::now();
                throttle.take(4096).await;
                begun.elapsed()
            }
        });
        tokio::task::yield_now().await;
        throttle.set(None);
        assert!(waiter.await.unwrap() < Duration::from_millis(200));
    }
}
