//! facilioo, asked by a client that knows what is published of it.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use sandbox::{FaciliooFile, Fault, FaultRule, Naming, Route};
use serde_json::{Value, json};

use crate::client::*;

const PDF: &[u8] = b"%PDF-1.7 and what follows";

/// A client that has signed in.
struct Client {
    w: World,
    base: String,
    token: String,
    refresh: String,
}

impl Client {
    async fn new() -> Self {
        Self::of("admin").await
    }

    async fn of(who: &str) -> Self {
        let w = world().await;
        let base = w.sandbox.description().providers["facilioo"].base_url.clone();
        let mut client = Self {
            w,
            base,
            token: String::new(),
            refresh: String::new(),
        };
        let (status, tokens) = client.log_in(who).await;
        assert_eq!(status, 200, "{tokens}");
        client.token = tokens["accessToken"].as_str().unwrap().into();
        client.refresh = tokens["refreshToken"].as_str().unwrap().into();
        client
    }

    async fn log_in(&self, who: &str) -> (u16, Value) {
        let account = self.w.sandbox.description().providers["facilioo"].clone();
        let secret = account.others.get(who).unwrap_or(&account.secret).clone();
        self.post("/api/auth/login", json!(secret)).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self
            .w
            .http
            .request(method, format!("{}{path}", self.base))
            .header("api-version", "2.0")
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask(Method::POST, path, Some(body)).await
    }

    async fn create(&self, name: &str, kind: u64, external: &str) -> u64 {
        let body = json!({"name": name, "typeId": kind, "externalId": external});
        let (status, file) = self.post("/api/files", body).await;
        assert_eq!(status, 201, "{file}");
        file["id"].as_u64().unwrap()
    }

    async fn upload_url(&self, id: u64, body: Value) -> String {
        let (status, link) = self
            .ask(Method::PUT, &format!("/api/files/{id}/upload"), Some(body))
            .await;
        assert_eq!(status, 200, "{link}");
        link["url"].as_str().unwrap().into()
    }

    async fn put(&self, url: &str, kind: Option<&str>, bytes: &[u8]) -> reqwest::Response {
        let mut request = self.w.http.put(url).header("content-length", bytes.len());
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        request.body(bytes.to_vec()).send().await.unwrap()
    }

    /// A PDF, stored.
    async fn sent(&self, external: &str) -> u64 {
        let id = self.create("plan.pdf", 1, external).await;
        let url = self.upload_url(id, json!({})).await;
        let stored = self.put(&url, Some("application/pdf"), PDF).await;
        assert_eq!(stored.status(), StatusCode::OK);
        id
    }

    fn seen(&self) -> sandbox::FaciliooCount {
        self.w.sandbox.counters().facilioo
    }

    fn later(&self, ms: u64) {
        self.w.sandbox.advance_clock(Duration::from_millis(ms));
    }
}

#[tokio::test]
async fn a_file_is_created_stored_measured_and_read() {
    let c = Client::new().await;
    let id = c.sent("mine-1").await;
    let (_, file) = c.get(&format!("/api/files/{id}")).await;
    assert_eq!((&file["fileSize"], &file["pageCount"]), (&Value::Null, &Value::Null));
    c.later(2_000);
    let (_, file) = c.get(&format!("/api/files/{id}")).await;
    assert_eq!((&file["fileSize"], &file["pageCount"]), (&json!(PDF.len()), &json!(1)));
    assert!(file["lastModified"].as_str().unwrap() > file["created"].as_str().unwrap());

    let (_, link) = c.get(&format!("/api/files/{id}/download")).await;
    let url = link["url"].as_str().unwrap();
    let whole = c.w.get(url).await;
    assert_eq!((whole.status, whole.body.as_slice()), (200, PDF));
    assert_eq!(whole.header("content-type"), Some("application/pdf"));
    let named = whole.header("content-disposition").unwrap();
    assert!(named.contains("plan%2Epdf"), "{named}");
    let tag = whole.header("etag").unwrap();
    let some = c.w.http.get(url).header("range", "bytes=5-9").header("if-match", tag);
    let some = c.w.read(some).await;
    assert_eq!((some.status, some.body.as_slice()), (206, &PDF[5..10]));
    let other =
        c.w.http
            .get(url)
            .header("range", "bytes=5-9")
            .header("if-match", "\"x\"");
    assert_eq!(c.w.read(other).await.status, 412);
    let files = c.w.sandbox.facilioo_files().await.unwrap();
    assert_eq!(files[0].sha256.as_deref(), Some(sha256(PDF).as_str()));
    assert_eq!((c.seen().created, c.seen().wrong_content_type), (1, 0));
}

#[tokio::test]
async fn a_file_is_found_by_its_external_id_and_lists_begin_at_page_one_with_ten() {
    let c = Client::new().await;
    for n in 0..12 {
        c.create(&format!("{n}.pdf"), 1, &format!("mine-{n}")).await;
    }
    let (_, found) = c.get("/api/files?ExternalId=mine-7").await;
    assert_eq!(
        (&found["totalCount"], &found["items"][0]["name"]),
        (&json!(1), &json!("7.pdf"))
    );
    let (_, none) = c.get("/api/files?ExternalId=other").await;
    assert_eq!(none["items"], json!([]));
    let (_, types) = c.get("/api/file-types").await;
    assert_eq!(
        (types["items"].as_array().unwrap().len(), &types["hasNextPage"]),
        (10, &json!(true))
    );
    assert_eq!(types["items"][0]["mimeType"], "application/pdf");
    let (_, last) = c.get("/api/file-types?pagenumber=3&pagesize=8").await;
    assert_eq!(
        (last["items"].as_array().unwrap().len(), &last["hasNextPage"]),
        (4, &json!(false))
    );
    assert_eq!(c.get("/api/file-types?PageNumber=0").await.0, 400);
    let (_, party) = c.get("/api/parties/100/files").await;
    assert_eq!(party["totalCount"], 12);
}

#[tokio::test]
async fn a_signed_content_type_must_be_sent_and_another_is_counted() {
    let c = Client::new().await;
    let id = c.create("plan.pdf", 1, "a").await;
    let signed = c.upload_url(id, json!({"enforce": true})).await;
    assert!(signed.contains("X-Amz-SignedHeaders=content-type%3Bhost"));
    for wrong in [None, Some("image/png"), Some("application/pdf; charset=utf-8")] {
        let (status, code) = refusal(c.put(&signed, wrong, PDF).await).await;
        assert_eq!((status, code.as_str()), (403, "SignatureDoesNotMatch"), "{wrong:?}");
    }
    assert_eq!(c.put(&signed, Some("application/pdf"), PDF).await.status(), 200);
    assert_eq!(c.seen().wrong_content_type, 0);
    let free = c.upload_url(id, json!({})).await;
    assert_eq!(c.put(&free, Some("image/png"), PDF).await.status(), 200);
    assert_eq!(c.seen().wrong_content_type, 1);
    let counters = c.w.sandbox.counters();
    assert_eq!(counters.storage.bad_signature, 3);
    assert_eq!(counters.storage.with_content_type, 0, "here it belongs to the request");
    let parts: u64 = counters.uploads.values().map(|upload| upload.parts[&1].stored).sum();
    assert_eq!(parts, 2);
}

#[tokio::test]
async fn a_corrupt_file_is_never_measured_and_a_new_version_shows_the_old_size_for_a_while() {
    let c = Client::new().await;
    let id = c.create("plan.pdf", 1, "a").await;
    let url = c.upload_url(id, json!({})).await;
    c.put(&url, Some("application/pdf"), b"<html>").await;
    c.later(1_800_000);
    let shown = || async { c.get(&format!("/api/files/{id}")).await.1["fileSize"].clone() };
    assert_eq!(shown().await, Value::Null);
    let url = c.upload_url(id, json!({})).await;
    c.put(&url, Some("application/pdf"), PDF).await;
    c.later(2_000);
    assert_eq!(shown().await, json!(PDF.len()));
    c.put(&url, Some("application/pdf"), &[PDF, b"more"].concat()).await;
    assert_eq!(shown().await, json!(PDF.len()), "a link may be used again");
    c.later(2_000);
    assert_eq!(shown().await, json!(PDF.len() + 4));
}

#[tokio::test]
async fn tokens_run_out_are_refreshed_once_and_hold_no_longer_then() {
    let mut c = Client::new().await;
    assert_eq!(c.get("/api/files/1").await.0, 404);
    c.later(3_600_000);
    assert_eq!(c.get("/api/files/1").await.0, 401);
    let (status, fresh) = c.post("/api/auth/refresh", json!({"refreshToken": c.refresh})).await;
    assert_eq!(status, 200);
    assert_eq!(c.get("/api/files/1").await.0, 401, "the old one is over");
    let again = c.post("/api/auth/refresh", json!({"refreshToken": c.refresh})).await;
    assert_eq!(again.0, 401, "a refresh token is good for one refresh");
    c.token = fresh["accessToken"].as_str().unwrap().into();
    assert_eq!(c.get("/api/files/1").await.0, 404);
    let seen = c.seen();
    assert_eq!((seen.expired_tokens, seen.replaced_tokens), (1, 1));
    assert_eq!((seen.logins_done, seen.refreshes, seen.refreshes_again), (1, 2, 1));
}

#[tokio::test]
async fn roles_second_factors_and_blocks_are_what_they_are() {
    let c = Client::of("tenant").await;
    let body = json!({"name": "a.pdf", "typeId": 1});
    assert_eq!(c.post("/api/files", body.clone()).await.0, 403);
    assert_eq!(c.get("/api/file-types").await.0, 200);
    assert_eq!(c.get("/api/parties/100/files").await.0, 403);
    for (who, status) in [("factor", 200), ("factor400", 400), ("factor409", 409)] {
        let (given, answer) = c.log_in(who).await;
        assert_eq!((given, answer.get("accessToken")), (status, None), "{who}");
    }
    let c = Client::new().await;
    c.w.sandbox.change_settings(|settings| settings.facilioo.malformed = 3);
    for _ in 0..3 {
        assert_eq!(c.post("/api/files", json!({"name": 7})).await.0, 400);
    }
    let (status, text) = c.post("/api/files", body.clone()).await;
    assert_eq!((status, text.as_str()), (403, Some("Too many connection errors")));
    c.later(900_000);
    assert_eq!(c.post("/api/files", body).await.0, 201);
    assert_eq!((c.seen().malformed, c.seen().blocked), (3, 1));
}

#[tokio::test]
async fn a_signed_address_is_for_one_thing_and_for_a_while() {
    let c = Client::new().await;
    let id = c.sent("a").await;
    let (_, link) = c.get(&format!("/api/files/{id}/download")).await;
    let url = link["url"].as_str().unwrap().to_owned();
    let put = c.put(&url, Some("application/pdf"), PDF).await;
    assert_eq!(put.status(), 403);
    let head = c.w.http.head(&url).send().await.unwrap();
    assert_eq!(head.status(), 403, "the method is signed too");
    let spoilt = url.replace("X-Amz-Expires=900", "X-Amz-Expires=9000");
    assert_eq!(
        refusal(c.w.http.get(&spoilt).send().await.unwrap()).await.1,
        "SignatureDoesNotMatch"
    );
    let bearer = c.w.http.get(&url).bearer_auth(&c.token).send().await.unwrap();
    assert_eq!(bearer.status(), 400);
    c.later(900_000);
    let over = refusal(c.w.http.get(&url).send().await.unwrap()).await;
    assert_eq!(over, (403, "AccessDenied".into()));
    let counters = c.w.sandbox.counters();
    assert_eq!((counters.storage.with_authorization, counters.storage.expired), (1, 1));
}

#[tokio::test]
async fn pictures_get_thumbnails_after_a_while_and_documents_are_made_of_files() {
    let c = Client::new().await;
    let file = FaciliooFile {
        name: "front.png".into(),
        size: 10,
        seed: 1,
    };
    let id = c.w.sandbox.add_facilioo_file(&file).unwrap();
    let path = format!("/api/files/{id}/thumbnail");
    assert_eq!(c.get(&path).await.0, 404);
    c.later(3_000);
    let (_, link) = c.get(&path).await;
    let picture = c.w.get(link["url"].as_str().unwrap()).await;
    assert_eq!(picture.header("content-type"), Some("image/png"));
    assert!(picture.body.starts_with(b"\x89PNG"));
    let body = json!({"name": "Front", "fileId": id, "externalId": "d"});
    assert_eq!(c.post("/api/documents", body.clone()).await.0, 201);
    let (_, found) = c.get("/api/documents?ExternalId=d").await;
    assert_eq!(found["items"][0]["fileId"], json!(id));
    c.w.sandbox
        .change_settings(|settings| settings.facilioo.documents = false);
    assert_eq!(c.post("/api/documents", body).await.0, 403);
}

#[tokio::test]
async fn the_same_is_said_in_every_naming_and_as_text() {
    let c = Client::new().await;
    let id = c.sent("a").await;
    for (naming, name, url) in [
        (Naming::Camel, "/name", "/url"),
        (Naming::Pascal, "/Name", "/Url"),
        (Naming::Other, "/data/originalFileName", "/data/preSignedUrl"),
        (Naming::Bare, "/name", ""),
    ] {
        c.w.sandbox
            .change_settings(|settings| settings.facilioo.naming = naming);
        let (_, file) = c.get(&format!("/api/files/{id}")).await;
        assert_eq!(file.pointer(name), Some(&json!("plan.pdf")), "{naming:?}");
        let (_, link) = c.get(&format!("/api/files/{id}/download")).await;
        assert!(link.pointer(url).unwrap().is_string(), "{naming:?}: {link}");
    }
    c.w.sandbox
        .change_settings(|settings| settings.facilioo.json_as_text = true);
    let request = c.w.http.get(format!("{}/api/file-types", c.base)).bearer_auth(&c.token);
    let answer = c.w.read(request).await;
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(c.seen().without_version, 1);
}

#[tokio::test]
async fn a_lost_answer_leaves_what_was_asked_for() {
    let c = Client::new().await;
    c.w.sandbox
        .add_fault(FaultRule::from(Fault::AnswerLost).on(Route::CreateFile).times(1));
    let request = c.w.http.post(format!("{}/api/files", c.base)).bearer_auth(&c.token);
    let body = json!({"name": "a.pdf", "typeId": 1, "externalId": "lost"});
    assert!(request.json(&body).send().await.is_err());
    let (_, found) = c.get("/api/files?ExternalId=lost").await;
    assert_eq!(found["totalCount"], 1);
    assert_eq!(c.w.sandbox.counters().faults["answer_lost"], 1);
}
