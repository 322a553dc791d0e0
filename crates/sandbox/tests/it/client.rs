//! A raw client: sends what it is told, checks nothing, retries nothing.

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use sandbox::{Options, Running, Sandbox, Settings};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Bytes of one part in these tests, unless a test says otherwise.
pub(crate) const CHUNK: usize = 64 * 1024;

pub(crate) struct World {
    pub(crate) sandbox: Running,
    pub(crate) http: reqwest::Client,
}

/// A session as the service signed it.
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) upload: String,
    pub(crate) urls: Vec<Value>,
}

impl Session {
    pub(crate) fn url(&self, number: usize) -> &str {
        self.urls[number - 1]["url"].as_str().unwrap()
    }
}

/// A sandbox with small parts and no rate limit in the way.
pub(crate) async fn world() -> World {
    let settings = Settings {
        chunk_size: CHUNK as u64,
        allow_small_parts: true,
        rate_limit: 100_000,
        ..Settings::default()
    };
    world_with(settings).await
}

pub(crate) async fn world_with(settings: Settings) -> World {
    let sandbox = Sandbox::start(Options {
        settings,
        ..Options::default()
    })
    .await
    .unwrap();
    World {
        sandbox,
        http: client(),
    }
}

pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// Bytes that differ from place to place.
pub(crate) fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl World {
    /// A call with the key and the headers the service asks for.
    pub(crate) fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let account = &self.sandbox.description().providers["fileflare"];
        self.http
            .request(method, format!("{}{path}", account.base_url))
            .bearer_auth(&account.secret["token"])
            .header("accept", "application/json")
    }

    pub(crate) fn sign(&self, name: &str, size: usize) -> RequestBuilder {
        let body = json!({"name": name, "size": size, "mime": "application/octet-stream"});
        self.call(Method::POST, "/assets/signed").json(&body)
    }

    pub(crate) async fn session(&self, name: &str, size: usize) -> Session {
        let response = self.sign(name, size).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let body: Value = response.json().await.unwrap();
        Session {
            id: body["id"].as_str().unwrap().into(),
            upload: body["upload_id"].as_str().unwrap().into(),
            urls: body["urls"].as_array().unwrap().clone(),
        }
    }

    pub(crate) async fn put(&self, url: &str, part: &[u8]) -> reqwest::Result<Response> {
        // Said by hand, because an empty body would go without a length.
        let request = self.http.put(url).header("content-length", part.len());
        request.body(part.to_vec()).send().await
    }

    /// Sends every part and returns the list that confirms them.
    pub(crate) async fn put_all(&self, session: &Session, file: &[u8]) -> Value {
        let mut parts = Vec::new();
        for row in &session.urls {
            let at = |field: &str| usize::try_from(row[field].as_u64().unwrap()).unwrap();
            let response = self
                .put(row["url"].as_str().unwrap(), &file[at("start")..at("end")])
                .await
                .unwrap();
            assert_eq!(response.status(), StatusCode::OK);
            parts.push(json!({"ETag": tag(&response).unwrap(), "PartNumber": row["part"]}));
        }
        Value::Array(parts)
    }

    pub(crate) fn confirm(&self, session: &Session, parts: &Value) -> RequestBuilder {
        let body = json!({"parts": parts, "upload_id": session.upload});
        self.call(Method::POST, &format!("/assets/{}/uploaded", session.id))
            .json(&body)
    }

    pub(crate) fn cancel(&self, session: &Session) -> RequestBuilder {
        let body = json!({"upload_id": session.upload});
        self.call(Method::POST, &format!("/assets/{}/cancel", session.id))
            .json(&body)
    }

    pub(crate) async fn show(&self, id: &str) -> Response {
        self.call(Method::GET, &format!("/assets/{id}")).send().await.unwrap()
    }

    /// A whole upload, confirmed.
    pub(crate) async fn upload(&self, name: &str, file: &[u8]) -> Session {
        let session = self.session(name, file.len()).await;
        let parts = self.put_all(&session, file).await;
        assert_eq!(
            self.confirm(&session, &parts).send().await.unwrap().status(),
            StatusCode::OK
        );
        session
    }
}

/// The tag of a stored part, without quotes.
pub(crate) fn tag(response: &Response) -> Option<String> {
    Some(
        response
            .headers()
            .get("etag")?
            .to_str()
            .unwrap()
            .trim_matches('"')
            .to_owned(),
    )
}

/// Status and error code of an XML answer.
pub(crate) async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let code = text
        .split_once("<Code>")
        .and_then(|t| t.1.split_once("</Code>"))
        .map(|t| t.0.to_owned());
    (status, code.unwrap_or(text))
}
