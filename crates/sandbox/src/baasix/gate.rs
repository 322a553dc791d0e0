//! What every call to Baasix passes: its route, its faults, the limit on requests, its token, its body.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;

use super::{Baasix, Call, PREFIX, answer, form};
use crate::counters::Gauge;
use crate::faults::{Fault, Route, Taken};
use crate::held;
use crate::listen::HangUp;
use crate::storage::{Progress, Reading};
use crate::wire::Line;

/// A form field that must hold no file needs no more.
const LARGEST_JSON: usize = 16 * 1024 * 1024;

/// Requests of one address since its window began.
#[derive(Default)]
pub(super) struct Window {
    began_ms: i64,
    requests: u32,
}

/// The call a request is, with the file's id.
fn classify<'a>(method: &Method, path: &'a str) -> Option<(Route, &'a str)> {
    let segments: Vec<&str> = path.strip_prefix(PREFIX)?.trim_matches('/').split('/').collect();
    // A HEAD is a GET whose body stays behind.
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    Some(match (method, segments.as_slice()) {
        ("POST", ["auth", "login"]) => (Route::SignIn, ""),
        ("POST", ["auth", "refresh"]) => (Route::Refresh, ""),
        ("GET", ["auth", "check"]) => (Route::AuthCheck, ""),
        ("GET", ["auth", "me"]) => (Route::Me, ""),
        ("GET", ["auth", "logout"]) => (Route::SignOut, ""),
        ("POST", ["files", "upload-from-url"]) => (Route::FileImport, ""),
        ("POST", ["files"]) => (Route::FilePost, ""),
        ("GET", ["files"]) => (Route::FileList, ""),
        ("GET", ["files", id]) => (Route::FileShow, id),
        ("PATCH", ["files", id]) => (Route::FilePatch, id),
        ("DELETE", ["files", id]) => (Route::FileDelete, id),
        ("GET", ["assets", id]) => (Route::Asset, id),
        _ => return None,
    })
}

/// The token of a request, and whether it stands in the address.
fn token(headers: &HeaderMap, query: &str) -> (Option<String>, bool) {
    let in_url = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "access_token");
    if let Some((_, token)) = in_url {
        return (Some(token.into_owned()), true);
    }
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    // Written in any other way it is no token.
    (given.and_then(|v| v.strip_prefix("Bearer ")).map(str::to_owned), false)
}

impl Baasix {
    pub(crate) async fn handle(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Body>, HangUp> {
        let line = request.extensions().get::<Line>().ok_or(HangUp)?.clone();
        let (head, mut body) = request.into_parts();
        let Some((route, id)) = classify(&head.method, head.uri.path()) else {
            return Ok(answer::page(404));
        };
        let id = id.to_owned();
        let query = head.uri.query().unwrap_or_default().to_owned();
        let taken = self.controls.faults.take_at(route, &id);
        self.controls.tally.arrived(route, &taken);
        let (token, in_url) = token(&head.headers, &query);
        self.controls
            .tally
            .count(|c| c.baasix.tokens_in_url += u64::from(in_url));
        let using = self.using(token.as_ref());
        if taken.has(&Fault::Dropped) {
            return Err(HangUp);
        }
        let reading = self.reading(&taken);
        if let Some(fault) = taken.instead() {
            return self
                .instead(fault, &taken, &reading, &mut body, &head.uri.to_string())
                .await;
        }
        let (limited, left) = self.spend(line.peer);
        if let Some(mut refusal) = limited {
            reading.drain(&mut body, u64::MAX).await;
            stamp(refusal.headers_mut(), &left);
            return Ok(refusal);
        }
        let mut call = Call {
            route,
            method: head.method,
            id,
            query,
            headers: head.headers,
            token,
            body: bytes::Bytes::new(),
            form: None,
            taken: taken.clone(),
        };
        self.read(&mut call, &reading, body).await?;
        let mut response = if route == Route::Asset {
            self.asset(&call, line, using).await?
        } else {
            self.carried_out(call, &taken).await?
        };
        stamp(response.headers_mut(), &left);
        Ok(response)
    }

    /// How a body is read.
    fn reading(&self, taken: &Taken) -> Reading {
        let settings = self.controls.settings();
        let slow = taken.find(|f| match f {
            Fault::Slow { bytes_per_s } => Some(*bytes_per_s),
            _ => None,
        });
        Reading {
            controls: self.controls.clone(),
            progress: Arc::<Progress>::default(),
            rate: slow.or(settings.bandwidth),
            keep: None,
            idle: Duration::from_secs(settings.idle_timeout_s),
        }
    }

    /// Reads the body of a call: a form where it is one, else all of it.
    async fn read(&self, call: &mut Call, reading: &Reading, mut body: Incoming) -> Result<(), HangUp> {
        let kind = call
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let boundary = kind.and_then(form::boundary);
        match (call.route, boundary) {
            (Route::FilePost | Route::FilePatch, Some(boundary)) => {
                let _part = Gauge::part(&self.controls.tally);
                let truncated = call.taken.find(|f| match f {
                    Fault::Truncated { bytes } => Some(*bytes),
                    _ => None,
                });
                let most = self.controls.settings().baasix.max_upload_bytes;
                let keep = truncated.map_or(most, |bytes| bytes.min(most));
                let form = form::read(reading, &mut body, &boundary, keep).await;
                call.form = Some(form.map_err(|_| HangUp)?);
            }
            _ => {
                let read = Limited::new(body, LARGEST_JSON).collect().await;
                call.body = read.map_err(|_| HangUp)?.to_bytes();
            }
        }
        Ok(())
    }

    /// Makes the call, in a task of its own: what was asked is carried out even when the asker hangs up meanwhile.
    async fn carried_out(self: &Arc<Self>, call: Call, taken: &Taken) -> Result<Response<Body>, HangUp> {
        let service = self.clone();
        let task = tokio::spawn(async move {
            let wait = |f: &Fault| match f {
                Fault::CarriedOutLate { ms } => Some(*ms),
                _ => None,
            };
            if let Some(ms) = call.taken.find(wait) {
                tokio::time::sleep(Duration::from_millis(ms)).await;
            }
            service.carry_out(call).await
        });
        let response = task.await.map_err(|_| HangUp)?;
        let late = |f: &Fault| match f {
            Fault::AnswerLate { ms } => Some(*ms),
            _ => None,
        };
        if let Some(ms) = taken.find(late) {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        if taken.has(&Fault::AnswerLost) {
            return Err(HangUp);
        }
        if taken.has(&Fault::AnswerCut) {
            return Ok(crate::cut::in_the_middle(response).await);
        }
        let refused = taken.find(|f| match f {
            Fault::DoneButRefused { status } => Some(*status),
            _ => None,
        });
        Ok(refused.map_or(response, answer::for_status))
    }

    async fn carry_out(self: &Arc<Self>, call: Call) -> Response<Body> {
        match call.route {
            Route::SignIn => self.sign_in(&call),
            Route::Refresh => self.refresh(&call),
            Route::AuthCheck => self.check(&call),
            Route::Me => self.me(&call),
            Route::SignOut => self.sign_out(&call),
            Route::FilePost => self.post(call).await,
            Route::FileImport => self.import(&call).await,
            Route::FileList => self.list(&call),
            Route::FileShow => self.show(&call),
            Route::FilePatch => self.patch(&call).await,
            Route::FileDelete => self.delete(&call).await,
            _ => answer::page(404),
        }
    }

    /// Takes a request off what an address may ask in the window; a refusal, and what the headers say.
    fn spend(&self, peer: IpAddr) -> (Option<Response<Body>>, [(&'static str, i64); 3]) {
        let settings = self.controls.settings().baasix;
        let now = self.controls.clock.now_ms();
        let length = i64::try_from(settings.rate_window_s)
            .unwrap_or(i64::MAX)
            .saturating_mul(1000);
        let mut windows = held(&self.windows);
        let window = windows.entry(peer).or_default();
        if now >= window.began_ms.saturating_add(length) {
            *window = Window {
                began_ms: now,
                requests: 0,
            };
        }
        window.requests = window.requests.saturating_add(1);
        let ends = window.began_ms.saturating_add(length);
        let left = settings.rate_limit.checked_sub(window.requests);
        let said = [
            ("x-ratelimit-limit", i64::from(settings.rate_limit)),
            ("x-ratelimit-remaining", i64::from(left.unwrap_or(0))),
            ("x-ratelimit-reset", ends.div_euclid(1000)),
        ];
        if left.is_some() {
            return (None, said);
        }
        self.controls.tally.count(|c| c.baasix.rate_limited += 1);
        let mut refusal = answer::for_status(429);
        let seconds = (ends - now + 999) / 1000;
        refusal
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        (Some(refusal), said)
    }

    /// What happens instead of what was asked. Who does not ask first gets rid of its body, so that the answer arrives.
    async fn instead(
        &self,
        fault: &Fault,
        taken: &Taken,
        reading: &Reading,
        body: &mut Incoming,
        uri: &str,
    ) -> Result<Response<Body>, HangUp> {
        match fault {
            Fault::Cut { bytes } => {
                reading.drain(body, *bytes).await;
                return Err(HangUp);
            }
            Fault::Hang { bytes } => {
                reading.drain(body, *bytes).await;
                self.controls.faults.until_cleared(taken).await;
                return Err(HangUp);
            }
            _ => reading.drain(body, u64::MAX).await,
        }
        Ok(match fault {
            Fault::Refused { status, retry_after } => {
                let mut response = answer::for_status(*status);
                if let Some(seconds) = retry_after {
                    response
                        .headers_mut()
                        .insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
                }
                response
            }
            Fault::HtmlPage => answer::page(200),
            Fault::EmptyAnswer => Response::new(Body::empty()),
            Fault::ErrorInside200 => answer::json(
                200,
                &serde_json::json!({"error": {"message": "Internal Server Error", "statusCode": 500}}),
            ),
            Fault::Redirected { status } => crate::files::redirect(*status, &format!("{}{uri}", self.elsewhere)),
            Fault::LedAway { to, status } => {
                let to = to
                    .replace("{files}", &self.files)
                    .replace("{elsewhere}", &self.elsewhere)
                    .replace("{path}", uri);
                crate::files::redirect(*status, &to)
            }
            _ => answer::for_status(500),
        })
    }
}

fn stamp(headers: &mut HeaderMap, said: &[(&'static str, i64)]) {
    for (name, value) in said {
        headers.insert(*name, HeaderValue::from(*value));
    }
}
