//! Copies whose size nobody says, in both of their stages: killed, cut, paused, cancelled, and on a disk without room.
//!
//! `LONGSHORE_ACROSS_KILLS` says how often one copy is killed in each stage, `LONGSHORE_ACROSS_MIB` how large it is.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use journeys_tests::{MIB, Program, World, names_in};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sandbox::{Content, Fault, FaultRule, FileSpec, HostedFile, Route};

use super::{NAME, SEED, arrived, film, number, world};
use crate::journeys::never_wrong;
use crate::journeys::private_disk::Disk;

/// A file in chunks without a length, of a server that gives no ranges.
fn endless(size: u64) -> FileSpec {
    FileSpec {
        chunked: true,
        ranges: false,
        ..film(size)
    }
}

/// Where such copies lie on their way.
fn copies(world: &World) -> PathBuf {
    world.home().join("copies")
}

/// What lies there.
fn lying(world: &World) -> Vec<String> {
    if copies(world).exists() {
        names_in(&copies(world))
    } else {
        Vec::new()
    }
}

/// Bytes of the file that its server has sent so far.
fn came(counters: &sandbox::Counters) -> u64 {
    let file = counters.downloads.files.get(NAME);
    file.map_or(0, |file| file.ranges.iter().map(|range| range.sent).sum())
}

/// Answers of its server with bytes of the file.
fn asked(world: &World) -> usize {
    let counters = world.sandbox.counters();
    counters.downloads.files.get(NAME).map_or(0, |file| file.ranges.len())
}

/// Its row in this stage, at work.
async fn in_stage(life: &mut Program, stage: &str) -> serde_json::Value {
    let fits = |row: &serde_json::Value| row["stage"] == stage && row["state"] == "transferring";
    life.says(&format!("that it is {stage}"), fits).await
}

/// It is at the service once, with the right bytes, and nothing of it is left here.
async fn arrived_and_gone(world: &World, size: u64) {
    arrived(world, size).await;
    assert_eq!(lying(world), Vec::<String>::new());
    never_wrong(world).await;
    assert_eq!(world.sandbox.counters().completions, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_a_file_whose_size_nobody_says_killed_in_both_stages_ends_as_one_file_with_the_right_bytes() {
    let kills = number("LONGSHORE_ACROSS_KILLS", 3);
    let size = number("LONGSHORE_ACROSS_MIB", 16) * MIB as u64 - 77;
    let slow = FileSpec {
        bytes_per_s: Some(size / 3),
        ..endless(size)
    };
    let (world, link) = world(MIB, slow).await;
    world.must(&["upload", &link, "--to", "shop", "--detach"]).await;
    let mut rng = StdRng::seed_from_u64(number("LONGSHORE_KILLS_SEED", 1));
    let mut died = 0;
    for _ in 0..kills {
        let mut life = world.start(&["run", "--until-idle"]);
        let enough = came(&world.sandbox.counters()) + rng.random_range(1..size / 2);
        let moved = world.sandbox.until(|now| came(now) >= enough);
        let _ = tokio::time::timeout(Duration::from_secs(5), moved).await;
        died += u64::from(life.kill().await);
        world.sandbox.settled().await;
        let found = lying(&world);
        assert!(found.len() <= 1, "{found:?}");
        for name in found {
            // Where a mode does not tell, there is nothing to see.
            assert_ne!(
                platform::modes::is_private(&copies(&world).join(name)).unwrap(),
                Some(false)
            );
        }
        assert_eq!(
            world.sandbox.counters().sessions_opened,
            0,
            "a service was asked too early"
        );
    }
    let rate = (size / (kills + 1)).max(2 * MIB as u64);
    world.must(&["limit", "--up", &rate.to_string()]).await;
    let mut life = world.start(&["run", "--until-idle"]);
    in_stage(&mut life, "receiving").await;
    in_stage(&mut life, "sending").await;
    died += u64::from(life.kill().await);
    world.sandbox.settled().await;
    let before = asked(&world);
    for _ in 0..kills {
        let mut life = world.start(&["run", "--until-idle"]);
        let parts = World::stored(&world.sandbox.counters(), NAME) + rng.random_range(0..3);
        // Near the end there may not be so many more.
        let _ = tokio::time::timeout(Duration::from_secs(5), world.until_stored(NAME, parts)).await;
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..400))).await;
        died += u64::from(life.kill().await);
        world.sandbox.settled().await;
    }
    world.must(&["limit", "--up", "off"]).await;
    world.must(&["run", "--until-idle"]).await;
    arrived_and_gone(&world, size).await;
    assert_eq!(asked(&world), before, "what was here was fetched once more");
    println!("{size} bytes, {died} of {} killed at work", 2 * kills + 1);
    assert!(died > kills, "too few lives were ended at work");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_stage_keeps_to_the_limit_of_its_own_way_and_to_no_other() {
    let size = 4 * MIB as u64 + 5;
    let (world, link) = world(MIB, endless(size)).await;
    world.must(&["limit", "--up", "1000"]).await;
    world.must(&["upload", &link, "--to", "shop", "--detach"]).await;
    let mut life = world.start(&["run"]);
    let row = in_stage(&mut life, "sending").await;
    assert_eq!(
        (row["size"].as_u64(), row["direction"].as_str()),
        (Some(size), Some("across"))
    );
    world.must(&["limit", "--up", "off", "--down", "100000"]).await;
    life.row("completed", None).await;
    life.interrupted().await;
    arrived_and_gone(&world, size).await;

    world.must(&["upload", &link, "--to", "shop", "--detach"]).await;
    let mut life = world.start(&["run"]);
    let row = in_stage(&mut life, "receiving").await;
    assert_eq!(row["size"], serde_json::Value::Null);
    let begun = Instant::now();
    life.says("what comes", |row| {
        row["stage"] == "receiving" && row["sent"].as_u64().is_some_and(|sent| sent > 200_000)
    })
    .await;
    assert!(
        begun.elapsed() > Duration::from_secs(1),
        "it does not keep to the limit"
    );
    life.interrupted().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_keeps_what_is_here_and_a_cancel_leaves_nothing_in_either_stage() {
    let size = 8 * MIB as u64;
    for stage in ["receiving", "sending"] {
        let slow = FileSpec {
            bytes_per_s: Some(2 * MIB as u64),
            ..endless(size)
        };
        let (world, link) = world(MIB, slow).await;
        world.must(&["limit", "--up", "500000"]).await;
        world.must(&["upload", &link, "--to", "shop", "--detach"]).await;
        let mut life = world.start(&["run"]);
        in_stage(&mut life, stage).await;
        world.must(&["pause", "--all"]).await;
        let row = life.row("paused", None).await;
        assert_eq!(row["stage"], stage);
        let before = asked(&world);
        world.must(&["resume", "--all"]).await;
        world
            .sandbox
            .until(|now| match stage {
                "receiving" => now.downloads.files[NAME].ranges.len() > before,
                _ => World::stored(now, NAME) > 0,
            })
            .await;
        assert_eq!(asked(&world) > before, stage == "receiving");
        assert_eq!(lying(&world).len(), 1);
        world.must(&["cancel", "--all"]).await;
        life.row("cancelled", None).await;
        life.interrupted().await;
        assert_eq!(lying(&world), Vec::<String>::new(), "{stage}");
        let counters = world.sandbox.counters();
        assert_eq!((counters.sessions_open, counters.completions), (0, 0), "{stage}");
        assert_eq!(counters.sessions_opened, u64::from(stage == "sending"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_breaks_off_is_received_again_from_its_first_byte() {
    let size = 3 * MIB as u64 + 9;
    let (world, link) = world(MIB, endless(size)).await;
    // Asked about it, its beginning, and then its bytes.
    let cut = FaultRule::from(Fault::Cut { bytes: MIB as u64 }).on(Route::File);
    world.sandbox.add_fault(cut.after(2).times(2));
    world.must(&["upload", &link, "--to", "shop"]).await;
    arrived_and_gone(&world, size).await;
    assert_eq!(asked(&world), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_here_and_was_changed_or_taken_is_received_again_and_never_sent() {
    let size = 4 * MIB as u64 + 1;
    for taken in [false, true] {
        let (world, link) = world(MIB, endless(size)).await;
        world.must(&["limit", "--up", "300000"]).await;
        world.must(&["upload", &link, "--to", "shop", "--detach"]).await;
        let mut life = world.start(&["run", "--until-idle"]);
        world.until_stored(NAME, 1).await;
        life.kill().await;
        world.sandbox.settled().await;
        let file = copies(&world).join(&lying(&world)[0]);
        if taken {
            std::fs::remove_file(&file).unwrap();
        } else {
            std::fs::write(&file, vec![7; usize::try_from(size).unwrap()]).unwrap();
        }
        world.must(&["limit", "--up", "off"]).await;
        world.must(&["run", "--until-idle"]).await;
        arrived_and_gone(&world, size).await;
        assert_eq!(world.sandbox.counters().sessions_opened, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_without_room_and_a_body_without_end_fail_with_what_to_do_and_give_the_room_back() {
    let test = "across::received_first::a_disk_without_room_and_a_body_without_end_fail_with_what_to_do_and_give_the_room_back";
    for never_ends in [false, true] {
        let world = World::new(MIB, |_| {}).await;
        let Some(_disk) = Disk::mount(&world.home(), test) else {
            return;
        };
        world.sign_in().await;
        let link = world.sandbox.add_file(endless(32 * MIB as u64));
        let fault = never_ends.then(|| world.sandbox.add_fault(FaultRule::from(Fault::Endless).on(Route::File)));
        let said = world.run(&["upload", &link, "--to", "shop"]).await.ending(1);
        let row = said.row(NAME);
        assert_eq!(
            (row["state"].as_str(), row["error"]["code"].as_str()),
            (Some("failed"), Some("copy_disk_full")),
            "{row}"
        );
        let text = row["error"]["message"].as_str().unwrap();
        assert!(text.contains("is full") && text.contains("try again"), "{text}");
        assert_eq!(lying(&world), Vec::<String>::new());
        assert!(world.sandbox.counters().uploads.is_empty());
        // The queue goes on: its own disk is the same.
        if let Some(fault) = fault {
            world.sandbox.clear_fault(fault);
        }
        let small = world.sandbox.add_file(FileSpec {
            name: "small.bin".into(),
            ..endless(MIB as u64)
        });
        world.must(&["upload", &small, "--to", "shop"]).await;
        world.asset("small.bin").await;
        assert_eq!(lying(&world), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_nobody_needs_any_more_is_removed_at_the_start_and_nothing_else_is() {
    let (world, link) = world(MIB, endless(MIB as u64)).await;
    let said = world.must(&["upload", &link, "--to", "shop"]).await;
    let completed = format!("{}.part", said.last()["id"].as_str().unwrap());
    let unknown = format!("{}.part", uuid::Uuid::now_v7());
    for name in [completed.as_str(), unknown.as_str(), "notes.txt", "film.bin.part"] {
        std::fs::write(copies(&world).join(name), b"x").unwrap();
    }
    let mut life = world.start(&["run"]);
    let gone = async {
        while lying(&world).len() > 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap();
    assert_eq!(lying(&world), ["film.bin.part", "notes.txt"]);
    life.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_removed_from_the_list_takes_its_file_along() {
    let (world, link) = world(MIB, endless(2 * MIB as u64)).await;
    world.sandbox.add_fault(
        FaultRule::from(Fault::Refused {
            status: 400,
            retry_after: None,
        })
        .on(Route::Signed),
    );
    world.run(&["upload", &link, "--to", "shop"]).await.ending(1);
    assert_eq!(lying(&world).len(), 1, "another try would have to receive it again");
    let row = world.must(&["list"]).await.objects.remove(0);
    world.must(&["remove", row["id"].as_str().unwrap()]).await;
    assert_eq!(lying(&world), Vec::<String>::new());
}

/// A file at a hoster that names this checksum; where its size is said, it goes over without lying here.
async fn hosted(world: &World, size: u64, md5: Option<&str>, size_unsaid: bool) -> journeys_tests::Said {
    world.sign_in_at("filefactory", "hoster").await;
    world.sandbox.add_hosted_file(HostedFile {
        md5: md5.map(str::to_owned),
        size_unsaid,
        ..HostedFile::new("abc123XY", NAME, size, SEED)
    });
    let page = "https://www.filefactory.com/file/abc123XY/n/film.bin";
    world.run(&["upload", page, "--to", "shop", "--from", "hoster"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_without_the_checksum_that_their_source_names_become_no_file_at_the_service() {
    // In one part, a copy is hashed on its way; in several, only where all of it lies here.
    for (size, size_unsaid) in [(3 * MIB as u64, true), (MIB as u64, false)] {
        let world = World::signed_in(MIB).await;
        let wrong = "0".repeat(32);
        let said = hosted(&world, size, Some(&wrong), size_unsaid).await.ending(1);
        let row = said.row(NAME);
        assert_eq!(row["error"]["code"], "mismatch", "{row}");
        let fetched = world.sandbox.counters().downloads.files["abc123XY"].ranges.clone();
        let bytes: u64 = fetched.iter().map(|range| range.sent).sum();
        assert!(bytes >= 2 * size, "it gets one more try: {bytes}");
        assert_eq!(world.sandbox.counters().completion_attempts, 0);
        assert_eq!(lying(&world), Vec::<String>::new());

        let world = World::signed_in(MIB).await;
        hosted(&world, size, None, size_unsaid).await.ending(0);
        let asset = world.asset(NAME).await;
        assert_eq!(asset.sha256, Some(Content::new(SEED).sha256(size)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_whose_size_only_its_bytes_tell_goes_on_after_a_kill_where_it_was() {
    let size = 12 * MIB as u64 + 3;
    let world = World::signed_in(MIB).await;
    world.sign_in_at("filefactory", "hoster").await;
    let page = world.sandbox.add_hosted_file(HostedFile {
        size_late: true,
        ..HostedFile::new("abc123XY", NAME, size, SEED)
    });
    world.must(&["limit", "--down", "3000000"]).await;
    let line = ["upload", &page, "--to", "shop", "--from", "hoster", "--detach"];
    world.must(&line).await;
    let mut life = world.start(&["run", "--until-idle"]);
    let enough = 6 * MIB as u64;
    let row = life
        .says("that half of it came", |row| {
            row["stage"] == "receiving" && row["sent"].as_u64().is_some_and(|sent| sent > enough)
        })
        .await;
    assert_eq!(row["size"].as_u64(), Some(size), "{row}");
    life.kill().await;
    world.sandbox.settled().await;
    world.must(&["limit", "--down", "off"]).await;
    let fetched = || world.sandbox.counters().downloads.files["abc123XY"].ranges.clone();
    let before = fetched().len();
    world.must(&["run", "--until-idle"]).await;
    let after = fetched().split_off(before);
    assert!(after.iter().all(|range| range.start > 0), "it began again: {after:?}");
    arrived_and_gone(&world, size).await;
}
