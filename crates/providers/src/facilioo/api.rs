//! facilioo's calls, one function each.

use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use transfer::error::Result;
use transfer::{SecretString, Time};
use url::Url;

use super::error::{login_refusal, refusal, token_over};
use super::file::FileRead;
use super::kinds::FileType;
use super::session::{Fresh, Source, Token};
use super::{Facilioo, LABEL, SignIn, names, token};
use crate::http::{Answer, Ask};

/// Entries asked for on a page: the service's own choice is about ten.
const PAGE_SIZE: u64 = 100;
/// Pages of file types that are read; there are far fewer.
const MOST_PAGES: u64 = 20;

/// What an address is asked for.
#[derive(Clone, Copy)]
pub(super) enum Link {
    Upload,
    Download,
    Thumbnail,
}

impl Facilioo {
    /// All file types.
    pub(super) async fn file_types(&self) -> Result<Vec<FileType>> {
        let mut types = Vec::new();
        for page in 1..=MOST_PAGES {
            let listed = self.page_of(names::FILE_TYPES, page, PAGE_SIZE, None).await?;
            types.extend(listed.items.iter().filter_map(FileType::read));
            if !listed.more {
                break;
            }
        }
        Ok(types)
    }

    /// Makes a file entity.
    pub(super) async fn create(&self, name: &str, type_id: u64, external_id: &str) -> Result<FileRead> {
        let body = json!({names::NAME: name, names::TYPE: type_id, names::EXTERNAL_ID: external_id});
        let answer = self.call(Method::POST, names::FILES, &[], Some(&body)).await?;
        if !matches!(answer.status.as_u16(), 200 | 201) {
            return Err(refusal(&self.http, &answer));
        }
        let value = answer.json::<Value>().unwrap_or_default();
        FileRead::read(&value).ok_or_else(|| self.odd("bad_file", &answer, "it did not name the file that it made"))
    }

    /// The file with this external id.
    pub(super) async fn find_file(&self, external_id: &str) -> Result<Option<FileRead>> {
        let found = self.by_external_id(names::FILES, external_id).await?;
        Ok(found.iter().find_map(FileRead::read))
    }

    /// The file `id`, or `None` when there is none (any more).
    pub(super) async fn file(&self, id: &str) -> Result<Option<FileRead>> {
        let answer = self
            .call(Method::GET, &[names::FILES, &[id]].concat(), &[], None)
            .await?;
        match answer.status.as_u16() {
            404 | 410 if !answer.is_page() => return Ok(None),
            200 => {}
            _ => return Err(refusal(&self.http, &answer)),
        }
        match FileRead::read(&answer.json::<Value>().unwrap_or_default()) {
            Some(file) if file.id == id => Ok((!file.deleted).then_some(file)),
            _ => Err(self.odd("bad_file", &answer, "not with the file that was asked for")),
        }
    }

    /// A signed address, or `None` where there is nothing to give one for.
    pub(super) async fn link(&self, id: &str, link: Link) -> Result<Option<Url>> {
        let (method, what, body) = match link {
            Link::Upload => (Method::PUT, names::UPLOAD, Some(json!({}))),
            Link::Download => (Method::GET, names::DOWNLOAD, None),
            Link::Thumbnail => (Method::GET, names::THUMBNAIL, None),
        };
        let path = [names::FILES, &[id, what]].concat();
        let answer = self.call(method, &path, &[], body.as_ref()).await?;
        match answer.status.as_u16() {
            404 | 410 if !answer.is_page() => return Ok(None),
            200 | 201 => {}
            204 if matches!(link, Link::Thumbnail) => return Ok(None),
            _ => return Err(refusal(&self.http, &answer)),
        }
        match names::address(&answer.json::<Value>().unwrap_or_default()) {
            Some(address) => self.http.check_link(&address).map(Some),
            None if matches!(link, Link::Thumbnail) && !answer.is_page() => Ok(None),
            None => Err(self.odd("bad_link", &answer, "without an address for the file")),
        }
    }

    /// Makes a document of a file. The answer's status is the caller's to read.
    pub(super) async fn document(&self, name: &str, file_id: &str, external_id: &str) -> Result<Answer> {
        let file_id = file_id
            .parse::<u64>()
            .map_or_else(|_| json!(file_id), |number| json!(number));
        let body = json!({names::NAME: name, names::FILE_ID: file_id, names::EXTERNAL_ID: external_id});
        self.call(Method::POST, names::DOCUMENTS, &[], Some(&body)).await
    }

    /// Whether a document has this external id.
    pub(super) async fn has_document(&self, external_id: &str) -> Result<bool> {
        Ok(!self.by_external_id(names::DOCUMENTS, external_id).await?.is_empty())
    }

    /// Page `number` of a list.
    pub(super) async fn page_of(
        &self,
        path: &[&str],
        number: u64,
        size: u64,
        by: Option<(&str, &str)>,
    ) -> Result<names::Listed> {
        let (number_text, size) = (number.to_string(), size.to_string());
        let mut query = vec![(names::PAGE, number_text.as_str()), (names::PAGE_SIZE, size.as_str())];
        query.extend(by);
        let answer = self.call(Method::GET, path, &query, None).await?;
        if answer.status.as_u16() != 200 {
            return Err(refusal(&self.http, &answer));
        }
        let listed = answer.json::<Value>().and_then(|value| names::listed(&value, number));
        listed.ok_or_else(|| self.odd("bad_list", &answer, "not with a list"))
    }

    /// The entries of a list with this external id, and no others, whatever the service makes of the question.
    async fn by_external_id(&self, path: &[&str], external_id: &str) -> Result<Vec<Value>> {
        let by = Some((names::BY_EXTERNAL_ID, external_id));
        let mut items = self.page_of(path, 1, PAGE_SIZE, by).await?.items;
        items.retain(|item| names::text(item, names::EXTERNAL).as_deref() == Some(external_id));
        Ok(items)
    }

    /// A call with the account's token. Where that is not accepted, once more with a new one: a refusal to look at a call
    /// is a clear no.
    async fn call(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        json: Option<&Value>,
    ) -> Result<Answer> {
        let (token, answer) = self.once(None, &method, path, query, json).await?;
        if answer.status.as_u16() != 401 {
            return Ok(answer);
        }
        let (_, answer) = self.once(Some(&token), &method, path, query, json).await?;
        Ok(answer)
    }

    async fn once(
        &self,
        stale: Option<&Token>,
        method: &Method,
        path: &[&str],
        query: &[(&str, &str)],
        json: Option<&Value>,
    ) -> Result<(Token, Answer)> {
        self.http.tools.budget.take().await?;
        // Only now: whoever waited for the budget must not come with a token that was replaced meanwhile.
        let now = self.http.tools.clock.now().time;
        let token = self.tokens.token(stale, now, self).await;
        // Whatever a sign-in came to: the call itself was not made.
        let token = token.map_err(|failure| failure.maybe_done(false))?;
        let mut url = self.http.at(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let ask = Ask {
            method: method.clone(),
            url,
            json,
            bearer: Some(&token.text),
            headers: names::HEADERS,
        };
        Ok((token.clone(), self.http.ask_as(ask).await?))
    }

    async fn tokens_of(
        &self,
        path: &[&str],
        body: &Value,
        refused: impl Fn(&Answer) -> transfer::Failure,
    ) -> Result<Fresh> {
        self.http.tools.budget.take().await?;
        let ask = Ask {
            method: Method::POST,
            url: self.http.at(path),
            json: Some(body),
            bearer: None,
            headers: names::HEADERS,
        };
        let answer = self.http.ask_as(ask).await?;
        let value = answer.json::<Value>().unwrap_or_default();
        let inner = names::inside(&value);
        let access = names::text(inner, names::ACCESS_TOKEN).filter(|token| !token.trim().is_empty());
        match (answer.status.as_u16(), access) {
            (200 | 201, Some(access)) => {
                let claims = token::claims(&access);
                let renew_at = claims
                    .until
                    .map(|until| Time(self.http.ours(until).0.saturating_sub(claims.margin_ms)));
                self.learn(&claims);
                Ok(Fresh {
                    access: SecretString::from(access),
                    refresh: names::text(inner, names::NEXT_TOKEN).map(SecretString::from),
                    renew_at,
                })
            }
            _ => Err(refused(&answer)),
        }
    }

    pub(super) fn odd(&self, code: &str, answer: &Answer, what: &str) -> transfer::Failure {
        if answer.is_page() {
            answer.page(LABEL)
        } else {
            self.http.garbled(code, what)
        }
    }
}

impl Source for Facilioo {
    async fn refresh(&self, token: &SecretString) -> Result<Fresh> {
        let body = json!({names::REFRESH_TOKEN: token.expose_secret()});
        self.tokens_of(names::REFRESH, &body, |answer| {
            let mut failure = refusal(&self.http, answer);
            if matches!(answer.status.as_u16(), 200..=299 | 400 | 401 | 403 | 404 | 409 | 422)
                && failure.code != "blocked"
            {
                failure.kind = transfer::Kind::Unauthorized;
            }
            failure
        })
        .await
    }

    async fn log_in(&self) -> Result<Fresh> {
        let SignIn::Password { email, password } = &self.sign_in else {
            return Err(token_over());
        };
        let body = json!({
            "email": email,
            "password": password.expose_secret(),
            "skipMultiFactorAuthentication": false,
        });
        self.tokens_of(names::LOG_IN, &body, |answer| login_refusal(&self.http, answer))
            .await
    }
}
