//! How long to wait before trying again: exponential, with jitter, never in step with others.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(1);
/// The longest pause between two tries at a service that does not answer.
pub const LONGEST: Duration = Duration::from_secs(300);
/// The longest pause between two tries while there is no network at all.
pub const LONGEST_OFFLINE: Duration = Duration::from_secs(60);

/// The pause after `failures` faults in a row (0 counts as 1): 1 s doubling up to `longest`, of which a random half
/// is taken off (`chance` from 0 up to 1).
#[must_use]
pub fn backoff(failures: u32, longest: Duration, chance: f64) -> Duration {
    let doubled = FIRST.saturating_mul(1_u32 << failures.saturating_sub(1).min(16));
    doubled.min(longest).mul_f64(1.0 - chance.clamp(0.0, 1.0) / 2.0)
}

/// The service's own word, kept between 1 s and 1 h; without one, `otherwise`.
#[must_use]
pub fn honoured(retry_after: Option<Duration>, otherwise: Duration) -> Duration {
    retry_after.map_or(otherwise, |delay| delay.clamp(FIRST, Duration::from_secs(3600)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_from_half_a_second_and_stay_under_five_minutes() {
        assert_eq!(backoff(1, LONGEST, 0.0), Duration::from_secs(1));
        assert_eq!(backoff(4, LONGEST, 0.0), Duration::from_secs(8));
        assert_eq!(backoff(4, LONGEST, 1.0), Duration::from_secs(4));
        assert_eq!(backoff(99, LONGEST, 0.0), LONGEST);
    }

    #[test]
    fn the_services_word_is_honoured_within_reason() {
        assert_eq!(honoured(Some(Duration::from_secs(90)), FIRST), Duration::from_secs(90));
        assert_eq!(honoured(Some(Duration::ZERO), LONGEST), FIRST);
        assert_eq!(
            honoured(Some(Duration::from_secs(86_400)), FIRST),
            Duration::from_secs(3600)
        );
        assert_eq!(honoured(None, LONGEST), LONGEST);
    }
}
