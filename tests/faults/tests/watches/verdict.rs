//! What arrived, held against what stood in the folder: each version that stood long enough once, no other at all.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Watched;
use super::somebody::Stood;

/// What stood shorter than that, a little less than the settle time, may not be sent.
const TOO_SHORT: Duration = Duration::from_millis(4_700);

/// How it went: all that had to arrive did.
pub(super) struct Verdict {
    /// Versions that had to arrive.
    pub(super) must: usize,
    /// Versions that settled and were changed before their turn.
    pub(super) may: usize,
    /// Of those, the ones that arrived.
    pub(super) came: usize,
}

/// `arrived`: how often each content did, by SHA-256. What stood to the end, or longer than `surely`, must have, once.
///
/// # Panics
/// When a version is missing or came twice, or when something came that never stood still.
pub(super) fn judge(stood: &[Stood], arrived: &BTreeMap<String, u64>, surely: Duration) -> Verdict {
    let mut longest: BTreeMap<&str, &Stood> = BTreeMap::new();
    for one in stood {
        let known = longest.entry(&one.sha256).or_insert(one);
        if one.last || (!known.last && known.length < one.length) {
            *known = one;
        }
    }
    let mut verdict = Verdict {
        must: 0,
        may: 0,
        came: 0,
    };
    let mut wrong = Vec::new();
    for (sha256, one) in &longest {
        let times = arrived.get(*sha256).copied().unwrap_or_default();
        let expected = if one.last || one.length > surely {
            verdict.must += 1;
            1..=1
        } else if one.length < TOO_SHORT {
            0..=0
        } else {
            verdict.may += 1;
            verdict.came += times as usize;
            0..=1
        };
        if !expected.contains(&times) {
            wrong.push(format!("{times} times, and not {expected:?}: {one:?}"));
        }
    }
    let first = &wrong[..wrong.len().min(20)];
    assert!(wrong.is_empty(), "{} of {}: {first:#?}", wrong.len(), longest.len());
    let strange: Vec<_> = arrived
        .keys()
        .filter(|sha256| !longest.contains_key(sha256.as_str()))
        .collect();
    assert!(strange.is_empty(), "half-written contents arrived: {strange:?}");
    verdict
}

/// The longest time from when a last version began to stand to when the service had confirmed it; the spread is printed, and
/// that of the time until it was in the queue.
pub(super) async fn latency(watched: &Watched, stood: &[Stood]) -> Duration {
    let log = watched.log().await;
    let queued = watched.queued().await;
    let rows = || {
        let last = stood.iter().filter(|one| one.last);
        last.filter_map(|one| Some((one, log.get(&one.name)?)))
    };
    let in_queue = rows().filter_map(|(one, row)| after(one, queued.get(row["transfer"].as_str()?)?));
    spread("queued", in_queue.collect());
    let confirmed = rows().filter_map(|(one, row)| after(one, row["confirmed_at"].as_str()?));
    Duration::from_secs_f64(spread("confirmed", confirmed.collect()))
}

/// The time from when it began to stand; none for one that came by another name before.
fn after(one: &Stood, moment: &str) -> Option<f64> {
    let moment: jiff::Timestamp = moment.parse().ok()?;
    let took = one.from.duration_until(moment).as_secs_f64();
    (took > 0.0).then_some(took)
}

/// Prints how long it took, and gives the longest.
fn spread(what: &str, mut took: Vec<f64>) -> f64 {
    took.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (took.len() as f64 - 1.0) * share;
        took.get(place as usize).copied().unwrap_or_default()
    };
    println!(
        "from standing still to {what}, the 5 s of settling among it: median {:.1} s, 99th {:.1} s, longest {:.1} s, of {}",
        at(0.5),
        at(0.99),
        at(1.0),
        took.len()
    );
    at(1.0)
}
