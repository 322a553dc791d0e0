//! What can go wrong on demand, named after what a person would live through.
//!
//! A rule is one JSON object, posted to `/_sandbox/faults` (or an array of them). Fields of every rule:
//!
//! | field | meaning | default |
//! |---|---|---|
//! | `fault` | one of the names below | |
//! | `route` | `signed`, `uploaded`, `cancel`, `list`, `show`, `delete`, `store`, `edit`, `part`, `api` (all but `part`), `any` | the one the fault is about, else `any` |
//! | `times` | how often it happens, then it is gone | `null`: until cleared |
//! | `after` | requests that pass unharmed before it starts | 0 |
//! | `for_ms` | real milliseconds after which it is gone | `null`: never |
//! | `part` | only this part number | `null`: any |
//!
//! Carried out, but the answer is wrong or missing:
//!
//! - `{"fault":"answer_lost","route":"uploaded"}`: connection closed without a response.
//! - `{"fault":"answer_late","route":"uploaded","ms":2000}`: answered that much later.
//! - `{"fault":"answer_cut","route":"signed"}`: the connection breaks in the middle of the answer's body.
//! - `{"fault":"done_but_refused","route":"uploaded","status":500}`: answered with that status.
//! - `{"fault":"carried_out_late","route":"uploaded","ms":2000}`: carried out that much later, even when the asker left.
//!
//! Not carried out:
//!
//! - `{"fault":"refused","route":"signed","status":429,"retry_after":2}`: that status (500, 502, 503, 401, 402, 404 …) in
//!   the form the route uses; `retry_after` (seconds) may be absent.
//! - `{"fault":"html_page","route":"signed"}`: 200 with a web page.
//! - `{"fault":"empty_answer","route":"signed"}`: 200 without a body.
//! - `{"fault":"error_inside_200","route":"uploaded"}`: 200 with an error in the body (JSON, or XML for a part).
//! - `{"fault":"hang","route":"signed"}`: no answer until cleared; a part is read for `bytes` (default 0) first.
//! - `{"fault":"dropped","route":"signed"}`: connection closed without a response.
//! - `{"fault":"redirected","route":"part","status":307}`: sent to the `elsewhere` host, which counts visits.
//!
//! Parts (`route` is `part`):
//!
//! - `{"fault":"slow_down"}` 503 SlowDown · `{"fault":"request_timeout"}` 400 RequestTimeout ·
//!   `{"fault":"link_expired"}` 403 AccessDenied "Request has expired" · `{"fault":"upload_gone"}` 404 NoSuchUpload.
//! - `{"fault":"cut","bytes":1048576}`: connection cut after that many bytes of the body.
//! - `{"fault":"truncated","bytes":1048576}`: only that many bytes are kept, and the answer does not say so.
//! - `{"fault":"tag_lies"}`, `{"fault":"tag_missing"}`: stored; the tag is another part's, or absent.
//! - `{"fault":"slow","bytes_per_s":100000}`: read at that rate.
//!
//! Signing (`route` is `signed`):
//!
//! - `{"fault":"part_table","kind":"gap"}`: a plan that must be refused; see [`BadPlan`] for the kinds.
//! - `{"fault":"links_expire_at_once"}`: the links were over before they were handed out.
//!
//! Hosts (no route; `times` and `after` mean nothing here):
//!
//! - `{"fault":"storage_unreachable","how":"refuse"}`, `{"fault":"service_unreachable","how":"refuse"}`: `how` is
//!   `refuse` (connection refused), `drop` (accepted and closed) or `silent` (accepted, never answered).
//!   Connections that are open are cut.
//!
//! Where several rules fit a request, the first that keeps it from being carried out wins and is the only one used up;
//! else one of each name applies.

mod active;

use serde::{Deserialize, Serialize};

pub(crate) use active::{Faults, Reach, Taken};

/// One thing that goes wrong; see the module for what each does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
#[expect(missing_docs, reason = "described in the module, in the words of the control API")]
pub enum Fault {
    AnswerLost,
    AnswerLate {
        ms: u64,
    },
    AnswerCut,
    DoneButRefused {
        status: u16,
    },
    CarriedOutLate {
        ms: u64,
    },
    Refused {
        status: u16,
        #[serde(default)]
        retry_after: Option<u64>,
    },
    HtmlPage,
    EmptyAnswer,
    #[serde(rename = "error_inside_200")]
    ErrorInside200,
    Hang {
        #[serde(default)]
        bytes: u64,
    },
    Dropped,
    Redirected {
        status: u16,
    },
    SlowDown,
    RequestTimeout,
    LinkExpired,
    UploadGone,
    Cut {
        bytes: u64,
    },
    Truncated {
        bytes: u64,
    },
    TagLies,
    TagMissing,
    Slow {
        bytes_per_s: u64,
    },
    PartTable {
        kind: BadPlan,
    },
    LinksExpireAtOnce,
    StorageUnreachable {
        how: Unreachable,
    },
    ServiceUnreachable {
        how: Unreachable,
    },
}

/// What is wrong with a part plan. With a single part, the nearest thing that can be wrong with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadPlan {
    /// One byte between the last two parts belongs to none.
    Gap,
    /// One byte belongs to the last two parts.
    Overlap,
    /// The last part ends a byte before the file does.
    Short,
    /// The last part ends a byte behind the file.
    Beyond,
    /// The last part has the number of the first (or 0).
    RepeatedNumber,
    /// The last part ends before it starts.
    Backwards,
    /// The last part's URL leads to another host (`elsewhere`).
    OtherHost,
    /// The last part's URL is `ftp://`.
    OtherScheme,
    /// The last part has no URL.
    NoUrl,
    /// There are no parts.
    NoParts,
    /// Nothing wrong: the parts stand in reverse order, which a client must take.
    Reversed,
}

/// How a host can't be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreachable {
    /// Nothing listens.
    Refuse,
    /// Connections are accepted and closed.
    Drop,
    /// Connections are accepted and never answered.
    Silent,
}

/// A kind of request, as counters and rules name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the call of the same name")]
pub enum Route {
    Signed,
    Uploaded,
    Cancel,
    List,
    Show,
    Delete,
    Store,
    Edit,
    Part,
    /// Any of the API's, but no part.
    Api,
    /// Every request.
    Any,
}

impl Route {
    fn covers(self, asked: Self) -> bool {
        self == asked || self == Self::Any || (self == Self::Api && asked != Self::Part)
    }
}

/// A fault with where, how often and how long it happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultRule {
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// Where; `None` is the route the fault is about, else every one.
    #[serde(default)]
    pub route: Option<Route>,
    /// How often; `None` is until cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// Requests that pass unharmed before it starts.
    #[serde(default)]
    pub after: u32,
    /// Real milliseconds after which it is gone.
    #[serde(default)]
    pub for_ms: Option<u64>,
    /// Only this part number.
    #[serde(default)]
    pub part: Option<u32>,
}

/// A rule in force, with the number it is cleared by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveFault {
    /// Given when it was added.
    pub id: u64,
    /// The rule; `times` and `after` count down.
    #[serde(flatten)]
    pub rule: FaultRule,
}

impl From<Fault> for FaultRule {
    /// The fault on its own route, until cleared.
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            route: None,
            times: None,
            after: 0,
            for_ms: None,
            part: None,
        }
    }
}

impl FaultRule {
    /// The same at `route` only.
    #[must_use]
    pub fn on(mut self, route: Route) -> Self {
        self.route = Some(route);
        self
    }

    /// The same, `times` times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// The same, after `requests` that pass unharmed.
    #[must_use]
    pub fn after(mut self, requests: u32) -> Self {
        self.after = requests;
        self
    }

    /// The same for part `number` only.
    #[must_use]
    pub fn part(mut self, number: u32) -> Self {
        self.part = Some(number);
        self
    }

    /// Reads a rule, refusing fields that mean nothing.
    ///
    /// # Errors
    /// A sentence naming what is wrong.
    pub fn from_json(json: &serde_json::Value) -> Result<Self, String> {
        let rule: Self = serde_json::from_value(json.clone()).map_err(|e| e.to_string())?;
        let known = serde_json::to_value(&rule).map_err(|e| e.to_string())?;
        match json
            .as_object()
            .and_then(|o| o.keys().find(|k| known.get(k.as_str()).is_none()))
        {
            Some(field) => Err(format!("\"{field}\" means nothing to this fault")),
            None => Ok(rule),
        }
    }

    fn fits(&self, route: Route, part: Option<u32>) -> bool {
        let here = match (self.route, self.fault.home()) {
            (Some(given), _) => given.covers(route),
            (None, Some(home)) => home == route,
            (None, None) => true,
        };
        here && !self.fault.is_about_a_host() && (self.part.is_none() || self.part == part)
    }
}

impl Fault {
    /// The route a fault is about when it makes sense on one only.
    fn home(&self) -> Option<Route> {
        match self {
            Self::SlowDown
            | Self::RequestTimeout
            | Self::LinkExpired
            | Self::UploadGone
            | Self::Cut { .. }
            | Self::Truncated { .. }
            | Self::TagLies
            | Self::TagMissing
            | Self::Slow { .. } => Some(Route::Part),
            Self::PartTable { .. } | Self::LinksExpireAtOnce => Some(Route::Signed),
            _ => None,
        }
    }

    fn is_about_a_host(&self) -> bool {
        matches!(self, Self::StorageUnreachable { .. } | Self::ServiceUnreachable { .. })
    }

    /// Whether it happens instead of what was asked.
    pub(crate) fn is_instead(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. }
                | Self::HtmlPage
                | Self::EmptyAnswer
                | Self::ErrorInside200
                | Self::Hang { .. }
                | Self::Dropped
                | Self::Redirected { .. }
                | Self::SlowDown
                | Self::RequestTimeout
                | Self::LinkExpired
                | Self::UploadGone
                | Self::Cut { .. }
        )
    }

    /// Its name in rules and counters.
    pub(crate) fn name(&self) -> String {
        let json = serde_json::to_value(self).unwrap_or_default();
        json["fault"].as_str().unwrap_or_default().to_owned()
    }
}
