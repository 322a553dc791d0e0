//! The file host: direct links to files that need no disk, and the lies their server can tell.

mod body;
mod bomb;
mod conditions;
mod offer;
mod reply;
mod spec;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;

pub(crate) use body::Piece;
pub(crate) use conditions::Version;
pub(crate) use offer::{Kept, Offer};
pub(crate) use reply::Reply;
pub use spec::FileSpec;

use crate::controls::Controls;
use crate::faults::{Fault, Route, Taken};
use crate::held;
use crate::listen::HangUp;

/// What stands before the name of a file.
pub(crate) const PREFIX: &str = "/f/";

/// The files, and what answers for them.
pub(crate) struct Files {
    pub(crate) controls: Arc<Controls>,
    registered: Mutex<BTreeMap<String, FileSpec>>,
    /// `http://host:port` of this host, and of the one that nobody should be led to.
    pub(crate) here: String,
    pub(crate) elsewhere: String,
}

impl Files {
    pub(crate) fn new(controls: Arc<Controls>, here: String, elsewhere: String) -> Self {
        Self {
            controls,
            registered: Mutex::default(),
            here,
            elsewhere,
        }
    }

    /// Registers a file, or replaces the one of its name, and returns its link.
    pub(crate) fn add(&self, spec: FileSpec) -> String {
        let name = percent_encoding::utf8_percent_encode(&spec.name, percent_encoding::NON_ALPHANUMERIC);
        let url = format!("{}{PREFIX}{name}", self.here);
        held(&self.registered).insert(spec.name.clone(), spec);
        url
    }

    pub(crate) fn all(&self) -> Vec<FileSpec> {
        held(&self.registered).values().cloned().collect()
    }

    /// The file a request is about.
    fn spec(&self, path: &str, query: &str) -> Result<Option<FileSpec>, String> {
        let Some(rest) = path.strip_prefix(PREFIX) else {
            return Ok(None);
        };
        let name = percent_encoding::percent_decode_str(rest)
            .decode_utf8_lossy()
            .into_owned();
        let known = held(&self.registered).get(&name).cloned();
        if known.is_none() && !query.contains("size=") && !query.contains("bomb=") {
            return Ok(None);
        }
        let mut spec = known.unwrap_or_default();
        spec.name = name;
        spec.with_query(query).map(Some)
    }

    pub(crate) async fn handle(&self, request: Request<Incoming>) -> Result<Response<Body>, HangUp> {
        let uri = request.uri().clone();
        let spec = match self.spec(uri.path(), uri.query().unwrap_or_default()) {
            Ok(Some(spec)) => spec,
            Ok(None) => return Ok(plain(404, "There is no such file.")),
            Err(why) => return Ok(plain(400, &why)),
        };
        let taken = self.controls.faults.take_at(Route::File, &spec.name);
        self.controls.tally.arrived(Route::File, &taken);
        self.send(&request, &spec, &taken, None).await
    }

    /// A file where nobody should be led to: sent as it is.
    pub(crate) async fn visited(&self, request: &Request<Incoming>) -> Option<Result<Response<Body>, HangUp>> {
        let uri = request.uri();
        let spec = self.spec(uri.path(), uri.query().unwrap_or_default()).ok()??;
        let offer = Offer::new(self, &spec, Taken::none(Route::File), false);
        Some(offer.answer(request, None).await)
    }

    /// Sends a file with the faults that were taken.
    pub(crate) async fn send(
        &self,
        request: &Request<Incoming>,
        spec: &FileSpec,
        taken: &Taken,
        slot: Option<Box<dyn Send + Sync>>,
    ) -> Result<Response<Body>, HangUp> {
        self.send_offer(request, Offer::new(self, spec, taken.clone(), true), slot)
            .await
    }

    /// Sends what an offer holds, with its faults.
    pub(crate) async fn send_offer(
        &self,
        request: &Request<Incoming>,
        offer: Offer<'_>,
        slot: Option<Box<dyn Send + Sync>>,
    ) -> Result<Response<Body>, HangUp> {
        let taken = &offer.taken;
        let wait = |f: &Fault| match f {
            Fault::AnswerLate { ms } | Fault::CarriedOutLate { ms } => Some(*ms),
            _ => None,
        };
        if let Some(ms) = taken.find(wait) {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        if let Some(fault) = taken.instead() {
            if matches!(fault, Fault::Hang { .. }) {
                self.controls.faults.until_cleared(taken).await;
                return Err(HangUp);
            }
            return self.instead(fault, request);
        }
        if taken.has(&Fault::AnswerLost) {
            return Err(HangUp);
        }
        if let Some(hops) = taken.find(|f| {
            if let Fault::Detour { hops } = f {
                Some(*hops)
            } else {
                None
            }
        }) && let Some(answer) = detour(request, hops)
        {
            return Ok(answer);
        }
        offer.answer(request, slot).await
    }

    fn instead(&self, fault: &Fault, request: &Request<Incoming>) -> Result<Response<Body>, HangUp> {
        let path = request
            .uri()
            .path_and_query()
            .map(http::uri::PathAndQuery::as_str)
            .unwrap_or_default();
        Ok(match fault {
            Fault::Dropped => return Err(HangUp),
            Fault::Refused { status, retry_after } => {
                let mut response = plain(*status, "Not now.");
                if let Some(seconds) = retry_after {
                    response
                        .headers_mut()
                        .insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
                }
                response
            }
            Fault::HtmlPage => page(200),
            Fault::EmptyAnswer => Response::new(Body::empty()),
            Fault::ErrorInside200 => {
                let mut response = plain(200, "{\"error\":\"not now\"}");
                let json = HeaderValue::from_static("application/json");
                response.headers_mut().insert(header::CONTENT_TYPE, json);
                response
            }
            Fault::LinkExpired => plain(403, "This link has expired."),
            Fault::SlowDown => plain(503, "Please reduce your request rate."),
            Fault::Redirected { status } => redirect(*status, &format!("{}{path}", self.elsewhere)),
            Fault::LedAway { to, status } => {
                let to = to
                    .replace("{files}", &self.here)
                    .replace("{elsewhere}", &self.elsewhere)
                    .replace("{path}", path);
                redirect(*status, &to)
            }
            _ => plain(500, "Something went wrong."),
        })
    }
}

/// The next of `hops` redirects on this host, unless all were followed.
fn detour(request: &Request<Incoming>, hops: u32) -> Option<Response<Body>> {
    let query = request.uri().query().unwrap_or_default();
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let hop = pairs
        .iter()
        .find(|(name, _)| name == "hop")
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0);
    (hop < hops).then(|| {
        let mut next = url::form_urlencoded::Serializer::new(String::new());
        next.extend_pairs(pairs.iter().filter(|(name, _)| name != "hop"));
        next.append_pair("hop", &(hop + 1).to_string());
        redirect(302, &format!("{}?{}", request.uri().path(), next.finish()))
    })
}

pub(crate) fn redirect(status: u16, to: &str) -> Response<Body> {
    let mut response = plain(status, "");
    if let Ok(to) = HeaderValue::from_bytes(to.as_bytes()) {
        response.headers_mut().insert(header::LOCATION, to);
    }
    response
}

pub(crate) fn plain(status: u16, text: &str) -> Response<Body> {
    typed(status, "text/plain; charset=UTF-8", text)
}

/// A web page.
pub(crate) fn page(status: u16) -> Response<Body> {
    typed(status, "text/html; charset=UTF-8", crate::PAGE)
}

fn typed(status: u16, kind: &'static str, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(text.to_owned()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Every header by its name; several of one name are joined by commas.
pub(crate) fn headers_of(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        let text = all.entry(name.to_string()).or_default();
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&value);
    }
    all
}
