//! Presigned URLs (AWS signature version 4 in the query, host as the only signed header).

use std::fmt::Write;

use hmac::{Hmac, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::{ACCESS_KEY, REGION, SECRET_KEY};

const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What a URL allows: one PUT.
pub(crate) struct Grant<'a> {
    /// `host:port`.
    pub(crate) host: &'a str,
    /// Bucket and key, from the slash on; unreserved characters only.
    pub(crate) path: &'a str,
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
    let mut query = vec![
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
        ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD".to_owned()),
        ("X-Amz-Credential", format!("{ACCESS_KEY}/{scope}")),
        ("X-Amz-Date", stamp.clone()),
        ("X-Amz-Expires", grant.life_s.to_string()),
        ("X-Amz-SignedHeaders", "host".to_owned()),
    ];
    if let Some((upload, number)) = grant.part {
        query.push(("partNumber", number.to_string()));
        query.push(("uploadId", upload.to_owned()));
    }
    let mut canonical = String::new();
    for (name, value) in &query {
        let and = if canonical.is_empty() { "" } else { "&" };
        // Writing to a String does not fail.
        let _ = write!(canonical, "{and}{name}={}", utf8_percent_encode(value, ESCAPED));
    }
    let request = format!(
        "PUT\n{}\n{canonical}\nhost:{}\n\nhost\nUNSIGNED-PAYLOAD",
        grant.path, grant.host
    );
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}",
        hex::encode(Sha256::digest(request.as_bytes()))
    );
    let key = [&stamp[..8], REGION, "s3", "aws4_request"]
        .iter()
        .fold(format!("AWS4{SECRET_KEY}").into_bytes(), |key, word| seal(&key, word));
    let signature = hex::encode(seal(&key, &to_sign));
    format!(
        "http://{}{}?{canonical}&X-Amz-Signature={signature}",
        grant.host, grant.path
    )
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
