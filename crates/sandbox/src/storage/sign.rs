//! Presigned URLs: AWS signature version 4 in the query; made, and checked where no S3 server does.

use std::fmt::Write;

use hmac::{Hmac, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::{ACCESS_KEY, REGION, SECRET_KEY};

/// The name of the content disposition in the query.
pub(crate) const DISPOSITION: &str = "response-content-disposition";
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What may be done by a URL.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Verb<'a> {
    /// Storing, with exactly that content type where one is signed.
    Put(Option<&'a str>),
    /// Reading, answered with that content disposition where one is signed.
    Get(Option<&'a str>),
}

/// What a URL allows: one thing to do with one object.
pub(crate) struct Grant<'a> {
    /// `host:port`.
    pub(crate) host: &'a str,
    /// Bucket and key, from the slash on; unreserved characters only.
    pub(crate) path: &'a str,
    /// What may be done.
    pub(crate) verb: Verb<'a>,
    /// Upload id and part number; none for a PUT of the whole object.
    pub(crate) part: Option<(&'a str, usize)>,
    /// When it was signed.
    pub(crate) at: jiff::Timestamp,
    /// Seconds it holds from then on.
    pub(crate) life_s: u32,
}

/// The URL that carries the grant.
pub(crate) fn presign(grant: &Grant<'_>) -> String {
    let stamp = grant.at.strftime("%Y%m%dT%H%M%SZ").to_string();
    let scope = format!("{}/{REGION}/s3/aws4_request", &stamp[..8]);
    let typed = match grant.verb {
        Verb::Put(content_type) => content_type,
        Verb::Get(_) => None,
    };
    let signed_headers = if typed.is_some() { "content-type;host" } else { "host" };
    let mut query = vec![
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
        ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD".to_owned()),
        ("X-Amz-Credential", format!("{ACCESS_KEY}/{scope}")),
        ("X-Amz-Date", stamp.clone()),
        ("X-Amz-Expires", grant.life_s.to_string()),
        ("X-Amz-SignedHeaders", signed_headers.to_owned()),
    ];
    if let Some((upload, number)) = grant.part {
        query.push(("partNumber", number.to_string()));
        query.push(("uploadId", upload.to_owned()));
    }
    if let Verb::Get(Some(disposition)) = grant.verb {
        query.push((DISPOSITION, disposition.to_owned()));
    }
    let headers = typed.map_or_else(String::new, |kind| format!("content-type:{kind}\n"));
    let canonical = canonical(query.iter().map(|(name, value)| (*name, value.as_str())));
    let method = match grant.verb {
        Verb::Put(_) => "PUT",
        Verb::Get(_) => "GET",
    };
    let request = format!(
        "{method}\n{}\n{canonical}\n{headers}host:{}\n\n{signed_headers}\nUNSIGNED-PAYLOAD",
        grant.path, grant.host
    );
    let signature = signature(&stamp, &request);
    format!(
        "http://{}{}?{canonical}&X-Amz-Signature={signature}",
        grant.host, grant.path
    )
}

/// Whether a request to read by a URL is one that was granted. Its expiry is for the caller to see.
pub(crate) fn reads_by_grant(host: &str, path: &str, query: &str) -> bool {
    let mut pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    pairs.sort();
    let value = |wanted: &str| {
        let found = pairs.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let stamp = value("X-Amz-Date");
    if stamp.len() < 8 || !stamp.is_ascii() {
        return false;
    }
    let given = value("X-Amz-Signature");
    let covered = pairs.iter().filter(|(name, _)| name != "X-Amz-Signature");
    let canonical = canonical(covered.map(|(name, value)| (name.as_str(), value.as_str())));
    let request = format!("GET\n{path}\n{canonical}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD");
    value("X-Amz-SignedHeaders") == "host" && signature(&stamp, &request) == given
}

/// A query as it is signed; the pairs come in the order of their names.
fn canonical<'a>(query: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in query {
        let and = if text.is_empty() { "" } else { "&" };
        // Writing to a String does not fail.
        let _ = write!(text, "{and}{name}={}", utf8_percent_encode(value, ESCAPED));
    }
    text
}

fn signature(stamp: &str, request: &str) -> String {
    let scope = format!("{}/{REGION}/s3/aws4_request", &stamp[..8]);
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}",
        hex::encode(Sha256::digest(request.as_bytes()))
    );
    let key = [&stamp[..8], REGION, "s3", "aws4_request"]
        .iter()
        .fold(format!("AWS4{SECRET_KEY}").into_bytes(), |key, word| seal(&key, word));
    hex::encode(seal(&key, &to_sign))
}

fn seal(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| unreachable!("a key of any length will do"));
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// The Unix milliseconds at which a presigned query is over; `None` when it does not say.
pub(crate) fn expiry_ms(date: &str, expires: &str) -> Option<i64> {
    let date = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", date).ok()?;
    let from = date
        .to_zoned(jiff::tz::TimeZone::UTC)
        .ok()?
        .timestamp()
        .as_millisecond();
    from.checked_add(expires.parse::<u32>().ok().map(i64::from)?.checked_mul(1000)?)
}
