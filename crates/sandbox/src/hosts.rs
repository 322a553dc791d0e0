//! Which service answers at which host.

use std::sync::Arc;

use futures_util::FutureExt;

use crate::baasix::{self, Baasix};
use crate::controls::Controls;
use crate::counters::Visit;
use crate::facilioo::{self, Facilioo};
use crate::filefactory::{self, Filefactory};
use crate::fileflare::Fileflare;
use crate::files::{self, Files};
use crate::listen::Handler;
use crate::storage::Front;

/// Most visits that are kept.
const MOST_VISITS: usize = 1_000;

/// Each service at its own path.
pub(crate) fn services(
    fileflare: Arc<Fileflare>,
    filefactory: Arc<Filefactory>,
    facilioo: Arc<Facilioo>,
    baasix: Arc<Baasix>,
) -> Handler {
    Arc::new(move |request| {
        if request.uri().path().starts_with(baasix::PREFIX) {
            baasix.clone().handle(request).boxed()
        } else if request.uri().path().starts_with(filefactory::PREFIX) {
            filefactory.clone().handle(request).boxed()
        } else if request.uri().path().starts_with(facilioo::PREFIX) {
            facilioo.clone().handle(request).boxed()
        } else {
            fileflare.clone().handle(request).boxed()
        }
    })
}

/// The S3 server, and what facilioo has in it.
pub(crate) fn storage(front: Front, facilioo: Arc<Facilioo>) -> Handler {
    let front = Arc::new(front);
    Arc::new(move |request| {
        if Facilioo::answers(&request) {
            return facilioo.clone().download(request).boxed();
        }
        let front = front.clone();
        async move { front.handle(request).await }.boxed()
    })
}

/// Direct links, and those of FileFactory.
pub(crate) fn files(filefactory: Arc<Filefactory>, files: Arc<Files>) -> Handler {
    Arc::new(move |request| {
        if Filefactory::answers(request.uri().path()) {
            return filefactory.clone().download(request).boxed();
        }
        let files = files.clone();
        async move { files.handle(request).await }.boxed()
    })
}

/// The host that nobody should be led to: counts who came, and has what the file host has.
pub(crate) fn elsewhere(controls: Arc<Controls>, files: Arc<Files>) -> Handler {
    Arc::new(move |request| {
        controls.tally.count(|c| {
            let to = &mut c.elsewhere;
            let has = |name| u64::from(request.headers().contains_key(name));
            to.requests += 1;
            to.with_authorization += has(http::header::AUTHORIZATION);
            to.with_cookie += has(http::header::COOKIE);
            to.with_referer += has(http::header::REFERER);
            if to.visits.len() < MOST_VISITS {
                to.visits.push(Visit {
                    method: request.method().to_string(),
                    path: request.uri().to_string(),
                    headers: files::headers_of(request.headers()),
                });
            }
        });
        let files = files.clone();
        async move {
            match files.visited(&request).await {
                Some(answer) => answer,
                None => Ok(files::plain(404, "There is nothing here.")),
            }
        }
        .boxed()
    })
}
