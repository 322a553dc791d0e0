//! An answer of a service, read up to a limit, and what its status means when nobody knows better.

use std::time::{Duration, UNIX_EPOCH};

use bytes::{Bytes, BytesMut};
use reqwest::{StatusCode, header};
use serde::de::DeserializeOwned;
use transfer::error::Result;
use transfer::{Failure, Kind, Time};

use super::fault;
use super::words::sentence;

/// The largest body of an API answer, in bytes after decoding: a plan of 10,000 parts takes about 6 MB.
pub(super) const API_CAP: usize = 16 * 1024 * 1024;

/// Status, headers of interest, and the whole body.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: header::HeaderMap,
    pub(crate) body: Bytes,
    /// When the service says it is.
    pub(crate) date: Option<Time>,
    /// When the service wants to be asked again; from a second to an hour.
    pub(crate) retry_after: Option<Duration>,
}

impl Answer {
    /// Reads all of `response`, at most `cap` bytes of it. `now` is our time, for a service that does not say its own.
    pub(super) async fn read(label: &str, mut response: reqwest::Response, now: Time, cap: usize) -> Result<Self> {
        let too_large = || {
            Failure::new(
                Kind::Protocol,
                "answer_too_large",
                sentence(format!("{label} answered with more than {cap} bytes.")),
            )
            .maybe_done(true)
        };
        if response.content_length().is_some_and(|length| length > cap as u64) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| fault::cut_answer(label, error))?
        {
            if body.len() + chunk.len() > cap {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self {
            body: body.freeze(),
            ..Self::head(&response, now)
        })
    }

    /// The head of `response` alone, for what its status means.
    pub(super) fn head(response: &reqwest::Response, now: Time) -> Self {
        let headers = response.headers().clone();
        let date = text(&headers, header::DATE).and_then(point);
        Self {
            status: response.status(),
            retry_after: text(&headers, header::RETRY_AFTER).and_then(|value| delay(value, date.unwrap_or(now))),
            date,
            headers,
            body: Bytes::new(),
        }
    }

    /// A header's value as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as JSON of the expected shape.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A web page where data was asked for: a network that wants a sign-in, or a proxy's notice.
    pub(crate) fn is_page(&self) -> bool {
        let says = self.header("content-type").is_some_and(is_html);
        let start: Vec<u8> = self
            .body
            .iter()
            .copied()
            .skip_while(u8::is_ascii_whitespace)
            .take(15)
            .map(|byte| byte.to_ascii_lowercase())
            .collect();
        says || start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
    }

    pub(super) fn refusal(&self, label: &str, window: Duration) -> Failure {
        let code = self.status.as_u16();
        let (kind, name, text) = match code {
            401 => (
                Kind::Unauthorized,
                "unauthorized",
                format!("{label} does not accept the key of this account."),
            ),
            402 => (
                Kind::PlanFull,
                "plan_full",
                format!("The storage of the {label} plan is used up."),
            ),
            403 => (Kind::Refused, "forbidden", format!("{label} does not allow this.")),
            404 | 410 => (Kind::NotFound, "not_found", format!("{label} does not know it.")),
            408 | 425 => (
                Kind::Unavailable,
                "unavailable",
                format!("{label} gave up on the request ({code})."),
            ),
            413 => (Kind::TooLarge, "too_large", format!("It is larger than {label} takes.")),
            429 => (
                Kind::RateLimited,
                "request_limit",
                format!("{label} wants fewer requests."),
            ),
            511 => return self.page(label),
            501 | 505 => (
                Kind::Refused,
                "not_supported",
                format!("{label} can't do this ({code})."),
            ),
            500..=599 => (
                Kind::Unavailable,
                "unavailable",
                format!("{label} is in trouble ({code})."),
            ),
            400..=499 => (Kind::Refused, "refused", format!("{label} refused ({code}).")),
            _ if self.is_page() => return self.page(label),
            300..=399 => (
                Kind::Protocol,
                "redirected",
                format!("{label} wanted to send the request elsewhere ({code}), which is never followed."),
            ),
            _ => (
                Kind::Protocol,
                "unexpected_status",
                format!("{label} answered with {code}, which means nothing here."),
            ),
        };
        let clear_no = (400..500).contains(&code) && !matches!(code, 408 | 425);
        let failure = Failure::new(kind, name, text).maybe_done(!clear_no);
        match kind {
            Kind::RateLimited => failure.retry_after(Some(self.retry_after.unwrap_or(window))),
            Kind::Unavailable => failure.retry_after(self.retry_after),
            Kind::Unauthorized => failure.action("Enter the account's key again."),
            Kind::PlanFull => failure.action("Free some space there or choose a larger plan, then try again."),
            _ => failure,
        }
    }

    pub(crate) fn page(&self, label: &str) -> Failure {
        page(label).maybe_done(true)
    }
}

/// A web page where something else was asked for.
pub(super) fn page(label: &str) -> Failure {
    Failure::new(
        Kind::NetworkSignIn,
        "web_page",
        format!("A web page came instead of an answer of {label}: this network may want you to sign in first."),
    )
    .action("Open any web page in your browser, and sign in to the network if it asks.")
}

/// A content type that is a web page's.
pub(super) fn is_html(kind: &str) -> bool {
    kind.trim_start().to_ascii_lowercase().starts_with("text/html")
}

fn text(headers: &header::HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// An HTTP date.
fn point(value: &str) -> Option<Time> {
    let since = httpdate::parse_http_date(value).ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(Time(i64::try_from(since.as_millis()).ok()?))
}

/// Seconds, or a date to be measured from `now`; garbage is no word at all.
fn delay(value: &str, now: Time) -> Option<Duration> {
    let delay = match value.trim().parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => point(value.trim())?.since(now),
    };
    Some(delay.clamp(Duration::from_secs(1), Duration::from_secs(3600)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::http) fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: header::HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            date: None,
            retry_after: None,
        }
    }

    #[test]
    fn the_delay_is_read_as_seconds_and_as_a_date() {
        let now = point("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(delay("2", now), Some(Duration::from_secs(2)));
        assert_eq!(delay("0", now), Some(Duration::from_secs(1)));
        assert_eq!(delay("999999", now), Some(Duration::from_secs(3600)));
        assert_eq!(
            delay("Sun, 06 Nov 1994 08:50:37 GMT", now),
            Some(Duration::from_secs(60))
        );
        assert_eq!(
            delay("Sun, 06 Nov 1994 08:40:37 GMT", now),
            Some(Duration::from_secs(1))
        );
        assert_eq!(delay("soon", now), None);
        assert_eq!(delay("-1", now), None);
    }

    #[test]
    fn every_status_has_a_meaning_and_only_a_clear_no_is_certain() {
        for (status, kind, maybe) in [
            (100, Kind::Protocol, true),
            (204, Kind::Protocol, true),
            (301, Kind::Protocol, true),
            (307, Kind::Protocol, true),
            (400, Kind::Refused, false),
            (401, Kind::Unauthorized, false),
            (402, Kind::PlanFull, false),
            (403, Kind::Refused, false),
            (404, Kind::NotFound, false),
            (408, Kind::Unavailable, true),
            (413, Kind::TooLarge, false),
            (422, Kind::Refused, false),
            (429, Kind::RateLimited, false),
            (500, Kind::Unavailable, true),
            (501, Kind::Refused, true),
            (503, Kind::Unavailable, true),
            (511, Kind::NetworkSignIn, true),
        ] {
            let failure = answer(status, "").refusal("X", Duration::from_secs(60));
            assert_eq!((failure.kind, failure.maybe_done), (kind, maybe), "{status}");
        }
        let limited = answer(429, "").refusal("X", Duration::from_secs(60));
        assert_eq!(limited.retry_after, Some(Duration::from_secs(60)));
    }

    #[test]
    fn a_web_page_is_recognised_with_and_without_its_type() {
        assert!(answer(200, " \n<!DOCTYPE html><p>").is_page());
        assert!(answer(200, "<HTML>").is_page());
        assert!(!answer(200, "{}").is_page());
        let mut typed = answer(200, "Sign in");
        typed
            .headers
            .insert("content-type", "text/HTML; charset=utf-8".parse().unwrap());
        assert!(typed.is_page());
    }
}
