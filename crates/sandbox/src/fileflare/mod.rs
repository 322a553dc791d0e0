//! Fileflare, emulated: the gate every call passes, and the way to each call.

mod answer;
mod library;
mod plan;
mod sessions;
mod table;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;

pub(crate) use table::{Stage, Table, open};

use crate::controls::Controls;
use crate::cut;
use crate::faults::{Fault, Route, Taken};
use crate::held;
use crate::listen::HangUp;
use crate::storage::Shelf;

/// What stands before the documented paths.
pub(crate) const PREFIX: &str = "/fileflare/api/v1";
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// The service.
pub(crate) struct Fileflare {
    pub(crate) controls: Arc<Controls>,
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) table: Table,
    /// `host:port` of the service, of storage, and of the host that nobody should be led to.
    pub(crate) api: String,
    pub(crate) storage: String,
    pub(crate) elsewhere: String,
    window: Mutex<Window>,
}

/// The calls made since the window began.
#[derive(Default)]
struct Window {
    began_ms: i64,
    calls: u32,
}

/// One call, read.
struct Call {
    route: Route,
    method: Method,
    id: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
    faults: Taken,
}

/// The call a request is, with the asset's id.
fn classify<'a>(method: &Method, path: &'a str) -> Option<(Route, &'a str)> {
    let segments: Vec<&str> = path.strip_prefix(PREFIX)?.trim_matches('/').split('/').collect();
    Some(match (method.as_str(), segments.as_slice()) {
        ("POST", ["assets", "signed"]) => (Route::Signed, ""),
        ("POST", ["assets", "store"]) => (Route::Store, ""),
        ("POST" | "PUT", ["assets", id, "uploaded"]) => (Route::Uploaded, id),
        ("POST", ["assets", id, "cancel"]) => (Route::Cancel, id),
        ("GET", ["assets"]) => (Route::List, ""),
        ("GET", ["assets", id]) => (Route::Show, id),
        ("PUT", ["assets", id]) => (Route::Edit, id),
        ("DELETE", ["assets", id]) => (Route::Delete, id),
        _ => return None,
    })
}

impl Fileflare {
    pub(crate) fn new(
        controls: Arc<Controls>,
        shelf: Arc<Shelf>,
        table: Table,
        [api, storage, elsewhere]: [String; 3],
    ) -> Self {
        Self {
            controls,
            shelf,
            table,
            api,
            storage,
            elsewhere,
            window: Mutex::default(),
        }
    }

    pub(crate) async fn handle(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Body>, HangUp> {
        let (head, body) = request.into_parts();
        let Some((route, id)) = classify(&head.method, head.uri.path()) else {
            return Ok(answer::message(404, "The route could not be found."));
        };
        let id = id.to_owned();
        let taken = self.controls.faults.take(route, None);
        self.controls.tally.arrived(route, &taken);
        if taken.has(&Fault::Dropped) {
            return Err(HangUp);
        }
        let body = Limited::new(body, LARGEST_BODY)
            .collect()
            .await
            .map_err(|_| HangUp)?
            .to_bytes();
        if let Some(fault) = taken.instead() {
            if matches!(fault, Fault::Hang { .. }) {
                self.controls.faults.until_cleared(&taken).await;
                return Err(HangUp);
            }
            return Ok(self.instead(fault, &head.uri.to_string()));
        }
        let call = Call {
            route,
            method: head.method,
            id,
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            body,
            faults: taken.clone(),
        };
        // A task of its own: what was asked is carried out even when the asker hangs up meanwhile.
        let service = self.clone();
        let carried_out = tokio::spawn(async move {
            let wait = |f: &Fault| {
                if let Fault::CarriedOutLate { ms } = f {
                    Some(*ms)
                } else {
                    None
                }
            };
            if let Some(ms) = call.faults.find(wait) {
                tokio::time::sleep(Duration::from_millis(ms)).await;
            }
            service.carry_out(&call).await
        });
        let response = carried_out.await.map_err(|_| HangUp)?;
        if let Some(ms) = taken.find(|f| {
            if let Fault::AnswerLate { ms } = f {
                Some(*ms)
            } else {
                None
            }
        }) {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        if taken.has(&Fault::AnswerLost) {
            return Err(HangUp);
        }
        if taken.has(&Fault::AnswerCut) {
            return Ok(cut::in_the_middle(response).await);
        }
        match taken.find(|f| {
            if let Fault::DoneButRefused { status } = f {
                Some(*status)
            } else {
                None
            }
        }) {
            Some(status) => Ok(answer::for_status(status)),
            None => Ok(response),
        }
    }

    /// Checks what every call must bring, then makes it.
    async fn carry_out(self: &Arc<Self>, call: &Call) -> Response<Body> {
        let settings = self.controls.settings();
        let text = |name: header::HeaderName| call.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !text(header::ACCEPT).contains("application/json") {
            return answer::page(406);
        }
        if text(header::AUTHORIZATION).strip_prefix("Bearer ") != Some(settings.token.as_str()) {
            self.controls.tally.count(|c| c.auth_failures += 1);
            return answer::message(401, "Unauthenticated.");
        }
        let (left, reset_s) = {
            let now = self.controls.clock.now_ms();
            let length = i64::try_from(settings.rate_window_s)
                .unwrap_or(i64::MAX)
                .saturating_mul(1000);
            let mut window = held(&self.window);
            if now >= window.began_ms.saturating_add(length) {
                *window = Window {
                    began_ms: now,
                    calls: 0,
                };
            }
            window.calls = window.calls.saturating_add(1);
            let left = settings.rate_limit.checked_sub(window.calls);
            (left, (window.began_ms.saturating_add(length) - now + 999) / 1000)
        };
        let mut response = match left {
            None => {
                self.controls.tally.count(|c| c.rate_limited += 1);
                let mut response = answer::message(429, "Too many attempts.");
                if settings.retry_after {
                    response
                        .headers_mut()
                        .insert(header::RETRY_AFTER, HeaderValue::from(reset_s));
                }
                response
            }
            Some(_) => match call.route {
                Route::Signed => self.signed(call).await,
                Route::Uploaded => self.uploaded(call).await,
                Route::Cancel => self.cancel(call).await,
                Route::List => self.list(call),
                Route::Show => self.show(call),
                Route::Delete => self.delete(call).await,
                Route::Store => self.store(call).await,
                Route::Edit => self.edit(call).await,
                _ => answer::message(404, "The route could not be found."),
            },
        };
        let headers = response.headers_mut();
        headers.insert("x-ratelimit-limit", HeaderValue::from(settings.rate_limit));
        headers.insert("x-ratelimit-remaining", HeaderValue::from(left.unwrap_or(0)));
        response
    }

    fn instead(&self, fault: &Fault, uri: &str) -> Response<Body> {
        match fault {
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
                &serde_json::json!({"error": {"code": 500, "message": "Server error."}}),
            ),
            Fault::Redirected { status } => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::from_u16(*status).unwrap_or(StatusCode::TEMPORARY_REDIRECT);
                if let Ok(to) = HeaderValue::from_str(&format!("http://{}{uri}", self.elsewhere)) {
                    response.headers_mut().insert(header::LOCATION, to);
                }
                response
            }
            // What happens to parts only, on a call: an ordinary failure.
            _ => answer::for_status(500),
        }
    }
}
