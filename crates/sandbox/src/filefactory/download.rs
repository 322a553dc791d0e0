//! A file by one of FileFactory's links, or the page that says why not.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;

use super::{ERROR_PAGE, Filefactory, GET, Kind};
use crate::faults::{Fault, Route};
use crate::files::{FileSpec, page, redirect};
use crate::held;
use crate::listen::HangUp;
use crate::wire::Line;

/// The download key has expired.
const EXPIRED: u32 = 263;
/// The address of the download is invalid.
const INVALID: u32 = 265;
/// The countdown has not ended.
const EARLY: u32 = 266;
/// There is no free slot: one connection per client.
const NO_SLOT: u32 = 257;
/// The file is gone.
const GONE: u32 = 251;

/// The one connection a client has for free links; given back when dropped.
struct Slot {
    service: Arc<Filefactory>,
    peer: IpAddr,
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(count) = held(&self.service.state).reading.get_mut(&self.peer) {
            *count = count.saturating_sub(1);
        }
    }
}

impl Filefactory {
    /// Whether a request is one of this service's, at the file host.
    pub(crate) fn answers(path: &str) -> bool {
        path.starts_with(GET) || path.starts_with(ERROR_PAGE)
    }

    pub(crate) async fn download(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Body>, HangUp> {
        let path = request.uri().path();
        if path.starts_with(ERROR_PAGE) {
            return Ok(page(200));
        }
        let mut segments = path.trim_start_matches(GET).split('/');
        let (letter, id, token) = (segments.next(), segments.next(), segments.next());
        let id = id.unwrap_or_default().to_owned();
        let taken = self.controls.faults.take_at(Route::Download, &id);
        self.controls.tally.arrived(Route::Download, &taken);
        if let Some(Fault::SiteCode { code }) = taken.instead() {
            return Ok(self.site_error(*code));
        }
        let peer = request.extensions().get::<Line>().ok_or(HangUp)?.peer;
        let found = {
            let state = held(&self.state);
            let link = token.and_then(|token| state.links.get(token)).cloned();
            link.map(|link| (state.shelf.get(&link.file).cloned(), link))
        };
        let Some((file, link)) = found else {
            return Ok(self.site_error(INVALID));
        };
        let Some(file) = file else {
            return Ok(self.site_error(GONE));
        };
        let now = self.controls.clock.now_ms();
        let same_letter = letter == Some(link.kind.letter());
        if link.file != id || link.peer != peer || !same_letter {
            return Ok(self.site_error(INVALID));
        }
        let key_lives = link
            .key
            .as_ref()
            .is_none_or(|key| held(&self.state).sessions.get(key).is_some_and(|s| now < s.until_ms));
        if now >= link.until_ms || !key_lives {
            return Ok(self.site_error(EXPIRED));
        }
        if now < link.ready_ms {
            self.controls
                .tally
                .count(|c| c.downloads.files.entry(id.clone()).or_default().refused += 1);
            return Ok(self.site_error(EARLY));
        }
        let free = link.kind == Kind::Free;
        let slot: Option<Box<dyn Send + Sync>> = if free {
            let Some(slot) = self.take_slot(peer) else {
                self.controls
                    .tally
                    .count(|c| c.downloads.files.entry(id.clone()).or_default().refused += 1);
                return Ok(self.site_error(NO_SLOT));
            };
            Some(Box::new(slot))
        } else {
            None
        };
        let spec = FileSpec {
            disposition: Some(format!("attachment; filename=\"{}\"", quoted(&file.name))),
            ranges: !free && !file.size_unsaid,
            chunked: file.size_unsaid,
            ..FileSpec::new(file.id.clone(), file.size, file.seed)
        };
        self.files.send(&request, &spec, &taken, slot).await
    }

    fn take_slot(self: &Arc<Self>, peer: IpAddr) -> Option<Slot> {
        let mut state = held(&self.state);
        let count = state.reading.entry(peer).or_default();
        if *count > 0 {
            return None;
        }
        *count = 1;
        Some(Slot {
            service: self.clone(),
            peer,
        })
    }

    /// A redirect to the page of an error, counted.
    fn site_error(&self, code: u32) -> Response<Body> {
        self.controls
            .tally
            .count(|c| *c.filefactory.site_codes.entry(code).or_default() += 1);
        redirect(302, &format!("{}{ERROR_PAGE}?code={code}", self.files.here))
    }
}

/// A name as it stands in a quoted string; what no header can hold is left out.
fn quoted(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_control())
        .flat_map(|c| {
            let escape = matches!(c, '"' | '\\').then_some('\\');
            escape.into_iter().chain(std::iter::once(c))
        })
        .collect()
}
