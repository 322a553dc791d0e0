//! Baasix's calls, one function each, and the one token that all of them bring.

use std::time::Duration;

use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use transfer::error::Result;
use transfer::{Failure, Kind, Time};
use url::Url;
use uuid::Uuid;

use super::error::{import_failed, is_about_the_role, refusal, sign_in_refused, token_ended};
use super::session::{Fresh, Token, Want, end_of};
use super::sign_in::SignIn;
use super::types::{CheckDto, DataDto, ListDto, MeDto, RecordDto, TokenDto};
use super::{Baasix, LABEL};
use crate::http::{Answer, PATIENCE};

/// The server fetches a file from somewhere, and has no limit of its own.
const FETCHING: Duration = Duration::from_secs(600);

impl Baasix {
    /// `GET /auth/me`.
    pub(super) async fn me(&self) -> Result<MeDto> {
        let answer = self.asked(Method::GET, self.http.at(&["auth", "me"]), None).await?;
        match answer.status.as_u16() {
            200 => answer
                .json()
                .ok_or_else(|| self.garbled("bad_me", &answer, "it can't be read who is signed in")),
            _ => Err(refusal(&self.http, &answer)),
        }
    }

    /// `GET /files/:id`; `None` when it is not there.
    pub(super) async fn record(&self, id: &str) -> Result<Option<RecordDto>> {
        let answer = self.asked(Method::GET, self.http.at(&["files", id]), None).await?;
        match answer.status.as_u16() {
            200 => {}
            403 if !is_about_the_role(&answer) && !answer.is_page() => return Ok(None),
            _ => return Err(refusal(&self.http, &answer)),
        }
        match answer.json::<DataDto<RecordDto>>() {
            Some(DataDto { data }) if data.id.as_deref() == Some(id) => Ok(Some(data)),
            _ => Err(self.garbled("bad_record", &answer, "not with the file that was asked for")),
        }
    }

    /// `GET /files` with a filter; at most so many, oldest first.
    pub(super) async fn records(&self, filter: &Value, limit: u32) -> Result<Vec<RecordDto>> {
        let mut url = self.http.at(&["files"]);
        url.query_pairs_mut()
            .append_pair("filter", &filter.to_string())
            .append_pair("sort", &json!({"createdAt": "asc"}).to_string())
            .append_pair("limit", &limit.to_string());
        Ok(self.listed(url).await?.data)
    }

    /// A page of `GET /files`, with whatever stands in the query.
    pub(super) async fn listed(&self, url: Url) -> Result<ListDto> {
        let answer = self.asked(Method::GET, url, None).await?;
        match answer.status.as_u16() {
            200 => answer
                .json()
                .ok_or_else(|| self.garbled("bad_list", &answer, "not with a list of files")),
            _ => Err(refusal(&self.http, &answer)),
        }
    }

    /// `PATCH /files/:id`; `false` when it is not there.
    pub(super) async fn patch(&self, id: &str, change: &Value) -> Result<bool> {
        let url = self.http.at(&["files", id]);
        let answer = self.asked(Method::PATCH, url, Some(change)).await?;
        match answer.status.as_u16() {
            200..=299 if answer.is_page() => Err(answer.page(LABEL)),
            200..=299 => Ok(true),
            403 if !is_about_the_role(&answer) && !answer.is_page() => Ok(false),
            _ => Err(refusal(&self.http, &answer)),
        }
    }

    /// `POST /files/upload-from-url`; the id of the file that was made.
    pub(super) async fn fetch_there(&self, what: &Value) -> Result<String> {
        let url = self.http.at(&["files", "upload-from-url"]);
        let answer = self.asked_for(Method::POST, url, Some(what), FETCHING).await?;
        match answer.status.as_u16() {
            200 | 201 => answer
                .json::<DataDto<String>>()
                .and_then(|made| Uuid::parse_str(&made.data).ok())
                .map(|id| id.to_string())
                .ok_or_else(|| self.garbled("bad_file", &answer, "it did not name the file that it made")),
            500 if !answer.is_page() => Err(import_failed()),
            _ => Err(refusal(&self.http, &answer)),
        }
    }

    /// `DELETE /files/:id`; `false` when it was not there.
    pub(super) async fn remove(&self, id: &str) -> Result<bool> {
        let answer = self.asked(Method::DELETE, self.http.at(&["files", id]), None).await?;
        match answer.status.as_u16() {
            200..=299 if answer.is_page() => Err(answer.page(LABEL)),
            200..=299 => Ok(true),
            403 if !is_about_the_role(&answer) && !answer.is_page() => Ok(false),
            _ => Err(refusal(&self.http, &answer)),
        }
    }

    /// `HEAD /assets/:id`: whether the server has so many bytes of the file. It reads all of it to say so.
    pub(super) async fn has_bytes(&self, id: &str, size: u64) -> Result<bool> {
        let mut url = self.http.at(&["assets", id]);
        url.query_pairs_mut().append_pair("download", "true");
        let answer = self.asked(Method::HEAD, url, None).await?;
        match answer.status.as_u16() {
            200 => Ok(answer.header("content-length").and_then(|text| text.parse().ok()) == Some(size)),
            // A file without its bytes is one that the server can't read.
            403 | 404 | 500 => Ok(false),
            _ => Err(refusal(&self.http, &answer)),
        }
    }

    /// A call with the account's token. Where the server says that there is nothing, or that it may not be had, the token
    /// may be to blame: then once more with another.
    pub(super) async fn asked(&self, method: Method, url: Url, json: Option<&Value>) -> Result<Answer> {
        self.asked_for(method, url, json, PATIENCE).await
    }

    /// The same, with as much patience as it takes.
    async fn asked_for(&self, method: Method, url: Url, json: Option<&Value>, patience: Duration) -> Result<Answer> {
        let token = self.token(None).await?;
        let answer = self
            .http
            .ask_with(Some(token.text()), method.clone(), url.clone(), json, patience)
            .await?;
        if !matches!(answer.status.as_u16(), 401 | 403) || self.is_taken(&token).await? {
            return Ok(answer);
        }
        let token = self.token(Some(&token)).await?;
        self.http
            .ask_with(Some(token.text()), method, url, json, patience)
            .await
    }

    /// `GET /auth/check`: whether the server takes this token.
    pub(super) async fn is_taken(&self, token: &Token) -> Result<bool> {
        let url = self.http.at(&["auth", "check"]);
        let answer = self
            .http
            .ask_with(Some(token.text()), Method::GET, url, None, PATIENCE)
            .await
            .map_err(|failure| failure.maybe_done(false))?;
        match answer.status.as_u16() {
            401 if !answer.is_page() => Ok(false),
            200 => {
                let inside = answer.json::<DataDto<CheckDto>>().map(|wrapped| wrapped.data);
                let check = answer.json::<CheckDto>().or(inside);
                check
                    .map(|check| check.valid)
                    .ok_or_else(|| self.garbled("bad_check", &answer, "it can't be read whether the session lasts"))
            }
            _ => Err(refusal(&self.http, &answer)),
        }
        .map_err(|failure| failure.maybe_done(false))
    }

    /// The token that everything uses; made where there is none, or only `stale`.
    ///
    /// # Errors
    /// Never `maybe_done`: nothing else was asked yet.
    pub(super) async fn token(&self, stale: Option<&Token>) -> Result<Token> {
        let given = match (&self.sign_in, stale) {
            (SignIn::Token(_), Some(_)) => return Err(token_ended()),
            (SignIn::Token(text), None) => return Ok(Token::foreign(text)),
            (given @ SignIn::Named { .. }, _) => given,
        };
        let now = self.http.tools.clock.now().time;
        let make = |want: Want| async move {
            match want {
                Want::SignIn => self.log_in(given).await,
                Want::Refresh(old) => self.refresh(&old).await,
            }
        };
        let made = self.session.token(stale, now, make).await;
        made.map_err(|failure| failure.maybe_done(false))
    }

    /// `POST /auth/login`.
    async fn log_in(&self, given: &SignIn) -> Result<Fresh> {
        let SignIn::Named {
            email,
            password,
            tenant,
        } = given
        else {
            return Err(token_ended());
        };
        let mut body = json!({"email": email, "password": password.expose_secret(), "authMode": "jwt"});
        if let Some(tenant) = tenant {
            body["tenant_Id"] = json!(tenant);
        }
        let url = self.http.at(&["auth", "login"]);
        let answer = self
            .http
            .ask_with(None, Method::POST, url, Some(&body), PATIENCE)
            .await?;
        match answer.status.as_u16() {
            200 | 201 => self.fresh(&answer),
            400 | 401 | 403 if !answer.is_page() => Err(sign_in_refused(&self.http, &answer)),
            _ => Err(refusal(&self.http, &answer)),
        }
    }

    /// `POST /auth/refresh`. The old token is dead from then on.
    async fn refresh(&self, old: &SecretString) -> Result<Fresh> {
        let url = self.http.at(&["auth", "refresh"]);
        let empty = json!({});
        let answer = self
            .http
            .ask_with(Some(old), Method::POST, url, Some(&empty), PATIENCE)
            .await?;
        match answer.status.as_u16() {
            200 => self.fresh(&answer),
            _ => Err(refusal(&self.http, &answer)),
        }
    }

    fn fresh(&self, answer: &Answer) -> Result<Fresh> {
        let made = answer
            .json::<TokenDto>()
            .filter(|made| !made.token.is_empty())
            .ok_or_else(|| self.garbled("bad_token", answer, "without a token"))?;
        let text = SecretString::from(made.token);
        let now = self.http.tools.clock.now().time;
        let lasts = made.expires_in.map(|seconds| now.after(Duration::from_secs(seconds)));
        let until = end_of(&text).map(|end| self.http.ours(end)).or(lasts);
        Ok(Fresh {
            text,
            // A clock that is far off would end every token at once.
            until: until.filter(|until: &Time| now < *until),
        })
    }

    pub(super) fn garbled(&self, code: &str, answer: &Answer, what: &str) -> Failure {
        if answer.is_page() {
            answer.page(LABEL)
        } else {
            self.http.garbled(code, what)
        }
    }

    /// The session ended while a file was on its way. Nothing was made of it.
    pub(super) fn session_ended() -> Failure {
        Failure::new(
            Kind::Unavailable,
            "session_ended",
            format!(
                "The session at {LABEL} ended before the file was there, so the file is sent again with a new one."
            ),
        )
    }
}
