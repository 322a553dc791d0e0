//! Sending one part to a signed link, with nothing on the request that the signature does not expect.

use std::time::Duration;

use reqwest::header;
use transfer::account::Account;
use transfer::error::Result;
use transfer::provider::{PartAnswer, PartBody};
use transfer::{Failure, Kind};
use url::Url;

use super::body::{Flow, Outgoing};
use super::{Answer, Http, fault, xml};

/// The largest answer to a part, in bytes.
const ANSWER_CAP: usize = 64 * 1024;
/// The line takes no byte for this long: it stands still.
const IDLE: Duration = Duration::from_secs(60);
/// After the last byte: the system's own buffers drain, and storage thinks.
const THINKING: Duration = Duration::from_secs(120);
/// The bytes of an answer, once it begins.
const READING: Duration = Duration::from_secs(30);

/// What a part request carries besides its bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dressing {
    /// Sent only where the signature covers it.
    pub(crate) content_type: Option<String>,
}

/// How long to wait, which a person may lengthen for a slow line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waits {
    own: Option<Duration>,
}

impl Waits {
    /// The account's `timeout_s` (1 to 3,600 seconds) replaces every wait for an answer or for movement.
    pub(super) fn of(account: &Account) -> Self {
        let seconds = account.options.get("timeout_s").and_then(|text| text.parse().ok());
        Self {
            own: seconds.map(|s: u64| Duration::from_secs(s.clamp(1, 3_600))),
        }
    }

    pub(super) fn patience(self, usual: Duration) -> Duration {
        self.own.unwrap_or(usual)
    }
}

impl Http {
    /// PUTs `body` to `url`, which must have passed [`Http::check_link`]. Success is a 200 that is no error document,
    /// after every byte was taken.
    ///
    /// # Errors
    /// By storage's error code, else its status; the source's own reason when it gave no more bytes.
    pub(crate) async fn put_part(&self, url: Url, body: PartBody, dressing: Dressing) -> Result<PartAnswer> {
        let storage = format!("the storage of {}", self.label);
        let len = body.len;
        let (outgoing, flow) = Outgoing::new(body);
        let mut request = self
            .payload
            .put(url)
            .header(header::CONTENT_LENGTH, len)
            .body(reqwest::Body::wrap(outgoing));
        if let Some(kind) = dressing.content_type {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let answer = self.flowing(&storage, request, &flow, THINKING).await?;
        let error = xml::read(&answer.body);
        if answer.status.as_u16() != 200 || error.is_some() || answer.is_page() {
            return Err(xml::failure(&self.label, &answer, error.as_ref()));
        }
        if flow.left() > 0 {
            return Err(Failure::new(
                Kind::Protocol,
                "answered_early",
                format!("Something answered for {storage} before it had all bytes of the part."),
            )
            .maybe_done(true));
        }
        Ok(receipt(&answer))
    }

    /// Sends a request whose body is watched by `flow`, and reads the answer, however early it comes. `thinking` is how
    /// long the answer may take after the last byte.
    ///
    /// # Errors
    /// When none came, or the source gave no more bytes: then its own reason.
    pub(super) async fn flowing(
        &self,
        label: &str,
        request: reqwest::RequestBuilder,
        flow: &Flow,
        thinking: Duration,
    ) -> Result<Answer> {
        let idle = self.waits.patience(IDLE);
        let thinking = self.waits.patience(thinking);
        let response = tokio::select! {
            sent = request.send() => sent,
            () = flow.stands_still(idle, thinking) => return Err(stood_still(label)),
        };
        let response = response.map_err(|error| match flow.failure() {
            Some(failure) => failure,
            None => fault::fault(label, error),
        })?;
        let now = self.tools.clock.now().time;
        let reading = Answer::read(label, response, now, ANSWER_CAP);
        let answer = tokio::time::timeout(self.waits.patience(READING), reading)
            .await
            .map_err(|_| stood_still(label))??;
        match flow.failure() {
            Some(failure) => Err(failure),
            None => Ok(answer),
        }
    }
}

fn stood_still(storage: &str) -> Failure {
    Failure::new(
        Kind::Unavailable,
        "stalled",
        format!("The connection to {storage} stood still for too long."),
    )
    .maybe_done(true)
}

fn receipt(answer: &Answer) -> PartAnswer {
    let sent = answer.header("etag").unwrap_or_default().trim();
    let tag = sent.strip_prefix("W/").unwrap_or(sent).replace('"', "");
    let is_md5 = tag.len() == 32 && tag.bytes().all(|byte| byte.is_ascii_hexdigit());
    let kms = answer
        .header("x-amz-server-side-encryption")
        .is_some_and(|how| how.to_ascii_lowercase().starts_with("aws:kms"));
    let own_key = answer
        .header("x-amz-server-side-encryption-customer-algorithm")
        .is_some();
    PartAnswer {
        opaque: kms || own_key || (!tag.is_empty() && !is_md5) || sent.starts_with("W/"),
        tag: (!tag.is_empty()).then_some(tag),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::answer::tests::answer;

    fn tagged(headers: &[(&'static str, &str)]) -> PartAnswer {
        let mut answer = answer(200, "");
        for (name, value) in headers {
            answer.headers.insert(*name, value.parse().unwrap());
        }
        receipt(&answer)
    }

    #[test]
    fn a_tag_is_a_checksum_only_when_it_can_be_one() {
        let md5 = "0d5bf6a8d41ed4d3d8813fa27ee67b6f";
        let quoted = format!("\"{md5}\"");
        let plain = tagged(&[("etag", &quoted)]);
        assert_eq!((plain.tag.as_deref(), plain.opaque), (Some(md5), false));
        assert!(tagged(&[("etag", &quoted), ("x-amz-server-side-encryption", "aws:kms:dsse")]).opaque);
        assert!(!tagged(&[("etag", &quoted), ("x-amz-server-side-encryption", "AES256")]).opaque);
        assert!(
            tagged(&[
                ("etag", &quoted),
                ("x-amz-server-side-encryption-customer-algorithm", "AES256")
            ])
            .opaque
        );
        assert!(tagged(&[("etag", &format!("\"{md5}-1\""))]).opaque);
        assert!(tagged(&[("etag", &format!("W/{quoted}"))]).opaque);
        assert_eq!(
            tagged(&[]),
            PartAnswer {
                tag: None,
                opaque: false
            }
        );
        assert_eq!(tagged(&[("etag", "\"\"")]).tag, None);
    }
}
