//! Several programs, one queue.

use crate::world::{MIB, World, said};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_program_sees_and_steers_the_queue_of_the_first() {
    let world = World::signed_in().await;
    world.file("film.bin", 8 * MIB);
    world.file("letter.bin", 10);
    let first = world
        .command(&["upload", "film.bin", "--to", "shop", "--limit", "1MiB/s"])
        .spawn()
        .unwrap();
    world.until_stored(1).await;

    let listed = world.run(&["list"]).await;
    assert_eq!(listed.last()["state"], "transferring", "{listed:?}");
    let id = listed.last()["id"].as_str().unwrap().to_owned();

    let detached = world.run(&["upload", "letter.bin", "--to", "shop", "--detach"]).await;
    assert_eq!(detached.last()["engine_running"], true, "{detached:?}");

    let limited = world.run(&["limit", "--up", "off", "--transfer", &id]).await;
    assert_eq!(limited.last()["limit"], serde_json::Value::Null, "{limited:?}");
    let ended = said(first).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    world.asset("film.bin").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_takes_over_when_the_engine_is_killed() {
    let world = World::signed_in().await;
    world.file("film.bin", 6 * MIB);
    world.file("letter.bin", 6 * MIB);
    let mut first = world
        .command(&["upload", "film.bin", "--to", "shop", "--limit", "1MiB/s"])
        .spawn()
        .unwrap();
    world.until_stored(1).await;
    let second = world
        .command(&["upload", "letter.bin", "--to", "shop", "--limit", "1MiB/s"])
        .spawn()
        .unwrap();
    world.sandbox.until(|counters| counters.sessions_opened >= 2).await;
    first.kill().await.unwrap();

    let ended = said(second).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.last()["name"], "letter.bin");
    world.asset("letter.bin").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_transfer_leaves_nothing_at_the_service() {
    let world = World::signed_in().await;
    world.file("film.bin", 6 * MIB);
    let first = world
        .command(&["upload", "film.bin", "--to", "shop", "--limit", "1MiB/s"])
        .spawn()
        .unwrap();
    world.until_stored(1).await;
    let cancelled = world.run(&["cancel", "--all"]).await;
    assert_eq!(cancelled.code, Some(0), "{cancelled:?}");
    let ended = said(first).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.last()["state"], "cancelled");
    let counters = world.sandbox.until(|counters| counters.cancels >= 1).await;
    assert_eq!((counters.completions, counters.sessions_open), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_transfer_stays_until_it_is_resumed() {
    let world = World::signed_in().await;
    world.file("letter.bin", 10);
    let detached = world.run(&["upload", "letter.bin", "--to", "shop", "--detach"]).await;
    let id = detached.last()["id"].as_str().unwrap().to_owned();
    assert_eq!(world.run(&["pause", &id]).await.last()["state"], "paused");
    let run = world.run(&["run", "--until-idle"]).await;
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(world.sandbox.counters().sessions_opened, 0);
    assert_eq!(world.run(&["resume", "--all"]).await.last()["state"], "queued");
    assert_eq!(world.run(&["run", "--until-idle"]).await.last()["state"], "completed");
    let removed = world.run(&["remove", "--all"]).await;
    assert_eq!(removed.last()["removed"], true);
    assert_eq!(world.run(&["list"]).await.objects.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_transfer_is_cancelled_before_it_leaves_the_list() {
    let world = World::signed_in().await;
    world.file("film.bin", 6 * MIB);
    let mut first = world
        .command(&["upload", "film.bin", "--to", "shop", "--limit", "1MiB/s"])
        .spawn()
        .unwrap();
    world.until_stored(1).await;
    first.kill().await.unwrap();
    let id = world.run(&["list"]).await.last()["id"].as_str().unwrap().to_owned();
    let removed = world.run(&["remove", &id]).await;
    assert_eq!(
        (removed.code, &removed.last()["removed"]),
        (Some(0), &true.into()),
        "{removed:?}"
    );
    assert_eq!(world.run(&["list"]).await.objects.len(), 0);
    let counters = world.sandbox.counters();
    assert_eq!((counters.cancels, counters.sessions_open), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn transfers_change_places() {
    let world = World::signed_in().await;
    for name in ["a", "b", "c"] {
        world.file(name, 10);
    }
    let detached = world.run(&["upload", "a", "b", "c", "--to", "shop", "--detach"]).await;
    let id = |at: usize| detached.objects[at]["id"].as_str().unwrap().to_owned();
    let names = async || {
        let listed = world.run(&["list"]).await;
        listed
            .objects
            .iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["a", "b", "c"]);
    world.run(&["move", &id(1), &id(2), "top"]).await;
    assert_eq!(names().await, ["b", "c", "a"]);
    world.run(&["move", &id(1), "down"]).await;
    assert_eq!(names().await, ["c", "b", "a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_of_everything_survives_restarts_says_until_when_and_ends_when_told() {
    let world = World::signed_in().await;
    world.file("letter.bin", 10);
    let paused = world.run(&["pause", "--all", "--for", "1h"]).await;
    assert_eq!(paused.last()["paused_all"], true, "{paused:?}");
    let until = paused.last()["until"].clone();
    world.run(&["upload", "letter.bin", "--to", "shop", "--detach"]).await;
    // It would take an hour: longer than anybody sits out.
    let run = world.run(&["run", "--until-idle"]).await;
    assert_eq!(run.code, Some(4), "{run:?}");
    assert_eq!(run.last()["state"], "queued", "{run:?}");
    let reason = &run.last()["reason"];
    assert_eq!((&reason["code"], &reason["until"]), (&"paused_all".into(), &until));
    assert_eq!(reason["action"]["key"], "resume_all");
    let resumed = world.run(&["resume", "--all"]).await;
    assert_eq!(resumed.last()["paused_all"], false, "{resumed:?}");
    assert_eq!(world.run(&["run", "--until-idle"]).await.code, Some(0));
    world.asset("letter.bin").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_of_everything_stops_what_moves_and_it_goes_on_where_it_was() {
    let world = World::signed_in().await;
    world.file("film.bin", 6 * MIB);
    let upload = world
        .command(&["upload", "film.bin", "--to", "shop", "--limit", "1MiB/s"])
        .spawn()
        .unwrap();
    world.until_stored(1).await;
    world.run(&["pause", "--all", "--for", "10m"]).await;
    let held = loop {
        let listed = world.run(&["list"]).await;
        if listed.last()["state"] != "transferring" {
            break listed;
        }
    };
    assert_eq!(held.last()["state"], "queued", "{held:?}");
    assert_eq!(held.last()["reason"]["code"], "paused_all", "{held:?}");
    let id = held.last()["id"].as_str().unwrap().to_owned();
    world.run(&["limit", "--down", "off", "--transfer", &id]).await;
    world.run(&["resume", "--all"]).await;
    let ended = said(upload).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.last()["attempt"], 1, "no fault, no new session: {ended:?}");
    world.asset("film.bin").await;
}
