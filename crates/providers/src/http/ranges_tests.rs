//! Answers to requests for ranges: every lie that a server may tell, and what is made of it.

use http::{HeaderMap, StatusCode};
use proptest::prelude::*;

use super::Verdict::{Changed, Part, PastEnd, Whole};
use super::*;
use crate::http::versions::Version;

const SECOND: (u64, Option<u64>) = (100, Some(200));
const REST: (u64, Option<u64>) = (100, None);
const ALL: (u64, Option<u64>) = (0, None);

fn headers(said: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in said {
        headers.append(*name, value.parse().unwrap());
    }
    headers
}

/// Asks for a range of a file of 1,000 bytes with the tag `"a"`.
fn known(asked: (u64, Option<u64>), status: u16, said: &[(&'static str, &str)]) -> Verdict {
    let ask = RangeAsk {
        start: asked.0,
        end: asked.1,
        total: Some(1_000),
        version: Some(Version {
            etag: Some("\"a\"".into()),
            modified: None,
        }),
    };
    verdict(&ask, StatusCode::from_u16(status).unwrap(), &headers(said))
}

/// Asks for a range of a file of which nothing is known.
fn fresh(asked: (u64, Option<u64>), status: u16, said: &[(&'static str, &str)]) -> Verdict {
    let ask = RangeAsk {
        start: asked.0,
        end: asked.1,
        ..RangeAsk::default()
    };
    verdict(&ask, StatusCode::from_u16(status).unwrap(), &headers(said))
}

fn code(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fault { code, .. } => code,
        other => panic!("no fault: {other:?}"),
    }
}

#[test]
fn a_content_range_is_read_to_the_letter() {
    let part = |start, end, total| Some(ContentRange::Part { start, end, total });
    for (text, expected) in [
        ("bytes 0-9/100", part(0, 10, Some(100))),
        ("Bytes 0-99/100", part(0, 100, Some(100))),
        ("bytes 5-5/*", part(5, 6, None)),
        ("bytes 007-9/10", part(7, 10, Some(10))),
        ("bytes */100", Some(ContentRange::Outside { total: 100 })),
        ("bytes */0", Some(ContentRange::Outside { total: 0 })),
        (
            "bytes 0-18446744073709551614/18446744073709551615",
            part(0, u64::MAX, Some(u64::MAX)),
        ),
        ("", None),
        ("bytes", None),
        ("bytes 0-9", None),
        ("bytes */*", None),
        ("bytes 0-100/100", None),
        ("bytes 9-5/100", None),
        ("bytes -5/100", None),
        ("bytes 5-/100", None),
        ("bytes 0-9/", None),
        ("bytes 0-9/100/100", None),
        ("bytes  0-9/100", None),
        ("bytes=0-9/100", None),
        ("bytes: 0-9/100", None),
        ("items 0-9/100", None),
        ("bytes +0-9/100", None),
        ("bytes 0-9/+100", None),
        ("bytes 0 - 9 / 100", None),
        ("bytes 0x0-9/100", None),
        ("bytes ٠-9/100", None),
        ("bytes 0-9/100, bytes 20-29/100", None),
        ("bytes 0-18446744073709551615/*", None),
        ("bytes 0-9/18446744073709551616", None),
    ] {
        assert_eq!(ContentRange::parse(text), expected, "{text}");
    }
}

#[test]
fn a_range_is_asked_for_only_when_one_is_wanted() {
    let asked = |start, end| {
        range(&RangeAsk {
            start,
            end,
            ..RangeAsk::default()
        })
    };
    assert_eq!(asked(0, None), None);
    assert_eq!(asked(5, None).as_deref(), Some("bytes=5-"));
    assert_eq!(asked(0, Some(10)).as_deref(), Some("bytes=0-9"));
    assert_eq!(asked(5, Some(6)).as_deref(), Some("bytes=5-5"));
}

#[test]
fn what_was_asked_for_is_taken() {
    let (end, total) = (200, Some(1_000));
    let range = ("content-range", "bytes 100-199/1000");
    assert_eq!(known(SECOND, 206, &[range]), Part { end, total });
    let all = [
        range,
        ("content-length", "100"),
        ("etag", "\"a\""),
        ("content-type", "text/html"),
    ];
    assert_eq!(known(SECOND, 206, &all), Part { end, total });
    assert_eq!(fresh(SECOND, 206, &all), Part { end, total });
    assert_eq!(
        known(SECOND, 206, &[("content-range", "bytes 100-199/*")]),
        Part { end, total: None }
    );
    assert_eq!(
        known(REST, 206, &[("content-range", "bytes 100-999/1000")]),
        Part { end: 1_000, total }
    );
    // Less than was asked for is for another request.
    assert_eq!(
        known(SECOND, 206, &[("content-range", "bytes 100-149/1000")]),
        Part { end: 150, total }
    );
    // The same header twice says nothing new.
    assert_eq!(known(SECOND, 206, &[range, range]), Part { end, total });
}

#[test]
fn the_whole_file_may_come_instead_of_a_range() {
    let total = Some(1_000);
    let length = ("content-length", "1000");
    assert_eq!(known(SECOND, 200, &[length, ("etag", "\"a\"")]), Whole { total });
    assert_eq!(known(ALL, 200, &[length]), Whole { total });
    assert_eq!(fresh(ALL, 200, &[]), Whole { total: None });
    assert_eq!(
        known(SECOND, 200, &[length, ("content-range", "bytes 0-999/1000")]),
        Whole { total }
    );
    assert_eq!(
        fresh(ALL, 200, &[("content-range", "bytes 0-999/1000")]),
        Whole { total }
    );
}

#[test]
fn past_the_end_says_how_long_the_file_is() {
    assert_eq!(
        fresh(REST, 416, &[("content-range", "bytes */100")]),
        PastEnd { total: Some(100) }
    );
    assert_eq!(fresh(REST, 416, &[]), PastEnd { total: None });
    // The page that explains the refusal has its own tag.
    assert_eq!(
        known(
            (1_000, None),
            416,
            &[("content-range", "bytes */1000"), ("etag", "\"page\"")]
        ),
        PastEnd { total: Some(1_000) }
    );
    assert_eq!(
        known(REST, 416, &[("content-range", "bytes */50")]),
        Changed(Difference::Total)
    );
    assert_eq!(
        code(known(REST, 416, &[("content-range", "bytes */1000")])),
        "range_refused"
    );
    assert_eq!(
        code(fresh(REST, 416, &[("content-range", "bytes 0-9/100")])),
        "range_garbled"
    );
    assert_eq!(
        code(fresh(ALL, 416, &[("content-range", "bytes */0")])),
        "unexpected_status"
    );
}

#[test]
fn another_file_or_version_is_never_mixed_in() {
    let range = ("content-range", "bytes 100-199/1000");
    let tag = ("etag", "\"b\"");
    assert_eq!(known(SECOND, 206, &[range, tag]), Changed(Difference::Etag));
    assert_eq!(
        known(SECOND, 206, &[("content-range", "bytes 100-199/1001")]),
        Changed(Difference::Total)
    );
    assert_eq!(
        known((900, None), 206, &[("content-range", "bytes 900-1000/*")]),
        Changed(Difference::Total)
    );
    assert_eq!(
        known(SECOND, 200, &[("content-length", "1000"), tag]),
        Changed(Difference::Etag)
    );
    assert_eq!(
        known(SECOND, 200, &[("content-length", "999")]),
        Changed(Difference::Total)
    );
    assert_eq!(
        known(ALL, 200, &[("content-length", "1001")]),
        Changed(Difference::Total)
    );
}

#[test]
fn answers_that_break_the_rules_are_faults() {
    let range = ("content-range", "bytes 100-199/1000");
    for (expected, asked, status, said) in [
        ("range_unasked", ALL, 206, &[("content-range", "bytes 0-999/1000")][..]),
        (
            "range_multipart",
            SECOND,
            206,
            &[("content-type", "multipart/byteranges; boundary=x")],
        ),
        (
            "range_multipart",
            SECOND,
            206,
            &[range, ("content-type", " Multipart/ByteRanges; boundary=x")],
        ),
        ("range_missing", SECOND, 206, &[]),
        ("range_garbled", SECOND, 206, &[("content-range", "bytes 100-199")]),
        ("range_garbled", SECOND, 206, &[("content-range", "bytes */1000")]),
        ("range_elsewhere", SECOND, 206, &[("content-range", "bytes 0-199/1000")]),
        (
            "range_elsewhere",
            SECOND,
            206,
            &[("content-range", "bytes 101-199/1000")],
        ),
        (
            "range_elsewhere",
            SECOND,
            206,
            &[("content-range", "bytes 0-4/5"), ("etag", "\"b\"")],
        ),
        (
            "range_too_long",
            SECOND,
            206,
            &[("content-range", "bytes 100-200/1000")],
        ),
        ("range_length", SECOND, 206, &[range, ("content-length", "99")]),
        ("length_garbled", SECOND, 206, &[range, ("content-length", "+100")]),
        (
            "header_twice",
            SECOND,
            206,
            &[range, ("content-range", "bytes 100-198/1000")],
        ),
        (
            "header_twice",
            ALL,
            200,
            &[("content-length", "10"), ("content-length", "11")],
        ),
        ("range_in_whole", SECOND, 200, &[range]),
        ("range_in_whole", SECOND, 200, &[("content-length", "100"), range]),
        (
            "range_in_whole",
            ALL,
            200,
            &[("content-length", "99"), ("content-range", "bytes 0-999/1000")],
        ),
        ("range_in_whole", ALL, 200, &[("content-range", "garbage")]),
        ("unexpected_status", SECOND, 204, &[]),
        ("unexpected_status", SECOND, 304, &[]),
        ("unexpected_status", SECOND, 403, &[]),
    ] {
        assert_eq!(code(known(asked, status, said)), expected, "{status} {said:?}");
    }
    let mut unreadable = HeaderMap::new();
    unreadable.insert("content-range", http::HeaderValue::from_bytes(b"bytes \xff").unwrap());
    let ask = RangeAsk {
        start: 1,
        ..RangeAsk::default()
    };
    assert_eq!(
        code(verdict(&ask, StatusCode::PARTIAL_CONTENT, &unreadable)),
        "header_garbled"
    );
    // Asking for nothing at all is answered by nothing that fits.
    assert_eq!(
        code(known((100, Some(100)), 206, &[("content-range", "bytes 100-100/1000")])),
        "range_too_long"
    );
}

proptest! {
    #[test]
    fn an_honest_server_is_always_understood(size in 1_u64..1 << 50, from in any::<u64>(), len in 1_u64..1 << 30, open: bool) {
        let start = from % size;
        let end = start.saturating_add(len).min(size);
        let ask = RangeAsk { start, end: (!open).then_some(end), total: Some(size), version: None };
        prop_assume!(range(&ask).is_some());
        let end = if open { size } else { end };
        let said = format!("bytes {start}-{}/{size}", end - 1);
        let length = (end - start).to_string();
        let answer = headers(&[("content-range", &said), ("content-length", &length)]);
        prop_assert_eq!(verdict(&ask, StatusCode::PARTIAL_CONTENT, &answer), Part { end, total: Some(size) });
    }

    #[test]
    fn a_part_is_taken_only_where_it_was_asked_for(
        start in 0_u64..9, end in prop::option::of(1_u64..12), total in prop::option::of(1_u64..12),
        first in 0_u64..12, last in 0_u64..12, whole in prop::option::of(0_u64..14), length in prop::option::of(0_u64..12),
    ) {
        let ask = RangeAsk { start, end, total, version: None };
        let whole_said = whole.map_or("*".to_owned(), |whole| whole.to_string());
        let range_said = format!("bytes {first}-{last}/{whole_said}");
        let mut answer = headers(&[("content-range", &range_said)]);
        if let Some(length) = length {
            answer.insert("content-length", length.into());
        }
        if let Part { end: comes, total: said } = verdict(&ask, StatusCode::PARTIAL_CONTENT, &answer) {
            prop_assert!(first == start && comes == last + 1 && first <= last);
            prop_assert!(end.is_none_or(|end| comes <= end));
            prop_assert!(said == whole && said.or(total).is_none_or(|all| comes <= all));
            prop_assert!(said.is_none() || total.is_none() || said == total);
            prop_assert!(length.is_none_or(|length| length == comes - first));
        }
    }
}
