//! Fileflare's calls, one function each.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use transfer::error::Result;
use transfer::library::Deleted;

use super::error::{finish_refusal, is_gone, refusal};
use super::session::{Generation, Session};
use super::types::{AssetDto, ListDto, RefusalDto, SignedDto, unwrapped};
use super::{Fileflare, LABEL};
use crate::http::{Answer, PATIENCE};

/// Putting the parts together may take minutes.
const FINISHING: Duration = Duration::from_secs(180);
/// A look that only sharpens later looks is not worth waiting for.
const GLANCE: Duration = Duration::from_secs(10);

/// A file that is only an address, as the service takes it.
pub(super) struct Stored<'a> {
    pub(super) name: &'a str,
    pub(super) address: &'a str,
    /// Bytes, where they are known.
    pub(super) size: Option<u64>,
}

impl Stored<'_> {
    /// What both published forms ask for.
    fn body(&self) -> Value {
        let mut body = json!({"filename": self.name, "url": self.address, "type": "link"});
        if let Some(size) = self.size {
            body["size"] = json!(size);
        }
        body
    }
}

impl Fileflare {
    /// `GET /assets` with one entry: the limit on requests, if the service says it.
    pub(super) async fn list_one(&self) -> Result<Option<u32>> {
        let mut url = self.http.at(&["assets"]);
        // One name for each of the published forms.
        url.query_pairs_mut()
            .append_pair("per_page", "1")
            .append_pair("limit", "1");
        let answer = self.http.ask(Method::GET, url, None, PATIENCE).await?;
        if answer.status.as_u16() != 200 {
            return Err(refusal(&self.http, &answer));
        }
        let limit = answer.header("x-ratelimit-limit").and_then(|text| text.parse().ok());
        match answer.json::<Value>() {
            Some(Value::Object(_) | Value::Array(_)) => Ok(limit),
            _ => Err(self.page_or("bad_list", &answer, "not with a list of files")),
        }
    }

    /// `POST /assets/signed`. When the service asks for its other field names, once more with those.
    pub(super) async fn signed(&self, name: &str, size: u64, mime: &str) -> Result<SignedDto> {
        let documented = json!({"name": name, "size": size, "mime": mime});
        let mut answer = self.post_signed(&documented).await?;
        if answer.status.as_u16() == 422 {
            let refused = answer.json::<RefusalDto>().unwrap_or_default();
            if refused.fields().any(|field| matches!(field, "filename" | "mime_type")) {
                let newer = json!({"filename": name, "size": size, "mime_type": mime});
                answer = self.post_signed(&newer).await?;
            }
        }
        if !matches!(answer.status.as_u16(), 200 | 201) {
            return Err(refusal(&self.http, &answer));
        }
        answer
            .json::<Value>()
            .and_then(|value| serde_json::from_value(unwrapped(value, &["data"])).ok())
            .ok_or_else(|| self.page_or("bad_session", &answer, "not with links for the file"))
    }

    async fn post_signed(&self, body: &Value) -> Result<Answer> {
        let url = self.http.at(&["assets", "signed"]);
        self.http.ask(Method::POST, url, Some(body), PATIENCE).await
    }

    /// `POST /assets/{id}/uploaded`; where that is not allowed, once as PUT. The file's exact size, if the answer has it.
    pub(super) async fn uploaded(&self, session: &Session, parts: &[Value]) -> Result<Option<u64>> {
        let url = self.http.at(&["assets", &session.asset_id, "uploaded"]);
        let body = match session.generation {
            Generation::Parts => json!({"parts": parts, "upload_id": session.upload_id}),
            Generation::Single => json!({}),
        };
        let mut answer = self.http.ask(Method::POST, url.clone(), Some(&body), FINISHING).await?;
        if answer.status.as_u16() == 405 {
            answer = self.http.ask(Method::PUT, url, Some(&body), FINISHING).await?;
        }
        match answer.status.as_u16() {
            204 => return Ok(None),
            200 | 201 => {}
            _ => return Err(finish_refusal(&self.http, &answer)),
        }
        let Some(value) = answer.json::<Value>() else {
            return Err(self.page_or(
                "bad_confirmation",
                &answer,
                "it can't be read whether the file was made",
            ));
        };
        let refused = serde_json::from_value::<RefusalDto>(value.clone()).is_ok_and(|refusal| refusal.is_one());
        if refused {
            return Err(self
                .http
                .garbled("error_inside_success", "its answer says success and error at once"));
        }
        let asset: AssetDto = serde_json::from_value(unwrapped(value, &["data", "asset"])).unwrap_or_default();
        Ok(asset.size.and_then(|size| size.parse().ok()))
    }

    /// `POST /assets/{id}/cancel`. Gone already is fine.
    pub(super) async fn cancel(&self, asset_id: &str, upload_id: Option<&str>) -> Result<()> {
        let url = self.http.at(&["assets", asset_id, "cancel"]);
        let body = upload_id.map_or_else(|| json!({}), |id| json!({"upload_id": id}));
        let answer = self.http.ask(Method::POST, url, Some(&body), PATIENCE).await?;
        match answer.status.as_u16() {
            200..=299 if answer.is_page() => Err(self.page_or("bad_cancel", &answer, "")),
            200..=299 | 404 | 410 => Ok(()),
            _ if is_gone(&answer) => Ok(()),
            _ => Err(refusal(&self.http, &answer)),
        }
    }

    /// `GET /assets/{id}`: the file as shown, or `None` when it is not.
    pub(super) async fn asset(&self, asset_id: &str) -> Result<Option<AssetDto>> {
        self.look(asset_id, PATIENCE).await
    }

    /// The same, without much patience.
    pub(super) async fn glance(&self, asset_id: &str) -> Result<Option<AssetDto>> {
        self.look(asset_id, GLANCE).await
    }

    async fn look(&self, asset_id: &str, patience: Duration) -> Result<Option<AssetDto>> {
        let url = self.http.at(&["assets", asset_id]);
        let answer = self.http.ask(Method::GET, url, None, patience).await?;
        match answer.status.as_u16() {
            404 if !answer.is_page() => return Ok(None),
            200 => {}
            _ => return Err(refusal(&self.http, &answer)),
        }
        let asset = answer
            .json::<Value>()
            .and_then(|value| serde_json::from_value::<AssetDto>(unwrapped(value, &["data", "asset"])).ok());
        match asset {
            Some(asset) if asset.id.as_deref() == Some(asset_id) => Ok(Some(asset)),
            _ => Err(self.page_or("bad_asset", &answer, "not with the file that was asked for")),
        }
    }

    /// `GET /assets`: one page of files whose names hold `search`.
    pub(super) async fn list_page(&self, page: u32, length: u32, search: Option<&str>) -> Result<ListDto> {
        let mut url = self.http.at(&["assets"]);
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("page", &page.to_string());
            // One name for each of the published forms.
            for name in ["per_page", "limit"] {
                query.append_pair(name, &length.to_string());
            }
            if let Some(search) = search.filter(|search| !search.is_empty()) {
                query.append_pair("filename", search);
            }
        }
        let answer = self.http.ask(Method::GET, url, None, PATIENCE).await?;
        if answer.status.as_u16() != 200 {
            return Err(refusal(&self.http, &answer));
        }
        answer
            .json()
            .ok_or_else(|| self.page_or("bad_list", &answer, "not with a list of files"))
    }

    /// `DELETE /assets/{id}`: carried out at once, or in the service's own time. Gone already is fine.
    pub(super) async fn delete_asset(&self, asset_id: &str) -> Result<Deleted> {
        let url = self.http.at(&["assets", asset_id]);
        let answer = self.http.ask(Method::DELETE, url, None, PATIENCE).await?;
        let deleted = match answer.status.as_u16() {
            _ if answer.is_page() => return Err(refusal(&self.http, &answer)),
            202 => Deleted::Ordered,
            204 => return Ok(Deleted::Done),
            200 => Deleted::Done,
            404 | 410 => return Ok(Deleted::Gone),
            _ => return Err(refusal(&self.http, &answer)),
        };
        match answer.json::<RefusalDto>() {
            Some(said) if !said.is_one() => Ok(deleted),
            None if deleted == Deleted::Ordered => Ok(deleted),
            _ => Err(self.page_or("bad_deletion", &answer, "it can't be read whether the file is deleted")),
        }
    }

    /// `POST /assets/store`: a file that is only an address. When the service asks for a size, once more with the one that
    /// is known of it: none.
    pub(super) async fn store_link(&self, link: &Stored<'_>) -> Result<AssetDto> {
        let url = self.http.at(&["assets", "store"]);
        let mut body = link.body();
        let mut answer = self.http.ask(Method::POST, url.clone(), Some(&body), PATIENCE).await?;
        if answer.status.as_u16() == 422 && link.size.is_none() {
            let refused = answer.json::<RefusalDto>().unwrap_or_default();
            if refused.fields().any(|field| field == "size") {
                body["size"] = json!(0);
                answer = self.http.ask(Method::POST, url, Some(&body), PATIENCE).await?;
            }
        }
        let asset = self.changed(&answer)?;
        asset.ok_or_else(|| self.page_or("bad_asset", &answer, "not with what it made of the address"))
    }

    /// `PUT /assets/{id}`: another name or address of a link. The link as shown afterwards, if the answer has it.
    pub(super) async fn change_link(&self, asset_id: &str, link: &Stored<'_>) -> Result<Option<AssetDto>> {
        let url = self.http.at(&["assets", asset_id]);
        let answer = self.http.ask(Method::PUT, url, Some(&link.body()), PATIENCE).await?;
        self.changed(&answer)
    }

    /// The asset in an answer that says it was made or changed.
    fn changed(&self, answer: &Answer) -> Result<Option<AssetDto>> {
        match answer.status.as_u16() {
            200 | 201 if answer.is_page() => return Err(answer.page(LABEL)),
            200 | 201 => {}
            204 => return Ok(None),
            _ => return Err(refusal(&self.http, answer)),
        }
        let Some(value) = answer.json::<Value>() else {
            return Ok(None);
        };
        if serde_json::from_value::<RefusalDto>(value.clone()).is_ok_and(|refusal| refusal.is_one()) {
            return Err(self
                .http
                .garbled("error_inside_success", "its answer says success and error at once"));
        }
        Ok(serde_json::from_value(unwrapped(value, &["data", "asset"])).ok())
    }

    fn page_or(&self, code: &str, answer: &Answer, what: &str) -> transfer::Failure {
        if answer.is_page() {
            answer.page(LABEL)
        } else {
            self.http.garbled(code, what)
        }
    }
}
