//! From a link to a service without a copy here, by the real program: killed at any moment, changed on the way, cut off.
//!
//! `LONGSHORE_ACROSS_KILLS` says how often one copy is killed, `LONGSHORE_ACROSS_MIB` how large it is.

mod received_first;

use std::time::Duration;

use journeys_tests::{MIB, World};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sandbox::{Content, Fault, FaultRule, FileSpec, HostedFile, Route, Shown};

const NAME: &str = "film.bin";
const SEED: u64 = 7;

fn number(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// A world with a file at one server, and an account at a service that takes it in parts of so many bytes.
async fn world(part: usize, file: FileSpec) -> (World, String) {
    let world = World::signed_in(part).await;
    let link = world.sandbox.add_file(file);
    (world, link)
}

fn film(size: u64) -> FileSpec {
    FileSpec {
        name: NAME.into(),
        size,
        seed: SEED,
        ..FileSpec::default()
    }
}

/// The service has the file once, with the right bytes.
async fn arrived(world: &World, size: u64) {
    let rows = world.must(&["list"]).await.objects;
    assert_eq!(
        (rows.len(), rows[0]["state"].as_str(), rows[0]["proof"].as_str()),
        (1, Some("completed"), Some("part tags")),
        "{rows:?}"
    );
    let asset = world.asset(NAME).await;
    assert_eq!(
        (asset.size, asset.sha256),
        (size, Some(Content::new(SEED).sha256(size)))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_between_services_killed_again_and_again_ends_as_one_file_with_the_right_bytes() {
    let kills = number("LONGSHORE_ACROSS_KILLS", 4);
    let size = number("LONGSHORE_ACROSS_MIB", 24) * MIB as u64 - 77;
    let part = if size > 256 * MIB as u64 { 8 * MIB } else { MIB };
    let (world, link) = world(part, film(size)).await;
    let rate = (size / (kills + 1)).max(2 * MIB as u64);
    world.must(&["limit", "--up", &rate.to_string()]).await;
    world.must(&["upload", &link, "--to", "shop", "--detach"]).await;
    let mut rng = StdRng::seed_from_u64(number("LONGSHORE_KILLS_SEED", 1));
    let mut died = 0;
    let mut most = 0;
    for _ in 0..kills {
        let mut life = world.start(&["run", "--until-idle"]);
        let before = World::stored(&world.sandbox.counters(), NAME);
        let more = rng.random_range(0..3);
        let moved = world.until_stored(NAME, before + more);
        // Near the end there may not be so many more.
        let _ = tokio::time::timeout(Duration::from_secs(5), moved).await;
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..400))).await;
        most = most.max(life.peak_kib().unwrap_or(0));
        died += u64::from(life.kill().await);
        world.sandbox.settled().await;
        assert_eq!(files(&world), 0, "a copy was made on this machine");
    }
    world.must(&["limit", "--up", "off"]).await;
    let mut last = world.start(&["run", "--until-idle"]);
    loop {
        tokio::select! {
            status = last.ended() => break assert_eq!(status.code(), Some(0)),
            // It is looked at while it works.
            () = tokio::time::sleep(Duration::from_millis(50)) => most = most.max(last.peak_kib().unwrap_or(0)),
        }
    }
    arrived(&world, size).await;
    assert_eq!(world.sandbox.counters().duplicate_confirmations, 0);
    println!(
        "{size} bytes, {died} of {kills} killed at work, peak {:.1} MiB",
        most as f64 / 1024.0
    );
    assert!(died > 0, "no life was ended at work");
}

/// Files of the size of a part or more in the program's folders, its database apart.
fn files(world: &World) -> usize {
    let mut folders = vec![world.folder().to_owned()];
    let mut found = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let meta = entry.metadata().unwrap();
            if meta.is_dir() {
                folders.push(entry.path());
            } else if meta.len() >= MIB as u64 && !entry.file_name().to_string_lossy().contains(".db") {
                found += 1;
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_from_a_server_without_ranges_ends_with_the_right_bytes() {
    let size = 5 * MIB as u64 + 3;
    let (world, link) = world(
        MIB,
        FileSpec {
            ranges: false,
            ..film(size)
        },
    )
    .await;
    world.must(&["upload", &link, "--to", "shop"]).await;
    arrived(&world, size).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_while_it_is_copied_arrives_old_or_new_and_never_mixed() {
    let size = 6 * MIB as u64 + 5;
    for hoster in [false, true] {
        for after in [2, 3, 5] {
            let world = World::signed_in(MIB).await;
            let (link, more, route) = if hoster {
                world.sign_in_at("filefactory", "hoster").await;
                world.sandbox.add_hosted_file(HostedFile {
                    id: "abc123XY".into(),
                    name: NAME.into(),
                    size,
                    seed: SEED,
                    ..HostedFile::default()
                });
                let page = "https://www.filefactory.com/file/abc123XY/n/film.bin".to_owned();
                (page, &["--from", "hoster"][..], Route::Download)
            } else {
                (world.sandbox.add_file(film(size)), &[][..], Route::File)
            };
            // From that request on every answer is of a new version of the same size.
            let shows = Shown::Etag;
            world.sandbox.add_fault(
                FaultRule::from(Fault::Changed { shows, at: None })
                    .on(route)
                    .after(after),
            );
            world.must(&["settings", "set", "parts_in_flight", "1"]).await;
            let line = [&["upload", &link, "--to", "shop"], more].concat();
            world.must(&line).await;
            let asset = world.asset(NAME).await;
            let old = Content::new(SEED);
            let whole = [old.sha256(size), old.changed().sha256(size)];
            assert!(
                whole.contains(&asset.sha256.unwrap()),
                "a mixed file, {after} requests before the change, from a hoster: {hoster}"
            );
        }
    }
}
