//! Somebody creates, appends, renames, moves out and in, touches, deletes and creates again, with pauses of any length.

use std::time::Duration;

use super::somebody::{Pace, Somebody};
use super::verdict::{Verdict, judge, latency};
use super::{Watched, size};

#[tokio::test(flavor = "multi_thread")]
async fn every_version_that_stood_still_arrives_once_and_no_other_while_the_system_tells_of_changes() {
    versions_arrive_once(&["--every", "1h"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_that_stood_still_arrives_once_and_no_other_without_any_event() {
    versions_arrive_once(&["--every", "2s", "--events", "false"]).await;
}

async fn versions_arrive_once(more: &[&str]) {
    let files = size(4);
    let pace = Pace {
        short: Duration::from_millis(900),
        middle: Duration::from_secs(7),
        // Settling, and four requests of sixty a minute for each of them.
        long: Duration::from_secs(12 + 4 * files as u64),
    };
    let watched = Watched::new(more).await;
    let outside = watched.world.folder().join("outside");
    let work = |file| tokio::spawn(Somebody::new(&watched.root, &outside, file, pace).work(3));
    let all: Vec<_> = (0..files as u64).map(work).collect();
    let mut stood = Vec::new();
    for somebody in all {
        stood.extend(somebody.await.unwrap());
    }
    watched.until_at_rest().await;
    let arrived = watched.arrived().await;

    let Verdict { must, may, .. } = judge(&stood, &arrived, pace.long - Duration::from_secs(2));
    watched.nothing_twice().await;
    println!("{files} files: {must} versions that had to arrive, {may} that might have");
    latency(&watched, &stood).await;
}
