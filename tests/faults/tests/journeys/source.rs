//! The source while it is sent: what arrives is one version of it, whole, or nothing.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use journeys_tests::{MIB, Program, World};
use sandbox::Fault;

use super::{PART, arrived_once, failed, nothing_is_there, passes_within, story, tells, work};

/// An upload in its middle: some parts are stored, others are on their way.
async fn half_way(world: &World) -> (Program, PathBuf) {
    let path = world.file("film.bin", 3 * MIB, 1);
    let slow = world.sandbox.add_fault(Fault::Slow { bytes_per_s: 200_000 });
    let upload = world.start(&["upload", "film.bin", "--to", "shop"]);
    world.until_stored("film.bin", 3).await;
    // Requests from now on are taken at full speed; those under way are not.
    world.sandbox.clear_fault(slow);
    (upload, path)
}

/// The program starts over with the file as it is now, and the service is left with that alone.
async fn starts_over(world: &World, mut upload: Program, path: &Path) {
    let row = upload.row("waiting", Some("source_changed")).await;
    tells(&row, "waiting", "source_changed");
    passes_within(&row, Duration::from_secs(10));
    let said = upload.said().await;
    arrived_once(world, &said, path).await;
    let counters = world.sandbox.counters();
    assert_eq!((counters.sessions_opened, counters.cancels), (2, 1));
    assert_eq!(said.last()["size"], std::fs::metadata(path).unwrap().len());
    assert_eq!(said.last()["attempt"], 2);
    let steps = [
        "opened",
        "source_changed",
        "opened",
        "sent",
        "finish_asked",
        "completed",
    ];
    story(world, &said.last()["id"], &steps).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_grows_while_it_is_sent_arrives_as_it_is_in_the_end() {
    let world = World::signed_in(PART).await;
    let (upload, path) = half_way(&world).await;
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(&vec![7; 300_000]).unwrap();
    drop(file);
    starts_over(&world, upload, &path).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_shrinks_while_it_is_read_arrives_as_it_is_in_the_end() {
    let world = World::signed_in(PART).await;
    let path = world.file("film.bin", 3 * MIB, 1);
    // Held back on our side, so that the parts are being read when the file ends before them.
    let upload = world.start(&["upload", "film.bin", "--to", "shop", "--limit", "400KiB/s"]);
    world.sandbox.until(|counters| counters.payload.received > 0).await;
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(100_000).unwrap();
    starts_over(&world, upload, &path).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_replaced_by_another_of_the_same_size_and_time_arrives_as_the_new_one() {
    let world = World::signed_in(PART).await;
    let (upload, path) = half_way(&world).await;
    let other = world.file("other.bin", 3 * MIB, 2);
    let time = std::fs::metadata(&path).unwrap().modified().unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(&other).unwrap();
    file.set_modified(time).unwrap();
    drop(file);
    std::fs::rename(&other, &path).unwrap();
    starts_over(&world, upload, &path).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_deleted_while_it_is_sent_fails_and_goes_on_once_it_is_back() {
    let world = World::signed_in(PART).await;
    let (upload, path) = half_way(&world).await;
    let aside = world.folder().join("aside.bin");
    std::fs::rename(&path, &aside).unwrap();
    let said = upload.said().await.ending(1);
    failed(said.last(), "source_gone");
    nothing_is_there(&world).await;

    std::fs::rename(&aside, &path).unwrap();
    let id = said.last()["id"].as_str().unwrap();
    world.run(&["retry", id]).await.ending(0);
    let said = work(&world).await;
    arrived_once(&world, &said, &path).await;
    let steps = ["opened", "failed", "retried", "opened", "sent", "completed"];
    story(&world, &said.last()["id"], &steps).await;
}
