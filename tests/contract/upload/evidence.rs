//! What a look at the service is worth, in each way in which services show files.

use transfer::provider::{Finished, Settlement};

use crate::bench::Bench;
use crate::content::{Content, PART};
use crate::stage::{Evidence, Stage};

/// What a look says before and after a file is finished.
async fn looks<S: Stage>(evidence: Evidence, content: &Content) -> (Settlement, Settlement) {
    let stage = S::start().await;
    stage.evidence(evidence);
    let bench = Bench::on(stage);
    let (session, receipts) = bench.ready(content).await;
    let before = bench.upload().settle(&session).await.unwrap();
    bench.upload().finish(&session, &receipts).await.unwrap();
    let after = bench.upload().settle(&session).await.unwrap();
    (before, after)
}

pub(crate) async fn settles_by_an_exact_size<S: Stage>() {
    let content = Content::new("exact.bin", PART + 3);
    let (before, after) = looks::<S>(Evidence::Exact, &content).await;
    assert_eq!(before, Settlement::NotFinished);
    let size = content.size();
    assert!(
        matches!(after, Settlement::Finished(Finished { size: Some(shown), .. }) if shown == size),
        "{after:?}"
    );
}

pub(crate) async fn settles_by_a_rounded_size_without_claiming_to_know_it<S: Stage>() {
    let (before, after) = looks::<S>(Evidence::Rounded, &Content::new("rounded.bin", PART + 3)).await;
    assert_eq!(before, Settlement::NotFinished);
    assert!(
        matches!(after, Settlement::Finished(Finished { size: None, .. })),
        "{after:?}"
    );
}

pub(crate) async fn cannot_settle_where_files_are_shown_from_the_start<S: Stage>() {
    let (before, after) = looks::<S>(Evidence::FromOpening, &Content::new("early.bin", PART + 3)).await;
    assert!(matches!(before, Settlement::Unknown(_)), "{before:?}");
    assert!(matches!(after, Settlement::Unknown(_)), "{after:?}");
}

pub(crate) async fn settling_acts_on_nothing<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("look.bin", PART + 3);
    let (session, receipts) = bench.ready(&content).await;
    let before = bench.stage.seen();
    for _ in 0..3 {
        bench.upload().settle(&session).await.unwrap();
    }
    assert_eq!(bench.stage.seen(), before);
    bench.upload().finish(&session, &receipts).await.unwrap();
}
