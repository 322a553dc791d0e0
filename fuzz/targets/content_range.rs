//! Any answer to any request for bytes: what is taken is what was asked for.
#![no_main]

use http::{HeaderMap, HeaderValue, StatusCode, header};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use providers::hostile::{ContentRange, RangeAsk, Verdict, Version, if_range, range, verdict, version};

#[derive(Arbitrary, Debug)]
struct Exchange<'a> {
    start: u64,
    end: Option<u64>,
    total: Option<u64>,
    etag: Option<&'a str>,
    modified: Option<&'a str>,
    status: u8,
    said: Said<'a>,
    headers: Vec<(u8, &'a [u8])>,
}

#[derive(Arbitrary, Debug)]
enum Said<'a> {
    Bytes(&'a [u8]),
    Part(u64, u64, Option<u64>),
    Outside(u64),
}

fuzz_target!(|exchange: Exchange<'_>| {
    let said = match exchange.said {
        Said::Bytes(bytes) => bytes.to_vec(),
        Said::Part(first, last, Some(total)) => format!("bytes {first}-{last}/{total}").into_bytes(),
        Said::Part(first, last, None) => format!("bytes {first}-{last}/*").into_bytes(),
        Said::Outside(total) => format!("bytes */{total}").into_bytes(),
    };
    if let Some(range) = std::str::from_utf8(&said).ok().and_then(ContentRange::parse) {
        let written = match range {
            ContentRange::Part { start, end, total } => {
                assert!(start < end && total.is_none_or(|total| end <= total));
                let total = total.map_or("*".into(), |total| total.to_string());
                format!("bytes {start}-{}/{total}", end - 1)
            }
            ContentRange::Outside { total } => format!("bytes */{total}"),
        };
        assert_eq!(ContentRange::parse(&written), Some(range));
    }
    let mut headers = HeaderMap::new();
    let names = [
        header::CONTENT_LENGTH,
        header::CONTENT_TYPE,
        header::ETAG,
        header::LAST_MODIFIED,
        header::CONTENT_RANGE,
    ];
    let said = exchange
        .headers
        .iter()
        .map(|(name, value)| (usize::from(*name), *value))
        .chain([(4, &said[..])]);
    for (name, value) in said {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(&names[name % names.len()], value);
        }
    }
    let known = Version {
        etag: exchange.etag.map(Into::into),
        modified: exchange.modified.map(Into::into),
    };
    let ask = RangeAsk {
        start: exchange.start,
        end: exchange.end,
        total: exchange.total,
        version: Some(known),
    };
    let status = [
        StatusCode::OK,
        StatusCode::PARTIAL_CONTENT,
        StatusCode::RANGE_NOT_SATISFIABLE,
        StatusCode::NO_CONTENT,
    ];
    let status = status[usize::from(exchange.status) % status.len()];
    let agrees = |said: Option<u64>| said.is_none() || ask.total.is_none() || said == ask.total;
    match verdict(&ask, status, &headers) {
        Verdict::Part { end, total } => {
            assert!(status == StatusCode::PARTIAL_CONTENT && range(&ask).is_some() && agrees(total));
            assert!(end > ask.start && ask.end.is_none_or(|asked| end <= asked));
            assert!(total.or(ask.total).is_none_or(|total| end <= total));
        }
        Verdict::Whole { total } => assert!(status == StatusCode::OK && agrees(total)),
        Verdict::PastEnd { total } => assert!(agrees(total) && total.is_none_or(|total| total <= ask.start)),
        Verdict::Changed(_) | Verdict::Fault { .. } => {}
    }
    let seen = version(&headers);
    assert!(if_range(&seen, None).is_none_or(|tag| tag.starts_with('"')));
});
