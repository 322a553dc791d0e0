//! Points in time, as the row keeps them: UTC milliseconds. Reading a clock is the caller's.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

impl Time {
    /// The point `delay` later; saturates at the end of time.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(delay.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// How long it is from `earlier` to here; zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

/// The present, handed in: the domain reads no clock and throws no dice.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// The wall clock.
    pub time: Time,
    /// A number from 0 up to 1 for this decision's jitter.
    pub chance: f64,
}

/// Where the present comes from.
pub trait Clock: Send + Sync {
    /// The present and a fresh random number.
    fn now(&self) -> Now;
}
