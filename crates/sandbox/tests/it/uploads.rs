//! From signing to a stored asset, and what is counted on the way.

use reqwest::StatusCode;
use sandbox::{Evidence, Generation, Options, Sandbox, Settings, TagKind};
use serde_json::{Value, json};

use crate::client::*;

#[tokio::test]
async fn a_whole_upload_is_stored_as_it_was_sent() {
    let w = world().await;
    let file = bytes(5 * CHUNK + 17);
    let session = w.upload("holiday.zip", &file).await;
    assert_eq!(session.urls.len(), 6);
    let assets = w.sandbox.assets().await.unwrap();
    assert_eq!(assets.len(), 1);
    assert_eq!(assets[0].sha256, Some(sha256(&file)));
    assert_eq!((assets[0].size, assets[0].confirmed), (file.len() as u64, true));
    assert!(w.sandbox.uploads().await.unwrap().is_empty());
    let shown: Value = w.show(&session.id).await.json().await.unwrap();
    assert_eq!(shown["data"]["size"], file.len());
    assert_eq!(shown["data"]["filename"], "holiday.zip");
}

#[tokio::test]
async fn parts_of_legal_size_are_put_together_by_the_storage_itself() {
    let settings = Settings {
        chunk_size: 5 * 1024 * 1024,
        ..Settings::default()
    };
    let w = world_with(settings).await;
    let file = bytes(11 * 1024 * 1024);
    w.upload("large.bin", &file).await;
    assert_eq!(w.sandbox.assets().await.unwrap()[0].sha256, Some(sha256(&file)));
}

#[tokio::test]
async fn parts_below_5_mib_are_refused_at_confirmation_unless_allowed() {
    let w = world().await;
    w.sandbox.change_settings(|s| s.allow_small_parts = false);
    let file = bytes(2 * CHUNK);
    let session = w.session("small.bin", file.len()).await;
    let parts = w.put_all(&session, &file).await;
    let refused = w.confirm(&session, &parts).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().await.unwrap().contains("EntityTooSmall"));
    w.sandbox.change_settings(|s| s.allow_small_parts = true);
    // The refusal used nothing up.
    assert_eq!(
        w.confirm(&session, &parts).send().await.unwrap().status(),
        StatusCode::OK
    );
    let c = w.sandbox.counters();
    assert_eq!(
        (c.completion_attempts, c.completions, c.duplicate_confirmations),
        (2, 1, 0)
    );
}

#[tokio::test]
async fn a_second_confirmation_is_refused_and_counted_apart() {
    let w = world().await;
    let file = bytes(CHUNK * 2);
    let session = w.session("once.bin", file.len()).await;
    let parts = w.put_all(&session, &file).await;
    assert_eq!(
        w.confirm(&session, &parts).send().await.unwrap().status(),
        StatusCode::OK
    );
    let second = w.confirm(&session, &parts).send().await.unwrap();
    assert_eq!(second.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(second.text().await.unwrap().contains("NoSuchUpload"));
    let c = w.sandbox.counters();
    assert_eq!((c.completions, c.duplicate_confirmations, c.sessions_open), (1, 1, 0));
    let upload = &c.uploads[&session.upload];
    assert_eq!((upload.attempts, upload.completions, upload.duplicates), (2, 1, 1));
    assert_eq!(upload.name, "once.bin");
}

#[tokio::test]
async fn of_two_confirmations_at_once_one_makes_the_asset() {
    let w = world().await;
    let file = bytes(CHUNK * 4);
    let session = w.session("race.bin", file.len()).await;
    let parts = w.put_all(&session, &file).await;
    let (a, b) = tokio::join!(w.confirm(&session, &parts).send(), w.confirm(&session, &parts).send());
    let mut statuses = [a.unwrap().status().as_u16(), b.unwrap().status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422]);
    assert_eq!(w.sandbox.counters().completions, 1);
}

#[tokio::test]
async fn a_wrong_or_missing_part_is_refused_at_confirmation() {
    let w = world().await;
    let file = bytes(CHUNK * 3);
    let session = w.session("wrong.bin", file.len()).await;
    let good = w.put_all(&session, &file).await;
    let mut lied = good.clone();
    lied[1]["ETag"] = json!("00000000000000000000000000000000");
    let mut short = good.clone();
    short.as_array_mut().unwrap().pop();
    for bad in [lied, short, json!([]), Value::Null] {
        let refused = w.confirm(&session, &bad).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    assert_eq!(w.show(&session.id).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(
        w.confirm(&session, &good).send().await.unwrap().status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn cancelling_frees_the_parts_and_ends_the_links() {
    let w = world().await;
    let file = bytes(CHUNK * 2);
    let session = w.session("dropped.bin", file.len()).await;
    w.put(session.url(1), &file[..CHUNK]).await.unwrap();
    let uploads = w.sandbox.uploads().await.unwrap();
    assert_eq!(uploads.len(), 1);
    assert_eq!(uploads[0].parts[&1], CHUNK as u64);
    assert_eq!(uploads[0].asset_id.as_ref(), Some(&session.id));
    assert_eq!(w.cancel(&session).send().await.unwrap().status(), StatusCode::OK);
    assert!(w.sandbox.uploads().await.unwrap().is_empty());
    let late = w.put(session.url(2), &file[CHUNK..]).await.unwrap();
    assert_eq!(refusal(late).await, (404, "NoSuchUpload".into()));
    assert_eq!(w.cancel(&session).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    let c = w.sandbox.counters();
    assert_eq!((c.cancels, c.sessions_open, c.storage.gone), (1, 0, 1));
}

#[tokio::test]
async fn a_cancel_after_the_confirmation_harms_nothing_and_is_counted() {
    let w = world().await;
    let session = w.upload("done.bin", &bytes(CHUNK)).await;
    assert_eq!(
        w.cancel(&session).send().await.unwrap().status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(w.show(&session.id).await.status(), StatusCode::OK);
    let c = w.sandbox.counters();
    assert_eq!((c.cancels, c.cancels_after_completion), (0, 1));
    let late = w.put(session.url(1), &bytes(CHUNK)).await.unwrap();
    assert_eq!(refusal(late).await, (404, "NoSuchUpload".into()));
}

#[tokio::test]
async fn every_time_a_part_is_stored_is_counted() {
    let w = world().await;
    let file = bytes(CHUNK * 2);
    let session = w.session("twice.bin", file.len()).await;
    w.put(session.url(1), &file[..CHUNK]).await.unwrap();
    let parts = w.put_all(&session, &file).await;
    w.confirm(&session, &parts).send().await.unwrap();
    let c = w.sandbox.counters();
    let counted = &c.uploads[&session.upload].parts;
    assert_eq!((counted[&1].stored, counted[&1].bytes), (2, 2 * CHUNK as u64));
    assert_eq!(
        (counted[&2].requests, counted[&2].stored, counted[&2].received),
        (1, 1, CHUNK as u64)
    );
    assert_eq!(c.payload.received, 3 * CHUNK as u64);
    assert_eq!((c.payload.now, c.payload.max), (0, 1));
    assert_eq!(w.sandbox.assets().await.unwrap()[0].sha256, Some(sha256(&file)));
}

#[tokio::test]
async fn what_reading_shows_is_what_the_evidence_setting_says() {
    let w = world().await;
    let open = w.session("open.bin", 12_345_678).await;
    let done = w.upload("done.bin", &bytes(CHUNK)).await;
    for (evidence, open_size, done_size) in [
        (Evidence::AfterConfirmation, None, json!(CHUNK)),
        (Evidence::FromSigning, Some(json!(12_345_678)), json!(CHUNK)),
        (Evidence::RoundedSize, None, json!("65KB")),
        (Evidence::FromSigningRounded, Some(json!("12MB")), json!("65KB")),
    ] {
        w.sandbox.change_settings(|s| s.evidence = evidence);
        let shown = w.show(&open.id).await;
        let size = if shown.status() == StatusCode::OK {
            Some(shown.json::<Value>().await.unwrap()["data"]["size"].clone())
        } else {
            None
        };
        assert_eq!(size, open_size, "{evidence:?}");
        assert_eq!(
            w.show(&done.id).await.json::<Value>().await.unwrap()["data"]["size"],
            done_size
        );
    }
}

#[tokio::test]
async fn tags_are_of_the_kind_the_setting_says() {
    let w = world().await;
    let file = bytes(CHUNK);
    let true_tag = {
        let session = w.session("a", CHUNK).await;
        tag(&w.put(session.url(1), &file).await.unwrap()).unwrap()
    };
    w.sandbox.change_settings(|s| s.etag = TagKind::Opaque);
    let session = w.session("b", CHUNK).await;
    let opaque = tag(&w.put(session.url(1), &file).await.unwrap()).unwrap();
    assert_ne!(opaque, true_tag);
    let parts = json!([{"ETag": opaque, "PartNumber": 1}]);
    assert_eq!(
        w.confirm(&session, &parts).send().await.unwrap().status(),
        StatusCode::OK
    );
    w.sandbox.change_settings(|s| s.etag = TagKind::Missing);
    let session = w.session("c", CHUNK).await;
    assert_eq!(tag(&w.put(session.url(1), &file).await.unwrap()), None);
    w.sandbox.change_settings(|s| s.etag = TagKind::Lying);
    let lie = tag(&w.put(session.url(1), &file).await.unwrap()).unwrap();
    assert_ne!(lie, true_tag);
    let lied = json!([{"ETag": lie, "PartNumber": 1}]);
    assert_eq!(
        w.confirm(&session, &lied).send().await.unwrap().status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let told = json!([{"ETag": true_tag, "PartNumber": 1}]);
    assert_eq!(
        w.confirm(&session, &told).send().await.unwrap().status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn the_newer_contract_takes_a_file_whole() {
    let w = world().await;
    w.sandbox.change_settings(|s| s.generation = Generation::Newer);
    let file = bytes(3 * CHUNK);
    let old = w.sign("new.bin", file.len()).send().await.unwrap();
    assert_eq!(old.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let errors = old.json::<Value>().await.unwrap()["errors"].clone();
    assert!(errors["filename"].is_array() && errors["mime_type"].is_array());
    let body = json!({"filename": "new.bin", "size": file.len(), "mime_type": "application/zip"});
    let signed: Value = w
        .call(reqwest::Method::POST, "/assets/signed")
        .json(&body)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let id = signed["asset"]["id"].as_str().unwrap().to_owned();
    let confirm = || w.call(reqwest::Method::POST, &format!("/assets/{id}/uploaded")).send();
    assert_eq!(confirm().await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
    let stored = w.put(signed["upload_url"].as_str().unwrap(), &file).await.unwrap();
    assert_eq!(stored.status(), StatusCode::OK);
    assert_eq!(confirm().await.unwrap().status(), StatusCode::OK);
    assert_eq!(w.sandbox.assets().await.unwrap()[0].sha256, Some(sha256(&file)));
    let c = w.sandbox.counters();
    assert_eq!(c.uploads[&id].parts[&1].stored, 1);
    assert_eq!((c.uploads[&id].attempts, c.uploads[&id].completions), (2, 1));
}

#[tokio::test]
async fn with_a_home_an_upload_goes_on_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let settings = Settings {
        chunk_size: CHUNK as u64,
        allow_small_parts: true,
        rate_limit: 1000,
        ..Settings::default()
    };
    let options = Options {
        home: Some(home.path().into()),
        port_base: None,
        settings,
    };
    let file = bytes(2 * CHUNK);
    let first = World {
        sandbox: Sandbox::start(options.clone()).await.unwrap(),
        http: client(),
    };
    let done = first.upload("done.bin", &file).await;
    let open = first.session("open.bin", file.len()).await;
    let parts = first.put_all(&open, &file).await;
    first.sandbox.stop().await;
    let second = World {
        sandbox: Sandbox::start(options).await.unwrap(),
        http: client(),
    };
    assert_eq!(second.show(&done.id).await.status(), StatusCode::OK);
    assert_eq!(second.sandbox.counters().sessions_open, 1);
    assert_eq!(
        second.confirm(&open, &parts).send().await.unwrap().status(),
        StatusCode::OK
    );
    let assets = second.sandbox.assets().await.unwrap();
    assert!(assets.iter().all(|a| a.sha256 == Some(sha256(&file))));
    assert_eq!(assets.len(), 2);
}
