//! A point in time as services write it: RFC 3339, and without a zone it is UTC.

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};
use transfer::Time;

/// Reads `2026-01-02T03:04:05.678Z`, with any offset or none, with a space for the `T`, or a date alone.
pub(crate) fn moment(text: &str) -> Option<Time> {
    let text = text.trim();
    let point = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| Some(text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp()))?;
    Some(Time(point.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_with_and_without_its_zone() {
        let seven = Some(Time(1_656_467_804_000));
        for text in [
            "2022-06-29T01:56:44Z",
            "2022-06-29T01:56:44.000000Z",
            "2022-06-29T03:56:44+02:00",
            "2022-06-29T01:56:44",
            "2022-06-29 01:56:44",
        ] {
            assert_eq!(moment(text), seven, "{text}");
        }
        assert_eq!(moment("2022-06-29"), Some(Time(1_656_460_800_000)));
        for text in ["", "soon", "1656467804", "2022-13-01", "99999999999-01-01"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
