//! A watched file that never stands still: a snapshot of it is sent, and the file itself once it does.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use journeys_tests::{KIB, World, names_in, sha256};
use sandbox::AssetState;
use sha2::{Digest, Sha256};
use tokio::process::{Child, Command};

/// A busy machine is no reason to give up.
const PATIENCE: Duration = Duration::from_secs(120);
const FILE: &str = "LONGSHORE_TEST_GROWING";

/// Not a test of its own: the process that goes on writing until it is ended, or nobody is there any more to end it.
#[test]
fn writes_without_a_pause_when_asked() {
    let Some(path) = std::env::var_os(FILE) else {
        return;
    };
    let mut file = OpenOptions::new().append(true).create(true).open(path).unwrap();
    let began = Instant::now();
    for line in 0_u64.. {
        file.write_all(format!("line {line} of a log that never ends\n").repeat(64).as_bytes())
            .unwrap();
        std::thread::sleep(Duration::from_millis(20));
        assert!(began.elapsed() < 2 * PATIENCE, "nobody ended it");
    }
}

fn writer(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "growing::writes_without_a_pause_when_asked"])
        .env(FILE, path)
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// What the watch says of the file, as soon as it is known.
async fn until_known(world: &World, fits: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
    let began = Instant::now();
    loop {
        let log = world.must(&["watch", "log", "in"]).await;
        if let Some(file) = log.objects.iter().find(|file| fits(file)) {
            return file.clone();
        }
        assert!(began.elapsed() < PATIENCE, "it never stood so: {log:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn confirmed(world: &World) -> Vec<AssetState> {
    let mut found = world.sandbox.assets().await.unwrap();
    found.retain(|asset| asset.confirmed);
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_the_beginning_of_the_file_and_the_file_is_sent_all_the_same() {
    let world = World::signed_in(64 * KIB).await;
    // It begins with enough to be sent for some seconds.
    let path = world.file("in/app.log", 600 * KIB, 1);
    world.must(&["watch", "add", "in", "--to", "shop"]).await;
    world.must(&["limit", "--up", "256KiB/s"]).await;
    let mut growing = writer(&path);
    let mut engine = world.start(&["run"]);
    until_known(&world, |file| {
        file["name"] == "app.log" && file["code"] == "being_written"
    })
    .await;

    let size = || std::fs::metadata(&path).unwrap().len();
    let before = size();
    let sending = world.start(&["watch", "snapshot", "in", "app.log"]);
    world.until_stored("app.log", 2).await;
    // The same wish again is the same snapshot, while that is on its way.
    let again = world
        .must(&["watch", "snapshot", "in", path.to_str().unwrap(), "--detach"])
        .await;
    let sent = sending.said().await.ending(0);
    assert_eq!(
        (&sent.last()["state"], &sent.last()["name"]),
        (&"completed".into(), &"app.log".into())
    );
    assert_eq!(again.last()["id"], sent.last()["id"]);
    let after = size();

    // Its bytes are the first ones that the file had at some moment of the copy, and more came while it was sent.
    let [asset] = confirmed(&world).await.try_into().unwrap();
    assert!(before <= asset.size && asset.size < after, "{before} {asset:?} {after}");
    let all = std::fs::read(&path).unwrap();
    let prefix = Sha256::digest(&all[..usize::try_from(asset.size).unwrap()]);
    assert_eq!(asset.sha256, Some(hex::encode(prefix)));

    // For the watch nothing was sent yet, and no copy is kept here.
    let watch = world.must(&["watch", "list"]).await;
    let files = &watch.last()["files"];
    assert_eq!(
        (&files["settling"], &files["confirmed"]),
        (&1.into(), &0.into()),
        "{watch:?}"
    );
    let began = Instant::now();
    while !names_in(&world.home().join("snapshots")).is_empty() {
        assert!(began.elapsed() < PATIENCE, "the copy stayed");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    // Once it stands still it goes by the rules of the watch, whole.
    world.must(&["limit", "--up", "off"]).await;
    growing.kill().await.unwrap();
    until_known(&world, |file| file["state"] == "confirmed").await;
    let mut found: Vec<_> = confirmed(&world)
        .await
        .into_iter()
        .filter_map(|asset| asset.sha256)
        .collect();
    found.retain(|hash| *hash != hex::encode(prefix));
    assert_eq!(found, [sha256(&path)]);
    let refused = world.run(&["watch", "snapshot", "in", "app.log", "--detach"]).await;
    assert!(refused.err.contains("not_growing"), "{refused:?}");
    assert!(engine.kill().await);
    assert_eq!(world.sandbox.counters().duplicate_confirmations, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_was_queued_is_sent_after_a_kill_and_leaves_no_copy() {
    let world = World::signed_in(64 * KIB).await;
    let path = world.file("in/app.log", 400 * KIB, 2);
    world.must(&["watch", "add", "in", "--to", "shop"]).await;
    world.must(&["limit", "--up", "128KiB/s"]).await;
    let mut growing = writer(&path);
    let mut engine = world.start(&["run"]);
    until_known(&world, |file| file["name"] == "app.log" && file["state"] == "settling").await;
    let queued = world.must(&["watch", "snapshot", "in", "app.log", "--detach"]).await;
    world.until_stored("app.log", 1).await;
    assert!(engine.kill().await);
    assert_eq!(names_in(&world.home().join("snapshots")).len(), 1);
    // What a kill in the middle of a copy leaves, of which no row tells.
    std::fs::write(world.home().join("snapshots").join("7-left"), b"half").unwrap();

    world.must(&["limit", "--up", "off"]).await;
    let mut engine = world.start(&["run"]);
    let id = queued.last()["id"].clone();
    engine
        .says("it completed", |row| row["id"] == id && row["state"] == "completed")
        .await;
    let began = Instant::now();
    while !names_in(&world.home().join("snapshots")).is_empty() {
        assert!(began.elapsed() < PATIENCE, "a copy stayed");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    growing.kill().await.unwrap();
    assert!(engine.kill().await);
}
