//! facilioo, emulated: the gate every call passes, and the way to each call.

mod accounts;
mod answer;
mod entities;
mod entity;
mod kinds;
mod links;
mod pages;
mod picture;
mod shelf;
mod stored;
mod token;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde_json::{Value, json};

pub(crate) use accounts::Party;
use accounts::Shut;
pub(crate) use entity::Entity;
pub use shelf::{FaciliooFile, FileState};

use crate::controls::Controls;
use crate::faults::{Fault, Route, Taken};
use crate::files::{Files, redirect};
use crate::held;
use crate::listen::HangUp;
use crate::lived;
use crate::settings::FaciliooSettings;
use crate::storage::{FILE_BUCKET as BUCKET, Shelf};
use crate::table::Table;

/// What stands before the documented paths.
pub(crate) const PREFIX: &str = "/facilioo";
const LARGEST_BODY: usize = 1024 * 1024;

/// The service.
pub(crate) struct Facilioo {
    controls: Arc<Controls>,
    shelf: Arc<Shelf>,
    files: Arc<Files>,
    pub(crate) entities: Table<Entity>,
    documents: Mutex<Vec<Document>>,
    /// `host:port` of storage.
    storage: String,
    /// Tokens that hold no longer, by number.
    replaced: Mutex<BTreeSet<String>>,
    /// The number of the access token that came with a refresh token, by that one's.
    pairs: Mutex<BTreeMap<String, String>>,
    block: Mutex<Block>,
}

/// Calls that made no sense since the last block, and until when everybody is turned away.
#[derive(Default)]
struct Block {
    malformed: u32,
    until_ms: i64,
}

/// A document that was made of a file.
#[derive(Clone, Debug)]
struct Document {
    id: u64,
    name: String,
    file_id: u64,
    external_id: Option<String>,
}

impl Document {
    fn shown(&self) -> Value {
        json!({"id": self.id, "name": self.name, "fileId": self.file_id, "externalId": self.external_id})
    }
}

/// One call, read.
struct Call {
    route: Route,
    id: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
    taken: Taken,
    settings: FaciliooSettings,
    now_ms: i64,
}

impl Call {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    fn body_json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A field of the JSON body by any of its names, in whatever case.
    fn field(&self, names: &[&str]) -> Value {
        let Value::Object(body) = self.body_json() else {
            return Value::Null;
        };
        let named = |key: &str| names.iter().any(|name| name.eq_ignore_ascii_case(key));
        body.into_iter()
            .find(|(key, _)| named(key))
            .map_or(Value::Null, |(_, value)| value)
    }

    /// A parameter of the query, in whatever case.
    fn query(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.into_owned())
    }
}

/// The call a request is, with the id in its path.
fn classify<'a>(method: &Method, path: &'a str) -> Option<(Route, &'a str)> {
    let path = path.strip_prefix(PREFIX)?.strip_prefix("/api")?;
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    Some(match (method.as_str(), segments.as_slice()) {
        ("POST", ["auth", "login"]) => (Route::LogIn, ""),
        ("POST", ["auth", "refresh"]) => (Route::Refresh, ""),
        ("GET", ["file-types"]) => (Route::FileTypes, ""),
        ("POST", ["files"]) => (Route::CreateFile, ""),
        ("GET", ["files"]) => (Route::FindFile, ""),
        ("GET", ["files", id]) => (Route::ShowFile, id),
        ("PUT", ["files", id, "upload"]) => (Route::UploadLink, id),
        ("GET", ["files", id, "download"]) => (Route::FileLink, id),
        ("GET", ["files", id, "thumbnail"]) => (Route::ThumbnailLink, id),
        ("GET", ["parties", id, "files"]) => (Route::PartyFiles, id),
        ("POST", ["documents"]) => (Route::CreateDocument, ""),
        ("GET", ["documents"]) => (Route::FindDocument, ""),
        _ => return None,
    })
}

impl Facilioo {
    pub(crate) fn new(
        controls: Arc<Controls>,
        shelf: Arc<Shelf>,
        files: Arc<Files>,
        entities: Table<Entity>,
        storage: String,
    ) -> Self {
        Self {
            controls,
            shelf,
            files,
            entities,
            documents: Mutex::default(),
            storage,
            replaced: Mutex::default(),
            pairs: Mutex::default(),
            block: Mutex::default(),
        }
    }

    pub(crate) async fn handle(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Body>, HangUp> {
        let (head, body) = request.into_parts();
        let Some((route, id)) = classify(&head.method, head.uri.path()) else {
            return Ok(answer::for_status(404));
        };
        let id = id.to_owned();
        let taken = self.controls.faults.take_at(route, &id);
        self.controls.tally.arrived(route, &taken);
        if taken.has(&Fault::Dropped) {
            return Err(HangUp);
        }
        let body = Limited::new(body, LARGEST_BODY).collect().await;
        let body = body.map_err(|_| HangUp)?.to_bytes();
        if let Some(fault) = taken.instead() {
            if matches!(fault, Fault::Hang { .. }) {
                self.controls.faults.until_cleared(&taken).await;
                return Err(HangUp);
            }
            return Ok(self.instead(fault, &head.uri.to_string()));
        }
        let call = Call {
            route,
            id,
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            body,
            taken: taken.clone(),
            settings: self.controls.settings().facilioo,
            now_ms: self.controls.clock.now_ms(),
        };
        let service = self.clone();
        let carry_out = async move { service.carry_out(&call).await };
        lived::through(&taken, carry_out, answer::for_status).await
    }

    /// Checks what every call must bring, then makes it.
    async fn carry_out(self: &Arc<Self>, call: &Call) -> Response<Body> {
        if call.now_ms < held(&self.block).until_ms {
            self.controls.tally.count(|c| c.facilioo.blocked += 1);
            return answer::typed(403, "text/plain", "Too many connection errors".to_owned());
        }
        let version = u64::from(call.header("api-version") != "2.0");
        self.controls.tally.count(|c| c.facilioo.without_version += version);
        match call.route {
            Route::LogIn => return self.log_in(call),
            Route::Refresh => return self.refresh(call),
            _ => {}
        }
        let who = match self.who(call) {
            Ok(who) => who,
            Err(Shut::Nobody | Shut::Expired | Shut::Replaced) => {
                self.controls.tally.count(|c| c.auth_failures += 1);
                return answer::for_status(401);
            }
        };
        let known = call.id.is_empty() || call.id.parse::<u32>().is_ok();
        if !known {
            return self.malformed(call, "id must be a number.");
        }
        let allowed = match call.route {
            Route::PartyFiles => who == Party::Admin,
            Route::FileTypes | Route::ShowFile => true,
            _ => who.handles_files(),
        };
        if !allowed {
            return answer::for_status(403);
        }
        match call.route {
            Route::FileTypes => self.file_types(call),
            Route::CreateFile => self.create(call, who).await,
            Route::FindFile => self.find(call),
            Route::ShowFile => self.show(call),
            Route::UploadLink => self.upload_link(call),
            Route::FileLink => self.download_link(call),
            Route::ThumbnailLink => self.thumbnail_link(call).await,
            Route::PartyFiles => self.of_party(call),
            Route::CreateDocument => self.document(call),
            Route::FindDocument => self.find_document(call),
            _ => answer::for_status(404),
        }
    }

    /// Refuses a call that makes no sense; too many of them block the caller.
    fn malformed(&self, call: &Call, title: &str) -> Response<Body> {
        let mut block = held(&self.block);
        block.malformed += 1;
        if block.malformed >= call.settings.malformed {
            let life = i64::try_from(call.settings.block_s.saturating_mul(1000)).unwrap_or(i64::MAX);
            block.until_ms = call.now_ms.saturating_add(life);
            block.malformed = 0;
        }
        drop(block);
        self.controls.tally.count(|c| c.facilioo.malformed += 1);
        answer::problem(400, title)
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
            Fault::ErrorInside200 => {
                let error = json!({"title": "Internal Server Error", "status": 500});
                answer::typed(200, "application/json", error.to_string())
            }
            Fault::Redirected { status } => redirect(*status, &format!("{}{uri}", self.files.elsewhere)),
            _ => answer::for_status(StatusCode::INTERNAL_SERVER_ERROR.as_u16()),
        }
    }
}
