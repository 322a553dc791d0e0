//! FileFactory's calls, one function each, all of them as forms: no address ever holds a credential.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;
use transfer::error::Result;
use transfer::{Failure, Kind};

use super::error;
use super::session::{Key, rest_of_hour};
use super::types::{EnvelopeDto, FileDto, FilesDto, KeyDto, LinkDto, MemberDto};
use super::{Filefactory, LABEL};
use crate::http::Answer;

impl Filefactory {
    /// `getMemberInfo`.
    pub(super) async fn member(&self) -> Result<MemberDto> {
        self.signed_in("getMemberInfo", &[]).await
    }

    /// `getFileInfo` for at most 100 ids, by id.
    pub(super) async fn files(&self, ids: &[&str]) -> Result<BTreeMap<String, FileDto>> {
        let list = ids.join(",");
        let found: FilesDto = self.signed_in("getFileInfo", &[("file", &list)]).await?;
        Ok(found.files)
    }

    /// `getDownloadLink`.
    pub(super) async fn download_link(&self, id: &str, password: Option<&SecretString>) -> Result<LinkDto> {
        let mut fields = vec![("file", id)];
        if let Some(password) = password {
            fields.push(("password", password.expose_secret()));
        }
        self.signed_in("getDownloadLink", &fields).await
    }

    /// A call with the account's key, or as nobody. Where the key ended, once more with a new one.
    async fn signed_in<T: DeserializeOwned>(&self, method: &str, fields: &[(&str, &str)]) -> Result<T> {
        let Some(_) = &self.account else {
            return parsed(self.call(method, fields).await?);
        };
        let key = self.key(None).await?;
        match self.with_key(method, fields, &key).await {
            Err(failure) if failure.code == "session_ended" => {
                let key = self.key(Some(&key)).await?;
                parsed(self.with_key(method, fields, &key).await?)
            }
            other => parsed(other?),
        }
    }

    async fn with_key(&self, method: &str, fields: &[(&str, &str)], key: &Key) -> Result<Value> {
        let mut all = fields.to_vec();
        all.push(("key", key.text.expose_secret()));
        self.call(method, &all).await
    }

    async fn key(&self, stale: Option<&Key>) -> Result<Key> {
        let now = self.http.tools.clock.now().time;
        self.session.key(stale, now, || self.log_in()).await
    }

    /// `getSessionKey`.
    async fn log_in(&self) -> Result<SecretString> {
        let Some(account) = &self.account else {
            return Err(error::fault(709, "", rest_of_hour(self.http.tools.clock.now().time)));
        };
        let mut fields = vec![
            ("email", account.email.as_str()),
            ("password", account.password.expose_secret()),
        ];
        if let Some(authkey) = &account.authkey {
            fields.push(("authkey", authkey.expose_secret()));
        }
        let answer = self.call("getSessionKey", &fields).await.map_err(|failure| {
            // Its only parameters are those three, and the key is the one that nobody has by heart.
            if failure.code == "bad_request" {
                error::authkey()
            } else {
                failure
            }
        })?;
        let key: KeyDto = parsed(answer)?;
        Ok(SecretString::from(key.key))
    }

    async fn call(&self, method: &str, fields: &[(&str, &str)]) -> Result<Value> {
        let url = self.http.at(&[method]);
        let answer = self
            .http
            .post_form(url, fields)
            .await
            .map_err(|failure| self.unreachable(failure))?;
        self.read(&answer)
    }

    /// What an answer says, whatever its status: an error may come with any.
    fn read(&self, answer: &Answer) -> Result<Value> {
        let now = self.http.tools.clock.now().time;
        let envelope = answer.json::<EnvelopeDto>().unwrap_or_default();
        match (envelope.kind.as_deref(), envelope.result, envelope.code) {
            (Some("success"), Some(result), _) => Ok(result),
            (Some("error"), _, code) => {
                let message = self.http.shown(envelope.message.as_deref().unwrap_or_default());
                let failure = error::fault(code.unwrap_or(0), &message, rest_of_hour(now));
                if failure.kind == Kind::RateLimited {
                    let wait = failure.retry_after.unwrap_or_else(|| rest_of_hour(now));
                    self.http.tools.budget.exhausted(wait);
                }
                Err(failure)
            }
            _ => Err(self.no_envelope(answer)),
        }
    }

    /// An answer that is none of the API's: by its status, and for a while at most.
    fn no_envelope(&self, answer: &Answer) -> Failure {
        let failure = self.http.refusal(answer).maybe_done(false);
        match failure.kind {
            Kind::Unavailable => failure,
            Kind::RateLimited => {
                let now = self.http.tools.clock.now().time;
                let wait = answer.retry_after.unwrap_or_else(|| rest_of_hour(now));
                self.http.tools.budget.exhausted(wait);
                failure.retry_after(Some(wait))
            }
            _ if answer.is_page() => answer.page(LABEL).maybe_done(false),
            _ => Failure::new(
                Kind::Protocol,
                "bad_answer",
                format!(
                    "{LABEL} answered ({}), but not in the form that its document describes.",
                    answer.status.as_u16()
                ),
            ),
        }
    }

    /// The API does not answer: said with its host, so that nobody looks for the fault elsewhere.
    fn unreachable(&self, failure: Failure) -> Failure {
        let silent = matches!(failure.code.as_str(), "timeout" | "connection_refused" | "name_unknown");
        if !silent {
            return failure.maybe_done(false);
        }
        let base = self.http.at(&[]);
        Failure {
            message: format!(
                "FileFactory's API does not answer at {}. {}",
                base.host_str().unwrap_or_default(),
                failure.message
            ),
            action: Some("Look whether the service is still there, and whether the account's address is right.".into()),
            maybe_done: false,
            ..failure
        }
    }
}

fn parsed<T: DeserializeOwned>(result: Value) -> Result<T> {
    serde_json::from_value(result).map_err(|_| {
        Failure::new(
            Kind::Protocol,
            "bad_answer",
            format!("{LABEL} answered, but something is missing in its answer."),
        )
    })
}
