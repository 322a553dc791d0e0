//! Somebody creates, appends, renames, moves out and in, touches, deletes and creates again, with pauses of any length.

use std::collections::BTreeMap;
use std::time::Duration;

use super::somebody::{Pace, Somebody, Stood};
use super::{Watched, size};

/// What stood shorter than that, a little less than the settle time, may not be sent.
const TOO_SHORT: Duration = Duration::from_millis(4_700);

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

    let mut longest: BTreeMap<&str, &Stood> = BTreeMap::new();
    for one in &stood {
        let known = longest.entry(&one.sha256).or_insert(one);
        if known.length < one.length {
            *known = one;
        }
    }
    let (mut must, mut may, mut wrong) = (0, 0, Vec::new());
    for (sha256, one) in &longest {
        let times = arrived.get(*sha256).copied().unwrap_or_default();
        let expected = if one.last || one.length + Duration::from_secs(2) > pace.long {
            must += 1;
            1..=1
        } else if one.length < TOO_SHORT {
            0..=0
        } else {
            may += 1;
            0..=1
        };
        if !expected.contains(&times) {
            wrong.push(format!("{times} times, and not {expected:?}: {one:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), longest.len());
    let strange: Vec<_> = arrived
        .keys()
        .filter(|sha256| !longest.contains_key(sha256.as_str()))
        .collect();
    assert!(strange.is_empty(), "half-written contents arrived: {strange:?}");
    watched.nothing_twice().await;
    println!("{files} files: {must} versions that had to arrive, {may} that might have");
    latency(&watched, &stood).await;
}

/// From when the last version began to stand to when the service had confirmed it.
pub(super) async fn latency(watched: &Watched, stood: &[Stood]) -> Duration {
    let log = watched.log().await;
    let mut took: Vec<f64> = stood
        .iter()
        .filter(|one| one.last)
        .filter_map(|one| {
            let row = log.get(&one.name)?;
            let confirmed: jiff::Timestamp = row["confirmed_at"].as_str()?.parse().ok()?;
            // One that came by another name was confirmed before.
            let took = one.from.duration_until(confirmed).as_secs_f64();
            (took > 0.0).then_some(took)
        })
        .collect();
    took.sort_by(f64::total_cmp);
    let at = |share: f64| {
        took.get(((took.len() as f64 - 1.0) * share) as usize)
            .copied()
            .unwrap_or_default()
    };
    println!(
        "from standing still to confirmed, the 5 s of settling among it: median {:.1} s, 99th {:.1} s, of {}",
        at(0.5),
        at(0.99),
        took.len()
    );
    Duration::from_secs_f64(at(1.0))
}
