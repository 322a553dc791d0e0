//! The present and fresh names, handed to everything that may not take them itself.

use jiff::Timestamp;
use transfer::Time;
use transfer::time::{Clock, Now};
use uuid::Uuid;

/// The system's clock and dice.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Present;

impl Present {
    pub(crate) fn time(self) -> Time {
        Time(Timestamp::now().as_millisecond())
    }
}

impl Clock for Present {
    fn now(&self) -> Now {
        Now {
            time: self.time(),
            chance: chance(),
        }
    }
}

impl engine::Ids for Present {
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// From 0 up to 1. Without random numbers pauses lose their jitter and nothing else.
fn chance() -> f64 {
    getrandom::u32().map_or(0.5, |drawn| f64::from(drawn) / (f64::from(u32::MAX) + 1.0))
}

/// RFC 3339 in UTC, to the millisecond.
pub(crate) fn rfc3339(time: Time) -> String {
    Timestamp::from_millisecond(time.0).map_or_else(|_| Timestamp::UNIX_EPOCH.to_string(), |time| format!("{time:.3}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_like_the_internet_writes_them() {
        assert_eq!(rfc3339(Time(1_700_000_000_000)), "2023-11-14T22:13:20.000Z");
        assert_eq!(rfc3339(Time(i64::MAX)), "1970-01-01T00:00:00Z");
    }
}
