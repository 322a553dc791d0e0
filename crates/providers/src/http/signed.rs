//! What a signed link says about itself: until when it holds, and which headers its signature expects.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use transfer::Time;
use url::Url;

/// What can be read off a link signed in the fourth version of the AWS scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Signed {
    /// The end of its life, by the signer's clock.
    pub(crate) until: Option<Time>,
    /// The signature covers a Content-Type, which must then be sent.
    pub(crate) content_type: bool,
}

/// Reads `url`'s query; what is absent or odd is left open.
pub(crate) fn signed(url: &Url) -> Signed {
    let mut date = None;
    let mut life = None;
    let mut content_type = false;
    for (name, value) in url.query_pairs() {
        match name.to_ascii_lowercase().as_str() {
            "x-amz-date" => date = point(&value),
            "x-amz-expires" => life = value.parse::<i64>().ok().filter(|seconds| *seconds >= 0),
            "x-amz-signedheaders" => {
                content_type = value
                    .split(';')
                    .any(|header| header.eq_ignore_ascii_case("content-type"));
            }
            _ => {}
        }
    }
    let until = date
        .zip(life)
        .and_then(|(date, life)| date.checked_add(life.checked_mul(1_000)?))
        .map(Time);
    Signed { until, content_type }
}

fn point(text: &str) -> Option<i64> {
    let date = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    let zoned = date.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_own_link_lives_for_twelve_hours() {
        let link = "https://minio.example/b/k?uploadId=5&partNumber=1&X-Amz-Date=20220629T015644Z&X-Amz-SignedHeaders=host&X-Amz-Expires=43200";
        let read = signed(&Url::parse(link).unwrap());
        assert_eq!(read.until, Some(Time(1_656_467_804_000 + 43_200_000)));
        assert!(!read.content_type);
    }

    #[test]
    fn a_signed_content_type_is_seen_and_odd_values_are_left_open() {
        let link = "https://s.example/?X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Date=2022&X-Amz-Expires=9223372036854775807";
        assert_eq!(
            signed(&Url::parse(link).unwrap()),
            Signed {
                until: None,
                content_type: true
            }
        );
        let far = "https://s.example/?X-Amz-Date=20220629T015644Z&X-Amz-Expires=9223372036854775807";
        assert_eq!(signed(&Url::parse(far).unwrap()).until, None);
    }
}
