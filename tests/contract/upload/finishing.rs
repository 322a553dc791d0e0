//! Finishing and giving up, in every order in which a crash can put them.

use transfer::parts::UploadSession;
use transfer::provider::Settlement;

use crate::bench::Bench;
use crate::content::{Content, PART};
use crate::stage::Stage;

pub(crate) async fn finishing_twice_makes_one_file_and_is_never_a_clear_no<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("twice.bin", PART + 1);
    let (session, receipts) = bench.ready(&content).await;
    bench.upload().finish(&session, &receipts).await.unwrap();
    if let Err(failure) = bench.upload().finish(&session, &receipts).await {
        assert!(failure.maybe_done, "a clear no would be a lie: {failure:?}");
    }
    let settled = bench.upload().settle(&session).await.unwrap();
    assert!(matches!(settled, Settlement::Finished(_)), "{settled:?}");
    assert!(bench.stage.has(&content).await);
    assert_eq!(bench.stage.seen().finished, 1);
}

pub(crate) async fn giving_up_after_finishing_deletes_nothing<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("late.bin", PART + 1);
    let (session, receipts) = bench.ready(&content).await;
    bench.upload().finish(&session, &receipts).await.unwrap();
    // Whether the service calls this an error is its own affair.
    let _ = bench.upload().abort(&session).await;
    assert!(bench.stage.has(&content).await);
    assert_eq!(bench.stage.seen().aborted, 0);
}

pub(crate) async fn finishing_after_giving_up_makes_nothing<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("gone.bin", PART + 1);
    let (session, receipts) = bench.ready(&content).await;
    bench.upload().abort(&session).await.unwrap();
    bench.upload().finish(&session, &receipts).await.unwrap_err();
    assert_eq!(bench.upload().settle(&session).await.unwrap(), Settlement::Gone);
    let failure = bench.put(&session, &session.parts[0], &content).await.unwrap_err();
    assert_eq!(failure.kind, transfer::Kind::SessionGone);
    assert_eq!(bench.stage.seen().finished, 0);
    assert!(!bench.stage.has(&content).await);
}

pub(crate) async fn giving_up_twice_is_fine<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let session = bench.open(&Content::new("gone.bin", PART)).await.unwrap();
    bench.upload().abort(&session).await.unwrap();
    bench.upload().abort(&session).await.unwrap();
    let seen = bench.stage.seen();
    assert_eq!((seen.open, seen.aborted), (0, 1));
}

pub(crate) async fn a_part_sent_twice_counts_once<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("again.bin", PART * 2);
    let session = bench.open(&content).await.unwrap();
    let first = bench.put_all(&session, &content).await.unwrap();
    let second = bench.put_all(&session, &content).await.unwrap();
    assert_eq!(first, second);
    bench.upload().finish(&session, &second).await.unwrap();
    assert!(bench.stage.has(&content).await);
}

pub(crate) async fn a_missing_part_makes_no_file<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("hole.bin", PART * 2);
    let (session, mut receipts) = bench.ready(&content).await;
    receipts.pop();
    let failure = bench.upload().finish(&session, &receipts).await.unwrap_err();
    assert!(!failure.maybe_done, "{failure:?}");
    assert_eq!(bench.stage.seen().finished, 0);
}

pub(crate) async fn a_session_survives_a_restart<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("restart.bin", PART * 2 + 5);
    let session = bench.open(&content).await.unwrap();
    let mut receipts = bench
        .put_in_order(&session, session.parts[..1].to_vec(), &content)
        .await
        .unwrap();
    let stored = serde_json::to_string(&session).unwrap();

    let bench = Bench::on(bench.stage);
    let session: UploadSession = serde_json::from_str(&stored).unwrap();
    let rest = session.parts[1..].to_vec();
    receipts.extend(bench.put_in_order(&session, rest, &content).await.unwrap());
    assert_eq!(bench.upload().settle(&session).await.unwrap(), Settlement::NotFinished);
    bench.upload().finish(&session, &receipts).await.unwrap();
    assert!(bench.stage.has(&content).await);
    assert_eq!(bench.stage.seen().opened, 1);
}

pub(crate) async fn two_files_of_one_name_are_two_files<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("same.bin", 5);
    let first = bench.send(&content).await.unwrap();
    let second = bench.send(&content).await.unwrap();
    assert_ne!(first.remote.id, second.remote.id);
    assert_eq!(bench.stage.seen().finished, 2);
}
