//! Every size at which cutting a file can go wrong, and every name.

use transfer::Kind;

use crate::bench::Bench;
use crate::content::{Content, PART};
use crate::names;
use crate::stage::Stage;

async fn arrives<S: Stage>(bench: &Bench<S>, content: &Content) {
    let before = bench.stage.seen().finished;
    let finished = bench.send(content).await.expect("it is sent");
    assert!(!finished.remote.id.is_empty());
    assert!(
        bench.stage.has(content).await,
        "{:?} is not there as sent",
        content.name
    );
    assert_eq!(bench.stage.seen().finished, before + 1);
}

pub(crate) async fn sends_one_byte<S: Stage>() {
    arrives(&Bench::<S>::new().await, &Content::new("one.bin", 1)).await;
}

pub(crate) async fn sends_exactly_one_part<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("part.bin", PART);
    assert_eq!(bench.open(&content).await.unwrap().parts.len(), 1);
    arrives(&bench, &content).await;
}

pub(crate) async fn sends_one_byte_less_and_one_byte_more_than_a_part<S: Stage>() {
    let bench = Bench::<S>::new().await;
    for (name, size, parts) in [("less.bin", PART - 1, 1), ("more.bin", PART + 1, 2)] {
        let content = Content::new(name, size);
        assert_eq!(bench.open(&content).await.unwrap().parts.len(), parts);
        arrives(&bench, &content).await;
    }
}

pub(crate) async fn sends_several_parts_in_any_order<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("several.zip", PART * 4 + 4321);
    let session = bench.open(&content).await.unwrap();
    transfer::parts::check(&session.parts, content.size()).unwrap();
    let order = [4, 0, 2, 1, 3].map(|index: usize| session.parts[index]);
    let receipts = bench.put_in_order(&session, order, &content).await.unwrap();
    assert!(receipts.iter().all(|receipt| receipt.verified));
    let finished = bench.upload().finish(&session, &receipts).await.unwrap();
    assert_eq!(Some(finished.remote.id), session.remote_id);
    assert!(bench.stage.has(&content).await);
}

pub(crate) async fn sends_an_empty_file<S: Stage>() {
    let bench = Bench::<S>::new().await;
    bench.stage.takes_empty(true);
    arrives(&bench, &Content::new("empty.txt", 0)).await;
}

pub(crate) async fn refuses_an_empty_file_clearly_where_the_service_takes_none<S: Stage>() {
    let bench = Bench::<S>::new().await;
    bench.stage.takes_empty(false);
    let failure = bench.open(&Content::new("empty.txt", 0)).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::Refused, "empty_file"));
    assert!(!failure.maybe_done);
    assert_eq!(bench.stage.seen().open, 0, "nothing is left behind");
}

pub(crate) async fn keeps_hostile_names<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let mut names = names::chosen();
    names.sort();
    names.dedup();
    for name in names {
        arrives(&bench, &Content::new(&name, 3)).await;
    }
}
