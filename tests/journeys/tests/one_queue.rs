//! An engine in one terminal; another terminal shows and steers its queue.

use journeys_tests::{KIB, Said, World, sha256};
use sandbox::Counters;

fn names_and_states(listed: &Said) -> Vec<(&str, &str)> {
    listed
        .objects
        .iter()
        .map(|row| (row["name"].as_str().unwrap(), row["state"].as_str().unwrap()))
        .collect()
}

fn id(said: &Said) -> String {
    said.last()["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_terminal_shows_and_steers_the_queue_that_another_one_works() {
    let world = World::signed_in(64 * KIB).await;
    let film = world.file("film.bin", 2048 * KIB, 1);
    let letter = world.file("letter.bin", 100, 2);
    world.file("draft.bin", 2048 * KIB, 3);
    world.must(&["limit", "--up", "256KiB/s"]).await;
    let film_id = id(&world.must(&["upload", "film.bin", "--to", "shop", "--detach"]).await);
    let mut engine = world.start(&["run"]);
    world.until_stored("film.bin", 1).await;

    // Handed to the engine that runs: nobody else sends it.
    let queued = world.must(&["upload", "draft.bin", "--to", "shop", "--detach"]).await;
    assert_eq!(queued.last()["engine_running"], true, "{queued:?}");
    let draft_id = id(&queued);
    world.until_stored("draft.bin", 1).await;
    let listed = world.must(&["list"]).await;
    assert_eq!(
        names_and_states(&listed),
        [("film.bin", "transferring"), ("draft.bin", "transferring")]
    );

    let paused = world.must(&["pause", &film_id]).await;
    assert_eq!(paused.last()["state"], "paused");
    let cancelled = world.must(&["cancel", &draft_id]).await;
    assert_eq!(cancelled.last()["state"], "cancelled", "{cancelled:?}");
    let counters = world.sandbox.counters();
    assert_eq!(
        (counters.cancels, counters.sessions_open),
        (1, 1),
        "only the draft is dropped"
    );

    // What is put in line from here is sent there, past the paused one.
    world.must(&["upload", "letter.bin", "--to", "shop"]).await;
    assert_eq!(world.asset("letter.bin").await.sha256, Some(sha256(&letter)));
    let listed = world.must(&["list", "--state", "paused"]).await;
    assert_eq!(names_and_states(&listed), [("film.bin", "paused")]);

    world.must(&["limit", "--up", "off"]).await;
    let resumed = world.must(&["resume", &film_id]).await;
    assert_eq!(resumed.last()["id"], film_id.as_str());
    world.sandbox.until(|counters| counters.completions == 2).await;
    assert_eq!(world.asset("film.bin").await.sha256, Some(sha256(&film)));
    let shown = world.must(&["show", &film_id]).await;
    assert_eq!(shown.last()["id"], film_id.as_str());

    assert!(engine.kill().await, "`run` goes on until somebody ends it");
    let counters: Counters = world.sandbox.counters();
    assert_eq!((counters.sessions_opened, counters.completion_attempts), (3, 2));
    assert_eq!(counters.sessions_open, 0);
}
