//! FileFactory by every kind of account and by none, and the secrets of links.

use journeys_tests::{Said, World};
use sandbox::{Fault, FaultRule, HostedFile, Route};
use serde_json::json;

use super::{fetch, is_whole, names, world};

const SIZE: u64 = 5 * 1024 * 1024 + 3;

/// Adds an account of this kind at the emulated FileFactory; `nobody` has no credentials.
async fn sign_in(world: &World, kind: &str) {
    let service = world.sandbox.description().providers["filefactory"].clone();
    let secret = match kind {
        "premium" => json!(service.secret),
        "nobody" => json!({}),
        other => json!(service.others[other]),
    };
    let line = [
        "account",
        "add",
        "filefactory",
        "--secret-stdin",
        "--name",
        kind,
        "--base-url",
        &service.base_url,
    ];
    let said = world.with_input(&line, &secret.to_string()).await;
    assert_eq!(said.code, Some(0), "{said:?}");
}

fn host(world: &World, file: HostedFile) {
    world.sandbox.add_hosted_file(HostedFile {
        id: "abc123XY".into(),
        name: "film.mov".into(),
        size: SIZE,
        seed: 9,
        ..file
    });
}

async fn get(world: &World, kind: &str, more: &[&str]) -> Said {
    let mut line = vec!["--account", kind];
    line.extend(more);
    fetch(world, "https://www.filefactory.com/file/abc123XY/n/film.mov", &line).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_account_and_nobody_gets_from_link_to_verified_file() {
    for kind in ["premium", "trafficshare", "free", "nobody"] {
        let world = world().await;
        world
            .sandbox
            .change_settings(|settings| settings.filefactory.delay_s = 2);
        host(&world, HostedFile::default());
        sign_in(&world, kind).await;
        // The program that added the account has ended, and its session key with it.
        let before = world.sandbox.counters().filefactory.logins;
        let said = get(&world, kind, &[]).await.ending(0);
        let row = said.row("film.mov");
        assert_eq!(
            (&row["state"], &row["proof"]),
            (&"completed".into(), &"whole checksum".into()),
            "{kind}"
        );
        is_whole(&world, "film.mov", SIZE, 9);
        let free = matches!(kind, "free" | "nobody");
        assert_eq!(row["resumable"], json!(!free), "{kind}");
        let waited = said.objects.iter().any(|row| row["reason"]["code"] == "free_wait");
        assert_eq!(waited, free, "{kind}: {said:?}");
        let counters = world.sandbox.counters().filefactory;
        assert_eq!(counters.logins - before, u64::from(kind != "nobody"), "{kind}");
        assert_eq!(counters.secrets_in_url, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_does_not_match_its_checksum_is_fetched_once_more_and_then_kept_aside() {
    let world = world().await;
    host(
        &world,
        HostedFile {
            md5: Some("00000000000000000000000000000000".into()),
            ..HostedFile::default()
        },
    );
    sign_in(&world, "premium").await;
    let said = get(&world, "premium", &[]).await.ending(1);
    let row = said.row("film.mov");
    assert_eq!(
        (&row["state"], &row["error"]["code"]),
        (&"failed".into(), &"mismatch".into()),
        "{row}"
    );
    assert!(
        row["error"]["message"].as_str().unwrap().contains("film.mov.part.bad"),
        "{row}"
    );
    assert_eq!(names(&world), ["film.mov.part.bad"]);
    let sent = world.sandbox.counters().downloads.files["abc123XY"].ranges.clone();
    let bytes: u64 = sent.iter().map(|range| range.sent).sum();
    assert!((2 * SIZE..3 * SIZE).contains(&bytes), "it was fetched twice: {bytes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_asked_for_and_given_and_found_nowhere_but_in_the_vault() {
    let world = world().await;
    host(
        &world,
        HostedFile {
            password: Some("CANARYsesame".into()),
            ..HostedFile::default()
        },
    );
    sign_in(&world, "premium").await;
    let said = get(&world, "premium", &[]).await.ending(3);
    let row = said.row("film.mov").clone();
    assert_eq!(row["reason"]["code"], "password", "{row}");
    let id = row["id"].as_str().unwrap();
    let wrong = world.with_input(&["password", id], "wrong\n").await;
    assert_eq!(wrong.code, Some(0), "{wrong:?}");
    world.run(&["run", "--until-idle"]).await.ending(3);
    world.with_input(&["password", id], "CANARYsesame\n").await;
    world.must(&["run", "--until-idle"]).await;
    is_whole(&world, "film.mov", SIZE, 9);
    holds_no_canary(&world);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_ran_out_is_asked_for_anew_and_the_bytes_that_are_here_stay() {
    let world = world().await;
    host(&world, HostedFile::default());
    sign_in(&world, "premium").await;
    let before = world.sandbox.counters().filefactory.logins;
    world.sandbox.add_fault(
        FaultRule::from(Fault::SiteCode { code: 263 })
            .on(Route::Download)
            .times(1),
    );
    get(&world, "premium", &[]).await.ending(0);
    is_whole(&world, "film.mov", SIZE, 9);
    assert_eq!(world.sandbox.counters().filefactory.logins - before, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secrets_of_a_link_are_in_nothing_that_is_kept_or_said() {
    let world = world().await;
    let link = format!("{}&token=CANARY7f3a9b", world.sandbox.file_url("f.bin", 1_000_000, 4));
    let said = fetch(&world, &link, &[]).await.ending(0);
    is_whole(&world, "f.bin", 1_000_000, 4);
    assert!(!said.out.contains("CANARY") && !said.err.contains("CANARY"), "{said:?}");
    let details = world.must(&["show", said.row("f.bin")["id"].as_str().unwrap()]).await;
    assert!(!details.out.contains("CANARY"));
    holds_no_canary(&world);
}

#[track_caller]
fn holds_no_canary(world: &World) {
    for entry in walk(&world.home()) {
        let bytes = std::fs::read(&entry).unwrap();
        let found = bytes.windows(6).any(|window| window == b"CANARY");
        assert!(!found, "{} holds it", entry.display());
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else if path.is_file() {
            files.push(path);
        }
    }
    files
}
