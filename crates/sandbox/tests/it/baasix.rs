//! Baasix, asked by a client that knows how a server of its kind behaves and nothing of ours.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response};
use sandbox::{Content, Fault, FaultRule, Route};
use serde_json::{Value, json};

use crate::client::*;

const MISSING: &str = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1";

struct Client {
    w: World,
    base: String,
    token: String,
}

async fn signed_in() -> Client {
    let w = world().await;
    w.sandbox
        .change_settings(|settings| settings.baasix.rate_limit = 100_000);
    let account = w.sandbox.description().providers["baasix"].clone();
    let login = w
        .http
        .post(format!("{}/auth/login", account.base_url))
        .json(&account.secret);
    let answer: Value = login.send().await.unwrap().json().await.unwrap();
    let token = answer["token"].as_str().unwrap().to_owned();
    assert_eq!(answer["user"]["email"], account.secret["email"].as_str());
    Client {
        w,
        base: account.base_url,
        token,
    }
}

/// A form, written by hand.
struct Form(Vec<u8>);

impl Form {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn text(mut self, name: &str, value: &str) -> Self {
        let part = format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        self.0.extend_from_slice(part.as_bytes());
        self
    }

    /// `named` is what stands behind `name="file"`.
    fn file(mut self, field: &str, named: &str, bytes: &[u8]) -> Self {
        let head = format!(
            "--B\r\nContent-Disposition: form-data; name=\"{field}\"; {named}\r\nContent-Type: audio/wav\r\n\r\n"
        );
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(bytes);
        self.0.extend_from_slice(b"\r\n");
        self
    }

    fn end(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"--B--\r\n");
        self.0
    }
}

impl Client {
    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.w.http.request(method, format!("{}{path}", self.base));
        request.header("authorization", format!("Bearer {}", self.token))
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        read(self.call(Method::GET, path).send().await.unwrap()).await
    }

    async fn post(&self, body: Vec<u8>) -> (u16, Value) {
        let request = self.call(Method::POST, "/files").body(body);
        let request = request.header("content-type", "multipart/form-data; boundary=B");
        read(request.send().await.unwrap()).await
    }

    async fn made(&self, named: &str, bytes: &[u8]) -> Value {
        let (status, answer) = self.post(Form::new().file("file", named, bytes).end()).await;
        assert_eq!(status, 200, "{answer}");
        let (_, row) = self.get(&format!("/files/{}", answer["data"].as_str().unwrap())).await;
        row["data"].clone()
    }
}

async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

#[tokio::test]
async fn a_file_that_is_too_long_is_cut_without_a_word() {
    let c = signed_in().await;
    c.w.sandbox
        .change_settings(|settings| settings.baasix.max_upload_bytes = 1_000);
    let row = c.made("filename=\"long.bin\"", &bytes(1_500)).await;
    assert_eq!(row["size"], 1_000);
    let kept = c.w.sandbox.baasix_files().await.unwrap();
    assert_eq!(kept[0].sha256, Some(sha256(&bytes(1_500)[..1_000])));
    assert_eq!(c.w.sandbox.counters().baasix.truncated, 1);
}

#[tokio::test]
async fn a_token_that_is_none_makes_a_call_the_publics() {
    let c = signed_in().await;
    let row = c.made("filename=\"a.bin\"", b"abc").await;
    let path = format!("/files/{}", row["id"].as_str().unwrap());
    for header in ["", "Bearer nonsense", &format!("bearer {}", c.token)] {
        let request =
            c.w.http
                .get(format!("{}{path}", c.base))
                .header("authorization", header);
        let (status, answer) = read(request.send().await.unwrap()).await;
        assert_eq!(status, 403, "{header}");
        assert_eq!(
            answer["error"]["message"],
            "You don't have permission to read items in 'baasix_File'"
        );
        assert_eq!(answer["error"]["statusCode"], 403);
    }
    let (status, answer) = c.get(&format!("/files/{MISSING}")).await;
    assert_eq!(status, 403);
    assert_eq!(
        answer["error"]["message"],
        "Item not found or you don't have permission to read it"
    );
    assert_eq!(c.get("/files/7").await.0, 500);
    assert_eq!(c.get("/nothing").await.0, 404);
    assert_eq!(c.get("/auth/check").await, (200, json!({"valid": true})));
    c.w.sandbox.advance_clock(Duration::from_secs(604_801));
    assert_eq!(c.get("/auth/check").await, (401, json!({"valid": false})));
    assert_eq!(c.get(&path).await.0, 403);
}

#[tokio::test]
async fn a_refreshed_token_ends_the_old_one_at_once() {
    let mut c = signed_in().await;
    let refresh = c.call(Method::POST, "/auth/refresh").json(&json!({}));
    let (status, answer) = read(refresh.send().await.unwrap()).await;
    assert_eq!((status, &answer["expiresIn"]), (200, &json!(604_800)));
    assert_eq!(c.get("/auth/check").await.0, 401);
    c.token = answer["token"].as_str().unwrap().to_owned();
    assert_eq!(c.get("/auth/check").await.0, 200);
    c.get("/auth/logout").await;
    assert_eq!(c.get("/auth/me").await.0, 401);
    let wrong = json!({"email": "editor@sandbox.test", "password": "x"});
    let login = c.w.http.post(format!("{}/auth/login", c.base));
    assert_eq!(
        read(login.json(&wrong).send().await.unwrap()).await,
        (400, json!({"message": "Incorrect password."}))
    );
    let login = c.w.http.post(format!("{}/auth/login", c.base));
    assert_eq!(login.body("{").send().await.unwrap().status(), 500);
}

#[tokio::test]
async fn names_are_read_in_latin_1_unless_they_are_said_twice() {
    let c = signed_in().await;
    let row = c.made("filename=\"ü.bin\"", b"x").await;
    assert_eq!(row["originalFilename"], "Ã¼.bin");
    let row = c.made("filename=\"x\"; filename*=utf-8''%C3%BC.bin", b"x").await;
    assert_eq!(
        (&row["originalFilename"], &row["title"]),
        (&json!("ü.bin"), &json!("ü.bin"))
    );
    let form = Form::new()
        .text("originalFilename", "名前.bin")
        .file("file", "filename=\"dir/plain.bin\"", b"x")
        .text("title", "A \"title\"");
    let (_, answer) = c.post(form.end()).await;
    let id = answer["data"].as_str().unwrap();
    let (_, row) = c.get(&format!("/files/{id}")).await;
    let row = &row["data"];
    assert_eq!(
        (&row["originalFilename"], &row["title"]),
        (&json!("名前.bin"), &json!("A \"title\""))
    );
    assert_eq!(row["filename"], format!("{id}-plain.bin"));
}

#[tokio::test]
async fn what_a_name_promises_is_looked_into() {
    let c = signed_in().await;
    for name in [
        "a.ts", "a.psd", "a.dwg", "a.heic", "a.svg", "a.mp3", "a.ogg", "a.jpg", "a.mp4",
    ] {
        let named = format!("filename=\"{name}\"");
        let (status, answer) = c.post(Form::new().file("file", &named, b"no media").end()).await;
        assert_eq!(status, 500, "{name}");
        assert!(
            answer["error"]["details"].as_str().unwrap().contains("/srv/"),
            "the server's folders show"
        );
        let form = Form::new()
            .text("type", "application/octet-stream")
            .file("file", &named, b"no media");
        assert_eq!(c.post(form.end()).await.0, 200, "{name}");
    }
    assert_eq!(c.w.sandbox.counters().baasix.refused_media, 9);
    assert_eq!(c.made("filename=\"a.pdf\"", b"x").await["type"], "application/pdf");
}

#[tokio::test]
async fn an_id_may_be_chosen_once() {
    let c = signed_in().await;
    let form = || {
        Form::new()
            .text("id", MISSING)
            .file("file", "filename=\"a\"", b"x")
            .end()
    };
    assert_eq!(c.post(form()).await, (200, json!({"data": MISSING})));
    let (status, answer) = c.post(form()).await;
    assert_eq!(
        (status, &answer["error"]["message"]),
        (409, &json!("Unique constraint violation"))
    );
    c.w.sandbox.change_settings(|settings| settings.baasix.own_ids = false);
    assert_ne!(c.post(form()).await.1["data"], MISSING);
}

#[tokio::test]
async fn a_row_is_there_before_its_bytes() {
    let c = signed_in().await;
    c.w.sandbox
        .add_fault(FaultRule::from(Fault::StoredLate { ms: 1_500 }).times(1));
    let form = Form::new()
        .text("id", MISSING)
        .file("file", "filename=\"a\"", b"abc")
        .end();
    let posting = c.post(form);
    let looking = async {
        c.w.sandbox.until(|counters| counters.baasix.forms_now == 1).await;
        let row = loop {
            let (status, row) = c.get(&format!("/files/{MISSING}")).await;
            if status == 200 {
                break row;
            }
        };
        assert_eq!(row["data"]["size"], 3);
        assert_eq!(c.get(&format!("/assets/{MISSING}")).await.0, 500);
    };
    let (posted, ()) = tokio::join!(posting, looking);
    assert_eq!(posted.0, 200);
}

#[tokio::test]
async fn forms_that_are_none_are_refused_in_their_own_ways() {
    let c = signed_in().await;
    let file = |field| Form::new().file(field, "filename=\"a\"", b"x");
    let unfinished = file("file").0;
    for (body, status) in [
        (unfinished, 400),
        (file("other").end(), 400),
        (Form::new().text("title", "x").end(), 400),
        (file("file").file("file", "filename=\"b\"", b"x").end(), 500),
        (file("file").text("storage", "elsewhere").end(), 500),
        (file("file").text("id", "7").end(), 500),
        (Form::new().file("file", "filename=\"empty\"", b"").end(), 200),
    ] {
        assert_eq!(c.post(body).await.0, status);
    }
    let json = c.call(Method::POST, "/files").json(&json!({"file": "x"}));
    assert_eq!(json.send().await.unwrap().status(), 400);
    assert_eq!(c.w.sandbox.counters().baasix.made, 1);
}

#[tokio::test]
async fn lists_are_in_no_order_unless_one_is_asked_for() {
    let c = signed_in().await;
    let first = c.made("filename=\"1.bin\"", b"x").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for n in 2..=12 {
        c.made(&format!("filename=\"{n}.bin\""), b"xx").await;
    }
    let change = c
        .call(Method::PATCH, &format!("/files/{first}"))
        .json(&json!({"title": "new", "unknown": 1}));
    assert_eq!(read(change.send().await.unwrap()).await, (200, json!({"data": first})));
    let (_, all) = c.get("/files").await;
    assert_eq!(all["data"][11]["id"], first, "a row moves when it is changed");
    assert_eq!(
        (all["data"].as_array().unwrap().len(), &all["totalCount"]),
        (12, &json!(12))
    );
    assert_eq!(c.get("/files?page=2").await.1["data"].as_array().unwrap().len(), 2);
    assert_eq!(c.get("/files?limit=-1").await.1["data"].as_array().unwrap().len(), 12);
    let (_, sorted) = c.get("/files?sort={\"createdAt\":\"asc\"}&limit=1").await;
    // Several may have been made in the same millisecond.
    assert_eq!(sorted["data"][0]["createdAt"], all["data"][11]["createdAt"]);
    assert_eq!(c.get("/files?search=NEW").await.1["totalCount"], 1);
    assert_eq!(c.get("/files?filter={\"size\":1}").await.1["data"][0]["id"], first);
    assert_eq!(c.get("/files?sort=-createdAt").await.0, 500);
    let gone = c.call(Method::DELETE, &format!("/files/{first}"));
    assert_eq!(gone.send().await.unwrap().status(), 200);
    assert_eq!(
        c.call(Method::DELETE, &format!("/files/{first}"))
            .send()
            .await
            .unwrap()
            .status(),
        403
    );
    assert_eq!(c.get(&format!("/assets/{first}")).await.0, 403);
}

#[tokio::test]
async fn a_patch_with_a_file_fails_and_one_of_the_stored_name_loses_the_bytes() {
    let c = signed_in().await;
    let id = c.made("filename=\"a.bin\"", b"x").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/files/{id}");
    let form = Form::new().file("file", "filename=\"b.bin\"", b"y").end();
    let replace = c.call(Method::PATCH, &path).body(form);
    let replace = replace.header("content-type", "multipart/form-data; boundary=B");
    assert_eq!(replace.send().await.unwrap().status(), 500);
    assert_eq!(c.get(&format!("/assets/{id}")).await.0, 200);
    let rename = c.call(Method::PATCH, &path).json(&json!({"filename": "b.bin"}));
    assert_eq!(rename.send().await.unwrap().status(), 200);
    assert_eq!(c.get(&format!("/assets/{id}")).await.0, 500);
}

#[tokio::test]
async fn ranges_work_for_videos_and_sounds_and_have_three_mistakes() {
    let c = signed_in().await;
    let film = c.w.sandbox.add_baasix_file("ü.mp4", 10_000, 7);
    let asked = |range: &str| {
        c.call(Method::GET, &format!("/assets/{film}?download=true"))
            .header("range", range.to_owned())
            .send()
    };
    let some = asked("bytes=9000-").await.unwrap();
    assert_eq!((some.status().as_u16(), some.headers().get("etag")), (206, None));
    assert_eq!(some.headers()["content-range"], "bytes 9000-9999/10000");
    assert_eq!(
        some.headers()["content-disposition"],
        "attachment; filename=\"%C3%BC%2Emp4\"; filename*=UTF-8''%C3%BC%2Emp4"
    );
    assert_eq!(some.bytes().await.unwrap(), Content::new(7).bytes(9_000, 1_000));
    for range in ["bytes=-5", "bytes=10000-"] {
        assert_eq!(asked(range).await.unwrap().status(), 500, "{range}");
    }
    let too_far = asked("bytes=9999-10099").await.unwrap();
    assert_eq!(too_far.content_length(), Some(101));
    let hangs = tokio::time::timeout(Duration::from_millis(300), too_far.bytes()).await;
    assert!(hangs.is_err(), "more is promised than comes");

    let zip = c.w.sandbox.add_typed_baasix_file("a.zip", "application/zip", 100, 8);
    let path = format!("/assets/{zip}");
    let whole = c
        .call(Method::GET, &path)
        .header("range", "bytes=5-")
        .send()
        .await
        .unwrap();
    assert_eq!((whole.status().as_u16(), whole.content_length()), (200, Some(100)));
    assert!(!whole.headers().contains_key("accept-ranges"));
    let etag = whole.headers()["etag"].to_str().unwrap().to_owned();
    assert!(etag.starts_with("W/"));
    let same = c
        .call(Method::GET, &path)
        .header("if-none-match", etag)
        .send()
        .await
        .unwrap();
    assert_eq!(same.status(), 304);
    let head = c.call(Method::HEAD, &path).send().await.unwrap();
    assert_eq!(
        (
            head.status().as_u16(),
            head.headers()["content-length"].to_str().unwrap()
        ),
        (200, "100")
    );
}

#[tokio::test]
async fn what_lies_in_s3_is_a_redirect_unless_it_is_downloaded() {
    let c = signed_in().await;
    c.w.sandbox.change_settings(|settings| settings.baasix.s3 = true);
    let film = c.w.sandbox.add_baasix_file("a.mp4", 100, 9);
    let led = c.call(Method::GET, &format!("/assets/{film}")).send().await.unwrap();
    assert_eq!(led.status(), 302);
    let there =
        c.w.http
            .get(led.headers()["location"].to_str().unwrap())
            .send()
            .await
            .unwrap();
    assert_eq!(there.bytes().await.unwrap(), Content::new(9).bytes(0, 100));
    let asked = c
        .call(Method::GET, &format!("/assets/{film}?download=true"))
        .header("range", "bytes=5-");
    assert_eq!(asked.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn imports_of_equal_names_are_in_each_others_way() {
    let c = signed_in().await;
    let link = c.w.sandbox.file_url("x.bin", 100, 5);
    let import = |url: &str| {
        c.call(Method::POST, "/files/upload-from-url")
            .json(&json!({"url": url}))
            .send()
    };
    let (status, answer) = read(import(&link).await.unwrap()).await;
    assert_eq!(status, 200);
    let (_, row) = c.get(&format!("/files/{}", answer["data"].as_str().unwrap())).await;
    assert_eq!(
        row["data"]["originalFilename"], "x.bin?size=100&seed=5",
        "the query is a part of the name"
    );
    assert_eq!(
        c.w.sandbox.baasix_files().await.unwrap()[0].sha256,
        Some(Content::new(5).sha256(100))
    );
    c.w.sandbox
        .add_fault(FaultRule::from(Fault::AnswerLate { ms: 300 }).on(Route::File));
    let all = futures_util::future::join_all((0..4).map(|_| import(&link))).await;
    let good = all
        .iter()
        .filter(|answer| answer.as_ref().unwrap().status() == 200)
        .count();
    assert_eq!(good, 1);
    for bad in ["http://127.0.0.1:1/x", "nonsense", &format!("{}/nothing", c.base)] {
        assert_eq!(import(bad).await.unwrap().status(), 500, "{bad}");
    }
}

#[tokio::test]
async fn an_address_has_a_hundred_requests_in_five_seconds() {
    let c = signed_in().await;
    c.w.sandbox.change_settings(|settings| settings.baasix.rate_limit = 5);
    let mut last = None;
    for _ in 0..6 {
        last = Some(c.call(Method::GET, "/auth/check").send().await.unwrap());
    }
    let last = last.unwrap();
    assert_eq!(last.status(), 429);
    let header = |name: &str| last.headers()[name].to_str().unwrap().parse::<u64>().unwrap();
    assert_eq!((header("x-ratelimit-limit"), header("x-ratelimit-remaining")), (5, 0));
    assert!((1..=5).contains(&header("retry-after")));
    assert!(
        last.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/plain")
    );
    c.w.sandbox.advance_clock(Duration::from_secs(5));
    assert_eq!(c.get("/auth/check").await.0, 200);
}
