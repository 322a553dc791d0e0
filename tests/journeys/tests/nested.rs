//! A watched folder with folders in it: every file is sent, once.
//!
//! Small by default; `LONGSHORE_NESTED` says how many files there are.

use std::collections::BTreeMap;
use std::time::Duration;

use journeys_tests::{MIB, World, sha256};

/// A busy machine is no reason to give up.
const PATIENCE: Duration = Duration::from_secs(300);

#[tokio::test(flavor = "multi_thread")]
async fn every_file_in_nested_folders_that_are_watched_arrives_once_with_its_bytes() {
    let asked = std::env::var("LONGSHORE_NESTED").ok();
    let files: usize = asked.and_then(|count| count.parse().ok()).unwrap_or(24);
    // One request a file, and no limit of requests: what is looked at here are the folders.
    let world = World::new(MIB, |settings| settings.baasix.rate_limit = 1_000_000).await;
    world.sign_in_at("baasix", "files").await;
    let mut expected = BTreeMap::new();
    for number in 0..files {
        let name = format!("in/{}/{}/Datei {number} – ü.bin", number % 7, number % 3);
        let path = world.file(&name, 1_000 + number, number as u64 + 1);
        *expected.entry(sha256(&path)).or_insert(0) += 1;
    }
    world
        .must(&["watch", "add", "in", "--to", "files", "--policy", "changed"])
        .await;
    let began = std::time::Instant::now();
    let mut engine = world.start(&["run"]);
    loop {
        let said = world.must(&["watch", "list"]).await;
        if said.last()["files"]["confirmed"] == files {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "not all were confirmed: {said:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let took = began.elapsed();

    // Deeper, and while it runs: the system's hint is enough.
    let late = world.file("in/a/b/c/d/late.bin", 5_000, 999);
    *expected.entry(sha256(&late)).or_insert(0) += 1;
    while world.sandbox.baasix_files().await.unwrap().len() <= files {
        assert!(began.elapsed() < 2 * PATIENCE, "the late one never arrived");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(engine.kill().await, "`run` goes on until somebody ends it");

    let mut arrived = BTreeMap::new();
    for file in world.sandbox.baasix_files().await.unwrap() {
        *arrived.entry(file.sha256.unwrap_or_default()).or_insert(0) += 1;
    }
    assert_eq!(arrived, expected);
    println!(
        "{files} files in nested folders confirmed in {:.1} s, each once",
        took.as_secs_f64()
    );
}
