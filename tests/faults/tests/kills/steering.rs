//! Kills around what a person wishes: what was acknowledged is kept, and a cancelled upload leaves nothing at the service.

use std::time::Duration;

use journeys_tests::{KIB, Program, World, sha256};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sandbox::{Counters, Fault, FaultRule, Route};

use super::moment::Moment;

const NAME: &str = "film.bin";
const PART: usize = 64 * KIB;
const PARTS: usize = 16;

/// A queue with one upload in it that takes about four seconds, nobody working on it.
async fn queued() -> World {
    let world = World::signed_in(PART).await;
    world.file(NAME, PARTS * PART, 3);
    world.must(&["limit", "--up", "256KiB/s"]).await;
    world.must(&["upload", NAME, "--to", "shop", "--detach"]).await;
    world
}

fn run(world: &World) -> Program {
    world.start(&["run", "--until-idle"])
}

async fn state(world: &World) -> String {
    let listed = world.must(&["list"]).await;
    assert_eq!(listed.objects.len(), 1, "{listed:?}");
    listed.last()["state"].as_str().unwrap().to_owned()
}

fn requests(counters: &Counters) -> u64 {
    counters.requests.values().sum()
}

/// One asset with the right bytes, made once, of one session.
async fn arrived_once(world: &World) {
    let asset = world.asset(NAME).await;
    assert_eq!(asset.sha256, Some(sha256(&world.folder().join(NAME))));
    let counters = world.sandbox.counters();
    assert_eq!((counters.sessions_opened, counters.completion_attempts), (1, 1));
    assert_eq!((counters.sessions_open, counters.cancels_after_completion), (0, 0));
}

/// Not a byte and not a name.
async fn left_nothing(world: &World) {
    assert_eq!(world.sandbox.assets().await.unwrap(), []);
    assert_eq!(world.sandbox.uploads().await.unwrap(), []);
    let counters = world.sandbox.counters();
    assert_eq!((counters.completions, counters.sessions_open), (0, 0));
    assert_eq!(counters.cancels_after_completion, 0);
    assert_eq!(
        world.must(&["orphans", "list"]).await.objects,
        [] as [serde_json::Value; 0]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_outlives_a_kill_and_the_upload_goes_on_where_it_was() {
    let world = queued().await;
    let mut rng = StdRng::seed_from_u64(5);
    for round in 1..=3 {
        let mut engine = run(&world);
        world.until_stored(NAME, round * 3).await;
        let pausing = world.start(&["pause", "--all"]);
        if round > 1 {
            // Somewhere between the wish and its answer. Who asked takes the queue over and sees to it.
            tokio::time::sleep(Duration::from_millis(rng.random_range(0..400))).await;
            engine.kill().await;
        }
        let paused = pausing.said().await;
        assert_eq!(paused.code, Some(0), "{paused:?}");
        assert_eq!(paused.last()["state"], "paused", "{paused:?}");
        engine.kill().await;

        assert_eq!(state(&world).await, "paused");
        let before = world.sandbox.counters();
        world.must(&["run", "--until-idle"]).await;
        let after = world.sandbox.counters();
        assert_eq!(requests(&before), requests(&after), "nothing moves while it is paused");
        let resumed = world.must(&["resume", "--all"]).await;
        assert_eq!(resumed.last()["state"], "queued", "{resumed:?}");
    }
    world.must(&["run", "--until-idle"]).await;
    arrived_once(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_during_a_cancel_ends_cancelled_with_nothing_at_the_service() {
    for moment in [Moment::AskedToCancel, Moment::Cancelled] {
        let world = queued().await;
        let mut engine = run(&world);
        world.until_stored(NAME, 3).await;
        let before = world.sandbox.counters();
        moment.arrange(&world.sandbox);
        let mut cancelling = world.start(&["cancel", "--all"]);
        moment.comes(&world.sandbox, &before, NAME, PARTS).await;
        cancelling.kill().await;
        assert!(engine.kill().await, "{moment:?}: it ended before");
        world.sandbox.clear_faults();

        world.must(&["run", "--until-idle"]).await;
        assert_eq!(state(&world).await, "cancelled", "{moment:?}");
        left_nothing(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_that_comes_while_the_confirmation_is_open_waits_for_the_truth_over_a_kill() {
    for (moment, ends) in [
        (Moment::Finished, "completed"),
        (Moment::FinishedLater, "completed"),
        (Moment::AskedToFinish, "cancelled"),
    ] {
        let world = queued().await;
        world.must(&["limit", "--up", "off"]).await;
        let before = world.sandbox.counters();
        moment.arrange(&world.sandbox);
        let mut engine = run(&world);
        moment.comes(&world.sandbox, &before, NAME, PARTS).await;
        let asked = world.must(&["cancel", "--all"]).await;
        assert_eq!(asked.last()["state"], "finishing", "{moment:?}: {asked:?}");
        assert!(engine.kill().await, "{moment:?}: it ended before");
        world.sandbox.clear_faults();

        world.must(&["run", "--until-idle"]).await;
        assert_eq!(state(&world).await, ends, "{moment:?}");
        match ends {
            "completed" => arrived_once(&world).await,
            _ => left_nothing(&world).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_whose_engine_is_killed_says_so_and_brings_the_upload_home() {
    let world = queued().await;
    let mut engine = run(&world);
    world.until_stored(NAME, 1).await;
    let mut client = world.start_plain(&["run", "--until-idle"]);
    client.until_warned("Another Longshore works the queue").await;
    world.until_stored(NAME, 4).await;
    assert!(engine.kill().await);
    client.until_warned("has ended; this one goes on").await;
    let said = client.said().await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("1 completed"), "{said:?}");
    arrived_once(&world).await;
}

/// An attached command that waits for the service when its engine is killed is given again, and answers.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_whose_engine_is_killed_is_obeyed_all_the_same() {
    let world = queued().await;
    let mut engine = run(&world);
    world.until_stored(NAME, 1).await;
    world
        .sandbox
        .add_fault(FaultRule::from(Fault::Hang { bytes: 0 }).on(Route::List));
    let lists = |counters: &Counters| counters.requests.get(&Route::List).copied().unwrap_or(0);
    let before = lists(&world.sandbox.counters());
    let check = world.start(&["account", "check", "shop"]);
    world.sandbox.until(|counters| lists(counters) > before).await;
    assert!(engine.kill().await);
    world.sandbox.clear_faults();
    let checked = check.said().await;
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert_eq!(checked.last()["state"], "ok", "{checked:?}");
    world.must(&["run", "--until-idle"]).await;
    arrived_once(&world).await;
}
