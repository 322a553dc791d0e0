//! Power cuts: what a process did to its files is recorded, the disk is rebuilt as a cut at many points would leave it, and the
//! store opened on it must still hold everything that it ever acknowledged, and claim nothing else. Once with work that only
//! the store does, once with whole uploads of the real program, which must then come to their end.
//!
//! Seen is what goes through libc: SQLite and `std::fs` do. A rename through `rustix` (`platform::rename_new`) does not, so the
//! recorded work keeps to `platform::replace`. Runs on Linux, where a library can be preloaded.

mod check;
mod disk;
mod left;
mod program;
mod record;
mod upload;
mod work;

use std::path::Path;

use disk::{Cut, Disk, Trust};
use rand::SeedableRng;
use rand::rngs::StdRng;
use record::{Deed, Recording};
use work::Words;

/// How many cuts: a few on every test run, many for the proof.
fn cuts() -> usize {
    std::env::var("LONGSHORE_POWERCUTS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(60)
}

fn can_record() -> bool {
    let can = std::env::consts::OS == "linux";
    if !can {
        eprintln!("skipped: calls can be recorded on Linux only");
    }
    can
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// Not a test of its own: the recorded process.
#[test]
fn does_the_recorded_work_when_asked() {
    let (Some(root), Some(words)) = (
        std::env::var_os("LONGSHORE_RECORD_DIR"),
        std::env::var_os("LONGSHORE_RECORD_WORDS"),
    ) else {
        return;
    };
    runtime().block_on(work::work(Path::new(&root), Path::new(&words)));
}

fn record() -> Recording {
    record::run("power_cuts::does_the_recorded_work_when_asked")
}

/// What a run over many cuts came to.
#[derive(Debug, Default)]
struct Tally {
    cuts: usize,
    /// One sentence for each cut that broke the promise.
    broken: Vec<String>,
}

/// Cuts the power at `count` points of the recording and looks at what is left.
fn cut_at(recording: &Recording, count: usize, trust: Trust, kinds: &[Cut]) -> Tally {
    let runtime = runtime();
    let mut disk = Disk::new(&recording.root, trust);
    let mut words = Words::default();
    let mut tally = Tally::default();
    let all = recording.deeds.len();
    let mut next = 0;
    for (at, deed) in recording.deeds.iter().enumerate() {
        match deed {
            Deed::Said(text) => words.hear(text),
            deed => disk.apply(deed),
        }
        // Spread evenly, the last one at the very end.
        if (at + 1) * count < (next + 1) * all {
            continue;
        }
        next += 1;
        let kind = kinds[next % kinds.len()];
        let seed = at as u64;
        let left = tempfile::tempdir().unwrap();
        disk.cut(kind, &mut StdRng::seed_from_u64(seed), left.path());
        if let Err(broken) = runtime.block_on(check::check(left.path(), &words)) {
            tally
                .broken
                .push(format!("after deed {at} of {all}, {kind:?}: {broken}"));
        }
        tally.cuts += 1;
    }
    tally
}

#[test]
fn no_power_cut_loses_what_was_acknowledged() {
    if !can_record() {
        return;
    }
    let recording = record();
    let tally = cut_at(
        &recording,
        cuts(),
        Trust::Everything,
        &[Cut::OnlySynced, Cut::Torn, Cut::Torn, Cut::Everything],
    );
    println!(
        "{} cuts over {} deeds with {} acknowledgements: {} broken",
        tally.cuts,
        recording.deeds.len(),
        recording.acknowledged(),
        tally.broken.len()
    );
    assert!(tally.broken.is_empty(), "{}", tally.broken.join("\n"));
    assert_eq!(tally.cuts, cuts().min(recording.deeds.len()));
}

#[test]
fn a_power_cut_shows_when_the_log_or_the_names_are_not_synced() {
    if !can_record() {
        return;
    }
    let recording = record();
    for trust in [Trust::NoLogs, Trust::NoNames] {
        let tally = cut_at(&recording, 30, trust, &[Cut::OnlySynced]);
        println!("{trust:?}: {} of {} cuts broken", tally.broken.len(), tally.cuts);
        assert!(tally.broken.len() >= 10, "{trust:?} must be seen: {:?}", tally.broken);
    }
}
