//! Files to a Baasix server and back: its silent limit, its lost answers, and a program that is killed again and again.

use std::path::Path;
use std::time::Duration;

use journeys_tests::{KIB, MIB, Said, World, sha256};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sandbox::{BaasixFile, Fault, FaultRule, Route};
use serde_json::Value;

/// A world with the account `files` at Baasix signed in.
async fn world() -> World {
    let world = World::new(MIB, |settings| settings.baasix.rate_limit = 1_000_000).await;
    let known = world.sandbox.description().providers["baasix"].clone();
    let line = [
        "account",
        "add",
        "baasix",
        "--name",
        "files",
        "--base-url",
        &known.base_url,
        "--secret-stdin",
    ];
    let secret = serde_json::to_string(&known.secret).unwrap();
    let added = world.with_input(&line, &secret).await;
    assert_eq!(added.code, Some(0), "{added:?}");
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
    let back: Vec<_> = std::fs::read_dir(world.folder().join("out")).unwrap().collect();
    assert_eq!(back.len(), 1);
    assert_eq!(sha256(&back[0].as_ref().unwrap().path()), sha256(&path));
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

/// Killed in the middle of the file, behind it, and while it looks what became of it: one record, with the right bytes.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_of_an_upload_there_is_one_record_with_the_right_bytes() {
    let kills: u32 = std::env::var("LONGSHORE_BAASIX_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(9);
    let mut rng = StdRng::seed_from_u64(1);
    let world = world().await;
    let size = 2 * MIB;
    let path = world.file("film.bin", size, 9);
    world.must(&["limit", "--up", "2MiB/s"]).await;
    world.must(&["upload", "film.bin", "--to", "files", "--detach"]).await;
    let mut died = 0;
    for kill in 0..kills {
        let sandbox = &world.sandbox;
        let before = sandbox.counters();
        sandbox.clear_faults();
        // The last kills let it get as far as the server, and no answer back.
        let fault = match kill {
            _ if kill * 3 < kills => Fault::Hang {
                bytes: rng.random_range(1..size as u64),
            },
            _ if kill * 3 < 2 * kills => Fault::AnswerLate { ms: 600_000 },
            _ => Fault::StoredLate { ms: 400 },
        };
        sandbox.add_fault(FaultRule::from(fault).on(Route::FilePost));
        let mut life = world.start(&["run", "--until-idle"]);
        let moment = async {
            match kill % 3 {
                0 => tokio::time::sleep(Duration::from_millis(rng.random_range(0..1_500))).await,
                1 => {
                    let enough = before.payload.received + rng.random_range(1..size as u64);
                    sandbox.until(|now| now.payload.received >= enough).await;
                }
                _ => {
                    let looks = |c: &sandbox::Counters| c.requests.get(&Route::FileShow).copied().unwrap_or(0);
                    let more =
                        |now: &sandbox::Counters| now.baasix.made > before.baasix.made || looks(now) > looks(&before);
                    sandbox.until(more).await;
                }
            }
        };
        // A file that is there already is not sent a second time, whatever is waited for.
        let _ = tokio::time::timeout(Duration::from_secs(6), moment).await;
        died += u32::from(life.kill().await);
        assert!(files(&world).await.len() <= 1);
    }
    world.sandbox.clear_faults();
    world.must(&["limit", "--up", "off"]).await;
    world.must(&["run", "--until-idle"]).await;
    let rows = world.must(&["list"]).await.objects;
    assert_eq!(
        (rows.len(), rows[0]["state"].as_str()),
        (1, Some("completed")),
        "{rows:?}"
    );
    is_there_once(&world, &path).await;
    let seen = world.sandbox.counters().baasix;
    println!(
        "{died} of {kills} killed at work, {} forms read to their end, {} refused as there already",
        seen.forms, seen.conflicts
    );
    assert_eq!((seen.made, seen.deletions), (1, 0), "{seen:#?}");
    assert!(died * 2 >= kills);
}
