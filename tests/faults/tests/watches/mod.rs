//! Watched folders and the real program: whatever somebody does to the files, each version arrives once, and none is missed.
//!
//! Small by default; with `LONGSHORE_WATCHES` set it is the number of files that somebody works on at once. The service
//! answers 60 requests a minute, and a file needs four of them: many files take their time, and nothing may be lost meanwhile.

mod away;
mod bursts;
mod changing;
mod crowd;
mod hostile;
mod many;
mod mounted;
mod old;
mod once;
mod somebody;
mod verdict;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use journeys_tests::{KIB, Program, World};
use serde_json::Value;

/// A busy machine is no reason to give up.
const PATIENCE: Duration = Duration::from_secs(300);

/// The size of a proof, or `small`.
fn size(small: usize) -> usize {
    let full = std::env::var("LONGSHORE_WATCHES").ok();
    full.and_then(|count| count.parse().ok()).unwrap_or(small)
}

/// A service with an account, a folder that is watched, and the program at work.
struct Watched {
    world: World,
    program: Program,
    root: PathBuf,
}

impl Watched {
    async fn new(more: &[&str]) -> Self {
        let world = World::signed_in(64 * KIB).await;
        Self::of(world, &[&["--policy", "changed"], more].concat()).await
    }

    async fn of(world: World, more: &[&str]) -> Self {
        world.must(&["settings", "set", "slots", "16"]).await;
        world.must(&["settings", "set", "slots_per_account", "16"]).await;
        let root = root(&world);
        let line = [&["watch", "add", "in", "--to", "shop"], more].concat();
        world.must(&line).await;
        let program = world.start(&["run"]);
        let watched = Self { world, program, root };
        watched
            .until("it looked for the first time", |row| row["state"] == "watching")
            .await;
        watched
    }

    /// The same at Baasix.
    async fn at_baasix(more: &[&str]) -> Self {
        Self::of(baasix().await, more).await
    }

    /// The watch as it is now.
    async fn row(&self) -> Value {
        let said = self.world.must(&["watch", "list"]).await;
        let found = said.objects.iter().find(|row| row["name"] == "in");
        found.cloned().unwrap_or_else(|| panic!("no watch: {said:?}"))
    }

    /// Has it look at everything, until that look is over.
    async fn looked_again(&self) {
        let before = self.world.must(&["watch", "scan", "in"]).await.objects[0]["last_scan"].clone();
        let over = |row: &Value| row["state"] == "watching" && row["last_scan"] != before;
        self.until("looked again", over).await;
    }

    async fn until(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        self.until_within(PATIENCE, what, fits).await
    }

    async fn until_within(&self, patience: Duration, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let began = tokio::time::Instant::now();
        loop {
            let row = self.row().await;
            if fits(&row) {
                return row;
            }
            assert!(began.elapsed() < patience, "not {what}: {row:#}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Nothing is left to be done.
    async fn until_at_rest(&self) -> Value {
        self.until("at rest", |row| row["busy"] == false && row["state"] == "watching")
            .await
    }

    /// So many files are known, wherever they stand.
    async fn until_known(&self, files: u64) -> Value {
        let all = |row: &Value| {
            row["files"]
                .as_object()
                .unwrap()
                .iter()
                .filter(|(state, _)| *state != "to_send")
                .filter_map(|(_, count)| count.as_u64())
                .sum::<u64>()
        };
        self.until(&format!("{files} known"), |row| all(row) == files).await
    }

    async fn until_confirmed(&self, files: u64) -> Value {
        self.until(&format!("{files} confirmed"), |row| row["files"]["confirmed"] == files)
            .await
    }

    /// The latest decision about each file, by its name with slashes.
    async fn log(&self) -> BTreeMap<String, Value> {
        let said = self.world.must(&["watch", "log", "in"]).await;
        let rows = said.objects.into_iter();
        rows.map(|row| (with_slashes(&row["name"]), row)).collect()
    }

    /// When each transfer was queued.
    async fn queued(&self) -> BTreeMap<String, String> {
        let said = self.world.must(&["list"]).await;
        let word = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        said.objects
            .iter()
            .map(|row| (word(row, "id"), word(row, "created_at")))
            .collect()
    }

    /// How often the service confirmed each content, by SHA-256.
    async fn arrived(&self) -> BTreeMap<String, u64> {
        let mut times = BTreeMap::new();
        for asset in self.world.sandbox.assets().await.unwrap() {
            if asset.confirmed {
                *times.entry(asset.sha256.unwrap_or_default()).or_default() += 1;
            }
        }
        times
    }

    /// No content was confirmed twice, and nothing else went wrong at the service.
    async fn nothing_twice(&self) {
        let arrived = self.arrived().await;
        let twice: Vec<_> = arrived.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "{twice:?}: {:#?}", self.log().await);
        super::journeys::never_wrong(&self.world).await;
    }
}

/// The folder that is to be watched.
fn root(world: &World) -> PathBuf {
    let root = world.folder().join("in");
    std::fs::create_dir_all(&root).unwrap();
    root
}

/// An account at Baasix, whose request budget is raised on both sides.
async fn baasix() -> World {
    let world = World::new(64 * KIB, |settings| settings.baasix.rate_limit = 100_000_000).await;
    world.sign_in_at("baasix", "shop").await;
    world
        .must(&["account", "edit", "shop", "--connection", "requests_per_minute=1000000"])
        .await;
    world
}

/// The size of a part of a proof, from a variable of its own.
fn set(name: &str, small: u64) -> u64 {
    let full = std::env::var(name).ok();
    full.and_then(|text| text.parse().ok()).unwrap_or(small)
}

/// In hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(bytes))
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// A name below the folder as these tests write it, whatever stands between its parts here.
fn with_slashes(name: &Value) -> String {
    name.as_str().unwrap().replace(std::path::MAIN_SEPARATOR, "/")
}
