//! kill -9 of the real program at any moment of an upload, a pause or a cancel: nothing is lost, doubled or left behind.
//!
//! `LONGSHORE_KILLS` says how often one upload is killed, `LONGSHORE_KILLS_MIB` how large it is; `LONGSHORE_KILLS_SEED` repeats a run as far as the machine's own timing
//! lets it.

mod claims;
mod ledger;
mod life;
mod moment;
mod steering;
mod tally;
mod upload;

use journeys_tests::{KIB, World};
use rand::SeedableRng;
use rand::rngs::StdRng;
use sandbox::{Fault, FaultRule, Route};
use tally::Tally;
use upload::Upload;

fn number(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forty_part_upload_killed_again_and_again_ends_as_one_asset_with_the_right_bytes() {
    let kills = usize::try_from(number("LONGSHORE_KILLS", 14)).unwrap();
    let seed = number("LONGSHORE_KILLS_SEED", 1);
    let mut rng = StdRng::seed_from_u64(seed);
    let world = World::signed_in(upload::part()).await;
    let mut tally = Tally::default();
    let upload = Upload::begin(&world, kills, seed).await;
    upload.live_through(&mut rng, &mut tally).await;
    upload.end(&mut tally).await;
    ledger::is_sound(&world).await;
    println!("seed {seed}: {tally}");
    tally.holds(kills);
}

/// The confirmation was carried out, and the program did not live to hear it.
#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_confirmation_and_its_answer_it_reads_off_that_the_file_is_there() {
    for fault in [
        Fault::AnswerLate { ms: 60_000 },
        Fault::CarriedOutLate { ms: 1_000 },
        Fault::AnswerLost,
    ] {
        let world = World::signed_in(64 * KIB).await;
        let path = world.file("letter.bin", 300 * KIB, 7);
        world
            .sandbox
            .add_fault(FaultRule::from(fault.clone()).on(Route::Uploaded).times(1));
        world.must(&["upload", "letter.bin", "--to", "shop", "--detach"]).await;
        let mut first = world.start(&["run", "--until-idle"]);
        let asked = |counters: &sandbox::Counters| counters.requests.contains_key(&Route::Uploaded);
        world.sandbox.until(asked).await;
        if !matches!(fault, Fault::CarriedOutLate { .. }) {
            world.sandbox.until(|counters| counters.completions == 1).await;
        }
        assert!(first.kill().await, "{fault:?}: it ended before");

        let run = world.must(&["run", "--until-idle"]).await;
        assert_eq!(run.last()["state"], "completed", "{fault:?}: {run:?}");
        assert_eq!(
            world.asset("letter.bin").await.sha256,
            Some(journeys_tests::sha256(&path))
        );
        let counters = world.sandbox.counters();
        assert_eq!(
            (counters.completion_attempts, counters.completions, counters.cancels),
            (1, 1, 0),
            "{fault:?}"
        );
        assert_eq!((counters.sessions_opened, counters.sessions_open), (1, 0), "{fault:?}");
    }
}
