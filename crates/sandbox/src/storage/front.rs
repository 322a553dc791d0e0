//! What stands before S3: faults, counters, and the checks a real storage makes that s3s does not.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use hyper::body::Incoming;
use s3s::service::{S3Service, S3ServiceBuilder};

use super::body::{End, Progress, Reading};
use super::shelf::{Door, Shelf};
use super::{ACCESS_KEY, FILE_BUCKET, SECRET_KEY, sign, xml};
use crate::controls::Controls;
use crate::counters::{Gauge, PartCount};
use crate::faults::{Fault, Route, Taken};
use crate::listen::HangUp;
use crate::settings::TagKind;

/// An object that was stored whole by a signed URL.
pub(crate) struct Object {
    /// Bucket and key, from the slash on.
    pub(crate) path: String,
    /// Bytes.
    pub(crate) size: u64,
    /// Its tag, without quotes.
    pub(crate) tag: String,
    pub(crate) content_type: Option<String>,
}

/// Is told of every object that was stored whole by a signed URL, before its sender is.
pub(crate) type OnStored = Box<dyn Fn(Object) + Send + Sync>;

/// The storage host.
pub(crate) struct Front {
    service: S3Service,
    controls: Arc<Controls>,
    /// Where redirects lead, `http://host:port`.
    elsewhere: String,
    on_stored: OnStored,
}

/// What a signed URL says about itself.
struct Link {
    /// The upload id; for a PUT of the whole object the last segment of its key.
    upload: String,
    part: Option<u32>,
    expires_ms: Option<i64>,
    signed_headers: String,
}

/// A part request under way; counts what was read of its body also when the sender is gone and nobody is answered.
struct Visit<'a> {
    front: &'a Front,
    link: &'a Link,
    progress: Arc<Progress>,
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        let received = self.progress.received();
        self.front.count(self.link, |p| p.received += received);
    }
}

impl Link {
    fn read(request: &Request<Incoming>) -> Self {
        let mut link = Self {
            upload: String::new(),
            part: None,
            expires_ms: None,
            signed_headers: String::new(),
        };
        let (mut date, mut expires) = (String::new(), String::new());
        for (name, value) in url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
            match name.as_ref() {
                "uploadId" => link.upload = value.into_owned(),
                "partNumber" => link.part = value.parse().ok(),
                "X-Amz-Date" => date = value.into_owned(),
                "X-Amz-Expires" => expires = value.into_owned(),
                "X-Amz-SignedHeaders" => link.signed_headers = value.into_owned(),
                _ => {}
            }
        }
        if link.upload.is_empty() {
            link.upload = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        }
        link.expires_ms = sign::expiry_ms(&date, &expires);
        link
    }
}

impl Front {
    pub(crate) fn new(shelf: Arc<Shelf>, controls: Arc<Controls>, elsewhere: String, on_stored: OnStored) -> Self {
        let mut builder = S3ServiceBuilder::new(Door(shelf));
        builder.set_auth(s3s::auth::SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        // URLs are signed by the sandbox's clock, which may run ahead; expiry is checked here, by that clock.
        let mut config = s3s::config::S3Config::default();
        config.presigned_url_max_skew_time_secs = u32::MAX;
        builder.set_config(Arc::new(s3s::config::StaticConfigProvider::new(Arc::new(config))));
        Self {
            service: builder.build(),
            controls,
            elsewhere,
            on_stored,
        }
    }

    pub(crate) async fn handle(&self, request: Request<Incoming>) -> Result<Response<Body>, HangUp> {
        let presigned = request.uri().query().is_some_and(|q| q.contains("X-Amz-Signature="));
        if !presigned || request.method() != Method::PUT {
            // A plain S3 client: nothing of ours is in its way.
            return self.pass(request.map(s3s::Body::from)).await;
        }
        let link = Link::read(&request);
        let taken = self.controls.faults.take(Route::Part, link.part);
        self.controls.tally.arrived(Route::Part, &taken);
        let _gauge = Gauge::part(&self.controls.tally);
        let typed = request.uri().path().starts_with(&format!("/{FILE_BUCKET}/"));
        self.look_at(request.headers(), &link, typed);
        let visit = Visit {
            front: self,
            link: &link,
            progress: Arc::default(),
        };
        let answer = self.answer(request, &link, &taken, visit.progress.clone()).await;
        drop(visit);
        let stored = answer.as_ref().is_ok_and(|r| r.status().is_success()) && taken.instead().is_none();
        let mut response = answer?;
        if stored {
            self.spoil_tag(&mut response, &taken);
        }
        if let Some(ms) = taken.find(|f| {
            if let Fault::AnswerLate { ms } = f {
                Some(*ms)
            } else {
                None
            }
        }) {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        if taken.has(&Fault::AnswerLost) || taken.has(&Fault::AnswerCut) {
            return Err(HangUp);
        }
        match taken.find(|f| {
            if let Fault::DoneButRefused { status } = f {
                Some(*status)
            } else {
                None
            }
        }) {
            Some(status) => Ok(xml::for_status(status)),
            None => Ok(response),
        }
    }

    async fn pass(&self, request: Request<s3s::Body>) -> Result<Response<Body>, HangUp> {
        let response = self.service.call(request).await.map_err(|_| HangUp)?;
        Ok(response.map(Body::new))
    }

    /// Everything up to the storage's own answer.
    async fn answer(
        &self,
        request: Request<Incoming>,
        link: &Link,
        taken: &Taken,
        progress: Arc<Progress>,
    ) -> Result<Response<Body>, HangUp> {
        let settings = self.controls.settings();
        let slow = taken.find(|f| {
            if let Fault::Slow { bytes_per_s } = f {
                Some(*bytes_per_s)
            } else {
                None
            }
        });
        let keep = taken.find(|f| {
            if let Fault::Truncated { bytes } = f {
                Some(*bytes)
            } else {
                None
            }
        });
        let reading = Reading {
            controls: self.controls.clone(),
            progress: progress.clone(),
            rate: slow.or(settings.bandwidth),
            keep,
            idle: Duration::from_secs(settings.idle_timeout_s),
        };
        let (mut head, mut body) = request.into_parts();
        // A sender that asks first is answered before it sends; any other gets rid of its body first, so that the
        // answer arrives and not a reset.
        let asks_first = head.headers.contains_key(header::EXPECT);
        if let Some(fault) = taken.instead() {
            let uri = head
                .uri
                .path_and_query()
                .map(http::uri::PathAndQuery::as_str)
                .unwrap_or_default();
            let answer = match fault {
                Fault::Dropped => return Err(HangUp),
                Fault::Cut { bytes } => {
                    reading.drain(&mut body, *bytes).await;
                    return Err(HangUp);
                }
                Fault::Hang { bytes } => {
                    reading.drain(&mut body, *bytes).await;
                    self.controls.faults.until_cleared(taken).await;
                    return Err(HangUp);
                }
                fault => self.instead(fault, uri),
            };
            if !asks_first {
                reading.drain(&mut body, u64::MAX).await;
            }
            return Ok(answer);
        }
        if let Some(refusal) = self.refusal(&head.headers, link) {
            if !asks_first {
                reading.drain(&mut body, u64::MAX).await;
            }
            return Ok(refusal);
        }
        if let Some(ms) = taken.find(|f| {
            if let Fault::CarriedOutLate { ms } = f {
                Some(*ms)
            } else {
                None
            }
        }) {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        let length = head
            .headers
            .get(header::CONTENT_LENGTH)
            .and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
        if let (Some(keep), Some(length)) = (keep, length) {
            head.headers
                .insert(header::CONTENT_LENGTH, HeaderValue::from(length.min(keep)));
        }
        let path = head.uri.path().to_owned();
        let content_type = head.headers.get(header::CONTENT_TYPE).cloned();
        let response = self.pass(Request::from_parts(head, reading.pass(body))).await?;
        match progress.end() {
            End::Idle => {
                return Ok(xml::error(
                    400,
                    "RequestTimeout",
                    "Nothing was read from or written to the socket in time.",
                ));
            }
            End::Broken => return Err(HangUp),
            End::Well => {}
        }
        match response.status().as_u16() {
            200 => {
                let size = keep.unwrap_or(u64::MAX).min(progress.received());
                self.count(link, |p| {
                    p.stored += 1;
                    p.bytes += size;
                });
                if link.part.is_none() {
                    let text = |value: Option<&HeaderValue>| value.and_then(|v| v.to_str().ok()).map(str::to_owned);
                    (self.on_stored)(Object {
                        path,
                        size,
                        tag: text(response.headers().get(header::ETAG))
                            .unwrap_or_default()
                            .replace('"', ""),
                        content_type: text(content_type.as_ref()),
                    });
                }
            }
            403 => self.controls.tally.count(|c| c.storage.bad_signature += 1),
            404 => self.controls.tally.count(|c| c.storage.gone += 1),
            _ => {}
        }
        Ok(response)
    }

    /// What storage refuses before it looks at the signature.
    fn refusal(&self, headers: &HeaderMap, link: &Link) -> Option<Response<Body>> {
        if headers.contains_key(header::AUTHORIZATION) {
            return Some(xml::error(
                400,
                "InvalidArgument",
                "Only one way of signing a request is allowed.",
            ));
        }
        if headers.contains_key(header::TRANSFER_ENCODING) {
            return Some(xml::error(
                501,
                "NotImplemented",
                "Transfer-Encoding is not implemented.",
            ));
        }
        if !headers.contains_key(header::CONTENT_LENGTH) {
            return Some(xml::error(411, "MissingContentLength", "Content-Length must be given."));
        }
        if unsigned_amz_headers(headers, &link.signed_headers) {
            return Some(xml::error(
                403,
                "AccessDenied",
                "There were headers present which were not signed",
            ));
        }
        if link.expires_ms.is_some_and(|at| self.controls.clock.now_ms() >= at) {
            self.controls.tally.count(|c| c.storage.expired += 1);
            return Some(xml::error(403, "AccessDenied", "Request has expired"));
        }
        None
    }

    fn instead(&self, fault: &Fault, uri: &str) -> Response<Body> {
        match fault {
            Fault::Refused { status, retry_after } => {
                let mut response = xml::for_status(*status);
                if let Some(seconds) = retry_after {
                    response
                        .headers_mut()
                        .insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
                }
                response
            }
            Fault::SlowDown => xml::error(503, "SlowDown", "Please reduce your request rate."),
            Fault::RequestTimeout => xml::error(400, "RequestTimeout", "Nothing was read from the socket in time."),
            Fault::LinkExpired => xml::error(403, "AccessDenied", "Request has expired"),
            Fault::UploadGone => xml::error(404, "NoSuchUpload", "The upload does not exist."),
            Fault::ErrorInside200 => {
                let mut response = xml::error(200, "InternalError", "An internal error occurred.");
                response
                    .headers_mut()
                    .insert(header::ETAG, HeaderValue::from_static("\"\""));
                response
            }
            Fault::HtmlPage => xml::answer(200, "text/html", crate::PAGE),
            Fault::Redirected { status } => {
                let mut response = xml::answer(*status, "text/plain", Body::empty());
                if let Ok(to) = HeaderValue::from_str(&format!("{}{uri}", self.elsewhere)) {
                    response.headers_mut().insert(header::LOCATION, to);
                }
                response
            }
            _ => xml::answer(200, "text/plain", Body::empty()),
        }
    }

    /// Counts what a request to storage must not carry; a content type may, where files are `typed`.
    fn look_at(&self, headers: &HeaderMap, link: &Link, typed: bool) {
        self.controls.tally.count(|c| {
            let s = &mut c.storage;
            let has = |name: header::HeaderName| u64::from(headers.contains_key(name));
            s.with_authorization += has(header::AUTHORIZATION);
            s.with_cookie += has(header::COOKIE);
            s.with_referer += has(header::REFERER);
            s.with_content_type += u64::from(!typed) * has(header::CONTENT_TYPE);
            s.with_amz_headers += u64::from(unsigned_amz_headers(headers, &link.signed_headers));
            s.chunked += has(header::TRANSFER_ENCODING);
            let unsized_body =
                !headers.contains_key(header::CONTENT_LENGTH) && !headers.contains_key(header::TRANSFER_ENCODING);
            s.without_length += u64::from(unsized_body);
        });
        self.count(link, |p| p.requests += 1);
    }

    fn count(&self, link: &Link, change: impl FnOnce(&mut PartCount)) {
        self.controls.tally.count(|c| {
            if let Some(upload) = c.uploads.get_mut(&link.upload) {
                change(upload.parts.entry(link.part.unwrap_or(1)).or_default());
            }
        });
    }

    fn spoil_tag(&self, response: &mut Response<Body>, taken: &Taken) {
        let kind = self.controls.settings().etag;
        if kind == TagKind::Missing || taken.has(&Fault::TagMissing) {
            response.headers_mut().remove(header::ETAG);
        } else if kind == TagKind::Lying || taken.has(&Fault::TagLies) {
            // The MD5 of nothing: well-formed, and never that of a part with bytes in it.
            let lie = HeaderValue::from_static("\"d41d8cd98f00b204e9800998ecf8427e\"");
            response.headers_mut().insert(header::ETAG, lie);
        }
    }
}

/// Whether there is an `x-amz-*` header that the signature does not cover.
fn unsigned_amz_headers(headers: &HeaderMap, signed: &str) -> bool {
    headers
        .keys()
        .any(|name| name.as_str().starts_with("x-amz-") && !signed.split(';').any(|s| s == name.as_str()))
}
