//! Rates as people write them: `512KiB/s`, `4MiB/s`, `1GB`, `off`.

/// Bytes a second; `None` is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate(pub(crate) Option<u64>);

/// Reads a rate.
pub(crate) fn rate(text: &str) -> Result<Rate, String> {
    let text = text.trim();
    if matches!(text, "off" | "none") {
        return Ok(Rate(None));
    }
    match app::read_rate(text) {
        Ok(0) => Err("a limit is at least 1 byte a second; `off` takes it away".to_owned()),
        Ok(bytes) => Ok(Rate(Some(bytes))),
        Err(why) => Err(format!("{why}, or is `off`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_read_as_people_write_them() {
        for (text, bytes) in [
            ("512KiB/s", 524_288),
            ("4MiB/s", 4_194_304),
            ("1GB", 1_000_000_000),
            ("1.5 MiB/s", 1_572_864),
            ("100", 100),
        ] {
            assert_eq!(rate(text), Ok(Rate(Some(bytes))), "{text}");
        }
        assert_eq!(rate("off"), Ok(Rate(None)));
        for wrong in ["", "fast", "0", "-1", "4MiB/h"] {
            assert!(rate(wrong).is_err(), "{wrong}");
        }
    }
}
