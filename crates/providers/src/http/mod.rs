//! What all services share over the wire: the clients of one account, and one way to ask and to answer.
//!
//! - [`client`]: the two clients. [`place`]: which addresses may be asked, and where a credential may go.
//! - [`answer`]: an answer, read up to a limit, and what its status means. [`fault`]: why none came.
//! - [`form`]: a form with a file in it. [`body`]: a part's bytes on their way out. [`storage`]: sending them to a signed link. [`xml`]: storage's errors.
//! - [`ranges`]: whether the bytes come that were asked for. [`versions`]: of which version. [`disposition`]: their name.
//! - [`get`]: bytes on their way in, redirects followed within rules. [`near`]: how near their hosts may be.
//! - [`signed`]: what a signed link says about itself. [`moment`]: times as services write them.
//! - [`tolerant`]: fields that may come as number or text. [`words`]: a service's own words, fit to be shown.

mod answer;
mod body;
mod client;
pub(crate) mod disposition;
mod fault;
mod form;
mod get;
mod moment;
mod near;
mod place;
pub(crate) mod ranges;
mod signed;
mod storage;
pub(crate) mod tolerant;
pub(crate) mod versions;
mod words;
mod xml;

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use reqwest::{Method, header};
use transfer::account::Account;
use transfer::error::Result;
use transfer::provider::Tools;
use transfer::{Failure, Kind, SecretString, Time};
use url::Url;

pub(crate) use answer::Answer;
pub(crate) use body::{source_failure, wrong_length};
pub(crate) use form::{Answered, Form};
pub(crate) use get::{Bound, Get, Getter, Got, last_segment};
pub(crate) use moment::moment;
pub(crate) use place::{Place, Reach, reach};
pub(crate) use signed::signed;
pub(crate) use storage::Dressing;
pub(crate) use words::shown;

use place::Credential;

/// A secret, and the origin it was entered for (`https://host[:port]`), where that is known.
pub(crate) struct Key {
    pub(crate) token: SecretString,
    pub(crate) origin: Option<String>,
}

/// One request to the API.
pub(crate) struct Ask<'a> {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) json: Option<&'a serde_json::Value>,
    /// Sent to the origin of the account's base URL only.
    pub(crate) bearer: Option<&'a SecretString>,
    pub(crate) headers: &'a [(&'static str, &'static str)],
}

/// How long an API call may take when it says nothing else.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// One account's way to its service.
pub(crate) struct Http {
    /// The service's name, for sentences.
    pub(crate) label: String,
    place: Place,
    credential: Option<Credential>,
    api: reqwest::Client,
    payload: reqwest::Client,
    waits: storage::Waits,
    pub(crate) tools: Tools,
    /// Without a word from the service, how long nobody asks after a 429.
    window: Duration,
    /// How far the service's clock runs ahead of ours, in milliseconds; `i64::MIN` while unknown.
    ahead: AtomicI64,
}

impl Http {
    /// The clients of `account`. `bearer` goes to the origin of the account's base URL and nowhere else. Reads the
    /// account's `ca_file`, if one is set, and asks nobody.
    ///
    /// # Errors
    /// [`Kind::Refused`] when the base URL, the proxy or the certificate file is unusable, or the key is for another origin.
    pub(crate) fn new(
        label: &str,
        account: &Account,
        bearer: Option<&Key>,
        tools: Tools,
        window: Duration,
    ) -> Result<Self> {
        let place = Place::of(account)?;
        let credential = bearer
            .map(|key| Credential::bearer(&key.token, key.origin.as_deref(), &place))
            .transpose()?;
        let (api, payload) = client::both(account, &place)?;
        Ok(Self {
            label: label.into(),
            waits: storage::Waits::of(account),
            place,
            credential,
            api,
            payload,
            tools,
            window,
            ahead: AtomicI64::new(i64::MIN),
        })
    }

    /// An address of the API: the base URL and `path`, each piece of it escaped.
    pub(crate) fn at(&self, path: &[&str]) -> Url {
        self.place.at(path)
    }

    /// Refuses a link to storage that must not be followed.
    ///
    /// # Errors
    /// [`Kind::Protocol`], without the link.
    pub(crate) fn check_link(&self, link: &str) -> Result<Url> {
        self.place.check_link(link, &self.label)
    }

    /// Asks the API once. Any status is an answer; a 429 has told the budget already.
    ///
    /// # Errors
    /// When no whole answer came: see [`fault`]; or the budget's word.
    pub(crate) async fn ask(
        &self,
        method: Method,
        url: Url,
        json: Option<&serde_json::Value>,
        patience: Duration,
    ) -> Result<Answer> {
        self.ask_by(self.credential.as_ref(), method, url, json, patience).await
    }

    /// The same with a token that the service gave for a while. It goes where the account's own would go.
    ///
    /// # Errors
    /// As [`Http::ask`], and when it is no token.
    pub(crate) async fn ask_with(
        &self,
        token: Option<&SecretString>,
        method: Method,
        url: Url,
        json: Option<&serde_json::Value>,
        patience: Duration,
    ) -> Result<Answer> {
        let credential = token
            .map(|token| Credential::bearer(token, None, &self.place))
            .transpose()?;
        self.ask_by(credential.as_ref(), method, url, json, patience).await
    }

    async fn ask_by(
        &self,
        credential: Option<&Credential>,
        method: Method,
        url: Url,
        json: Option<&serde_json::Value>,
        patience: Duration,
    ) -> Result<Answer> {
        let mut request = self
            .api
            .request(method, url.clone())
            .timeout(self.waits.patience(patience))
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(value) = credential.and_then(|c| c.for_url(&url)) {
            request = request.header(header::AUTHORIZATION, value);
        }
        request = request.body(json.map_or_else(Vec::new, |json| json.to_string().into_bytes()));
        let answer = self.answered(request).await?;
        if answer.status.as_u16() == 429 {
            self.tools.budget.exhausted(answer.retry_after.unwrap_or(self.window));
        }
        Ok(answer)
    }

    /// Asks the API once as [`Http::ask`] does, with a credential that changes over time and headers of the service's own.
    /// The budget was taken by the caller, who knows only then which credential holds.
    ///
    /// # Errors
    /// As [`Http::ask`].
    pub(crate) async fn ask_as(&self, ask: Ask<'_>) -> Result<Answer> {
        let mut request = self
            .api
            .request(ask.method, ask.url.clone())
            .timeout(self.waits.patience(PATIENCE));
        for (name, value) in ask.headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = ask.bearer {
            let credential = Credential::bearer(token, None, &self.place)?;
            if let Some(value) = credential.for_url(&ask.url) {
                request = request.header(header::AUTHORIZATION, value);
            }
        }
        if let Some(json) = ask.json {
            request = request
                .header(header::CONTENT_TYPE, "application/json")
                .body(json.to_string());
        }
        let answer = self.sent(request).await?;
        if answer.status.as_u16() == 429 {
            self.tools.budget.exhausted(answer.retry_after.unwrap_or(self.window));
        }
        Ok(answer)
    }

    /// A GET whose answer nobody waits for, for when all else is over.
    pub(crate) fn farewell(&self, path: &[&str], token: &SecretString) -> impl Future<Output = ()> + Send + 'static {
        let url = self.place.at(path);
        let header = Credential::bearer(token, None, &self.place)
            .ok()
            .and_then(|credential| credential.for_url(&url));
        let request = self.api.get(url).timeout(PATIENCE);
        let request = header.map(|value| request.header(header::AUTHORIZATION, value));
        async move {
            if let Some(request) = request {
                // What was not ended ends by itself.
                let _ = request.send().await;
            }
        }
    }

    /// POSTs a form to the API once, so that nothing of it stands in an address. Any status is an answer, and what a 429
    /// means is the caller's to say.
    ///
    /// # Errors
    /// As [`Http::ask`].
    pub(crate) async fn post_form(&self, url: Url, form: &[(&str, &str)]) -> Result<Answer> {
        let request = self
            .api
            .post(url)
            .timeout(self.waits.patience(PATIENCE))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(
                url::form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(form)
                    .finish(),
            );
        self.answered(request).await
    }

    async fn answered(&self, request: reqwest::RequestBuilder) -> Result<Answer> {
        self.tools.budget.take().await?;
        self.sent(request).await
    }

    async fn sent(&self, request: reqwest::RequestBuilder) -> Result<Answer> {
        let sent = request.header(header::ACCEPT, "application/json").send().await;
        let response = sent.map_err(|error| fault::fault(&self.label, error))?;
        let now = self.tools.clock.now().time;
        let answer = Answer::read(&self.label, response, now, answer::API_CAP).await?;
        if let Some(date) = answer.date {
            self.ahead.store(date.0.saturating_sub(now.0), Ordering::Relaxed);
        }
        Ok(answer)
    }

    /// A point on the service's clock as a point on ours.
    pub(crate) fn ours(&self, theirs: Time) -> Time {
        match self.ahead.load(Ordering::Relaxed) {
            i64::MIN => theirs,
            ahead => Time(theirs.0.saturating_sub(ahead)),
        }
    }

    /// A point on our clock as a point on the service's.
    pub(crate) fn theirs(&self, ours: Time) -> Time {
        match self.ahead.load(Ordering::Relaxed) {
            i64::MIN => ours,
            ahead => Time(ours.0.saturating_add(ahead)),
        }
    }

    /// The value of the header for `token`, at the service's own origin.
    pub(crate) fn bearer(&self, token: &SecretString) -> Result<Option<header::HeaderValue>> {
        let credential = Credential::bearer(token, None, &self.place)?;
        Ok(credential.for_url(&self.place.at(&[])))
    }

    /// What a status means that the caller has no better word for.
    pub(crate) fn refusal(&self, answer: &Answer) -> Failure {
        answer.refusal(&self.label, self.window)
    }

    /// Refuses a place that was changed after the credential was entered: see [`Place::entered_for`].
    pub(crate) fn entered_for(&self, origin: Option<&str>) -> Result<()> {
        self.place.entered_for(origin)
    }

    /// Where the service is.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// A sentence of the service, fit to be shown: short, without addresses or our credential.
    pub(crate) fn shown(&self, text: &str) -> String {
        let hidden = self.credential.as_ref().map(Credential::secret);
        words::shown(text, hidden)
    }

    /// An answer that is not what the service's document says.
    pub(crate) fn garbled(&self, code: &str, what: &str) -> Failure {
        Failure::new(Kind::Protocol, code, format!("{} answered, but {what}.", self.label)).maybe_done(true)
    }
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    pub(crate) use super::client::tests::account;
}
