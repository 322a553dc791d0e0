//! The control API over HTTP: what tests in another process use.

use reqwest::StatusCode;
use sandbox::{Counters, Description, Settings};
use serde_json::{Value, json};

use crate::client::*;

impl World {
    async fn ask(&self, path: &str) -> reqwest::Response {
        self.http
            .get(format!("{}/_sandbox{path}", self.sandbox.urls().control))
            .send()
            .await
            .unwrap()
    }

    async fn tell(&self, path: &str, body: Value) -> (StatusCode, Value) {
        let url = format!("{}/_sandbox{path}", self.sandbox.urls().control);
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }
}

#[tokio::test]
async fn the_description_says_where_everything_is() {
    let w = world().await;
    let described: Description = w.ask("").await.json().await.unwrap();
    assert_eq!(described, w.sandbox.description());
    let json = serde_json::to_value(&described).unwrap();
    assert!(
        json["providers"]["fileflare"]["base_url"]
            .as_str()
            .unwrap()
            .ends_with("/fileflare/api/v1")
    );
    assert!(json["providers"]["fileflare"]["secret"]["token"].is_string());
    assert!(json["s3"]["access_key"].is_string());
}

#[tokio::test]
async fn settings_change_field_by_field_and_unknown_ones_are_refused() {
    let w = world().await;
    let (status, answer) = w
        .tell("/settings", json!({"chunk_size": 1000, "evidence": "from_signing"}))
        .await;
    assert_eq!((status, &answer["chunk_size"]), (StatusCode::OK, &json!(1000)));
    assert_eq!(answer["allow_small_parts"], true);
    for wrong in [
        json!({"chunk_sise": 1}),
        json!({"evidence": "none"}),
        json!({"chunk_size": 0}),
        json!(3),
    ] {
        let (status, answer) = w.tell("/settings", wrong).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(answer["error"].is_string());
    }
    let now: Settings = w.ask("/settings").await.json().await.unwrap();
    assert_eq!(now, w.sandbox.settings());
    assert_eq!(now.chunk_size, 1000);
}

#[tokio::test]
async fn faults_are_posted_listed_and_cleared() {
    let w = world().await;
    let rules = json!([
        {"fault": "answer_lost", "route": "uploaded", "times": 1},
        {"fault": "refused", "route": "api", "status": 429, "retry_after": 2, "after": 1},
        {"fault": "error_inside_200", "route": "part", "part": 3, "for_ms": 60_000}
    ]);
    let (status, answer) = w.tell("/faults", rules).await;
    assert_eq!((status, answer), (StatusCode::OK, json!({"ids": [1, 2, 3]})));
    let listed: Value = w.ask("/faults").await.json().await.unwrap();
    assert_eq!(listed[0]["fault"], "answer_lost");
    assert_eq!(listed[1]["retry_after"], 2);
    assert_eq!(listed[2]["part"], 3);
    for wrong in [
        json!({"fault": "meteor"}),
        json!({"fault": "hang", "rout": "signed"}),
        json!({"fault": "cut"}),
    ] {
        assert_eq!(w.tell("/faults", wrong).await.0, StatusCode::BAD_REQUEST);
    }
    w.tell("/faults", json!({"clear": 2})).await;
    assert_eq!(w.sandbox.faults().len(), 2);
    let url = format!("{}/_sandbox/faults", w.sandbox.urls().control);
    w.http.delete(format!("{url}/1")).send().await.unwrap();
    assert_eq!(w.sandbox.faults().len(), 1);
    w.http.delete(url).send().await.unwrap();
    assert!(w.sandbox.faults().is_empty());
}

#[tokio::test]
async fn the_clock_is_moved_and_read() {
    let w = world().await;
    let before = w.sandbox.clock();
    assert_eq!(before.offset_s, 0);
    let (_, now) = w.tell("/clock", json!({"advance_s": 3600})).await;
    assert_eq!(now["offset_s"], 3600);
    assert!(now["now_s"].as_i64().unwrap() >= before.now_s + 3600);
    assert_eq!(w.tell("/clock", json!({"offset_s": 0})).await.1["offset_s"], 0);
    assert_eq!(
        w.tell("/clock", json!({"tomorrow": true})).await.0,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn counters_assets_and_uploads_are_read_and_reset() {
    let w = world().await;
    let file = bytes(CHUNK + 1);
    w.upload("a.bin", &file).await;
    let open = w.session("b.bin", CHUNK).await;
    let counters: Counters = w.ask("/counters").await.json().await.unwrap();
    assert_eq!(counters, w.sandbox.counters());
    assert_eq!(
        (counters.sessions_opened, counters.sessions_open, counters.completions),
        (2, 1, 1)
    );
    let assets: Value = w.ask("/assets").await.json().await.unwrap();
    assert_eq!(assets[0]["sha256"], sha256(&file));
    assert_eq!(
        (&assets[1]["confirmed"], &assets[1]["sha256"]),
        (&json!(false), &Value::Null)
    );
    let uploads: Value = w.ask("/uploads").await.json().await.unwrap();
    assert_eq!(
        (uploads.as_array().unwrap().len(), &uploads[0]["upload_id"]),
        (1, &json!(open.upload))
    );
    w.tell("/counters/reset", json!({})).await;
    let counters = w.sandbox.counters();
    assert_eq!(
        (counters.sessions_opened, counters.sessions_open, counters.completions),
        (0, 1, 0)
    );
    assert_eq!(counters.uploads[&open.upload].name, "b.bin");
}

#[tokio::test]
async fn waiting_ends_when_the_counter_is_there_or_the_time_is_over() {
    let w = world().await;
    let (waited, ()) = tokio::join!(w.ask("/wait?counter=/sessions_opened&at_least=2"), async {
        w.session("a", 1).await;
        w.session("b", 1).await;
    });
    assert_eq!(waited.status(), StatusCode::OK);
    let late = w.ask("/wait?counter=/sessions_opened&at_least=3&timeout_ms=20").await;
    assert_eq!(late.status(), StatusCode::REQUEST_TIMEOUT);
}

#[tokio::test]
async fn files_are_added_listed_and_timed_over_the_wire() {
    let w = world().await;
    let (_, answer) = w
        .tell("/files", json!({"name": "ä b.bin", "size": 1000, "seed": 7}))
        .await;
    let link = answer["links"][0].as_str().unwrap();
    assert_eq!(w.get(link).await.body, sandbox::Content::new(7).bytes(0, 1000));
    let (_, answer) = w
        .tell(
            "/filefactory",
            json!([{"id": "abc", "name": "x", "premium_only": true}]),
        )
        .await;
    assert_eq!(answer["links"][0], "http://www.filefactory.com/file/abc/n/x");
    let hosted: Value = w.ask("/filefactory").await.json().await.unwrap();
    assert!(hosted.as_array().unwrap().iter().any(|f| f["id"] == "abc"));
    assert_eq!(w.tell("/files", json!({"nam": "x"})).await.0, StatusCode::BAD_REQUEST);
    let (_, settings) = w.tell("/settings", json!({"filefactory": {"delay_s": 0}})).await;
    assert_eq!(settings["filefactory"]["delay_s"], 0);
    assert_eq!(settings["filefactory"]["logins"], 20);

    let down: sandbox::Timeline = w.ask("/timeline?direction=down").await.json().await.unwrap();
    assert!(down.total >= 1000);
    w.upload("a.bin", &bytes(CHUNK)).await;
    assert_eq!(w.sandbox.timeline(sandbox::Direction::Up).total, CHUNK as u64);
    w.tell("/timeline/reset", json!({})).await;
    assert_eq!(w.sandbox.timeline(sandbox::Direction::Up).total, 0);
}
