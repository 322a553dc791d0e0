//! Fetching bytes: a GET whose redirects are followed by hand, within rules, and whose body is passed on as it comes.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use percent_encoding::percent_decode_str;
use reqwest::{Response, StatusCode, header};
use transfer::account::Account;
use transfer::download::{ByteStream, Opening, RangeAsk};
use transfer::error::Result;
use transfer::provider::Tools;
use transfer::{Failure, Kind};
use url::Url;

use super::answer::{self, Answer};
use super::near::{Clients, TooNear};
use super::place::{Place, Reach, reach};
use super::ranges::{Verdict, range, verdict};
use super::storage::Waits;
use super::versions::{if_range, version};
use super::words::sentence;
use super::{disposition, fault};

/// Redirects of one request.
const MOST_HOPS: usize = 5;
/// The head of an answer takes no longer.
const HEAD: Duration = Duration::from_secs(30);
/// Without a word from the server, how long nobody asks after a 429.
const WINDOW: Duration = Duration::from_secs(60);

/// One account's way to bytes.
pub(crate) struct Getter {
    clients: Clients,
    waits: Waits,
    tools: Tools,
}

/// Headers for one origin.
pub(crate) struct Bound {
    pub(crate) headers: header::HeaderMap,
    pub(crate) origin: url::Origin,
}

/// What is asked for, and by whom it was named.
pub(crate) struct Get<'a> {
    pub(crate) url: Url,
    /// Who answers, for sentences.
    pub(crate) label: &'a str,
    /// How near the first address may be; those that follow may be no nearer than it is.
    pub(crate) nearest: Reach,
    /// Sent to their origin, until the way leaves it.
    pub(crate) bound: Option<&'a Bound>,
    /// Looks at each redirect before it is judged; what it finds ends the way.
    pub(crate) hop: &'a (dyn Fn(&Url) -> Option<Failure> + Send + Sync),
    /// What a web page, or a link that is not known any more, means for links that a service made.
    pub(crate) expired: Option<&'a (dyn Fn() -> Failure + Send + Sync)>,
}

/// Bytes, and where they came from in the end.
pub(crate) struct Got {
    pub(crate) opening: Opening,
    pub(crate) at: Url,
}

impl Getter {
    /// Reads the account's `ca_file`, if one is set, and asks nobody.
    ///
    /// # Errors
    /// [`Kind::Refused`] when an option of the account is unusable.
    pub(crate) fn new(account: &Account, place: &Place, tools: Tools) -> Result<Self> {
        Ok(Self {
            clients: Clients::of(account, place)?,
            waits: Waits::of(account),
            tools,
        })
    }

    /// Opens the bytes of `ask`.
    ///
    /// # Errors
    /// By status, by what the answer says about its bytes, or why none came.
    pub(crate) async fn get(&self, get: &Get<'_>, ask: &RangeAsk) -> Result<Got> {
        let (response, at, hops) = self.follow(get, ask).await?;
        let status = response.status();
        if !matches!(status.as_u16(), 200 | 206 | 416) {
            return Err(self.refusal(get, &response));
        }
        let name = response
            .headers()
            .get(header::CONTENT_DISPOSITION)
            .and_then(|value| disposition::filename(value.as_bytes()));
        let judged = verdict(ask, status, response.headers());
        if status != StatusCode::RANGE_NOT_SATISFIABLE
            && name.is_none()
            && is_page(&response)
            && !self.is_wanted_page(get, &at, hops, ask, &judged)
        {
            return Err(get.expired.map_or_else(|| page(get.label, &at), |expired| expired()));
        }
        let (start, total) = match judged {
            Verdict::Part { total, .. } => (ask.start, total),
            Verdict::Whole { total } => (0, total),
            Verdict::PastEnd { total } => return past_end(get, ask, total, name, at),
            Verdict::Changed(_) => return Err(changed(get.label)),
            Verdict::Fault { code, what } => return Err(broken(get.label, code, what)),
        };
        let marked = response.content_length().is_some() || response.headers().contains_key(header::TRANSFER_ENCODING);
        if !marked && total.or(ask.total).is_none() {
            return Err(broken(
                get.label,
                "no_end",
                "it says neither how long the file is nor marks its end, so that a broken connection would look like it",
            ));
        }
        let announced = response
            .headers()
            .get(header::ACCEPT_RANGES)
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"bytes"));
        let opening = Opening {
            start,
            total,
            version: version(response.headers()),
            ranges: status == StatusCode::PARTIAL_CONTENT || announced,
            name,
            stream: bytes_of(response, get.label.to_owned()),
        };
        Ok(Got { opening, at })
    }

    /// Asks, and asks again where a redirect leads, as long as that is harmless.
    async fn follow(&self, get: &Get<'_>, ask: &RangeAsk) -> Result<(Response, Url, usize)> {
        let mut url = get.url.clone();
        let mut nearest = get.nearest;
        let mut bound = get.bound;
        for hop in 0..=MOST_HOPS {
            bound = bound.filter(|bound| bound.origin == url.origin());
            let response = self.once(get.label, &url, nearest, bound, ask).await?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok((response, url, hop));
            }
            if hop == 0 {
                nearest = nearest.min(self.clients.reach_of(&url));
            }
            let next = next(&response, &url).ok_or_else(|| bad_redirect(get.label, "it is no address"))?;
            if let Some(failure) = (get.hop)(&next) {
                return Err(failure);
            }
            harmless(&url, &next, nearest).map_err(|why| bad_redirect(get.label, why))?;
            url = next;
        }
        Err(Failure::new(
            Kind::Protocol,
            "too_many_redirects",
            sentence(format!(
                "{} leads from one address to the next and never to the file.",
                get.label
            )),
        ))
    }

    async fn once(
        &self,
        label: &str,
        url: &Url,
        nearest: Reach,
        bound: Option<&Bound>,
        ask: &RangeAsk,
    ) -> Result<Response> {
        let mut request = self
            .clients
            .choose(url, nearest)
            .get(url.clone())
            .header(header::ACCEPT, "*/*")
            .header(header::ACCEPT_ENCODING, "identity");
        if let Some(bound) = bound {
            request = request.headers(bound.headers.clone());
        }
        if let Some(range) = range(ask) {
            request = request.header(header::RANGE, range);
            if let Some(version) = ask.version.as_ref().and_then(|version| if_range(version, None)) {
                request = request.header(header::IF_RANGE, version);
            }
        }
        let sent = tokio::time::timeout(self.waits.patience(HEAD), request.send()).await;
        let Ok(sent) = sent else {
            return Err(Failure::new(
                Kind::Unavailable,
                "timeout",
                sentence(format!("{label} did not answer in time.")),
            ));
        };
        sent.map_err(|error| {
            if TooNear::is_behind(&error) {
                bad_redirect(label, "it leads into a private network")
            } else {
                fault::fault(label, error).maybe_done(false)
            }
        })
    }

    /// A page that is itself the file: its name says so, and nothing else was announced under it.
    fn is_wanted_page(&self, get: &Get<'_>, at: &Url, hops: usize, ask: &RangeAsk, judged: &Verdict) -> bool {
        let same_name = hops == 0 || last_segment(at) == last_segment(&get.url);
        let named = last_segment(&get.url).is_some_and(|name| {
            let name = name.to_ascii_lowercase();
            name.ends_with(".html") || name.ends_with(".htm")
        });
        let other_size = ask.total.is_some() && matches!(judged, Verdict::Changed(_) | Verdict::Fault { .. });
        get.expired.is_none() && named && same_name && !other_size
    }

    fn refusal(&self, get: &Get<'_>, response: &Response) -> Failure {
        let label = get.label;
        let status = response.status().as_u16();
        let failure = match (status, get.expired) {
            (403 | 404 | 410, Some(expired)) => expired(),
            (401, _) => Failure::new(
                Kind::Unauthorized,
                "sign_in_needed",
                format!("{label} gives this file only to those who sign in."),
            )
            .action("Add an account for this address, with its user name and password, and choose it for the link."),
            (402 | 403, _) => Failure::new(
                Kind::Refused,
                "forbidden",
                format!("{label} does not give this file to us ({status})."),
            )
            .action("Links run out on many sites: look whether it opens in your browser, and paste a new one."),
            (404 | 410, _) => Failure::new(
                Kind::NotFound,
                "not_found",
                format!("{label} has nothing at this address (any more)."),
            )
            .action("Look whether the link is complete."),
            (407, _) => Failure::new(
                Kind::Unauthorized,
                "proxy_sign_in",
                format!("The proxy on the way to {label} wants a user name and a password."),
            )
            .action("Set them in the account's proxy."),
            _ => Answer::head(response, self.tools.clock.now().time).refusal(label, WINDOW),
        };
        Failure {
            message: sentence(failure.message),
            maybe_done: false,
            ..failure
        }
    }
}

/// Where a redirect leads.
fn next(response: &Response, from: &Url) -> Option<Url> {
    let to = response.headers().get(header::LOCATION)?;
    let to = std::str::from_utf8(to.as_bytes()).ok()?;
    let mut next = from.join(to).ok()?;
    next.set_fragment(None);
    Some(next)
}

/// Whether a redirect from one address to another may be followed; else why not.
fn harmless(from: &Url, to: &Url, nearest: Reach) -> Result<(), &'static str> {
    match (from.scheme(), to.scheme()) {
        (_, "https") | ("http", "http") => {}
        (_, "http") => return Err("it is plain http"),
        _ => return Err("it is neither https nor http"),
    }
    if to.host().is_none() {
        return Err("it names no host");
    }
    if !to.username().is_empty() || to.password().is_some() {
        return Err("it holds a user name or a password");
    }
    if reach(to) > nearest {
        return Err("it leads into a private network");
    }
    Ok(())
}

fn is_page(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(answer::is_html)
}

/// The last segment of an address's path, decoded: as hostile as any name.
pub(crate) fn last_segment(url: &Url) -> Option<String> {
    let segment = url.path_segments()?.next_back().filter(|name| !name.is_empty())?;
    Some(percent_decode_str(segment).decode_utf8_lossy().into_owned())
}

/// A web page instead of the file. A network that wants a sign-in can't answer for an https host: there the link itself
/// leads to a page, and waiting helps nobody.
fn page(label: &str, at: &Url) -> Failure {
    let text = format!("A web page came instead of the file from {label}");
    if at.scheme() == "https" {
        return Failure::new(
            Kind::Protocol,
            "web_page",
            sentence(format!(
                "{text}: the link leads to a page, or its server wants a sign-in first."
            )),
        )
        .action("Open the link in your browser, and paste the address that its download button has.");
    }
    Failure {
        message: sentence(format!(
            "{text}: this network may want you to sign in first, or the link leads to a page and not to a file."
        )),
        maybe_done: false,
        ..answer::page(label)
    }
}

fn bad_redirect(label: &str, why: &str) -> Failure {
    Failure::new(
        Kind::Protocol,
        "bad_redirect",
        sentence(format!("{label} leads to an address that is not followed: {why}.")),
    )
}

fn changed(label: &str) -> Failure {
    Failure::new(
        Kind::SourceChanged,
        "remote_changed",
        sentence(format!("{label} has another version of the file now than before.")),
    )
}

fn broken(label: &str, code: &str, what: &str) -> Failure {
    Failure::new(Kind::Protocol, code, sentence(format!("{label} answered, but {what}.")))
}

/// Nothing is left behind the start that was asked for, unless more was promised.
fn past_end(get: &Get<'_>, ask: &RangeAsk, total: Option<u64>, name: Option<String>, at: Url) -> Result<Got> {
    if ask.total.is_some_and(|known| known > ask.start) {
        return Err(changed(get.label));
    }
    let opening = Opening {
        start: ask.start,
        total,
        version: Default::default(),
        ranges: true,
        name,
        stream: stream::empty().boxed(),
    };
    Ok(Got { opening, at })
}

fn bytes_of(response: Response, label: String) -> ByteStream {
    response
        .bytes_stream()
        .map(move |bytes| bytes.map_err(|error| fault::cut_answer(&label, error).maybe_done(false)))
        .boxed()
}

#[cfg(test)]
#[path = "get_tests.rs"]
mod tests;
