//! Answers and requests that are lost: what is unclear says so, and nothing happens twice.

use transfer::provider::{Reopen, Settlement};

use crate::bench::{Bench, receipt};
use crate::content::{Content, PART};
use crate::stage::{Stage, Step, Wrong};

pub(crate) async fn a_lost_answer_to_opening_is_unclear_and_opening_again_leaves_nothing_visible<S: Stage>() {
    for wrong in [Wrong::AnswerLost, Wrong::Dropped] {
        let bench = Bench::<S>::new().await;
        assert!(bench.upload().rules().reopen == Reopen::Again);
        let content = Content::new("open.bin", 10);
        bench.stage.goes_wrong(Step::Open, wrong);
        let failure = bench.open(&content).await.unwrap_err();
        assert!(failure.maybe_done, "{wrong:?}: {failure:?}");
        bench.send(&content).await.unwrap();
        assert!(bench.stage.has(&content).await);
        assert_eq!(bench.stage.seen().finished, 1);
    }
}

async fn heals<S: Stage>(wrong: Wrong) {
    let bench = Bench::<S>::new().await;
    let content = Content::new("part.bin", PART + 7);
    let session = bench.open(&content).await.unwrap();
    bench.stage.goes_wrong(Step::PutPart, wrong);
    bench.put(&session, &session.parts[0], &content).await.unwrap_err();
    let receipts = bench.put_all(&session, &content).await.unwrap();
    bench.upload().finish(&session, &receipts).await.unwrap();
    assert!(bench.stage.has(&content).await);
}

pub(crate) async fn a_lost_answer_to_a_part_is_healed_by_sending_it_again<S: Stage>() {
    heals::<S>(Wrong::AnswerLost).await;
    heals::<S>(Wrong::Dropped).await;
}

pub(crate) async fn a_part_that_was_cut_is_healed_by_sending_it_again<S: Stage>() {
    heals::<S>(Wrong::Cut(1_000)).await;
}

pub(crate) async fn a_lost_answer_to_finishing_is_settled_as_finished<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("finish.bin", PART + 7);
    let (session, receipts) = bench.ready(&content).await;
    bench.stage.goes_wrong(Step::Finish, Wrong::AnswerLost);
    let failure = bench.upload().finish(&session, &receipts).await.unwrap_err();
    assert!(failure.maybe_done, "{failure:?}");
    match bench.upload().settle(&session).await.unwrap() {
        Settlement::Finished(finished) => assert_eq!(Some(finished.remote.id), session.remote_id),
        other => panic!("settled as {other:?}"),
    }
    assert!(bench.stage.has(&content).await);
    assert_eq!(bench.stage.seen().finished, 1);
}

pub(crate) async fn a_lost_request_to_finish_is_settled_as_not_finished_and_can_be_asked_again<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("finish.bin", PART + 7);
    let (session, receipts) = bench.ready(&content).await;
    bench.stage.goes_wrong(Step::Finish, Wrong::Dropped);
    let failure = bench.upload().finish(&session, &receipts).await.unwrap_err();
    assert!(failure.maybe_done, "{failure:?}");
    assert_eq!(bench.upload().settle(&session).await.unwrap(), Settlement::NotFinished);
    bench.upload().finish(&session, &receipts).await.unwrap();
    assert!(bench.stage.has(&content).await);
    assert_eq!(bench.stage.seen().finished, 1);
}

pub(crate) async fn a_lost_answer_to_giving_up_can_be_asked_again<S: Stage>() {
    for wrong in [Wrong::AnswerLost, Wrong::Dropped] {
        let bench = Bench::<S>::new().await;
        let content = Content::new("cancel.bin", PART + 7);
        let session = bench.open(&content).await.unwrap();
        let first = session.parts[0];
        let answer = bench.put(&session, &first, &content).await.unwrap();
        assert!(receipt(&first, &answer, &content).verified);
        bench.stage.goes_wrong(Step::Abort, wrong);
        bench.upload().abort(&session).await.unwrap_err();
        bench.upload().abort(&session).await.unwrap();
        let seen = bench.stage.seen();
        assert_eq!((seen.open, seen.aborted, seen.finished), (0, 1, 0), "{wrong:?}");
    }
}
