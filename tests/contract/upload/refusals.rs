//! Refusals that every service knows, each with the kind that decides what follows.

use transfer::{Kind, SecretString};

use crate::bench::Bench;
use crate::content::{Content, PART, body};
use crate::stage::{Stage, Step, Wrong};

pub(crate) async fn a_wrong_credential_is_named<S: Stage>() {
    let stage = S::start().await;
    let account = stage.account();
    let bench = Bench::with(stage, &account, &SecretString::from(r#"{"token":"CANARY"}"#));
    for failure in [
        bench.provider.check_account().await.unwrap_err(),
        bench.open(&Content::new("a.bin", 1)).await.unwrap_err(),
    ] {
        assert_eq!(failure.kind, Kind::Unauthorized, "{failure:?}");
        assert!(!failure.maybe_done && failure.action.is_some());
        assert!(!format!("{failure:?}").contains("CANARY"));
    }
    assert_eq!(bench.stage.seen().opened, 0);
}

pub(crate) async fn a_full_plan_is_named<S: Stage>() {
    let bench = Bench::<S>::new().await;
    bench.stage.quota(100);
    let failure = bench.open(&Content::new("large.bin", 101)).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::PlanFull, "plan_full"));
    assert!(!failure.maybe_done && failure.action.is_some());
    let fits = Content::new("fits.bin", 100);
    bench.send(&fits).await.unwrap();
    assert!(bench.stage.has(&fits).await);
}

pub(crate) async fn links_that_ran_out_are_named<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("expired.bin", PART);
    let session = bench.open(&content).await.unwrap();
    assert!(!bench.upload().rules().links_renewed);
    let signed = bench.upload().sign(&session, &session.parts).await.unwrap();
    bench.stage.expire_links();
    // Once by storage's word, once by the clock where links say how long they live.
    let plan = session.parts[0];
    for part in signed {
        let failure = bench.upload().put_part(part, content.body(&plan)).await.unwrap_err();
        assert_eq!(failure.kind, Kind::Expired, "{failure:?}");
    }
    let failure = bench.put(&session, &plan, &content).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Expired, "{failure:?}");
}

pub(crate) async fn a_host_that_refuses_connections_has_certainly_done_nothing<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("offline.bin", PART);
    let (session, receipts) = bench.ready(&content).await;
    bench.stage.unreachable();
    for failure in bench.fails_everywhere(&content, &session, &receipts).await {
        assert!(matches!(failure.kind, Kind::Offline | Kind::Unavailable), "{failure:?}");
        // A connection that stood from before may have carried the first request of each kind.
        assert!(!failure.maybe_done || failure.code == "connection_lost", "{failure:?}");
    }
    let failure = bench.open(&content).await.unwrap_err();
    assert!(!failure.maybe_done, "{failure:?}");
    let seen = bench.stage.seen();
    assert_eq!((seen.opened, seen.finished, seen.aborted), (1, 0, 0));
}

pub(crate) async fn a_lying_tag_is_passed_on_as_it_came<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("lie.bin", PART);
    let session = bench.open(&content).await.unwrap();
    let plan = session.parts[0];
    bench.stage.goes_wrong(Step::PutPart, Wrong::TagLies);
    let lie = bench.put(&session, &plan, &content).await.unwrap();
    assert!(
        lie.tag.is_some() && lie.tag != Some(content.md5(&plan)) && !lie.opaque,
        "{lie:?}"
    );
    let truth = bench.put(&session, &plan, &content).await.unwrap();
    assert_eq!(truth.tag, Some(content.md5(&plan)));
}

pub(crate) async fn a_source_that_ends_early_is_a_changed_source<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("short.bin", PART);
    let session = bench.open(&content).await.unwrap();
    let plan = session.parts[0];
    let part = bench.upload().sign(&session, &[plan]).await.unwrap().remove(0);
    let short = content.bytes.slice(..40_000);
    let failure = bench
        .upload()
        .put_part(part, body(plan.len(), short))
        .await
        .unwrap_err();
    assert_eq!(failure.kind, Kind::SourceChanged, "{failure:?}");
    bench.send(&content).await.unwrap();
    assert!(bench.stage.has(&content).await);
}

pub(crate) async fn an_account_can_be_checked<S: Stage>() {
    let bench = Bench::<S>::new().await;
    bench.provider.check_account().await.unwrap();
    assert_eq!(bench.stage.seen().opened, 0);
}
