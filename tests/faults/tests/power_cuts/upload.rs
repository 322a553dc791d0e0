//! Whole uploads of the real program, cut at many points.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::disk::{Cut, Trust};
use super::program::{Bench, Lived, Moment};
use super::{Tally, can_record};

/// Uploads under way at once, each at a service of its own: much of their time is waiting.
const AT_ONCE: usize = 3;
const CUTS: [Cut; 4] = [Cut::OnlySynced, Cut::Torn, Cut::Torn, Cut::Everything];

/// How many cuts: a few on every test run, many for the proof.
fn cuts() -> usize {
    std::env::var("LONGSHORE_POWERCUTS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(24)
}

/// Cuts an upload at each of these moments.
async fn cut_at(moments: Vec<Moment>) -> (Tally, Vec<Lived>) {
    let moments = Arc::new(moments);
    let mut lanes = tokio::task::JoinSet::new();
    for lane in 0..AT_ONCE {
        let moments = Arc::clone(&moments);
        lanes.spawn(async move {
            let bench = Bench::new().await;
            let mut ended = Vec::new();
            for moment in moments.iter().skip(lane).step_by(AT_ONCE) {
                ended.push((*moment, bench.live_through(*moment).await));
            }
            ended
        });
    }
    let (mut tally, mut lived) = (Tally::default(), Vec::new());
    for (moment, ended) in lanes.join_all().await.into_iter().flatten() {
        tally.cuts += 1;
        match ended {
            Ok(life) => lived.push(life),
            Err(broken) => tally.broken.push(format!("{moment:?}: {broken}")),
        }
    }
    (tally, lived)
}

/// What an upload does to its files when nobody cuts it.
async fn deeds_of_one() -> usize {
    let whole = Moment {
        number: 999_999,
        deeds: None,
        cut: Cut::OnlySynced,
        trust: Trust::Everything,
    };
    let lived = Bench::new().await.live_through(whole).await.unwrap();
    assert_eq!(lived.step, Some(transfer::Step::Finished));
    lived.deeds
}

/// Moments spread evenly over `deeds`, the last one near the end.
fn spread(count: usize, deeds: usize, trust: Trust, cuts: &[Cut]) -> Vec<Moment> {
    let moment = |number| Moment {
        number,
        deeds: Some(1 + number * deeds / count),
        cut: cuts[number % cuts.len()],
        trust,
    };
    (0..count).map(moment).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_in_the_middle_of_an_upload_loses_nothing_and_it_ends_as_one_file() {
    if !can_record() {
        return;
    }
    let deeds = deeds_of_one().await;
    let (tally, lived) = cut_at(spread(cuts(), deeds, Trust::Everything, &CUTS)).await;
    let mut steps = BTreeMap::<_, usize>::new();
    for life in &lived {
        *steps.entry(life.step).or_default() += 1;
    }
    println!(
        "{} cuts over the {deeds} deeds of an upload of the real program, each run to its end: {} broken, {} receipts believed, {} parts sent again",
        tally.cuts,
        tally.broken.len(),
        lived.iter().map(|life| life.receipts).sum::<usize>(),
        lived.iter().map(|life| life.again).sum::<usize>(),
    );
    for (step, count) in steps {
        println!(
            "  {count:>4}  {}",
            step.map_or_else(|| "not accepted".to_owned(), |step| format!("{step:?}"))
        );
    }
    assert!(tally.broken.is_empty(), "{}", tally.broken.join("\n"));
    assert_eq!(tally.cuts, cuts());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_in_the_middle_of_an_upload_shows_when_the_log_is_not_synced() {
    if !can_record() {
        return;
    }
    let deeds = deeds_of_one().await;
    let (tally, _) = cut_at(spread(12, deeds, Trust::NoLogs, &[Cut::OnlySynced])).await;
    println!(
        "{} of {} cuts broken without syncs of the log",
        tally.broken.len(),
        tally.cuts
    );
    assert!(tally.broken.len() >= 4, "{:?}", tally.broken);
}
