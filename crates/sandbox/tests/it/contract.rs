//! What every call must bring, and the calls around an upload.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use sandbox::{ConfirmMethod, EmptyFile, Settings};
use serde_json::{Value, json};

use crate::client::*;

#[tokio::test]
async fn a_call_without_the_key_gets_401_and_is_counted() {
    let w = world().await;
    let base = &w.sandbox.description().providers["fileflare"].base_url;
    for key in [None, Some("Bearer wrong"), Some("sandbox-fileflare-key")] {
        let mut call = w
            .http
            .get(format!("{base}/assets"))
            .header("accept", "application/json");
        if let Some(key) = key {
            call = call.header("authorization", key);
        }
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert!(answer.json::<Value>().await.unwrap()["message"].is_string());
    }
    assert_eq!(w.sandbox.counters().auth_failures, 3);
    w.sandbox.change_settings(|s| s.token = "wrong".into());
    let answer = w.call(Method::GET, "/assets").send().await.unwrap();
    assert_eq!(
        answer.status(),
        StatusCode::OK,
        "a revoked key is replaced in the description too"
    );
}

#[tokio::test]
async fn a_call_that_does_not_accept_json_gets_a_page() {
    let w = world().await;
    let account = &w.sandbox.description().providers["fileflare"];
    let call = w
        .http
        .get(format!("{}/assets", account.base_url))
        .bearer_auth(&account.secret["token"]);
    let answer = call.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_ACCEPTABLE);
    assert!(answer.text().await.unwrap().starts_with("<!DOCTYPE html>"));
}

#[tokio::test]
async fn the_61st_call_of_a_minute_gets_429_until_the_minute_is_over() {
    let w = world_with(Settings::default()).await;
    for n in 1..=60 {
        let answer = w.call(Method::GET, "/assets").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["x-ratelimit-limit"], "60");
        assert_eq!(answer.headers()["x-ratelimit-remaining"], (60 - n).to_string());
    }
    let answer = w.call(Method::GET, "/assets").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(w.sandbox.counters().rate_limited, 1);
    w.sandbox.change_settings(|s| s.retry_after = false);
    let answer = w.call(Method::GET, "/assets").send().await.unwrap();
    assert!(answer.headers().get("retry-after").is_none());
    w.sandbox.advance_clock(Duration::from_secs(wait));
    assert_eq!(
        w.call(Method::GET, "/assets").send().await.unwrap().status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_file_that_does_not_fit_the_plan_gets_402_until_there_is_room() {
    let w = world().await;
    w.sandbox.change_settings(|s| s.quota_bytes = Some(3 * CHUNK as u64));
    let stored = w.upload("a", &bytes(2 * CHUNK)).await;
    assert_eq!(
        w.sign("b", 2 * CHUNK).send().await.unwrap().status(),
        StatusCode::PAYMENT_REQUIRED
    );
    assert_eq!(w.sandbox.counters().quota_refusals, 1);
    let deleted = w
        .call(Method::DELETE, &format!("/assets/{}", stored.id))
        .send()
        .await
        .unwrap();
    assert_eq!(deleted.status(), StatusCode::ACCEPTED);
    assert_eq!(w.sign("b", 2 * CHUNK).send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_body_with_wrong_fields_gets_422_naming_them() {
    let w = world().await;
    for (body, field) in [
        (json!({"size": 1, "mime": "a/b"}), "name"),
        (json!({"name": "a", "size": "many", "mime": "a/b"}), "size"),
        (json!({"name": "a", "size": 1}), "mime"),
        (json!({"filename": "a", "size": 1, "mime_type": "a/b"}), "name"),
    ] {
        let answer = w.call(Method::POST, "/assets/signed").json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let text: Value = answer.json().await.unwrap();
        assert!(
            text["errors"][field].is_array() && text["message"].is_string(),
            "{text}"
        );
    }
    assert_eq!(w.sandbox.counters().sessions_opened, 0);
}

#[tokio::test]
async fn confirming_takes_the_method_the_setting_says() {
    let w = world().await;
    for (setting, post, put) in [
        (ConfirmMethod::Post, 404, 405),
        (ConfirmMethod::Put, 405, 404),
        (ConfirmMethod::Both, 404, 404),
    ] {
        w.sandbox.change_settings(|s| s.confirm_method = setting);
        for (method, expected) in [(Method::POST, post), (Method::PUT, put)] {
            let answer = w
                .call(method, "/assets/none/uploaded")
                .json(&json!({}))
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status().as_u16(), expected);
        }
    }
}

#[tokio::test]
async fn an_empty_file_has_no_part_one_part_or_is_refused() {
    let w = world().await;
    let none = w.session("empty", 0).await;
    assert!(none.urls.is_empty());
    assert_eq!(
        w.confirm(&none, &json!([])).send().await.unwrap().status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    w.sandbox.change_settings(|s| s.empty_file = EmptyFile::OnePart);
    let one = w.upload("empty", &[]).await;
    assert_eq!(one.urls.len(), 1);
    assert_eq!(
        w.sandbox.assets().await.unwrap().last().unwrap().sha256,
        Some(sha256(&[]))
    );
    w.sandbox.change_settings(|s| s.empty_file = EmptyFile::Refused);
    assert_eq!(
        w.sign("empty", 0).send().await.unwrap().status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test]
async fn the_list_comes_in_pages_and_can_be_searched_by_name() {
    let w = world().await;
    for n in 0..5 {
        w.upload(&format!("Photo {n}.jpg"), &bytes(10 + n)).await;
    }
    w.upload("notes.txt", &bytes(3)).await;
    let list = async |query: &str| -> Value {
        w.call(Method::GET, &format!("/assets?{query}"))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    let second = list("page=2&limit=4").await;
    assert_eq!(second["data"].as_array().unwrap().len(), 2);
    assert_eq!(second["meta"]["total"], 6);
    assert_eq!(
        (&second["meta"]["from"], &second["meta"]["last_page"]),
        (&json!(5), &json!(2))
    );
    assert!(second["links"]["next"].is_null() && second["links"]["prev"].is_string());
    let photos = list("filename=photo").await;
    assert_eq!(photos["meta"]["total"], 5);
    assert_eq!(photos["data"][0]["filename"], "Photo 0.jpg");
    assert_eq!(photos["data"][0]["is_file"], true);
}

#[tokio::test]
async fn a_deleted_asset_is_gone_from_the_list_and_from_storage() {
    let w = world().await;
    let session = w.upload("a", &bytes(CHUNK)).await;
    let delete = || w.call(Method::DELETE, &format!("/assets/{}", session.id)).send();
    assert_eq!(delete().await.unwrap().status(), StatusCode::ACCEPTED);
    assert_eq!(delete().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(w.show(&session.id).await.status(), StatusCode::NOT_FOUND);
    assert!(w.sandbox.assets().await.unwrap().is_empty());
    assert_eq!(w.sandbox.counters().deletions, 1);
}

#[tokio::test]
async fn a_link_is_an_asset_that_can_be_edited() {
    let w = world().await;
    let body = json!({"filename": "manual.pdf", "size": 7, "url": "https://example.org/manual.pdf"});
    let stored = w.call(Method::POST, "/assets/store").json(&body).send().await.unwrap();
    assert_eq!(stored.status(), StatusCode::CREATED);
    let id = stored.json::<Value>().await.unwrap()["data"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let edit = json!({"filename": "new.pdf"});
    let edited = w
        .call(Method::PUT, &format!("/assets/{id}"))
        .json(&edit)
        .send()
        .await
        .unwrap();
    assert_eq!(edited.status(), StatusCode::OK);
    let shown: Value = w.show(&id).await.json().await.unwrap();
    assert_eq!(shown["data"]["filename"], "new.pdf");
    assert_eq!(shown["data"]["url"], "https://example.org/manual.pdf");
    assert_eq!(shown["data"]["is_link"], true);
    let wrong = json!({"filename": "a", "url": "no link"});
    let refused = w.call(Method::POST, "/assets/store").json(&wrong).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
}
