//! Storage that lies, refuses, forgets or is away.

use std::time::Duration;

use journeys_tests::{KIB, MIB, World};
use sandbox::{Fault, FaultRule, Route, TagKind, Unreachable};

use super::{
    PART, a_minute, arrived_once, assets, failed, nothing_is_there, parts_asked, passes_within, show, story, tells,
    work,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_part_whose_tag_lies_once_is_sent_again() {
    let world = World::signed_in(PART).await;
    let path = world.file("film.bin", MIB, 1);
    world
        .sandbox
        .add_fault(FaultRule::from(Fault::TagLies).part(2).times(1));
    let said = world.run(&["upload", "film.bin", "--to", "shop"]).await;
    arrived_once(&world, &said, &path).await;
    assert_eq!(said.last()["proof"], "part tags");
    let shown = show(&world, &said.last()["id"]).await;
    let tries: Vec<_> = shown["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| &part["tries"])
        .collect();
    assert_eq!(tries, [1, 2, 1, 1]);
    assert_eq!(parts_asked(&world.sandbox.counters()), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_whose_tag_lies_again_while_others_are_right_stops_the_upload() {
    let world = World::signed_in(PART).await;
    let path = world.file("film.bin", MIB, 1);
    world.sandbox.add_fault(FaultRule::from(Fault::TagLies).part(2));
    let said = world.run(&["upload", "film.bin", "--to", "shop"]).await.ending(1);
    failed(said.last(), "part_mismatch");
    assert_eq!(world.sandbox.counters().completion_attempts, 0);
    nothing_is_there(&world).await;

    world.sandbox.clear_faults();
    world.run(&["retry", "--all"]).await.ending(0);
    let said = work(&world).await;
    arrived_once(&world, &said, &path).await;
    assert_eq!(said.last()["proof"], "part tags");
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_whose_tags_are_no_checksums_proves_the_size_alone_and_lies_are_found_at_the_end() {
    let world = World::signed_in(PART).await;
    let path = world.file("film.bin", MIB, 1);
    world.sandbox.change_settings(|settings| settings.etag = TagKind::Lying);
    let said = world.run(&["upload", "film.bin", "--to", "shop"]).await.ending(1);
    failed(said.last(), "parts_refused");
    assert_eq!(assets(&world).await.len(), 0);

    world.sandbox.reset_counters();
    world
        .sandbox
        .change_settings(|settings| settings.etag = TagKind::Opaque);
    let said = world.run(&["upload", "film.bin", "--to", "shop"]).await;
    arrived_once(&world, &said, &path).await;
    assert_eq!(said.last()["proof"], "size");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_failed_upload_left_at_the_service_is_gone_when_the_program_ends() {
    let world = World::signed_in(PART).await;
    world.file("film.bin", MIB, 1);
    world.sandbox.change_settings(|settings| settings.etag = TagKind::Lying);
    // Nobody starts the program again, and what asks for it to be dropped takes its time.
    world
        .sandbox
        .add_fault(FaultRule::from(Fault::CarriedOutLate { ms: 700 }).on(Route::Cancel));
    let said = world.run(&["upload", "film.bin", "--to", "shop"]).await.ending(1);
    failed(said.last(), "parts_refused");
    let counters = world.sandbox.counters();
    assert_eq!(
        (counters.sessions_opened, counters.sessions_open),
        (1, 0),
        "{counters:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_success_without_a_tag_is_none_and_the_part_is_sent_again() {
    let world = World::signed_in(PART).await;
    let path = world.file("film.bin", MIB, 1);
    world
        .sandbox
        .add_fault(FaultRule::from(Fault::TagMissing).part(3).times(1));
    let said = world.run(&["upload", "film.bin", "--to", "shop"]).await;
    arrived_once(&world, &said, &path).await;
    assert_eq!(said.last()["proof"], "part tags");
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_that_never_gives_a_tag_is_not_believed() {
    let world = World::signed_in(PART).await;
    world.file("film.bin", 512 * KIB, 1);
    world
        .sandbox
        .change_settings(|settings| settings.etag = TagKind::Missing);
    let mut upload = world.start(&["upload", "film.bin", "--to", "shop"]);
    let row = upload.row("waiting", None).await;
    tells(&row, "waiting", "protocol");
    let said = upload.said().await.ending(1);
    failed(said.last(), "no_part_tag");
    assert_eq!(world.sandbox.counters().completion_attempts, 0);
    nothing_is_there(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_success_with_an_error_in_its_body_is_none_and_the_part_is_sent_again() {
    let world = World::signed_in(PART).await;
    let path = world.file("film.bin", MIB, 1);
    let rule = FaultRule::from(Fault::ErrorInside200).on(Route::Part);
    world.sandbox.add_fault(rule.clone().part(2).times(1));
    let said = world.run(&["upload", "film.bin", "--to", "shop"]).await;
    arrived_once(&world, &said, &path).await;
    let counters = world.sandbox.counters();
    assert_eq!((counters.sessions_opened, parts_asked(&counters)), (1, 5));

    // Where no part gets through, the row says what it waits for.
    world.sandbox.reset_counters();
    world.file("letter.bin", MIB, 2);
    let all = world.sandbox.add_fault(rule);
    let mut upload = world.start(&["upload", "letter.bin", "--to", "shop"]);
    let row = upload.row("waiting", None).await;
    tells(&row, "waiting", "unavailable");
    world.sandbox.clear_fault(all);
    let said = upload.said().await.ending(0);
    assert_eq!(said.last()["proof"], "part tags");
    let counters = world.sandbox.counters();
    assert_eq!((counters.sessions_opened, counters.completions), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_run_out_in_the_middle_lead_to_new_ones_and_every_part_is_sent_again() {
    let world = World::signed_in(PART).await;
    let path = world.file("film.bin", 3 * MIB, 1);
    let slow = world.sandbox.add_fault(Fault::Slow { bytes_per_s: 200_000 });
    let mut upload = world.start(&["upload", "film.bin", "--to", "shop"]);
    world.until_stored("film.bin", 3).await;
    world.sandbox.advance_clock(Duration::from_secs(13 * 3600));
    world.sandbox.clear_fault(slow);
    let row = upload.row("waiting", None).await;
    tells(&row, "waiting", "link_expired");
    let said = upload.said().await;
    arrived_once(&world, &said, &path).await;
    let counters = world.sandbox.counters();
    assert!(counters.storage.expired >= 1);
    assert_eq!((counters.sessions_opened, counters.cancels), (2, 1));
    let steps = ["opened", "link_expired", "opened", "sent", "completed"];
    story(&world, &said.last()["id"], &steps).await;
}

/// Away in the middle of an upload, back again: one session, and no part again that was stored.
async fn goes_away(how: Unreachable, reason: &str) {
    let world = World::signed_in(PART).await;
    let path = world.file("film.bin", 3 * MIB, 1);
    let slow = world.sandbox.add_fault(Fault::Slow { bytes_per_s: 200_000 });
    let mut upload = world.start(&["upload", "film.bin", "--to", "shop"]);
    world.until_stored("film.bin", 3).await;
    world.sandbox.clear_fault(slow);
    let away = world.sandbox.add_fault(Fault::StorageUnreachable { how });
    let row = upload.row("waiting", None).await;
    tells(&row, "waiting", reason);
    passes_within(&row, Duration::from_secs(300));
    tokio::time::sleep(a_minute()).await;
    assert_eq!(world.sandbox.counters().sessions_opened, 1);
    world.sandbox.clear_fault(away);
    let said = upload.said().await;
    arrived_once(&world, &said, &path).await;
    let counters = world.sandbox.counters();
    assert_eq!((counters.sessions_opened, counters.cancels), (1, 0));
    let parts = counters.uploads.values().flat_map(|upload| upload.parts.values());
    let stored: u64 = parts.map(|part| part.stored).sum();
    // Of the three that were cut, an answer may have been on its way.
    assert!((12..=15).contains(&stored), "{counters:#?}");
    story(&world, &said.last()["id"], &["opened", reason, "sent", "completed"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_that_takes_no_connections_for_a_minute_is_waited_for() {
    goes_away(Unreachable::Refuse, "unavailable").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_that_drops_connections_for_a_minute_is_waited_for() {
    goes_away(Unreachable::Drop, "unavailable").await;
}
