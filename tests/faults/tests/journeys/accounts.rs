//! Accounts whose key is not accepted, and services that are not there.

use std::time::Duration;

use journeys_tests::{MIB, World};
use sandbox::{Fault, FaultRule, Route, Unreachable};

use super::{
    PART, a_minute, arrived_once, asked, base_url, failed, is_there_once, nothing_is_there, parts_asked, passes_within,
    show, story, tells, work,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_asked_for_and_what_waited_goes_on_with_the_right_one() {
    let world = World::new(PART, |_| {}).await;
    let path = world.file("film.bin", MIB, 1);
    let added = world
        .add_account("shop", &base_url(&world), "a-key-of-last-year")
        .await
        .ending(3);
    assert_eq!(added.last()["state"], "signed_out");
    let said = world.run(&["upload", "film.bin", "--to", "shop"]).await.ending(3);
    tells(said.last(), "needs_you", "sign_in");
    assert_eq!(said.last()["reason"]["action"]["key"], "edit_account");
    let tried = world.sandbox.counters().auth_failures;
    assert_eq!(tried, 2, "once as it was added, once for the file");

    world
        .with_input(
            &["account", "edit", "shop", "--secret-stdin"],
            &world.sandbox.settings().token,
        )
        .await
        .ending(0);
    let said = work(&world).await;
    arrived_once(&world, &said, &path).await;
    story(
        &world,
        &said.last()["id"],
        &["sign_in", "answered", "opened", "completed"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_taken_back_in_the_middle_costs_no_part_once_there_is_a_new_one() {
    let world = World::signed_in(PART).await;
    let path = world.file("film.bin", 3 * MIB, 1);
    let slow = world.sandbox.add_fault(Fault::Slow { bytes_per_s: 200_000 });
    let mut engine = world.start(&["run"]);
    let detached = world
        .run(&["upload", "film.bin", "--to", "shop", "--detach"])
        .await
        .ending(0);
    let id = detached.last()["id"].clone();
    world.until_stored("film.bin", 3).await;
    world
        .sandbox
        .change_settings(|settings| settings.token = "a-new-key-for-the-shop".to_owned());
    world.sandbox.clear_fault(slow);
    let row = engine.row("needs_you", None).await;
    tells(&row, "needs_you", "sign_in");
    assert_eq!(
        (row["parts_done"].clone(), row["sent"].clone()),
        (12.into(), row["size"].clone())
    );
    assert_eq!(world.sandbox.counters().completions, 0);

    // Given in another window while the engine runs: nothing has to be started again.
    world
        .with_input(&["account", "edit", "shop", "--secret-stdin"], "a-new-key-for-the-shop")
        .await
        .ending(0);
    engine.row("completed", None).await;
    engine.interrupted().await.ending(130);
    is_there_once(&world, &path).await;
    let counters = world.sandbox.counters();
    assert_eq!((counters.sessions_opened, parts_asked(&counters)), (1, 12));
    story(&world, &id, &["opened", "sent", "sign_in", "answered", "completed"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_takes_no_connections_for_a_minute_is_waited_for() {
    let world = World::signed_in(PART).await;
    let path = world.file("film.bin", MIB, 1);
    let away = world.sandbox.add_fault(Fault::ServiceUnreachable {
        how: Unreachable::Refuse,
    });
    world.sandbox.settled().await;
    let mut upload = world.start(&["upload", "film.bin", "--to", "shop"]);
    let row = upload.row("waiting", None).await;
    tells(&row, "waiting", "unavailable");
    passes_within(&row, Duration::from_secs(300));
    tokio::time::sleep(a_minute()).await;
    world.sandbox.clear_fault(away);
    let said = upload.said().await;
    arrived_once(&world, &said, &path).await;
    assert_eq!(world.sandbox.counters().sessions_opened, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_it_waits_and_counts_no_failure() {
    let world = World::new(PART, |_| {}).await;
    world.file("film.bin", MIB, 1);
    // Nobody answers to that name, as if there were no network: nothing is found out about the key either.
    let line = ["account", "add", "fileflare", "--name", "shop", "--base-url"];
    let line = [
        &line[..],
        &["http://nobody.invalid/api/v1", "--allow-http", "--secret-stdin"],
    ]
    .concat();
    world.with_input(&line, "any-key-will-do-here").await;
    let mut upload = world.start(&["upload", "film.bin", "--to", "shop"]);
    let row = upload.row("waiting", None).await;
    tells(&row, "waiting", "offline");
    passes_within(&row, Duration::from_secs(60));
    upload.interrupted().await.ending(130);
    let shown = show(&world, &row["id"]).await;
    assert_eq!(shown["state"], "waiting");
    assert_eq!(asked(&world.sandbox.counters()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_answers_everything_with_its_own_page_is_named_and_waited_for_however_often_it_does() {
    let world = World::signed_in(PART).await;
    let path = world.file("film.bin", MIB, 1);
    let page = world.sandbox.add_fault(FaultRule::from(Fault::HtmlPage).on(Route::Any));
    let mut upload = world.start(&["upload", "film.bin", "--to", "shop"]);
    let row = upload.row("waiting", None).await;
    tells(&row, "waiting", "sign_in_network");
    let text = row["reason"]["text"].as_str().unwrap();
    assert!(text.contains("sign in"), "{text}");
    passes_within(&row, Duration::from_secs(300));
    // More often than an answer that makes no sense is borne.
    world
        .sandbox
        .until(|counters| counters.faults.get("html_page") >= Some(&4))
        .await;
    let shown = show(&world, &row["id"]).await;
    assert_ne!(shown["state"], "failed", "{shown:#}");
    world.sandbox.clear_fault(page);
    let said = upload.said().await;
    arrived_once(&world, &said, &path).await;
    let steps = [
        "sign_in_network",
        "sign_in_network",
        "sign_in_network",
        "opened",
        "completed",
    ];
    story(&world, &said.last()["id"], &steps).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_wants_a_sign_in_in_the_middle_costs_no_part_that_has_arrived() {
    let world = World::signed_in(PART).await;
    let path = world.file("film.bin", 3 * MIB, 1);
    world.must(&["limit", "--up", "1MiB/s"]).await;
    let mut upload = world.start(&["upload", "film.bin", "--to", "shop"]);
    world.until_stored("film.bin", 3).await;
    let page = world.sandbox.add_fault(FaultRule::from(Fault::HtmlPage).on(Route::Any));
    let row = upload.row("waiting", None).await;
    tells(&row, "waiting", "sign_in_network");
    let arrived = World::stored(&world.sandbox.counters(), "film.bin");
    world.sandbox.clear_fault(page);
    let said = upload.said().await;
    arrived_once(&world, &said, &path).await;
    let counters = world.sandbox.counters();
    assert_eq!(counters.sessions_opened, 1);
    let upload = counters.uploads.values().next().unwrap();
    assert!(upload.parts.values().all(|part| part.stored == 1), "{upload:#?}");
    let asked_once = upload.parts.values().filter(|part| part.requests == 1).count();
    assert!(asked_once >= arrived, "{upload:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_parts_that_leads_to_another_host_is_refused_and_nothing_is_sent_there() {
    let world = World::signed_in(PART).await;
    world.file("film.bin", MIB, 1);
    world.sandbox.add_fault(Fault::PartTable {
        kind: sandbox::BadPlan::OtherHost,
    });
    let said = world.run(&["upload", "film.bin", "--to", "shop"]).await.ending(1);
    failed(said.last(), "bad_link");
    assert_eq!(parts_asked(&world.sandbox.counters()), 0);
    nothing_is_there(&world).await;
}
