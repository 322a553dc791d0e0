//! The whole engine in a world of dice: services, disk, files, clock and person replaced, the same seed the same story.
//!
//! A seed decides files, faults, wishes, crashes and their times. After the troubles end, everything must have come to
//! its end: each file there exactly once with the right bytes, or cancelled with nothing left behind.
//! `LONGSHORE_SIMULATIONS` sets how many seeds are run, `LONGSHORE_SEED` runs one and prints its story.

mod around;
mod files;
mod ledger;
mod person;
mod promises;
mod story;
mod world;

use story::Story;

const FEW: u64 = 150;

fn seeds() -> std::ops::Range<u64> {
    match std::env::var("LONGSHORE_SEED").ok().and_then(|text| text.parse().ok()) {
        Some(seed) => seed..seed + 1,
        None => {
            0..std::env::var("LONGSHORE_SIMULATIONS")
                .ok()
                .and_then(|text| text.parse().ok())
                .unwrap_or(FEW)
        }
    }
}

#[test]
fn simulated_troubles_lose_nothing_double_nothing_and_leave_nothing_behind() {
    let mut told = Totals::default();
    for seed in seeds() {
        let story = Story::run(seed);
        if std::env::var_os("LONGSHORE_SEED").is_some() {
            for line in story.trace.lines() {
                println!("{line}");
            }
        }
        if let Err(wrong) = story.check() {
            panic!("seed {seed}: {wrong}\nLONGSHORE_SEED={seed} replays it.");
        }
        told.add(&story);
    }
    println!("{told:?}");
}

#[test]
fn simulated_twice_the_same_seed_tells_the_same_story() {
    for seed in seeds().take(40) {
        let (first, second) = (Story::run(seed), Story::run(seed));
        assert_eq!(first.trace.lines(), second.trace.lines(), "seed {seed}");
    }
}

/// Printed at the end.
#[derive(Debug, Default)]
struct Totals {
    stories: u64,
    files: usize,
    completed: usize,
    cancelled: usize,
    failed: usize,
    crashes: usize,
    moves: usize,
}

impl Totals {
    fn add(&mut self, story: &Story) {
        use transfer::State;
        let count = |state| story.rows.iter().filter(|row| row.state == state).count();
        self.stories += 1;
        self.files += story.rows.len();
        self.completed += count(State::Completed);
        self.cancelled += count(State::Cancelled);
        self.failed += count(State::Failed);
        self.crashes += story.crashes;
        self.moves += story.trace.lines().len();
    }
}
