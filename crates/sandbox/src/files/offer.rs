//! One request for one file: who may have it, which version of it, and what of that is asked for.

use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use hyper::body::Incoming;

use super::body::Piece;
use super::conditions::{Version, Wanted};
use super::reply::Reply;
use super::{FileSpec, Files, bomb, plain};
use crate::content::Content;
use crate::counters::{RangeCount, Sending};
use crate::faults::{BadRange, Fault, Shown, Taken, Validators};
use crate::listen::HangUp;
use crate::settings::Settings;
use crate::wire::Line;

/// 2025-10-09, when every file of the host was last changed; a changed one a day later.
const MODIFIED_S: u64 = 1_760_000_000;
const DAY_S: u64 = 86_400;

/// A file on disk that stands for the made-up content.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) path: Arc<Path>,
    /// Its tag, without quotes.
    pub(crate) tag: String,
    /// Seconds since 1970.
    pub(crate) modified_s: u64,
}

/// A file about to be sent.
pub(crate) struct Offer<'a> {
    files: &'a Files,
    spec: &'a FileSpec,
    pub(super) taken: Taken,
    /// Whether it is counted as a download.
    counted: bool,
    settings: Settings,
    kept: Option<Kept>,
}

impl<'a> Offer<'a> {
    pub(crate) fn new(files: &'a Files, spec: &'a FileSpec, taken: Taken, counted: bool) -> Self {
        Self {
            settings: files.controls.settings(),
            files,
            spec,
            taken,
            counted,
            kept: None,
        }
    }

    /// The same with the bytes of a file on disk.
    pub(crate) fn kept(self, kept: Kept) -> Self {
        Self {
            kept: Some(kept),
            ..self
        }
    }

    /// How the file changed, and from which offset on.
    fn change(&self) -> Option<(Option<u64>, Shown)> {
        self.taken.find(|f| {
            if let Fault::Changed { at, shows } = f {
                Some((*at, *shows))
            } else {
                None
            }
        })
    }

    fn lie(&self) -> Option<BadRange> {
        self.taken.find(|f| {
            if let Fault::RangeLie { kind } = f {
                Some(*kind)
            } else {
                None
            }
        })
    }

    /// What the header says about the file.
    fn version(&self) -> Version {
        let shown = match self.change() {
            Some((None, shown)) => Some(shown),
            _ => None,
        };
        let is = |kinds: [Shown; 2]| shown.is_some_and(|s| kinds.contains(&s));
        let size = self.spec.size + u64::from(is([Shown::All, Shown::Size]));
        let name = if is([Shown::All, Shown::Etag]) { "b" } else { "a" };
        let kind = |f: &Fault| {
            if let Fault::Tagged { kind } = f {
                Some(*kind)
            } else {
                None
            }
        };
        let kind = self.taken.find(kind).unwrap_or(self.spec.validators);
        let tag = match &self.kept {
            Some(kept) if name == "a" => format!("\"{}\"", kept.tag),
            Some(kept) => format!("\"{}-{name}\"", kept.tag),
            None => format!("\"{:016x}-{:x}-{name}\"", self.spec.seed, self.spec.size),
        };
        let day = u64::from(is([Shown::All, Shown::Modified]));
        let modified = self.kept.as_ref().map_or(MODIFIED_S, |kept| kept.modified_s) + day * DAY_S;
        Version {
            etag: match kind {
                Validators::Strong | Validators::Etag => Some(tag),
                Validators::Weak => Some(format!("W/{tag}")),
                Validators::Modified | Validators::None => None,
            },
            modified_s: matches!(kind, Validators::Strong | Validators::Weak | Validators::Modified)
                .then_some(modified),
            size,
        }
    }

    /// The bytes of the file from `from` up to `to`, of the version they belong to.
    fn pieces(&self, from: u64, to: u64) -> Vec<Piece> {
        let piece = |content: Content, from: u64, to: u64| Piece::Content {
            content,
            from,
            len: to.saturating_sub(from),
        };
        let new = self.spec.content().changed();
        let old = |from: u64, to: u64| match &self.kept {
            Some(kept) => Piece::Kept {
                path: kept.path.clone(),
                from,
                len: to.saturating_sub(from),
            },
            None => piece(self.spec.content(), from, to),
        };
        match self.change() {
            None => vec![old(from, to)],
            Some((None, _)) => vec![piece(new, from, to)],
            Some((Some(at), _)) => {
                let at = at.clamp(from, to);
                vec![old(from, at), piece(new, at, to)]
            }
        }
    }

    /// Refuses who brings not what the file asks for.
    fn refusal(&self, headers: &HeaderMap) -> Option<Response<Body>> {
        if let Some(login) = &self.spec.login {
            use base64::Engine;
            let expected = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(login));
            let given = headers.get(header::AUTHORIZATION);
            if given.is_none_or(|v| v.as_bytes() != expected.as_bytes()) {
                let mut response = plain(401, "Who are you?");
                let ask = HeaderValue::from_static("Basic realm=\"files\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, ask);
                return Some(response);
            }
        }
        if let Some((name, value)) = self.spec.header.as_ref().and_then(|h| h.split_once(':')) {
            let given = headers.get(name.trim());
            if given.is_none_or(|v| v.as_bytes() != value.trim().as_bytes()) {
                return Some(plain(403, "Something is missing."));
            }
        }
        None
    }

    pub(crate) async fn answer(
        &self,
        request: &Request<Incoming>,
        slot: Option<Box<dyn Send + Sync>>,
    ) -> Result<Response<Body>, HangUp> {
        let headers = request.headers();
        if let Some(refusal) = self.refusal(headers) {
            return Ok(refusal);
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(plain(405, "Only GET and HEAD."));
        }
        let line = request.extensions().get::<Line>().ok_or(HangUp)?.clone();
        let version = self.version();
        let mut reply = Reply::new(self.spec, &version);
        let lie = self.lie();
        let asked = headers.get(header::RANGE).and_then(|v| v.to_str().ok());
        let wanted = match (lie, version.wanted(headers, self.spec.ranges)) {
            (Some(BadRange::Refused), _) => Wanted::Unsatisfiable,
            (_, wanted) if self.spec.bomb.is_some() && matches!(wanted, Wanted::Range(..)) => Wanted::Whole,
            (Some(BadRange::Ignored), Wanted::Range(..)) => Wanted::Whole,
            (Some(BadRange::Shifted), Wanted::Range(from, to)) => {
                Wanted::Range((from + 1).min(version.size.saturating_sub(1)), to)
            }
            (Some(BadRange::Unasked), Wanted::Whole) if asked.is_none() => Wanted::Range(0, version.size.div_ceil(2)),
            (_, wanted) => wanted,
        };
        let first = asked.map_or(0, |asked| match super::conditions::parse(asked, version.size) {
            Wanted::Range(from, _) => from,
            _ => 0,
        });
        match wanted {
            Wanted::Failed => return Ok(reply.bare(412)),
            Wanted::NotModified => return Ok(reply.bare(304)),
            Wanted::Unsatisfiable => return Ok(reply.unsatisfiable(version.size)),
            Wanted::Whole => match self.spec.bomb {
                Some(size) => reply.bomb(bomb::gzip(size).map_err(|_| HangUp)?),
                None => reply.whole(self.pieces(0, version.size)),
            },
            Wanted::Range(from, to) => reply.range(self.pieces(from, to), (from, to), version.size, lie),
        }
        if *request.method() == Method::HEAD {
            self.files.controls.tally.count(|c| {
                if self.counted {
                    c.downloads.files.entry(self.spec.name.clone()).or_default().heads += 1;
                }
            });
            return Ok(reply.head(&self.taken));
        }
        let sending = if self.counted {
            let most = self.spec.connections.or(self.settings.down_connections);
            let range = RangeCount {
                asked: asked.map(str::to_owned),
                start: first,
                status: reply.status(),
                ..RangeCount::default()
            };
            let Some(sending) = Sending::begin(&self.files.controls, &self.spec.name, most, range) else {
                return Ok(plain(503, "Too many connections for this file."));
            };
            Some(sending)
        } else {
            None
        };
        let rate = self.spec.bytes_per_s.or(self.settings.down_bandwidth);
        Ok(reply.send(&self.taken, rate, line, sending, slot))
    }
}
