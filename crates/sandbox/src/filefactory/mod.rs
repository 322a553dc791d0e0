//! FileFactory v1, emulated: the gate every call passes, and the way to each method.

mod accounts;
mod answer;
mod download;
mod info;
mod link;
mod shelf;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;

pub(crate) use accounts::Kind;
use accounts::{Budget, Logins, Session};
use link::Link;
pub use shelf::{FileStatus, HostedFile};

use crate::controls::Controls;
use crate::faults::{Fault, Route, Taken};
use crate::files::{Files, plain};
use crate::held;
use crate::listen::HangUp;
use crate::settings::FilefactorySettings;
use crate::wire::Line;

/// What stands before the documented methods, `/v1` included.
pub(crate) const PREFIX: &str = "/filefactory/v1";
/// Where links to files lead.
pub(crate) const GET: &str = "/get/";
/// Where a link leads that leads to no file.
pub(crate) const ERROR_PAGE: &str = "/filefactory/error";
/// Two thousand ids fit in, many more than are taken.
const LARGEST_BODY: usize = 64 * 1024;
const SECRETS: [&str; 4] = ["email", "password", "authkey", "key"];

/// The service.
pub(crate) struct Filefactory {
    controls: Arc<Controls>,
    files: Arc<Files>,
    state: Mutex<State>,
}

/// Everything the service remembers.
#[derive(Default)]
struct State {
    shelf: BTreeMap<String, HostedFile>,
    sessions: BTreeMap<String, Session>,
    logins: BTreeMap<String, Logins>,
    /// By e-mail address; that of nobody is empty.
    budgets: BTreeMap<String, Budget>,
    /// Wrong passwords, by file: how many, and until when it is refused.
    tries: BTreeMap<String, (u32, i64)>,
    links: BTreeMap<String, Link>,
    /// Files that are read by free links, by client.
    reading: BTreeMap<std::net::IpAddr, u64>,
}

/// One call, read.
struct Call {
    route: Route,
    fields: BTreeMap<String, String>,
    line: Line,
    taken: Taken,
    settings: FilefactorySettings,
    now_ms: i64,
}

/// What a method answers: a result, or an error's code.
type Outcome = Result<String, i64>;

impl Call {
    /// A field that is there and not empty.
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|v| !v.is_empty())
    }
}

/// Milliseconds of that many seconds.
fn ms(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000)
}

fn route(method: &str) -> Option<Route> {
    Some(match method {
        "getSessionKey" => Route::SessionKey,
        "getMemberInfo" => Route::MemberInfo,
        "getFileInfo" => Route::FileInfo,
        "getDownloadLink" => Route::DownloadLink,
        _ => return None,
    })
}

impl Filefactory {
    pub(crate) fn new(controls: Arc<Controls>, files: Arc<Files>) -> Self {
        let state = State {
            shelf: shelf::samples(),
            ..State::default()
        };
        Self {
            controls,
            files,
            state: Mutex::new(state),
        }
    }

    /// Adds a file, or replaces the one of its id.
    pub(crate) fn add(&self, file: HostedFile) {
        held(&self.state).shelf.insert(file.id.clone(), file);
    }

    pub(crate) fn remove(&self, id: &str) {
        held(&self.state).shelf.remove(id);
    }

    pub(crate) fn all(&self) -> Vec<HostedFile> {
        held(&self.state).shelf.values().cloned().collect()
    }

    pub(crate) async fn handle(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Body>, HangUp> {
        let line = request.extensions().get::<Line>().ok_or(HangUp)?.clone();
        let (head, body) = request.into_parts();
        let method = head
            .uri
            .path()
            .strip_prefix(PREFIX)
            .unwrap_or_default()
            .trim_matches('/');
        let settings = self.controls.settings().filefactory;
        let Some(route) = route(method) else {
            return Ok(self.error(&settings, 700));
        };
        let body = Limited::new(body, LARGEST_BODY).collect().await;
        let body = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        let query = head.uri.query().unwrap_or_default();
        let mut fields: BTreeMap<String, String> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let secret_in_url = SECRETS.iter().any(|name| fields.contains_key(*name));
        if head.method == Method::POST {
            fields.extend(url::form_urlencoded::parse(&body).into_owned());
        }
        let asked_for = fields.get("file").cloned().unwrap_or_default();
        let taken = self.controls.faults.take_at(route, &asked_for);
        self.controls.tally.arrived(route, &taken);
        self.controls.tally.count(|c| {
            c.filefactory.by_get += u64::from(head.method == Method::GET);
            c.filefactory.by_post += u64::from(head.method == Method::POST);
            c.filefactory.secrets_in_url += u64::from(secret_in_url);
        });
        if !matches!(head.method, Method::GET | Method::POST) {
            return Ok(plain(405, "Only GET and POST."));
        }
        let call = Call {
            route,
            fields,
            line,
            taken,
            settings,
            now_ms: self.controls.clock.now_ms(),
        };
        let taken = call.taken.clone();
        if let Some(fault) = taken.instead() {
            return self.instead(fault, &call).await;
        }
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
            if let Some(ms) = call.taken.find(wait) {
                tokio::time::sleep(Duration::from_millis(ms)).await;
            }
            service.carry_out(&call)
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
            return Ok(crate::cut::in_the_middle(response).await);
        }
        Ok(
            match taken.find(|f| {
                if let Fault::DoneButRefused { status } = f {
                    Some(*status)
                } else {
                    None
                }
            }) {
                Some(status) => crate::files::page(status),
                None => response,
            },
        )
    }

    fn carry_out(&self, call: &Call) -> Response<Body> {
        let outcome = self.spend(call).and_then(|()| match call.route {
            Route::SessionKey => self.session_key(call),
            Route::MemberInfo => self.member_info(call),
            Route::FileInfo => self.file_info(call),
            Route::DownloadLink => self.download_link(call),
            _ => Err(700),
        });
        match outcome {
            // Slashes are escaped, as the service does.
            Ok(result) => answer::json(
                200,
                format!("{{\"type\":\"success\",\"result\":{}}}", result.replace('/', "\\/")),
            ),
            Err(code) => self.error(&call.settings, code),
        }
    }

    /// An error, counted.
    fn error(&self, settings: &FilefactorySettings, code: i64) -> Response<Body> {
        self.controls
            .tally
            .count(|c| *c.filefactory.codes.entry(code).or_default() += 1);
        answer::error(settings.errors, code)
    }

    async fn instead(&self, fault: &Fault, call: &Call) -> Result<Response<Body>, HangUp> {
        Ok(match fault {
            Fault::Dropped => return Err(HangUp),
            Fault::Hang { .. } => {
                self.controls.faults.until_cleared(&call.taken).await;
                return Err(HangUp);
            }
            Fault::Code { code } => {
                self.remember(call, *code);
                self.error(&call.settings, *code)
            }
            Fault::Refused { status, retry_after } => {
                let mut response = crate::files::page(*status);
                if let Some(seconds) = retry_after {
                    response
                        .headers_mut()
                        .insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
                }
                response
            }
            Fault::HtmlPage => crate::files::page(200),
            Fault::EmptyAnswer => Response::new(Body::empty()),
            Fault::ErrorInside200 => self.error(&call.settings, 701),
            Fault::Redirected { status } => {
                let to = format!("{}{PREFIX}", self.files.elsewhere);
                crate::files::redirect(*status, &to)
            }
            _ => crate::files::page(StatusCode::INTERNAL_SERVER_ERROR.as_u16()),
        })
    }

    /// What a code that was planted means for later calls: 705 and 717 are waits.
    fn remember(&self, call: &Call, code: i64) {
        match code {
            705 => self.block_logins(call),
            717 => self.block_file(call),
            _ => {}
        }
    }
}
