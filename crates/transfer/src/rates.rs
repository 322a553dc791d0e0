//! Bytes per second, for each way.

use bytesize::ByteSize;
use serde::{Deserialize, Serialize};

/// Which way bytes go over the network, as seen from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// To a service.
    Up,
    /// From a service.
    Down,
}

impl Way {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Up, Self::Down];
}

/// Bytes per second at most: `None` is no limit, 0 lets nothing through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    /// To services.
    pub up: Option<u64>,
    /// From services.
    pub down: Option<u64>,
}

impl Rates {
    /// No limit.
    pub const FREE: Self = Self { up: None, down: None };

    /// The rate of one way.
    #[must_use]
    pub fn of(self, way: Way) -> Option<u64> {
        match way {
            Way::Up => self.up,
            Way::Down => self.down,
        }
    }

    /// What both allow: of two limits the smaller holds.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self {
            up: smaller(self.up, other.up),
            down: smaller(self.down, other.down),
        }
    }
}

/// Reads bytes per second as people write them: `512KiB/s`, `4MiB/s`, `1GB`, `512K` (which is 512,000).
///
/// # Errors
/// What is wrong, as the end of a sentence.
pub fn read_rate(text: &str) -> Result<u64, &'static str> {
    let text = text.trim();
    let size = text.strip_suffix("/s").unwrap_or(text);
    match size.parse::<ByteSize>() {
        Ok(ByteSize(bytes)) => Ok(bytes),
        Err(_) => Err("a rate reads like 512KiB/s, 4MiB/s or 1GB"),
    }
}

/// The same as text, exact and as short as it gets.
#[must_use]
pub fn rate_text(rate: u64) -> String {
    const UNITS: [(u64, &str); 6] = [
        (1_000_000_000, "G"),
        (1_000_000, "M"),
        (1_000, "K"),
        (1 << 30, "GiB"),
        (1 << 20, "MiB"),
        (1 << 10, "KiB"),
    ];
    let whole = UNITS.iter().find(|(unit, _)| rate > 0 && rate.is_multiple_of(*unit));
    whole.map_or_else(|| rate.to_string(), |(unit, name)| format!("{}{name}", rate / unit))
}

fn smaller(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_limits_the_smaller_holds_and_none_is_no_limit() {
        let one = Rates {
            up: Some(5),
            down: None,
        };
        let other = Rates {
            up: Some(7),
            down: Some(0),
        };
        let both = Rates {
            up: Some(5),
            down: Some(0),
        };
        assert_eq!((one.within(other), other.within(one)), (both, both));
        assert_eq!(one.within(Rates::FREE), one);
    }

    #[test]
    fn a_rate_reads_as_people_write_it_and_prints_without_loss() {
        for (text, rate, printed) in [
            ("512KiB/s", 524_288, "512KiB"),
            ("512k", 512_000, "512K"),
            ("1.5 MiB/s", 1_572_864, "1536KiB"),
            ("1GB", 1_000_000_000, "1G"),
            ("100", 100, "100"),
            ("0", 0, "0"),
        ] {
            assert_eq!(read_rate(text), Ok(rate), "{text}");
            assert_eq!(rate_text(rate), printed);
            assert_eq!(read_rate(printed), Ok(rate), "{printed}");
        }
        for wrong in ["", "fast", "-1", "4MiB/h"] {
            assert!(read_rate(wrong).is_err(), "{wrong}");
        }
    }
}
