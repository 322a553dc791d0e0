//! A crowd at work in a mirrored folder: what is at the service in the end is what is in the folder, every version once.
//!
//! Small by default. `LONGSHORE_CROWD` files, in a tenth as many folders, are worked on within `LONGSHORE_CROWD_S` seconds;
//! `LONGSHORE_CROWD_KILLS` times the program is killed meanwhile.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::time::{Instant, sleep};

use super::somebody::{Pace, Somebody, Stood};
use super::verdict::{Verdict, judge, latency};
use super::{Watched, set};

/// For all to come to rest afterwards.
const REST: Duration = Duration::from_secs(3_600);

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_is_what_is_in_the_folder_while_the_system_tells_of_changes() {
    crowd(&["--every", "1h"], 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_is_what_is_in_the_folder_without_any_event() {
    crowd(&["--every", "5s", "--events", "false"], 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_is_what_is_in_the_folder_although_the_program_is_killed_again_and_again() {
    crowd(&["--every", "10s"], set("LONGSHORE_CROWD_KILLS", 4)).await;
}

async fn crowd(more: &[&str], kills: u64) {
    let files = set("LONGSHORE_CROWD", 60);
    let within = Duration::from_secs(set("LONGSHORE_CROWD_S", 4));
    // Deeds to each file after it was made.
    let deeds = set("LONGSHORE_CROWD_DEEDS", 1) as usize;
    let pace = Pace {
        short: Duration::from_millis(900),
        middle: Duration::from_secs(7),
        long: Duration::from_secs(set("LONGSHORE_CROWD_LONG_S", 12)),
    };
    let mirror = ["--policy", "mirror", "--max-delete", "1000000"];
    let mut watched = Watched::at_baasix(&[&mirror, more].concat()).await;
    let outside = watched.world.folder().join("outside");
    let began = Instant::now();
    let work = |file| {
        let somebody = Somebody::among(&watched.root, &outside, file, (files / 10).max(1), pace);
        tokio::spawn(somebody.work_within(within, deeds))
    };
    let all: Vec<_> = (0..files).map(work).collect();
    let at_work = tokio::spawn(async move {
        let mut stood = Vec::new();
        for somebody in all {
            stood.extend(somebody.await.unwrap());
        }
        stood
    });
    let mut dice = StdRng::seed_from_u64(files);
    for _ in 0..kills {
        sleep(within.mul_f64(dice.random_range(0.5..1.5) / kills as f64)).await;
        assert!(watched.program.kill().await);
        watched.program = watched.world.start(&["run"]);
    }
    let stood = at_work.await.unwrap();
    let worked = began.elapsed();
    // Whatever was not heard of is found by a look at everything.
    watched.looked_again().await;
    watched
        .until_within(REST, "at rest", |row| {
            row["busy"] == false && row["state"] == "watching"
        })
        .await;
    println!(
        "{files} files, {kills} kills: worked on for {:.0} s, at rest after {:.0} s; {} KiB at most",
        worked.as_secs_f64(),
        began.elapsed().as_secs_f64(),
        watched.program.peak_kib().unwrap_or_default()
    );
    compare(&watched, &stood).await;
}

/// Holds the service against the folder.
async fn compare(watched: &Watched, stood: &[Stood]) {
    let surely = latency(watched, stood).await + Duration::from_secs(2);
    let contents = watched.world.sandbox.baasix_contents();
    // One that was touched or renamed on its way is withdrawn and sent again: never are there two of it.
    let withdrawn = contents.values().filter(|of| of.made > 1).count();
    let arrived = contents.into_iter().map(|(sha256, of)| (sha256, of.at_once)).collect();
    let Verdict { must, may, came } = judge(stood, &arrived, surely);
    println!("{withdrawn} versions were withdrawn on their way and sent again");
    let mut there: Vec<_> = stood
        .iter()
        .filter(|one| one.last)
        .map(|one| one.sha256.clone())
        .collect();
    there.sort();
    let at_server = watched.at_the_server().await;
    let lacks = there
        .iter()
        .filter(|sha256| at_server.binary_search(sha256).is_err())
        .count();
    assert_eq!(lacks, 0, "the service lacks some of {}", there.len());
    let too_many: Vec<_> = at_server
        .iter()
        .filter(|sha256| there.binary_search(sha256).is_err())
        .collect();
    assert!(
        too_many.is_empty(),
        "the service has more than the folder: {too_many:?}"
    );
    assert_eq!(at_server.len(), there.len());
    println!(
        "{must} versions that stood to the end or for {:.1} s arrived, once each; of {may} that stood for 5 s and less than that {came} came",
        surely.as_secs_f64()
    );
}
