//! The service was asked to make the file, and its answer was lost: nothing is confirmed twice, whatever can be seen.

use journeys_tests::{MIB, World, sha256};
use sandbox::{Evidence, Fault, FaultRule, Route};
use serde_json::Value;

use super::{PART, arrived_once, assets, is_there_once, never_wrong, story, tells, work};

async fn about_to_lose(evidence: Evidence, fault: Fault) -> World {
    let world = World::new(PART, |settings| settings.evidence = evidence).await;
    world.sign_in().await;
    world.file("film.bin", MIB, 1);
    world
        .sandbox
        .add_fault(FaultRule::from(fault).on(Route::Uploaded).times(1));
    world
}

/// It looks, finds the file, and has asked once.
async fn finds_it(evidence: Evidence, fault: Fault) {
    let world = about_to_lose(evidence, fault).await;
    let mut upload = world.start(&["upload", "film.bin", "--to", "shop"]);
    let row = upload.row("waiting", None).await;
    tells(&row, "waiting", "checking");
    let said = upload.said().await;
    arrived_once(&world, &said, &world.folder().join("film.bin")).await;
    assert_eq!(said.last()["proof"], "part tags");
    let counters = world.sandbox.counters();
    assert_eq!(counters.requests[&Route::Uploaded], 1);
    assert!(counters.requests[&Route::Show] >= 1);
    story(
        &world,
        &said.last()["id"],
        &["sent", "finish_asked", "checking", "completed"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_settled_by_a_look_where_only_confirmed_files_are_shown() {
    finds_it(Evidence::AfterConfirmation, Fault::AnswerLost).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_settled_by_a_look_where_sizes_are_rounded() {
    finds_it(Evidence::RoundedSize, Fault::AnswerCut).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_what_was_done_all_the_same_is_settled_by_a_look() {
    finds_it(Evidence::AfterConfirmation, Fault::DoneButRefused { status: 500 }).await;
}

/// It looks, does not find the file, looks once more, and asks again: the first request did nothing.
async fn asks_again(fault: Fault) {
    let world = about_to_lose(Evidence::AfterConfirmation, fault).await;
    let mut upload = world.start(&["upload", "film.bin", "--to", "shop"]);
    let row = upload.row("waiting", None).await;
    tells(&row, "waiting", "checking");
    let said = upload.said().await;
    arrived_once(&world, &said, &world.folder().join("film.bin")).await;
    let counters = world.sandbox.counters();
    assert_eq!(counters.requests[&Route::Uploaded], 2);
    assert!(
        counters.requests[&Route::Show] >= 2,
        "one look is not enough: a late request may be on its way"
    );
    let steps = ["finish_asked", "checking", "not_finished", "finish_asked", "completed"];
    story(&world, &said.last()["id"], &steps).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_request_is_made_again_after_two_looks() {
    asks_again(Fault::Dropped).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_success_with_an_error_in_its_body_is_looked_into_and_asked_for_again() {
    asks_again(Fault::ErrorInside200).await;
}

/// Where a file is shown before it is confirmed, only the person can tell.
async fn asks_the_person(fault: Fault) -> (World, Value) {
    let world = about_to_lose(Evidence::FromSigning, fault).await;
    let said = world.run(&["upload", "film.bin", "--to", "shop"]).await.ending(3);
    tells(said.last(), "needs_you", "maybe_arrived");
    let id = said.last()["id"].clone();
    let choices = &said.last()["question"]["choices"];
    let keys: Vec<_> = choices
        .as_array()
        .unwrap()
        .iter()
        .map(|choice| &choice["key"])
        .collect();
    assert_eq!(keys, ["look_again", "it_is_there", "send_again"]);

    // Neither another run, nor another look, nor the same file again asks the service to make it a second time.
    assert_eq!(work(&world).await.code, Some(3));
    answer(&world, &id, "look_again").await;
    assert_eq!(work(&world).await.code, Some(3));
    let again = world.run(&["upload", "film.bin", "--to", "shop"]).await.ending(3);
    assert_eq!(again.last()["id"], id);
    assert_eq!(world.sandbox.counters().requests[&Route::Uploaded], 1);
    assert_eq!(world.sandbox.counters().cancels, 0);
    (world, id)
}

async fn answer(world: &World, id: &Value, choice: &str) -> Value {
    let said = world.run(&["answer", id.as_str().unwrap(), choice]).await;
    said.ending(0).last().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_seen_is_asked_and_it_is_there_completes_it() {
    let (world, id) = asks_the_person(Fault::AnswerLost).await;
    let row = answer(&world, &id, "it_is_there").await;
    assert_eq!((&row["state"], &row["proof"]), (&"completed".into(), &"size".into()));
    assert_eq!(work(&world).await.code, Some(0));
    is_there_once(&world, &world.folder().join("film.bin")).await;
    story(&world, &id, &["finish_asked", "maybe_arrived", "answered", "completed"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_seen_is_asked_and_send_again_sends_it_again() {
    let (world, id) = asks_the_person(Fault::Dropped).await;
    answer(&world, &id, "send_again").await;
    let said = work(&world).await.ending(0);
    assert_eq!(said.last()["state"], "completed");
    let counters = world.sandbox.counters();
    assert_eq!((counters.sessions_opened, counters.completions), (2, 1));
    assert_eq!(
        counters.cancels, 0,
        "whether the first one is dropped is for the person to say"
    );
    let assets = assets(&world).await;
    assert_eq!(assets.len(), 1);
    assert_eq!(assets[0].sha256, Some(sha256(&world.folder().join("film.bin"))));

    let orphans = world.run(&["orphans", "list"]).await.ending(0);
    assert_eq!(
        (orphans.objects.len(), &orphans.last()["name"]),
        (1, &"film.bin".into())
    );
    let orphan = orphans.last()["id"].as_str().unwrap();
    world.run(&["orphans", "abort", orphan]).await.ending(0);
    is_there_once(&world, &world.folder().join("film.bin")).await;
    never_wrong(&world).await;
    story(&world, &id, &["maybe_arrived", "answered", "opened", "completed"]).await;
}
