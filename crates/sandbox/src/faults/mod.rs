//! What can go wrong on demand, named after what a person would live through.
//!
//! A rule is one JSON object, posted to `/_sandbox/faults` (or an array of them). Fields of every rule:
//!
//! | field | meaning | default |
//! |---|---|---|
//! | `fault` | one of the names below | |
//! | `route` | Fileflare's `signed`, `uploaded`, `cancel`, `list`, `show`, `delete`, `store`, `edit`; `part`; FileFactory's `session_key`, `member_info`, `file_info`, `download_link` (all four: `filefactory`); facilioo's `log_in`, `refresh`, `file_types`, `create_file`, `find_file`, `show_file`, `upload_link`, `file_link`, `thumbnail_link`, `party_files`, `create_document`, `find_document` (all: `facilioo`), `stored` (a file by a signed URL); `download` (by FileFactory's link), `file` (by direct link), `down` (these three, `stored` and `asset`); Baasix's `sign_in`, `refresh`, `auth_check`, `me`, `sign_out`, `file_post`, `file_import`, `file_list`, `file_show`, `file_patch`, `file_delete`, `asset` (all of them: `baasix`); `api` (no payload), `any` | the one the fault is about, else `any` |
//! | `times` | how often it happens, then it is gone | `null`: until cleared |
//! | `after` | requests that pass unharmed before it starts | 0 |
//! | `for_ms` | real milliseconds after which it is gone | `null`: never |
//! | `part` | only this part number | `null`: any |
//! | `path` | only the file of this name (file host) or id (FileFactory, Baasix) | `null`: any |
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
//! Files on their way down (`route` is `down`; those of the first two lists, `cut`, `truncated` and `slow` work there too
//! when the rule names `file`, `download` or `down`):
//!
//! - `{"fault":"range_lie","kind":"shifted"}`: see [`BadRange`] for the kinds.
//! - `{"fault":"changed","shows":"all"}`: another version of the file; `shows` ([`Shown`]) is what tells. With `"at":N` the
//!   header is that of the old version, and so are the bytes up to offset N; those behind it are the new one's. A file
//!   that changes midway is `{"at":N,"times":1}` and a second rule without `at` and with `"after":1`.
//! - `{"fault":"tagged","kind":"weak"}`: see [`Validators`] for the kinds.
//! - `{"fault":"cut","route":"down","bytes":N}`: N bytes of the body arrive, then the connection is closed;
//!   `{"fault":"reset","bytes":N}`: N bytes leave, then the connection is reset, and some may be lost.
//! - `{"fault":"truncated","route":"down","bytes":N}`: the body ends well after N bytes, which is what its length says.
//! - `{"fault":"size_lie","announced":N}`: the length says N. Where there is less, the connection is closed at the end;
//!   where there is more, up to 64 KiB of it follow behind.
//! - `{"fault":"endless"}`: a body in chunks that never ends.
//! - `{"fault":"header_dribble","ms":50}`: a byte of the header every 50 ms.
//! - `{"fault":"header_flood","headers":1,"bytes":1048576}`: that many more headers of that many bytes each.
//! - `{"fault":"led_away","to":"http://[::1]:9/","status":302}`: a redirect; `{files}`, `{elsewhere}` and `{path}` in `to`
//!   stand for those hosts and for path and query asked for. `redirected` leads to the same path at `elsewhere`.
//! - `{"fault":"detour","hops":3}`: three redirects on this host, then the file.
//!
//! FileFactory:
//!
//! - `{"fault":"code","route":"download_link","code":701,"times":3}`: that error code instead of a result.
//! - `{"fault":"site_code","code":263}` (`route` is `download`): a redirect to a page with `code=263` in its query.
//! - `{"fault":"entry_omitted","id":"…"}` (`route` is `file_info`): that entry is left out; without `id` the first asked for.
//!
//! Baasix (`cut`, `hang`, `truncated` and `slow` work on `file_post` too when the rule names it):
//!
//! - `{"fault":"stored_late","ms":2000}` (`route` is `file_post`): the row is there that much before its bytes are.
//!
//! Hosts (no route; `times` and `after` mean nothing here):
//!
//! - `{"fault":"storage_unreachable","how":"refuse"}`, `{"fault":"service_unreachable","how":"refuse"}`,
//!   `{"fault":"files_unreachable","how":"refuse"}`: `how` is
//!   `refuse` (connection refused), `drop` (accepted and closed) or `silent` (accepted, never answered).
//!   Connections that are open are cut.
//!
//! Where several rules fit a request, the first that keeps it from being carried out wins and is the only one used up;
//! else one of each name applies.

mod active;
mod down;
mod route;
mod rule;

use serde::{Deserialize, Serialize};

pub(crate) use active::{Faults, Reach, Taken};
pub use down::{BadRange, Shown, Validators};
pub use route::Route;
pub(crate) use rule::Asked;
pub use rule::{ActiveFault, FaultRule};

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
    FilesUnreachable {
        how: Unreachable,
    },
    RangeLie {
        kind: BadRange,
    },
    Changed {
        #[serde(default)]
        at: Option<u64>,
        #[serde(default)]
        shows: Shown,
    },
    Tagged {
        kind: Validators,
    },
    Reset {
        bytes: u64,
    },
    SizeLie {
        announced: u64,
    },
    Endless,
    HeaderDribble {
        ms: u64,
    },
    HeaderFlood {
        headers: u32,
        bytes: u32,
    },
    LedAway {
        to: String,
        #[serde(default = "found")]
        status: u16,
    },
    Detour {
        hops: u32,
    },
    Code {
        code: i64,
    },
    SiteCode {
        code: u32,
    },
    EntryOmitted {
        #[serde(default)]
        id: String,
    },
    StoredLate {
        ms: u64,
    },
}

fn found() -> u16 {
    302
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

impl Fault {
    /// The route a fault is about when it makes sense on one only.
    pub(crate) fn home(&self) -> Option<Route> {
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
            Self::RangeLie { .. }
            | Self::Changed { .. }
            | Self::Tagged { .. }
            | Self::Reset { .. }
            | Self::SizeLie { .. }
            | Self::Endless
            | Self::HeaderDribble { .. }
            | Self::HeaderFlood { .. }
            | Self::LedAway { .. }
            | Self::Detour { .. } => Some(Route::Down),
            Self::Code { .. } => Some(Route::Filefactory),
            Self::SiteCode { .. } => Some(Route::Download),
            Self::EntryOmitted { .. } => Some(Route::FileInfo),
            Self::StoredLate { .. } => Some(Route::FilePost),
            _ => None,
        }
    }

    fn is_about_a_host(&self) -> bool {
        matches!(
            self,
            Self::StorageUnreachable { .. } | Self::ServiceUnreachable { .. } | Self::FilesUnreachable { .. }
        )
    }

    /// Whether it happens instead of what was asked at `route`.
    pub(crate) fn is_instead(&self, route: Route) -> bool {
        if matches!(self, Self::Cut { .. }) {
            // A file that is cut was on its way.
            return !route.is_down();
        }
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
                | Self::LedAway { .. }
                | Self::Code { .. }
                | Self::SiteCode { .. }
        )
    }

    /// Its name in rules and counters.
    pub(crate) fn name(&self) -> String {
        let json = serde_json::to_value(self).unwrap_or_default();
        json["fault"].as_str().unwrap_or_default().to_owned()
    }
}
