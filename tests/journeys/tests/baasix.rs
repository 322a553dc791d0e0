//! Files to a Baasix server and back: its silent limit, its lost answers, and a program that is killed again and again.

use std::path::Path;
use std::time::Duration;

use journeys_tests::{KIB, MIB, Said, World, names_in, sha256};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sandbox::{BaasixFile, Counters, Fault, FaultRule, Route};
use serde_json::Value;

/// A world with the account `files` at Baasix signed in.
async fn world() -> World {
    let world = World::new(MIB, |settings| settings.baasix.rate_limit = 1_000_000).await;
    world.sign_in_at("baasix", "files").await;
    world
}

async fn files(world: &World) -> Vec<BaasixFile> {
    world.sandbox.baasix_files().await.unwrap()
}

/// The server has this file once, and nothing else.
async fn is_there_once(world: &World, path: &Path) {
    let files = files(world).await;
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0].sha256, Some(sha256(path)));
    assert_eq!(files[0].name, path.file_name().unwrap().to_str().unwrap());
}

fn error(said: &Said) -> &Value {
    assert_eq!(said.last()["state"], "failed", "{said:?}");
    &said.last()["error"]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_server_cuts_fails_clearly_leaves_nothing_and_the_next_is_refused_before_a_byte_is_sent() {
    let world = world().await;
    world.file("film.bin", 51 * MIB, 1);
    world.file("longer.bin", 52 * MIB, 2);
    let said = world.run(&["upload", "film.bin", "--to", "files"]).await.ending(1);
    assert_eq!(error(&said)["code"], "server_limit");
    let text = error(&said)["message"].as_str().unwrap();
    assert!(
        text.contains("50 MiB") && text.contains("Nothing of this file is left"),
        "{text}"
    );
    assert_eq!(files(&world).await.len(), 0);
    let counters = world.sandbox.counters();
    assert_eq!((counters.baasix.truncated, counters.baasix.deletions), (1, 1));

    let forms = counters.requests[&Route::FilePost];
    let received = counters.payload.received;
    let said = world.run(&["upload", "longer.bin", "--to", "files"]).await.ending(1);
    assert_eq!(error(&said)["code"], "server_limit");
    let counters = world.sandbox.counters();
    assert_eq!(
        (counters.requests[&Route::FilePost], counters.payload.received),
        (forms, received)
    );

    // Raised at the server, it is tried again when the account is edited.
    world
        .sandbox
        .change_settings(|settings| settings.baasix.max_upload_bytes = 60 * MIB as u64);
    world.must(&["account", "edit", "files", "--name", "larger"]).await;
    let said = world.must(&["upload", "longer.bin", "--to", "larger"]).await;
    assert_eq!(
        (&said.last()["state"], &said.last()["proof"]),
        (&"completed".into(), &"size".into())
    );
    is_there_once(&world, &world.folder().join("longer.bin")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_learnt_limit_holds_within_one_run_and_an_option_tries_it_again() {
    let world = world().await;
    world
        .sandbox
        .change_settings(|settings| settings.baasix.max_upload_bytes = 100_000);
    for (name, size) in [("1.bin", 200_000), ("2.bin", 300_000)] {
        world.file(name, size, 3);
        world.must(&["upload", name, "--to", "files", "--detach"]).await;
    }
    world.must(&["settings", "set", "slots", "1"]).await;
    world.run(&["run", "--until-idle"]).await.ending(1);
    assert_eq!(
        world.sandbox.counters().requests[&Route::FilePost],
        1,
        "only the first was sent"
    );
    world
        .sandbox
        .change_settings(|settings| settings.baasix.max_upload_bytes = 1_000_000);
    world.file("3.bin", 300_000, 4);
    let line = [
        "upload",
        "3.bin",
        "--to",
        "files",
        "--option",
        "limit=try",
        "--option",
        "title=Dritter",
    ];
    world.must(&line).await;
    is_there_once(&world, &world.folder().join("3.bin")).await;
    assert_eq!(files(&world).await[0].title.as_deref(), Some("Dritter"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_or_late_or_wrong_makes_one_file() {
    for fault in [
        Fault::AnswerLost,
        Fault::AnswerCut,
        Fault::DoneButRefused { status: 502 },
        Fault::StoredLate { ms: 1_000 },
    ] {
        let world = world().await;
        let path = world.file("letter.bin", 300 * KIB, 5);
        world
            .sandbox
            .add_fault(FaultRule::from(fault.clone()).on(Route::FilePost).times(1));
        let said = world.must(&["upload", "letter.bin", "--to", "files"]).await;
        assert_eq!(said.last()["state"], "completed", "{fault:?}");
        is_there_once(&world, &path).await;
        assert_eq!(
            world.sandbox.counters().requests[&Route::FilePost],
            1,
            "{fault:?}: it was looked for, not sent again"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_lost_is_sent_again_after_two_looks() {
    let world = world().await;
    let path = world.file("letter.bin", 20 * KIB, 6);
    world
        .sandbox
        .add_fault(FaultRule::from(Fault::Dropped).on(Route::FilePost).times(1));
    world.must(&["upload", "letter.bin", "--to", "files"]).await;
    is_there_once(&world, &path).await;
    let counters = world.sandbox.counters();
    assert_eq!((counters.requests[&Route::FilePost], counters.baasix.conflicts), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_back_as_it_was_sent_by_its_id() {
    let world = world().await;
    let name = "Übung \"名前\" 😀.bin";
    let path = world.file(name, 3 * MIB, 7);
    let sent = world.must(&["upload", name, "--to", "files"]).await;
    let id = sent.last()["remote_id"].as_str().unwrap().to_owned();
    is_there_once(&world, &path).await;
    std::fs::create_dir(world.folder().join("out")).unwrap();
    world
        .must(&["download", &id, "--account", "files", "--dir", "out"])
        .await;
    let out = world.folder().join("out");
    let back = names_in(&out);
    assert_eq!(back.len(), 1, "{back:?}");
    assert_eq!(sha256(&out.join(&back[0])), sha256(&path));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_on_its_way_nothing_is_left_at_the_server() {
    let world = world().await;
    world.file("film.bin", 4 * MIB, 8);
    world.must(&["limit", "--up", "1MiB/s"]).await;
    let mut upload = world.start(&["upload", "film.bin", "--to", "files"]);
    let row = upload.row("transferring", None).await;
    world
        .sandbox
        .until(|counters| counters.payload.received > 100_000)
        .await;
    world.must(&["cancel", row["id"].as_str().unwrap()]).await;
    upload.said().await;
    assert_eq!(files(&world).await.len(), 0);
    assert_eq!(world.sandbox.counters().baasix.made, 0);
}

/// Where the last life of an upload ends: its form is at the server, and no answer came back.
#[derive(Clone, Copy, Debug)]
enum Last {
    /// The file is made.
    Made,
    /// The record is there, and its bytes are not yet.
    Listed,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_until_its_file_is_made_there_is_one_record_with_the_right_bytes() {
    killed_until(Last::Made, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_until_its_record_is_there_there_is_one_record_with_the_right_bytes() {
    killed_until(Last::Listed, 2).await;
}

/// Kills the program at random, in the middle of the file, while it looks what became of it, and at `last`.
async fn killed_until(last: Last, seed: u64) {
    let given = std::env::var("LONGSHORE_BAASIX_KILLS").ok();
    let kills: usize = given.and_then(|n| n.parse().ok()).unwrap_or(6).max(2);
    let mut rng = StdRng::seed_from_u64(seed);
    let world = world().await;
    let sandbox = &world.sandbox;
    let size = 2 * MIB;
    let path = world.file("film.bin", size, 9);
    world.must(&["limit", "--up", "2MiB/s"]).await;
    world.must(&["upload", "film.bin", "--to", "files", "--detach"]).await;
    for kill in 1..=kills {
        let before = sandbox.counters();
        sandbox.clear_faults();
        let fault = match (kill == kills, last) {
            (false, _) => Fault::Hang { bytes: size as u64 },
            (true, Last::Made) => Fault::AnswerLate { ms: 600_000 },
            (true, Last::Listed) => Fault::StoredLate { ms: 1_000 },
        };
        sandbox.add_fault(FaultRule::from(fault).on(Route::FilePost));
        let mut life = world.start(&["run", "--until-idle"]);
        let looks = |counters: &Counters| counters.requests.get(&Route::FileShow).copied().unwrap_or(0);
        match (kill == kills, kill % 3) {
            (true, _) => drop(
                sandbox
                    .until(|now| now.baasix.made == 1 || now.baasix.forms_now == 1)
                    .await,
            ),
            (_, 0) => tokio::time::sleep(Duration::from_millis(rng.random_range(0..1_500))).await,
            (_, 1) => {
                let enough = before.payload.received + rng.random_range(1..size as u64);
                sandbox.until(|now| now.payload.received >= enough).await;
            }
            _ => drop(sandbox.until(|now| looks(now) > looks(&before)).await),
        }
        assert!(life.kill().await, "{last:?}: it ended before kill {kill}");
    }
    sandbox.clear_faults();
    world.must(&["run", "--until-idle"]).await;
    let rows = world.must(&["list"]).await.objects;
    assert_eq!(
        (rows.len(), rows[0]["state"].as_str()),
        (1, Some("completed")),
        "{rows:?}"
    );
    is_there_once(&world, &path).await;
    let counters = sandbox.counters();
    let seen = &counters.baasix;
    assert_eq!(
        (seen.made, seen.forms, seen.conflicts, seen.deletions),
        (1, 1, 0, 0),
        "{seen:#?}"
    );
    println!(
        "{last:?}: {kills} kills, the file begun {} times, read to its end and made once",
        counters.requests[&Route::FilePost]
    );
}
