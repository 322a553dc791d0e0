//! A file that is sent whole, and is one as soon as its only part is there: lost answers, restarts, giving up.

use transfer::Kind;
use transfer::parts::UploadSession;
use transfer::provider::{Finished, Settlement};

use crate::bench::Bench;
use crate::content::{Content, PART};
use crate::stage::{Stage, Step, Wrong};

pub(crate) async fn a_file_of_any_size_is_one_part<S: Stage>() {
    let bench = Bench::<S>::new().await;
    assert!(bench.upload().rules().part_makes_file);
    for (name, size) in [("one.bin", 1), ("more.bin", PART * 20 + 7)] {
        let content = Content::new(name, size);
        let session = bench.open(&content).await.unwrap();
        assert_eq!((session.parts.len(), session.parts[0].len()), (1, size));
        let receipts = bench.put_all(&session, &content).await.unwrap();
        let finished = bench.upload().finish(&session, &receipts).await.unwrap();
        assert_eq!(finished.size, Some(size));
        assert!(bench.stage.has(&content).await);
    }
}

pub(crate) async fn a_lost_answer_is_settled_as_finished<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("lost.bin", PART + 7);
    let session = bench.open(&content).await.unwrap();
    bench.stage.goes_wrong(Step::PutPart, Wrong::AnswerLost);
    let failure = bench.put(&session, &session.parts[0], &content).await.unwrap_err();
    assert!(failure.maybe_done, "{failure:?}");
    let settled = bench.upload().settle(&session).await.unwrap();
    let size = content.size();
    assert!(
        matches!(settled, Settlement::Finished(Finished { size: Some(seen), .. }) if seen == size),
        "{settled:?}"
    );
    assert!(bench.stage.has(&content).await);
    assert_eq!(bench.stage.seen().finished, 1);
}

pub(crate) async fn a_lost_request_is_settled_as_not_finished_and_sent_again<S: Stage>() {
    for wrong in [Wrong::Dropped, Wrong::Cut(1_000)] {
        let bench = Bench::<S>::new().await;
        let content = Content::new("again.bin", PART + 7);
        let session = bench.open(&content).await.unwrap();
        bench.stage.goes_wrong(Step::PutPart, wrong);
        bench.put(&session, &session.parts[0], &content).await.unwrap_err();
        assert_eq!(bench.upload().settle(&session).await.unwrap(), Settlement::NotFinished);
        let receipts = bench.put_all(&session, &content).await.unwrap();
        bench.upload().finish(&session, &receipts).await.unwrap();
        assert!(bench.stage.has(&content).await, "{wrong:?}");
        assert_eq!(bench.stage.seen().finished, 1);
    }
}

pub(crate) async fn a_session_survives_a_restart_before_and_after_its_file<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("restart.bin", PART + 5);
    let stored = serde_json::to_string(&bench.open(&content).await.unwrap()).unwrap();

    let bench = Bench::on(bench.stage);
    let session: UploadSession = serde_json::from_str(&stored).unwrap();
    assert_eq!(bench.upload().settle(&session).await.unwrap(), Settlement::NotFinished);
    let receipts = bench.put_all(&session, &content).await.unwrap();

    let bench = Bench::on(bench.stage);
    let settled = bench.upload().settle(&session).await.unwrap();
    assert!(matches!(settled, Settlement::Finished(_)), "{settled:?}");
    bench.upload().finish(&session, &receipts).await.unwrap();
    assert!(bench.stage.has(&content).await);
    assert_eq!(bench.stage.seen().finished, 1);
}

pub(crate) async fn giving_up_what_was_never_sent_is_fine_as_often_as_it_is_done<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("never.bin", PART);
    let session = bench.open(&content).await.unwrap();
    bench.upload().abort(&session).await.unwrap();
    bench.upload().abort(&session).await.unwrap();
    assert_eq!(bench.upload().settle(&session).await.unwrap(), Settlement::Gone);
    assert_eq!(bench.stage.seen().finished, 0);
}

pub(crate) async fn giving_up_after_a_lost_answer_leaves_nothing<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("unwanted.bin", PART);
    let session = bench.open(&content).await.unwrap();
    bench.stage.goes_wrong(Step::PutPart, Wrong::AnswerLost);
    bench.put(&session, &session.parts[0], &content).await.unwrap_err();
    bench.upload().abort(&session).await.unwrap();
    assert!(!bench.stage.has(&content).await);
    assert_eq!(bench.stage.seen().finished, 0);
}

pub(crate) async fn a_lost_answer_to_giving_up_can_be_asked_again<S: Stage>() {
    for wrong in [Wrong::AnswerLost, Wrong::Dropped] {
        let bench = Bench::<S>::new().await;
        let content = Content::new("cancel.bin", PART + 7);
        let session = bench.open(&content).await.unwrap();
        bench.put_all(&session, &content).await.unwrap();
        bench.stage.goes_wrong(Step::Abort, wrong);
        bench.upload().abort(&session).await.unwrap_err();
        bench.upload().abort(&session).await.unwrap();
        assert_eq!(
            (bench.stage.seen().finished, bench.stage.seen().aborted),
            (0, 1),
            "{wrong:?}"
        );
    }
}

pub(crate) async fn without_a_receipt_nothing_is_finished<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let session = bench.open(&Content::new("bare.bin", PART)).await.unwrap();
    let failure = bench.upload().finish(&session, &[]).await.unwrap_err();
    assert!(!failure.maybe_done, "{failure:?}");
    assert_eq!(bench.stage.seen().finished, 0);
}

pub(crate) async fn a_host_that_refuses_connections_has_certainly_done_nothing<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("offline.bin", PART);
    let session = bench.open(&content).await.unwrap();
    bench.stage.unreachable();
    let failures = [
        bench.open(&content).await.err(),
        bench.put(&session, &session.parts[0], &content).await.err(),
        bench.upload().settle(&session).await.err(),
        bench.upload().abort(&session).await.err(),
        bench.provider.check_account().await.err(),
    ];
    for failure in failures {
        let failure = failure.expect("nobody is there");
        assert!(matches!(failure.kind, Kind::Offline | Kind::Unavailable), "{failure:?}");
        // A connection that stood from before may have carried the first request of each kind.
        assert!(!failure.maybe_done || failure.code == "connection_lost", "{failure:?}");
    }
    assert_eq!(bench.stage.seen().finished, 0);
}
