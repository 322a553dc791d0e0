//! The sandbox's clock: the real one plus an offset that tests move forward.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Real time plus an offset; URL expiry, request windows and `Date` headers follow it.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    offset_ms: AtomicI64,
}

/// What the sandbox's clock shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockReading {
    /// Seconds since 1970, offset included.
    pub now_s: i64,
    /// Seconds it runs ahead of the machine's clock.
    pub offset_s: i64,
}

impl Clock {
    /// Milliseconds since 1970.
    pub(crate) fn now_ms(&self) -> i64 {
        // The one place where the sandbox asks the machine for the time.
        #[expect(clippy::disallowed_methods, reason = "this is the clock")]
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(real.as_millis()).unwrap_or(i64::MAX) + self.offset_ms.load(Ordering::Relaxed)
    }

    pub(crate) fn timestamp(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.now_ms()).unwrap_or_default()
    }

    /// The value of a `Date` header.
    pub(crate) fn http_date(&self) -> String {
        let ms = u64::try_from(self.now_ms()).unwrap_or_default();
        httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(ms))
    }

    pub(crate) fn advance(&self, by: Duration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.offset_ms.fetch_add(ms, Ordering::Relaxed);
    }

    pub(crate) fn set_offset_s(&self, seconds: i64) {
        self.offset_ms.store(seconds.saturating_mul(1000), Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> ClockReading {
        ClockReading {
            now_s: self.now_ms().div_euclid(1000),
            offset_s: self.offset_ms.load(Ordering::Relaxed).div_euclid(1000),
        }
    }
}
