//! What a request asks for of a file: conditions and a range.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, header};

/// What tells a version of a file from another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Version {
    /// With quotes, and `W/` when weak.
    pub(crate) etag: Option<String>,
    /// Seconds since 1970.
    pub(crate) modified_s: Option<u64>,
    pub(crate) size: u64,
}

/// What is asked for once the conditions hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Whole,
    /// First byte, and the first behind the last.
    Range(u64, u64),
    /// 416.
    Unsatisfiable,
    /// 412.
    Failed,
    /// 304.
    NotModified,
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// A date in seconds since 1970.
fn date(value: &str) -> Option<u64> {
    let at: SystemTime = httpdate::parse_http_date(value).ok()?;
    Some(at.duration_since(UNIX_EPOCH).ok()?.as_secs())
}

impl Version {
    pub(super) fn last_modified(&self) -> Option<String> {
        Some(httpdate::fmt_http_date(
            UNIX_EPOCH + Duration::from_secs(self.modified_s?),
        ))
    }

    /// Whether a list of tags names this version; weak tags count only where `weak`.
    fn is_named(&self, list: &str, weak: bool) -> bool {
        let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        let Some(etag) = &self.etag else { return false };
        list.trim() == "*"
            || list.split(',').any(|tag| {
                if weak {
                    bare(tag) == bare(etag)
                } else {
                    tag.trim() == etag && !etag.starts_with("W/")
                }
            })
    }

    /// What `headers` ask for, by the order of RFC 9110, 13.2.2.
    pub(super) fn wanted(&self, headers: &HeaderMap, ranges: bool) -> Wanted {
        if let Some(list) = text(headers, header::IF_MATCH) {
            if !self.is_named(list, false) {
                return Wanted::Failed;
            }
        } else if let Some(since) = text(headers, header::IF_UNMODIFIED_SINCE).and_then(date)
            && self.modified_s.is_some_and(|at| at > since)
        {
            return Wanted::Failed;
        }
        if let Some(list) = text(headers, header::IF_NONE_MATCH) {
            if self.is_named(list, true) {
                return Wanted::NotModified;
            }
        } else if let Some(since) = text(headers, header::IF_MODIFIED_SINCE).and_then(date)
            && self.modified_s.is_some_and(|at| at <= since)
        {
            return Wanted::NotModified;
        }
        let Some(range) = text(headers, header::RANGE).filter(|_| ranges) else {
            return Wanted::Whole;
        };
        if let Some(validator) = text(headers, header::IF_RANGE) {
            let same = if validator.contains('"') {
                self.is_named(validator, false)
            } else {
                self.modified_s.is_some() && date(validator) == self.modified_s
            };
            if !same {
                return Wanted::Whole;
            }
        }
        parse(range, self.size)
    }
}

/// A single range of a file of `size` bytes; anything malformed, and several ranges, are the whole file.
pub(super) fn parse(range: &str, size: u64) -> Wanted {
    let spec = range.trim().strip_prefix("bytes=").filter(|s| !s.contains(','));
    let Some((first, last)) = spec.and_then(|s| s.split_once('-')) else {
        return Wanted::Whole;
    };
    match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), Ok(last)) if first > last => Wanted::Whole,
        (Ok(first), _) if first >= size => Wanted::Unsatisfiable,
        (Ok(first), Ok(last)) => Wanted::Range(first, last.saturating_add(1).min(size)),
        (Ok(first), Err(_)) if last.trim().is_empty() => Wanted::Range(first, size),
        (Err(_), Ok(count)) if first.trim().is_empty() => {
            if count == 0 || size == 0 {
                Wanted::Unsatisfiable
            } else {
                Wanted::Range(size.saturating_sub(count), size)
            }
        }
        _ => Wanted::Whole,
    }
}
