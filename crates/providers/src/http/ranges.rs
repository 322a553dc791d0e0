//! Ranges of a file: what an answer's `Content-Range` says, and whether the bytes that come are those that were asked for.

use http::{HeaderMap, HeaderName, StatusCode, header};

use super::versions::{Difference, RangeAsk, difference, version};

/// A `Content-Range` in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentRange {
    /// `bytes 0-9/100`, or `*` for the total.
    Part {
        /// First byte.
        start: u64,
        /// One past the last byte, and after `start`.
        end: u64,
        /// Bytes of the whole file, at least `end`.
        total: Option<u64>,
    },
    /// `bytes */100`: the range that was asked for is not in the file.
    Outside {
        /// Bytes of the whole file.
        total: u64,
    },
}

impl ContentRange {
    /// Reads a header's value, to the letter of RFC 9110.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (unit, said) = text.split_once(' ')?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return None;
        }
        let (range, total) = said.split_once('/')?;
        let total = if total == "*" { None } else { Some(number(total)?) };
        if range == "*" {
            return total.map(|total| Self::Outside { total });
        }
        let (first, last) = range.split_once('-')?;
        let start = number(first)?;
        let end = number(last)?.checked_add(1)?;
        let sound = start < end && total.is_none_or(|total| end <= total);
        sound.then_some(Self::Part { start, end, total })
    }
}

/// Digits and nothing else.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// What an answer to a request for bytes brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Bytes from the start that was asked for.
    Part {
        /// One past the last byte that comes, at most where the range that was asked for ends.
        end: u64,
        /// Bytes of the whole file, where the answer says so.
        total: Option<u64>,
    },
    /// The whole file from its first byte on, whether a range was asked for or not.
    Whole {
        /// Bytes of it, where the answer says so.
        total: Option<u64>,
    },
    /// The file ends before the range begins.
    PastEnd {
        /// Bytes of the whole file, where the answer says so.
        total: Option<u64>,
    },
    /// Another file, or another version of it: none of its bytes may be mixed with those that are there.
    Changed(Difference),
    /// The answer breaks the rules, so none of its bytes can be trusted to be the right ones.
    Fault {
        /// A stable name for programs.
        code: &'static str,
        /// What is wrong, to follow "the server answered, but".
        what: &'static str,
    },
}

/// The `Range` header for what is asked; `None` when that is the whole file.
#[must_use]
pub fn range(ask: &RangeAsk) -> Option<String> {
    match (ask.start, ask.end) {
        (0, None) => None,
        (start, None) => Some(format!("bytes={start}-")),
        (start, Some(end)) => Some(format!("bytes={start}-{}", end.saturating_sub(1))),
    }
}

/// What an answer brings to a request with the [`range`] of `ask`. Refusals of other kinds (403, 404, 503…) are the
/// caller's to read before; here they are faults.
#[must_use]
pub fn verdict(ask: &RangeAsk, status: StatusCode, headers: &HeaderMap) -> Verdict {
    let asked = range(ask).is_some();
    let judged = match status {
        StatusCode::OK => whole(ask, headers),
        StatusCode::PARTIAL_CONTENT if asked => part(ask, headers),
        StatusCode::PARTIAL_CONTENT => fault(
            "range_unasked",
            "it sent a part of the file although all of it was asked for",
        ),
        StatusCode::RANGE_NOT_SATISFIABLE if asked => past_end(ask, headers),
        _ => fault("unexpected_status", "with a status that brings no bytes"),
    };
    judged.unwrap_or_else(|verdict| verdict)
}

/// A verdict; as an error, one that leaves nothing else to look at.
type Judged = Result<Verdict, Verdict>;

fn part(ask: &RangeAsk, headers: &HeaderMap) -> Judged {
    let multipart = |value: &str| value.trim_start().to_ascii_lowercase().starts_with("multipart/");
    if only(headers, &header::CONTENT_TYPE)?.is_some_and(multipart) {
        return fault(
            "range_multipart",
            "it sent several ranges in one although one was asked for",
        );
    }
    let Some(said) = only(headers, &header::CONTENT_RANGE)? else {
        return fault("range_missing", "it does not say which part of the file it sent");
    };
    let Some(ContentRange::Part { start, end, total }) = ContentRange::parse(said) else {
        return fault(
            "range_garbled",
            "what it says about the part that it sent can't be understood",
        );
    };
    if start != ask.start {
        return fault("range_elsewhere", "it sent another part of the file than was asked for");
    }
    same_file(ask, total, headers)?;
    // Without a total of its own, a part that goes on past the known end says enough.
    if ask.total.is_some_and(|known| end > known) {
        return Err(Verdict::Changed(Difference::Total));
    }
    if ask.end.is_some_and(|asked| end > asked) {
        return fault("range_too_long", "it sent more of the file than was asked for");
    }
    if length(headers)?.is_some_and(|length| length != end - start) {
        return fault("range_length", "the part that it sent has another length than it says");
    }
    Ok(Verdict::Part { end, total })
}

fn whole(ask: &RangeAsk, headers: &HeaderMap) -> Judged {
    let length = length(headers)?;
    let total = match only(headers, &header::CONTENT_RANGE)?.map(ContentRange::parse) {
        None => length,
        // Superfluous, and harmless where it says that all of it comes.
        Some(Some(ContentRange::Part {
            start: 0,
            end,
            total: Some(total),
        })) if end == total && length.is_none_or(|length| length == total) => Some(total),
        Some(_) => {
            return fault(
                "range_in_whole",
                "it says both that it sent all of the file and that it sent a part",
            );
        }
    };
    same_file(ask, total, headers)?;
    Ok(Verdict::Whole { total })
}

fn past_end(ask: &RangeAsk, headers: &HeaderMap) -> Judged {
    let total = match only(headers, &header::CONTENT_RANGE)?.map(ContentRange::parse) {
        None => None,
        Some(Some(ContentRange::Outside { total })) => Some(total),
        Some(_) => {
            return fault(
                "range_garbled",
                "what it says about the end of the file can't be understood",
            );
        }
    };
    // An error page has a tag and a date of its own: only the length speaks of the file.
    same_total(ask, total)?;
    if total.is_some_and(|total| total > ask.start) {
        return fault(
            "range_refused",
            "it refused a part of the file that is there by its own word",
        );
    }
    Ok(Verdict::PastEnd { total })
}

fn same_file(ask: &RangeAsk, total: Option<u64>, headers: &HeaderMap) -> Result<(), Verdict> {
    same_total(ask, total)?;
    let differs = ask
        .version
        .as_ref()
        .and_then(|known| difference(known, &version(headers)));
    differs.map_or(Ok(()), |by| Err(Verdict::Changed(by)))
}

fn same_total(ask: &RangeAsk, total: Option<u64>) -> Result<(), Verdict> {
    match (ask.total, total) {
        (Some(known), Some(seen)) if known != seen => Err(Verdict::Changed(Difference::Total)),
        _ => Ok(()),
    }
}

fn length(headers: &HeaderMap) -> Result<Option<u64>, Verdict> {
    match only(headers, &header::CONTENT_LENGTH)?.map(number) {
        Some(None) => fault("length_garbled", "the length that it gives is no number"),
        other => Ok(other.flatten()),
    }
}

/// The value of a header that may stand there once; more often only with the same value.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Verdict> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.any(|other| other != first) {
        return fault("header_twice", "it contradicts itself about what it sent");
    }
    match first.to_str() {
        Ok(text) => Ok(Some(text.trim())),
        Err(_) => fault(
            "header_garbled",
            "what it says about the bytes that it sent can't be read",
        ),
    }
}

fn fault<T>(code: &'static str, what: &'static str) -> Result<T, Verdict> {
    Err(Verdict::Fault { code, what })
}

#[cfg(test)]
#[path = "ranges_tests.rs"]
mod tests;
