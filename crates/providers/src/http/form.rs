//! A form with text fields and one file in it, streamed, with its length said beforehand.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header;
use transfer::SecretString;
use transfer::error::Result;
use transfer::provider::PartBody;
use url::Url;

use super::body::{Outgoing, wrong_length};
use super::place::Credential;
use super::{Answer, Http};

/// After the last byte the service stores the file and may look into it.
const THINKING: Duration = Duration::from_secs(300);
/// What may stand in an extended parameter as it is (RFC 8187).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The text fields, and the file's field and name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Form {
    /// In the order in which they are sent.
    pub(crate) fields: Vec<(&'static str, String)>,
    pub(crate) file_field: &'static str,
    pub(crate) file_name: String,
}

/// An answer to a form, and whether it came after the last byte was on its way.
pub(crate) struct Answered {
    pub(crate) answer: Answer,
    pub(crate) after_all: bool,
}

impl Form {
    /// What stands in front of the file's bytes.
    fn head(&self, boundary: &str) -> String {
        let fields: String = self
            .fields
            .iter()
            .map(|(name, value)| {
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            })
            .collect();
        let extended = utf8_percent_encode(&self.file_name, PLAIN);
        format!(
            "{fields}--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"; filename*=utf-8''{extended}\r\nContent-Type: application/octet-stream\r\n\r\n",
            self.file_field,
            plain(&self.file_name)
        )
    }
}

/// A name for who reads no extended one: no character in it that could be read in two ways.
fn plain(name: &str) -> String {
    let harmless = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '/' | '%' | ';' | '\'');
    name.chars().map(|c| if harmless(c) { c } else { '_' }).collect()
}

impl Http {
    /// POSTs `form` with `body` as its file. Any status is an answer.
    ///
    /// # Errors
    /// When no answer came; `maybe_done` only if all of the form was on its way. The source's own reason when it gave
    /// other than `body.len` bytes: then the form's end is never sent.
    pub(crate) async fn post_file(
        &self,
        url: Url,
        token: &SecretString,
        form: &Form,
        body: PartBody,
    ) -> Result<Answered> {
        let boundary = boundary();
        let head = Bytes::from(form.head(&boundary));
        let tail = Bytes::from(format!("\r\n--{boundary}--\r\n"));
        let len = head.len() as u64 + body.len + tail.len() as u64;
        let whole = stream::iter([Ok(head)])
            .chain(exactly(body))
            .chain(stream::iter([Ok(tail)]));
        let (outgoing, flow) = Outgoing::new(PartBody {
            len,
            stream: Box::pin(whole),
        });
        self.tools.budget.take().await?;
        let mut request = self
            .payload
            .post(url.clone())
            .header(header::CONTENT_LENGTH, len)
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={boundary}"),
            )
            .header(header::ACCEPT, "application/json")
            .body(reqwest::Body::wrap(outgoing));
        if let Some(value) = Credential::bearer(token, None, &self.place)?.for_url(&url) {
            request = request.header(header::AUTHORIZATION, value);
        }
        let answer = self.flowing(&self.label, request, &flow, THINKING).await;
        let after_all = flow.left() == 0;
        let answer = answer.map_err(|failure| {
            let maybe_done = failure.maybe_done && after_all;
            failure.maybe_done(maybe_done)
        })?;
        if answer.status.as_u16() == 429 {
            self.tools.budget.exhausted(answer.retry_after.unwrap_or(self.window));
        }
        Ok(Answered { answer, after_all })
    }
}

/// Nobody can have put it into a file beforehand.
fn boundary() -> String {
    format!("longshore-{}", uuid::Uuid::new_v4().simple())
}

/// The bytes of `body`, or an error in place of the first that is missing or too many.
fn exactly(body: PartBody) -> impl stream::Stream<Item = io::Result<Bytes>> + Send {
    let wrong = |how| Some(Err(io::Error::other(wrong_length(how))));
    stream::unfold(Some((body.stream, body.len)), move |state| async move {
        let (mut source, left) = state?;
        let (item, next) = match source.next().await {
            Some(Ok(bytes)) if bytes.len() as u64 <= left => {
                let left = left - bytes.len() as u64;
                (Some(Ok(bytes)), Some((source, left)))
            }
            Some(Ok(_)) => (wrong("gave more bytes than it has"), None),
            Some(Err(error)) => (Some(Err(error)), None),
            None if left > 0 => (wrong("ended early"), None),
            None => (None, None),
        };
        item.map(|item| (item, next))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> String {
        let form = Form {
            fields: vec![("title", "a\r\nb".into())],
            file_field: "file",
            file_name: name.into(),
        };
        form.head("B")
    }

    #[test]
    fn a_name_stands_there_twice_and_breaks_nothing() {
        assert!(named("ü\r\n\"x.txt").contains("filename=\"____x.txt\"; filename*=utf-8''%C3%BC%0D%0A%22x.txt\r\n"));
        assert!(
            named("a.txt")
                .starts_with("--B\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\na\r\nb\r\n--B\r\n")
        );
        assert!(named("a.txt").ends_with("\r\n\r\n"));
    }

    #[tokio::test]
    async fn a_source_of_another_length_never_reaches_the_forms_end() {
        for (len, good) in [(3, true), (4, false), (2, false)] {
            let stream = stream::iter([Ok(Bytes::from("ab")), Ok(Bytes::from("c"))]);
            let body = PartBody {
                len,
                stream: Box::pin(stream),
            };
            let all: Vec<io::Result<Bytes>> = exactly(body).collect().await;
            assert_eq!(all.iter().all(Result::is_ok), good, "{len}");
        }
    }
}
