//! Versions of a file: what a server says to tell them apart, and what may be sent back to ask for the same one.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};
pub use transfer::download::{RangeAsk, Version};

/// By what a file is known to be another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// Its length.
    Total,
    /// Its entity tag.
    Etag,
    /// The date of its last change.
    Modified,
}

/// A change within the minute before the answer may have been followed by another with the same date.
const SETTLED: Duration = Duration::from_secs(60);

/// The version that an answer's bytes belong to.
#[must_use]
pub fn version(headers: &HeaderMap) -> Version {
    let text = |name| {
        let value = headers.get(name)?.to_str().ok()?.trim();
        (!value.is_empty()).then(|| value.to_owned())
    };
    Version {
        etag: text(header::ETAG),
        modified: text(header::LAST_MODIFIED),
    }
}

/// By what `seen` is known to be another version than `known`. What either of them does not say tells nothing. Equal
/// strong tags settle it: machines that share a tag may still disagree about the date.
#[must_use]
pub fn difference(known: &Version, seen: &Version) -> Option<Difference> {
    if let (Some(known), Some(seen)) = (&known.etag, &seen.etag) {
        if is_strong(known) && is_strong(seen) {
            return (known != seen).then_some(Difference::Etag);
        }
        if opaque(known) != opaque(seen) {
            return Some(Difference::Etag);
        }
    }
    let (known, seen) = (known.modified.as_ref()?, seen.modified.as_ref()?);
    let same = known == seen || matches!((point(known), point(seen)), (Some(known), Some(seen)) if known == seen);
    (!same).then_some(Difference::Modified)
}

/// The `If-Range` header that asks for `known` and nothing else; `None` when the server gave nothing that is strong
/// enough, so that only comparing afterwards helps. `dated` is the `Date` of the answer that `known` came with.
#[must_use]
pub fn if_range<'a>(known: &'a Version, dated: Option<&str>) -> Option<&'a str> {
    if let Some(etag) = &known.etag {
        // RFC 9110, 13.1.5: a date may not stand in for a tag that is there.
        return is_strong(etag).then_some(etag);
    }
    let modified = known.modified.as_deref()?;
    let age = point(dated?)?.duration_since(point(modified)?).ok()?;
    (age >= SETTLED).then_some(modified)
}

fn is_strong(etag: &str) -> bool {
    let inside = etag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inside.is_some_and(|inside| inside.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'))
}

fn opaque(etag: &str) -> &str {
    etag.strip_prefix("W/").unwrap_or(etag)
}

fn point(date: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(date).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: &str = "Sun, 06 Nov 1994 12:00:00 GMT";
    const SOON: &str = "Sun, 06 Nov 1994 12:00:59 GMT";
    const LATER: &str = "Sun, 06 Nov 1994 12:01:00 GMT";

    fn of(etag: &str, modified: &str) -> Version {
        let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Version {
            etag: said(etag),
            modified: said(modified),
        }
    }

    #[test]
    fn a_version_differs_only_by_what_both_sides_say() {
        use Difference::{Etag, Modified};
        for (known, seen, expected) in [
            (("\"a\"", ""), ("\"a\"", ""), None),
            (("\"a\"", ""), ("\"b\"", ""), Some(Etag)),
            (("\"a\"", ""), ("\"A\"", ""), Some(Etag)),
            (("\"a\"", NOON), ("\"a\"", LATER), None),
            (("\"a\"", NOON), ("\"b\"", NOON), Some(Etag)),
            (("\"a\"", NOON), ("", NOON), None),
            (("\"a\"", NOON), ("", LATER), Some(Modified)),
            (("W/\"a\"", ""), ("W/\"b\"", ""), Some(Etag)),
            (("W/\"a\"", ""), ("\"a\"", ""), None),
            (("W/\"a\"", NOON), ("W/\"a\"", LATER), Some(Modified)),
            (("\"a\"", NOON), ("W/\"a\"", LATER), Some(Modified)),
            (("unquoted", ""), ("other", ""), Some(Etag)),
            (("", NOON), ("", "Sunday, 06-Nov-94 12:00:00 GMT"), None),
            (("", NOON), ("", "at noon"), Some(Modified)),
            (("", "at noon"), ("", "at noon"), None),
            (("", ""), ("\"b\"", NOON), None),
        ] {
            let (known, seen) = (of(known.0, known.1), of(seen.0, seen.1));
            assert_eq!(difference(&known, &seen), expected, "{known:?} {seen:?}");
            assert_eq!(difference(&seen, &known), expected, "{seen:?} {known:?}");
        }
    }

    #[test]
    fn only_what_is_strong_asks_for_the_same_version() {
        for (etag, modified, dated, expected) in [
            ("\"a\"", NOON, None, Some("\"a\"")),
            ("\"\"", "", None, Some("\"\"")),
            ("W/\"a\"", NOON, Some(LATER), None),
            ("unquoted", NOON, Some(LATER), None),
            ("\"a\"b\"", "", None, None),
            ("\"", "", None, None),
            ("", NOON, Some(LATER), Some(NOON)),
            ("", NOON, Some(SOON), None),
            ("", LATER, Some(NOON), None),
            ("", NOON, None, None),
            ("", "at noon", Some(LATER), None),
            ("", "", Some(LATER), None),
        ] {
            assert_eq!(if_range(&of(etag, modified), dated), expected, "{etag} {modified}");
        }
    }

    #[test]
    fn a_version_is_read_from_an_answer() {
        let mut headers = HeaderMap::new();
        assert_eq!(version(&headers), Version::default());
        headers.insert(header::ETAG, "W/\"a\"".parse().unwrap());
        headers.insert(header::LAST_MODIFIED, NOON.parse().unwrap());
        assert_eq!(version(&headers), of("W/\"a\"", NOON));
        headers.insert(header::ETAG, http::HeaderValue::from_bytes(b"\"\xe4\"").unwrap());
        assert_eq!(version(&headers).etag, None);
    }
}
