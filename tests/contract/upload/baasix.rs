//! What is particular to sending files to Baasix: its limit, its tokens, its types, its ids.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use sandbox::{Fault, Route};
use transfer::provider::{FileFacts, Settlement};
use transfer::{Failure, Kind, SecretString};

use crate::baasix::Baasix;
use crate::bench::Bench;
use crate::content::{Content, PART};
use crate::stage::Stage;

fn limit(bench: &Bench<Baasix>, bytes: u64) {
    bench
        .stage
        .sandbox
        .change_settings(|settings| settings.baasix.max_upload_bytes = bytes);
}

fn seen(bench: &Bench<Baasix>) -> sandbox::BaasixCount {
    bench.stage.sandbox.counters().baasix
}

/// The same server, asked by a program that remembers what `failure` says of the largest file.
fn knowing(stage: Baasix, failure: &Failure) -> Bench<Baasix> {
    let (mut account, secret) = (stage.account(), stage.secret());
    account.set_largest(failure.largest);
    Bench::with(stage, &account, &secret)
}

#[tokio::test]
async fn a_file_that_was_cut_is_removed_and_the_next_is_refused_before_a_byte_is_sent() {
    let bench = Bench::<Baasix>::new().await;
    limit(&bench, PART);
    let fits = Content::new("fits.bin", PART);
    bench.send(&fits).await.unwrap();
    let failure = bench.send(&Content::new("long.bin", PART + 1)).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::TooLarge, "server_limit"));
    assert_eq!((failure.largest, failure.maybe_done), (Some(PART), false));
    assert!(failure.action.is_some());
    let files = bench.stage.files().await;
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!((seen(&bench).truncated, seen(&bench).deletions), (1, 1));

    let bench = knowing(bench.stage, &failure);
    let forms = seen(&bench).forms;
    let failure = bench.open(&Content::new("longer.bin", PART + 2)).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::TooLarge, "server_limit"));
    assert_eq!(seen(&bench).forms, forms);
    bench.open(&fits).await.unwrap();

    limit(&bench, PART * 2);
    let mut facts = Content::new("tried.bin", PART + 2).facts();
    facts.options.insert("limit".into(), "try".into());
    bench.upload().limits(&facts).await.unwrap();
}

#[tokio::test]
async fn a_file_that_was_cut_behind_a_lost_answer_is_removed_too() {
    let bench = Bench::<Baasix>::new().await;
    limit(&bench, PART);
    let content = Content::new("long.bin", PART * 2);
    let session = bench.open(&content).await.unwrap();
    bench.stage.wrong(Route::FilePost, Fault::AnswerLost, 1);
    bench.put(&session, &session.parts[0], &content).await.unwrap_err();
    assert_eq!(bench.upload().settle(&session).await.unwrap(), Settlement::NotFinished);
    let failure = bench.put(&session, &session.parts[0], &content).await.unwrap_err();
    assert_eq!((failure.kind, failure.largest), (Kind::TooLarge, Some(PART)));
    assert_eq!((seen(&bench).forms, bench.stage.files().await.len()), (1, 0));
}

#[tokio::test]
async fn what_no_column_of_the_server_holds_is_refused_without_asking() {
    let bench = Bench::<Baasix>::new().await;
    let facts = |size| FileFacts {
        size,
        ..Content::new("huge.bin", 0).facts()
    };
    let failure = bench.upload().limits(&facts(2_147_483_648)).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::TooLarge, "too_large"));
    assert_eq!(bench.stage.sandbox.counters().requests.len(), 0);
    bench.upload().limits(&facts(2_147_483_647)).await.unwrap();
}

#[tokio::test]
async fn a_token_that_ended_is_noticed_before_a_byte_is_sent() {
    let stage = Baasix::start().await;
    let token = stage.sandbox.new_baasix_token();
    let account = stage.account();
    let secret = SecretString::from(format!(r#"{{"token":"{token}"}}"#));
    let bench = Bench::with(stage, &account, &secret);
    bench.send(&Content::new("first.bin", 10)).await.unwrap();
    bench.stage.sandbox.end_baasix_tokens();
    let failure = bench.open(&Content::new("second.bin", 10)).await.unwrap_err();
    assert_eq!(
        (failure.kind, failure.code.as_str()),
        (Kind::Unauthorized, "token_ended")
    );
    assert!(failure.action.is_some() && !format!("{failure:?}").contains(&token));
    assert_eq!((seen(&bench).forms, seen(&bench).tokens_in_url), (1, 0));
    assert_eq!(
        seen(&bench).sign_outs,
        0,
        "a token that somebody pasted is theirs to end"
    );
}

#[tokio::test]
async fn a_session_that_ends_on_the_way_costs_one_sign_in_and_makes_one_file() {
    let bench = Bench::<Baasix>::new().await;
    let content = Content::new("ends.bin", PART);
    let session = bench.open(&content).await.unwrap();
    bench.stage.sandbox.end_baasix_tokens();
    let failure = bench.put(&session, &session.parts[0], &content).await.unwrap_err();
    assert_eq!(
        (failure.kind, failure.code.as_str()),
        (Kind::Unavailable, "session_ended")
    );
    assert!(!failure.maybe_done);
    let receipts = bench.put_all(&session, &content).await.unwrap();
    bench.stage.sandbox.end_baasix_tokens();
    bench.upload().finish(&session, &receipts).await.unwrap();
    assert!(bench.stage.has(&content).await);
    assert_eq!((seen(&bench).made, seen(&bench).sign_ins), (1, 3));
}

#[tokio::test]
async fn twenty_calls_with_a_dead_token_sign_in_once() {
    let bench = Bench::<Baasix>::new().await;
    bench.provider.check_account().await.unwrap();
    bench.stage.sandbox.advance_clock(Duration::from_secs(604_801));
    let all = join_all((0..20).map(|_| bench.provider.check_account())).await;
    assert!(
        all.iter().all(Result::is_ok),
        "{:?}",
        all.iter().find(|one| one.is_err())
    );
    assert_eq!(seen(&bench).sign_ins, 2);
}

#[tokio::test]
async fn a_token_is_changed_before_it_ends_and_never_while_it_is_used() {
    let bench = Bench::<Baasix>::new().await;
    bench.provider.check_account().await.unwrap();
    bench.stage.sandbox.advance_clock(Duration::from_secs(604_800 - 600));
    join_all((0..20).map(|_| bench.provider.check_account())).await;
    let seen = seen(&bench);
    assert_eq!((seen.sign_ins, seen.refreshes, seen.refreshes_in_use), (1, 1, 0));
    assert_eq!(seen.as_public, 0, "nobody was left with the old one");
}

#[tokio::test]
async fn a_refused_sign_in_says_what_the_server_says() {
    let stage = Baasix::start().await;
    let account = stage.account();
    for (secret, words) in [
        (
            r#"{"email":"editor@sandbox.test","password":"CANARY"}"#,
            "Incorrect password.",
        ),
        (
            r#"{"email":"nobody@sandbox.test","password":"CANARY"}"#,
            "User not found.",
        ),
    ] {
        let tools = transfer::provider::Tools {
            budget: std::sync::Arc::new(crate::bench::Told::default()),
            clock: stage.clock(),
        };
        let registry = stage.registry();
        let door = &registry.get("baasix").unwrap().connect;
        let provider = door.connect(&account, &SecretString::from(secret), tools).unwrap();
        let failure = provider.check_account().await.unwrap_err();
        assert_eq!(
            (failure.kind, failure.code.as_str()),
            (Kind::Unauthorized, "sign_in_refused")
        );
        assert!(
            failure.message.contains(words) && !format!("{failure:?}").contains("CANARY"),
            "{failure}"
        );
    }
}

#[tokio::test]
async fn a_tenants_files_are_its_own() {
    let stage = Baasix::start().await;
    let account = stage.account();
    let others = stage.sandbox.description().providers["baasix"].others.clone();
    let secret = SecretString::from(serde_json::to_string(&others["tenant"]).unwrap());
    let bench = Bench::with(stage, &account, &secret);
    let content = Content::new("tenant.bin", 100);
    let session = bench.open(&content).await.unwrap();
    bench.put_all(&session, &content).await.unwrap();
    let own = bench.upload().settle(&session).await.unwrap();
    assert!(matches!(own, Settlement::Finished(_)), "{own:?}");
    let bench = Bench::on(bench.stage);
    assert_eq!(bench.upload().settle(&session).await.unwrap(), Settlement::NotFinished);
}

#[tokio::test]
async fn what_only_looks_like_a_picture_a_video_or_a_sound_arrives_all_the_same() {
    let bench = Bench::<Baasix>::new().await;
    for name in [
        "main.ts",
        "plan.dwg",
        "layers.psd",
        "photo.heic",
        "drawing.svg",
        "song.mp3",
        "song.ogg",
        "picture.jpg",
        "film.mp4",
    ] {
        let content = Content::new(name, 5_000);
        bench.send(&content).await.unwrap();
        assert!(bench.stage.has(&content).await, "{name}");
    }
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x02\0\0\0".to_vec();
    let picture = Content {
        name: "real.png".into(),
        bytes: Bytes::from(png),
    };
    bench.send(&picture).await.unwrap();
    let files = bench.stage.files().await;
    let kind = |name: &str| {
        files
            .iter()
            .find(|file| file.name == name)
            .map(|file| file.kind.clone())
    };
    assert_eq!(kind("real.png").as_deref(), Some("image/png"));
    assert_eq!(kind("main.ts").as_deref(), Some("application/octet-stream"));
    assert_eq!(seen(&bench).refused_media, 0);
}

#[tokio::test]
async fn a_file_that_the_server_could_not_read_is_sent_again_as_one_that_nobody_reads() {
    let bench = Bench::<Baasix>::new().await;
    let content = Content::new("odd.png", 5_000);
    let mut facts = content.facts();
    facts.options.insert("type".into(), "image/png".into());
    let session = bench.upload().open(&facts).await.unwrap();
    let failure = bench.put(&session, &session.parts[0], &content).await.unwrap_err();
    assert_eq!((failure.kind, failure.maybe_done), (Kind::Unavailable, true));
    assert!(!failure.message.contains("/srv/"), "{failure}");
    assert_eq!(bench.upload().settle(&session).await.unwrap(), Settlement::NotFinished);
    let receipts = bench.put_all(&session, &content).await.unwrap();
    bench.upload().finish(&session, &receipts).await.unwrap();
    assert!(bench.stage.has(&content).await);
    assert_eq!(seen(&bench).refused_media, 1);
}

#[tokio::test]
async fn a_server_that_fails_on_a_file_again_and_again_is_not_asked_for_ever() {
    let bench = Bench::<Baasix>::new().await;
    let content = Content::new("never.bin", 100);
    let session = bench.open(&content).await.unwrap();
    let refused = Fault::Refused {
        status: 500,
        retry_after: None,
    };
    bench.stage.wrong(Route::FilePost, refused, 3);
    let mut last = None;
    for _ in 0..3 {
        last = Some(bench.put(&session, &session.parts[0], &content).await.unwrap_err());
    }
    let last = last.unwrap();
    assert_eq!(
        (last.kind, last.code.as_str(), last.maybe_done),
        (Kind::Refused, "server_error", false)
    );
    assert!(last.action.is_some());
}

#[tokio::test]
async fn an_id_that_is_there_already_is_looked_at_and_waited_for() {
    let bench = Bench::<Baasix>::new().await;
    let content = Content::new("slow.bin", PART);
    let session = bench.open(&content).await.unwrap();
    bench.stage.wrong(Route::FilePost, Fault::StoredLate { ms: 1_500 }, 1);
    bench.stage.wrong(Route::FilePost, Fault::AnswerLost, 1);
    let first = bench.put(&session, &session.parts[0], &content);
    let meanwhile = async {
        bench
            .stage
            .sandbox
            .until(|counters| counters.baasix.forms_now == 1)
            .await;
        let listed = || async { bench.upload().settle(&session).await };
        let failure = listed().await.unwrap_err();
        assert_eq!((failure.code.as_str(), failure.maybe_done), ("on_its_way", true));
        let failure = bench.put(&session, &session.parts[0], &content).await.unwrap_err();
        assert_eq!((failure.code.as_str(), failure.maybe_done), ("on_its_way", true));
    };
    let (first, ()) = tokio::join!(first, meanwhile);
    assert!(first.unwrap_err().maybe_done);
    let settled = bench.upload().settle(&session).await.unwrap();
    assert!(matches!(settled, Settlement::Finished(_)), "{settled:?}");
    assert!(bench.stage.has(&content).await);
    assert_eq!((seen(&bench).made, seen(&bench).conflicts), (1, 1));
}

fn ids_are_ignored(bench: &Bench<Baasix>) {
    bench
        .stage
        .sandbox
        .change_settings(|settings| settings.baasix.own_ids = false);
}

#[tokio::test]
async fn a_server_that_chooses_ids_itself_is_taken_at_its_word() {
    let bench = Bench::<Baasix>::new().await;
    ids_are_ignored(&bench);
    let content = Content::new("theirs.bin", PART);
    let session = bench.open(&content).await.unwrap();
    let receipts = bench.put_all(&session, &content).await.unwrap();
    let finished = bench.upload().finish(&session, &receipts).await.unwrap();
    assert_eq!(finished.remote.id, bench.stage.files().await[0].id);
    assert_ne!(Some(finished.remote.id), session.remote_id);
    assert!(bench.stage.has(&content).await);
}

#[tokio::test]
async fn where_the_server_chooses_ids_a_lost_answer_is_settled_by_what_the_file_says_of_itself() {
    let bench = Bench::<Baasix>::new().await;
    ids_are_ignored(&bench);
    // Another of the same name and size is there already, and is not taken for it.
    bench
        .stage
        .sandbox
        .add_typed_baasix_file("twin.bin", "application/zip", PART, 1);
    let content = Content::new("twin.bin", PART);
    let session = bench.open(&content).await.unwrap();
    bench.stage.wrong(Route::FilePost, Fault::AnswerLost, 1);
    bench.put(&session, &session.parts[0], &content).await.unwrap_err();
    let settled = bench.upload().settle(&session).await.unwrap();
    let Settlement::Finished(finished) = settled else {
        panic!("{settled:?}");
    };
    let files = bench.stage.files().await;
    assert_eq!(files.len(), 2);
    assert_eq!(finished.remote.id, files[1].id);
}

#[tokio::test]
async fn where_a_file_can_not_be_told_from_another_the_person_is_asked() {
    let bench = Bench::<Baasix>::new().await;
    ids_are_ignored(&bench);
    let content = Content::new("alike.bin", PART);
    let session = bench.open(&content).await.unwrap();
    assert_eq!(bench.upload().settle(&session).await.unwrap(), Settlement::NotFinished);
    bench.stage.sandbox.add_baasix_file("alike.bin", PART, 1);
    let settled = bench.upload().settle(&session).await.unwrap();
    assert!(matches!(settled, Settlement::Unknown(_)), "{settled:?}");
    // Known to choose ids itself, the only one of the name and size can be no other.
    bench.send(&Content::new("other.bin", 5)).await.unwrap();
    let settled = bench.upload().settle(&session).await.unwrap();
    assert!(matches!(settled, Settlement::Finished(_)), "{settled:?}");
}

#[tokio::test]
async fn too_many_requests_are_a_text_and_tell_the_budget() {
    let bench = Bench::<Baasix>::new().await;
    bench.provider.check_account().await.unwrap();
    bench
        .stage
        .sandbox
        .change_settings(|settings| settings.baasix.rate_limit = 1);
    let failure = bench.provider.check_account().await.unwrap_err();
    assert_eq!((failure.kind, failure.maybe_done), (Kind::RateLimited, false));
    let wait = failure.retry_after.unwrap();
    assert!(wait <= Duration::from_secs(5), "{wait:?}");
    assert_eq!(*bench.budget.exhausted.lock().unwrap(), [wait]);
    bench.stage.sandbox.advance_clock(Duration::from_secs(5));
    bench.provider.check_account().await.unwrap();
}

#[tokio::test]
async fn refusals_mean_what_they_say_and_answers_that_are_none_are_looked_into() {
    for (fault, kind, maybe_done) in [
        (413, Kind::TooLarge, false),
        (429, Kind::RateLimited, false),
        (400, Kind::Refused, false),
        (502, Kind::Unavailable, true),
        (503, Kind::Unavailable, true),
    ]
    .map(|(status, kind, maybe)| {
        let refused = Fault::Refused {
            status,
            retry_after: None,
        };
        (refused, kind, maybe)
    })
    .into_iter()
    .chain([
        (Fault::HtmlPage, Kind::NetworkSignIn, true),
        (Fault::EmptyAnswer, Kind::Protocol, true),
        (Fault::ErrorInside200, Kind::Protocol, true),
        (Fault::Redirected { status: 307 }, Kind::Protocol, true),
    ]) {
        let bench = Bench::<Baasix>::new().await;
        let content = Content::new("no.bin", PART);
        let session = bench.open(&content).await.unwrap();
        bench.stage.wrong(Route::FilePost, fault.clone(), 1);
        let failure = bench.put(&session, &session.parts[0], &content).await.unwrap_err();
        assert_eq!(
            (failure.kind, failure.maybe_done),
            (kind, maybe_done),
            "{fault:?}: {failure:?}"
        );
        assert_eq!(bench.upload().settle(&session).await.unwrap(), Settlement::NotFinished);
        let receipts = bench.put_all(&session, &content).await.unwrap();
        bench.upload().finish(&session, &receipts).await.unwrap();
        assert!(bench.stage.has(&content).await);
        assert_eq!(
            bench.stage.sandbox.counters().elsewhere.requests,
            0,
            "no form is sent elsewhere"
        );
    }
}

#[tokio::test]
async fn a_role_that_may_not_read_is_no_file_that_is_missing() {
    let bench = Bench::<Baasix>::new().await;
    let session = bench.open(&Content::new("role.bin", 10)).await.unwrap();
    bench
        .stage
        .sandbox
        .change_settings(|settings| settings.baasix.may_read = false);
    let failure = bench.upload().settle(&session).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::Refused, "forbidden"));
    assert!(failure.action.is_some() && seen(&bench).sign_ins == 1, "{failure:?}");
}

#[tokio::test]
async fn what_was_said_of_a_file_stands_beside_it() {
    let bench = Bench::<Baasix>::new().await;
    let content = Content::new("said.bin", 100);
    let mut facts = content.facts();
    facts.options.insert("title".into(), "Ünser Titel".into());
    let session = bench.upload().open(&facts).await.unwrap();
    let receipts = bench.put_all(&session, &content).await.unwrap();
    bench.upload().finish(&session, &receipts).await.unwrap();
    let file = &bench.stage.files().await[0];
    assert_eq!(
        (file.name.as_str(), file.title.as_deref()),
        ("said.bin", Some("Ünser Titel"))
    );
}
