//! Very many files: what a look at all of them costs, that nothing is done when nothing changes, and a folder that is renamed.
//!
//! Small by default. `LONGSHORE_MANY` files are queued, `LONGSHORE_EMPTY` are only looked at, `LONGSHORE_RENAMED` are renamed
//! with their folder; what is done when nothing changes is watched for `LONGSHORE_IDLE_S` seconds.

use std::path::Path;
use std::time::Duration;

use journeys_tests::Program;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::{Watched, baasix, root, set, write};

/// Ten minutes are enough for a million files on a slow disk.
const PATIENCE: Duration = Duration::from_secs(1_800);
/// What the engine may hold at most.
const MEMORY_KIB: u64 = 250 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn very_many_files_are_queued_in_little_memory_and_nothing_is_done_when_nothing_changes() {
    let files = set("LONGSHORE_MANY", 1_500);
    let world = baasix().await;
    let root = root(&world);
    for n in 0..files {
        write(
            &root.join(format!("{}/{n}.bin", n % 1_000)),
            format!("one of {files}: {n}").as_bytes(),
        );
    }
    // Nothing leaves: what is measured is the watch.
    world.must(&["pause", "--all", "--for", "24h"]).await;
    let began = Instant::now();
    let watched = Watched::of(world, &["--policy", "changed", "--every", "10m"]).await;
    let scanned = began.elapsed();
    let row = watched
        .until_within(PATIENCE, "all settled", |row| {
            let count = |state: &str| row["files"][state].as_u64().unwrap_or_default();
            count("settling") == 0 && count("ready") + count("queued") == files
        })
        .await;
    // They wait in the watch, not in the queue.
    assert_eq!(row["files"]["queued"], files.min(100), "{row:#}");
    let peak = watched.program.peak_kib().unwrap();
    println!(
        "{files} files: looked at after {:.1} s, settled and the queue full after {:.1} s; {peak} KiB at most",
        scanned.as_secs_f64(),
        began.elapsed().as_secs_f64(),
    );
    assert!(peak <= MEMORY_KIB, "{peak} KiB");
    idle(&watched.program).await;
}

/// Nothing changes: next to nothing is done, and no memory is taken.
async fn idle(program: &Program) {
    let seconds = set("LONGSHORE_IDLE_S", 5);
    let (before, held) = (cpu_ticks(program), held_kib(program));
    sleep(Duration::from_secs(seconds)).await;
    let (used, now) = (cpu_ticks(program) - before, held_kib(program));
    // A hundred ticks are a second.
    let percent = used as f64 / seconds as f64;
    println!(
        "nothing changed for {seconds} s: {percent:.2} % of a processor, {held} KiB held before and {now} KiB after"
    );
    if seconds >= 60 {
        assert!(percent <= 0.5, "{percent} %");
        assert!(now <= held + 4 * 1024, "{held} KiB before, {now} KiB after");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_of_empty_files_is_looked_at_in_bounded_memory() {
    let files = set("LONGSHORE_EMPTY", 2_000);
    let world = baasix().await;
    let root = root(&world);
    for n in 0..files {
        let folder = root.join(format!("{}/{}", n % 100, n / 100 % 100));
        if n < 10_000 {
            std::fs::create_dir_all(&folder).unwrap();
        }
        std::fs::File::create(folder.join(format!("{n}.bin"))).unwrap();
    }
    world.must(&["pause", "--all", "--for", "24h"]).await;
    let find = found(&root, files).await;
    let began = Instant::now();
    // None of them is taken: what is measured is the look.
    let more = ["--policy", "new", "--every", "10h", "--events", "false"];
    let watched = Watched::of(world, &more).await;
    let first = began.elapsed();
    let peak = watched.program.peak_kib().unwrap();
    let row = watched.row().await;
    let known: u64 = row["files"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(state, _)| *state != "to_send")
        .filter_map(|(_, count)| count.as_u64())
        .sum();
    assert_eq!(known, files, "{row:#}");
    println!(
        "{files} empty files: find took {:.1} s, the first look {:.1} s; {peak} KiB at most",
        find.as_secs_f64(),
        first.as_secs_f64()
    );
    watched
        .until_within(PATIENCE, "settled", |row| row["files"]["settling"] == 0)
        .await;
    let began = Instant::now();
    watched.looked_again().await;
    let peak = watched.program.peak_kib().unwrap();
    println!(
        "a look at what is known took {:.1} s; {peak} KiB at most",
        began.elapsed().as_secs_f64()
    );
    assert!(peak <= MEMORY_KIB, "{peak} KiB");
}

/// How long `find` takes to list them with size and date.
async fn found(root: &Path, files: u64) -> Duration {
    let began = Instant::now();
    let said = Command::new("find")
        .arg(root)
        .args(["-type", "f", "-printf", "%s %T@\n"])
        .output()
        .await
        .unwrap();
    assert_eq!(said.stdout.iter().filter(|byte| **byte == b'\n').count() as u64, files);
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_renamed_with_all_its_files_causes_no_upload() {
    let files = set("LONGSHORE_RENAMED", 60);
    let world = baasix().await;
    let root = root(&world);
    for n in 0..files {
        write(
            &root.join(format!("before/{}/{n}.bin", n % 20)),
            format!("file {n}").as_bytes(),
        );
    }
    let watched = Watched::of(world, &["--policy", "changed", "--every", "1h"]).await;
    watched
        .until_within(PATIENCE, "confirmed", |row| row["files"]["confirmed"] == files)
        .await;
    let sent = || {
        watched
            .world
            .sandbox
            .baasix_contents()
            .values()
            .map(|of| of.made)
            .sum::<u64>()
    };
    assert_eq!(sent(), files);

    let began = Instant::now();
    std::fs::rename(root.join("before"), root.join("after")).unwrap();
    watched
        .until("noticed", |row| row["files"]["settling"].as_u64() > Some(0))
        .await;
    watched
        .until_within(PATIENCE, "renamed", |row| {
            row["busy"] == false && row["files"]["gone"] == 0 && row["files"]["confirmed"] == files
        })
        .await;
    let log = watched.log().await;
    let renamed = |(name, row): (&String, &serde_json::Value)| name.starts_with("after/") && row["code"] == "renamed";
    assert_eq!(
        log.iter().filter(|entry| renamed((entry.0, entry.1))).count() as u64,
        files
    );
    assert_eq!(sent(), files, "some were sent again");
    println!(
        "{files} files renamed with their folder: known again after {:.1} s",
        began.elapsed().as_secs_f64()
    );
}

/// User and system time so far, in hundredths of a second.
fn cpu_ticks(program: &Program) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", program.id().unwrap())).unwrap();
    // The name in brackets may hold spaces; the 14th and 15th field are the times.
    let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// What it holds now, in KiB.
fn held_kib(program: &Program) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.id().unwrap())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
