//! No space for a row: nothing is asked that could not be remembered, and all goes on once there is space.

use std::time::Duration;

use journeys_tests::{MIB, World};
use sandbox::{Fault, FaultRule, Route};

use super::private_disk::Disk;
use super::{PART, arrived_once, asked, is_for_people, parts_asked, show, story, tells, work};

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_in_the_middle_of_an_upload_stops_everything_and_loses_nothing() {
    let world = World::new(PART, |_| {}).await;
    let test = "journeys::full_disk::a_full_disk_in_the_middle_of_an_upload_stops_everything_and_loses_nothing";
    let Some(disk) = Disk::mount(&world.home(), test) else {
        return;
    };
    world.sign_in().await;
    let path = world.file("film.bin", 6 * MIB, 1);
    let slow = world.sandbox.add_fault(Fault::Slow { bytes_per_s: 250_000 });
    let mut upload = world.start(&["upload", "film.bin", "--to", "shop"]);
    world.until_stored("film.bin", 3).await;
    let id = upload.row("transferring", None).await["id"].clone();
    assert!(disk.fill() > 0);
    world.sandbox.clear_fault(slow);

    // The terminal that uploads says so, and so does another that looks.
    let row = upload.row("transferring", Some("queue_disk_full")).await;
    tells(&row, "transferring", "queue_disk_full");
    let row = show(&world, &id).await;
    tells(&row, "transferring", "queue_disk_full");
    // What is under way ends; then nothing more is asked, of storage or of the service.
    world.sandbox.until(|counters| counters.payload.now == 0).await;
    let before = world.sandbox.counters();
    world.file("letter.bin", 10, 1);
    let refused = world
        .run(&["upload", "letter.bin", "--to", "shop", "--detach"])
        .await
        .ending(1);
    let why: serde_json::Value = serde_json::from_str(refused.err.lines().last().unwrap()).unwrap();
    assert_eq!(why["error"]["code"], "queue_disk_full");
    is_for_people(&why["error"]["message"]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let after = world.sandbox.counters();
    assert_eq!(
        (asked(&before), parts_asked(&before)),
        (asked(&after), parts_asked(&after))
    );
    assert_eq!(after.completion_attempts, 0);

    disk.free();
    let said = upload.said().await;
    arrived_once(&world, &said, &path).await;
    let counters = world.sandbox.counters();
    assert_eq!(counters.sessions_opened, 1);
    // Of the 24, those are sent again whose receipt could not be kept: at most the three under way.
    assert!(parts_asked(&counters) <= 27, "{counters:#?}");
    let listed = world.run(&["list"]).await;
    assert_eq!(listed.objects.len(), 1, "the one that was refused is nowhere");
    story(&world, &id, &["opened", "interrupted", "sent", "completed"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_while_the_service_makes_the_file_leads_to_a_look_and_no_second_confirmation() {
    let world = World::new(PART, |_| {}).await;
    let test = "journeys::full_disk::a_disk_that_fills_up_while_the_service_makes_the_file_leads_to_a_look_and_no_second_confirmation";
    let Some(disk) = Disk::mount(&world.home(), test) else {
        return;
    };
    world.sign_in().await;
    let path = world.file("film.bin", MIB, 1);
    world
        .sandbox
        .add_fault(FaultRule::from(Fault::AnswerLate { ms: 3_000 }).on(Route::Uploaded));
    let mut upload = world.start(&["upload", "film.bin", "--to", "shop"]);
    world.sandbox.until(|counters| counters.completions == 1).await;
    disk.fill();
    let row = upload.row("finishing", Some("queue_disk_full")).await;
    tells(&row, "finishing", "queue_disk_full");
    disk.free();
    let said = upload.said().await;
    arrived_once(&world, &said, &path).await;
    assert_eq!(world.sandbox.counters().requests[&Route::Uploaded], 1);
    story(
        &world,
        &said.last()["id"],
        &["finish_asked", "interrupted", "completed"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_at_the_start_is_named_and_nothing_is_begun() {
    let world = World::new(PART, |_| {}).await;
    let test = "journeys::full_disk::a_disk_that_is_full_at_the_start_is_named_and_nothing_is_begun";
    let Some(disk) = Disk::mount(&world.home(), test) else {
        return;
    };
    world.sign_in().await;
    let path = world.file("film.bin", MIB, 1);
    world
        .run(&["upload", "film.bin", "--to", "shop", "--detach"])
        .await
        .ending(0);
    disk.fill();
    for line in [&["upload", "film.bin", "--to", "shop"][..], &["run", "--until-idle"]] {
        let refused = world.run(line).await.ending(1);
        let why: serde_json::Value = serde_json::from_str(refused.err.lines().last().unwrap()).unwrap();
        is_for_people(&why["error"]["message"]);
        let text = why["error"]["message"].as_str().unwrap();
        assert!(text.contains("is full"), "{text}");
    }
    assert_eq!(world.sandbox.counters().sessions_opened, 0);
    disk.free();
    let said = work(&world).await;
    arrived_once(&world, &said, &path).await;
}
