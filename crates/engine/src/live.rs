//! What moves right now: bytes under way, a smoothed speed and an honest time left. Never stored.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;
use transfer::Reason;

/// Speed forgets with this time constant.
const SMOOTH: Duration = Duration::from_secs(15);
/// Too early to say anything.
const FIRST_WORD: Duration = Duration::from_secs(3);

/// One transfer as it is at this moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Live {
    /// Bytes stored and under way.
    pub sent: u64,
    /// Bytes per second, smoothed over about 30 s; 0 while it is too early to say.
    pub speed: u64,
    /// Seconds left, when the speed allows a word on it.
    pub eta_s: Option<u64>,
    /// Why it is not moving, where the row itself does not say.
    pub reason: Option<Reason>,
    /// Parts under way.
    pub parts: Vec<LivePart>,
}

/// A part under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LivePart {
    /// Which.
    pub number: u32,
    /// Bytes handed to the network.
    pub sent: u64,
}

/// The meter of one transfer that holds a slot.
#[derive(Debug)]
pub(crate) struct Meter {
    begun: Instant,
    sampled: Instant,
    unsampled: u64,
    speed: f64,
    /// Bytes with receipts.
    stored: u64,
    parts: BTreeMap<u32, u64>,
}

impl Meter {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            begun: now,
            sampled: now,
            unsampled: 0,
            speed: 0.0,
            stored: 0,
            parts: BTreeMap::new(),
        }
    }

    pub(crate) fn begin(&mut self, stored: u64) {
        self.stored = stored;
        self.parts.clear();
    }

    pub(crate) fn moved(&mut self, part: u32, bytes: u64) {
        *self.parts.entry(part).or_default() += bytes;
        self.unsampled += bytes;
    }

    /// The part is not under way any more; `stored` of its bytes have a receipt.
    pub(crate) fn part_over(&mut self, part: u32, stored: u64) {
        self.parts.remove(&part);
        self.stored += stored;
    }

    pub(crate) fn sample(&mut self, now: Instant) {
        let passed = (now - self.sampled).as_secs_f64();
        if passed < 0.2 {
            return;
        }
        let current = self.unsampled as f64 / passed;
        let age = (now - self.begun).as_secs_f64();
        // A young meter is a plain mean; an old one forgets slowly.
        let weight = passed / age.clamp(passed, SMOOTH.as_secs_f64());
        self.speed += (current - self.speed) * weight;
        self.sampled = now;
        self.unsampled = 0;
    }

    pub(crate) fn view(&self, size: Option<u64>, now: Instant) -> Live {
        let sent = self.stored + self.parts.values().sum::<u64>();
        let early = now - self.begun < FIRST_WORD;
        let speed = self.speed as u64;
        let left = size.map(|size| size.saturating_sub(sent));
        Live {
            sent: size.map_or(sent, |size| sent.min(size)),
            speed,
            eta_s: left.filter(|_| !early && speed > 0).map(|left| left.div_ceil(speed)),
            reason: None,
            parts: self
                .parts
                .iter()
                .map(|(number, sent)| LivePart {
                    number: *number,
                    sent: *sent,
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_steady_flow_is_told_within_a_percent_and_nothing_is_said_too_early() {
        let mut meter = Meter::new(Instant::now());
        meter.begin(0);
        assert_eq!(meter.view(Some(1_000_000), Instant::now()).eta_s, None);
        for _ in 0..100 {
            tokio::time::advance(Duration::from_millis(200)).await;
            meter.moved(1, 2_000);
            meter.sample(Instant::now());
        }
        let live = meter.view(Some(1_000_000), Instant::now());
        assert!((9_900..=10_100).contains(&live.speed), "{}", live.speed);
        assert_eq!(live.sent, 200_000);
        assert!((79..=81).contains(&live.eta_s.unwrap()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_part_sent_again_counts_for_speed_and_not_for_progress() {
        let mut meter = Meter::new(Instant::now());
        meter.moved(1, 500);
        meter.part_over(1, 0);
        meter.moved(1, 500);
        meter.part_over(1, 500);
        assert_eq!(meter.view(Some(1_000), Instant::now()).sent, 500);
    }
}
