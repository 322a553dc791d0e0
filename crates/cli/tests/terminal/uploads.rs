//! Uploads, from the command to the bytes at the service.

use crate::world::{MIB, World, said, sha256};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_arrives_whole_and_says_how_that_was_proved() {
    let world = World::signed_in().await;
    let path = world.file("film.bin", 5 * MIB + 1);
    let said = world.run(&["upload", "film.bin", "--to", "shop"]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    let row = said.last();
    assert_eq!(row["state"], "completed");
    assert_eq!(row["proof"], "part tags");
    assert_eq!(row["account"], "shop");
    assert_eq!(row["provider"], "fileflare");
    assert_eq!(row["size"], 5 * MIB + 1);
    assert_eq!(row["sent"], row["size"]);
    assert_eq!(row["path"], path.to_string_lossy().as_ref());
    let asset = world.asset("film.bin").await;
    assert_eq!(row["remote_id"], asset.id.as_str());
    assert_eq!(asset.sha256, Some(sha256(&path)));
    assert_eq!(world.sandbox.counters().completion_attempts, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_keeps_its_structure_in_the_names() {
    let world = World::signed_in().await;
    world.file("photos/2024/a.jpg", 10);
    world.file("photos/b.jpg", 20);
    let said = world.run(&["upload", "photos", "--to", "shop"]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    world.asset("photos/2024/a.jpg").await;
    world.asset("photos/b.jpg").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_detached_upload_is_sent_by_the_next_run() {
    let world = World::signed_in().await;
    let path = world.file("letter.bin", 2 * MIB);
    let detached = world.run(&["upload", "letter.bin", "--to", "shop", "--detach"]).await;
    assert_eq!(detached.code, Some(0), "{detached:?}");
    assert_eq!(detached.last()["engine_running"], false);
    assert_eq!(detached.last()["state"], "queued");
    assert_eq!(world.sandbox.counters().sessions_opened, 0, "nobody works the queue");
    let listed = world.run(&["list", "--state", "queued"]).await;
    assert_eq!(listed.last()["reason"]["code"], "no_engine");

    let run = world.run(&["run", "--until-idle"]).await;
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.last()["id"], detached.last()["id"]);
    assert_eq!(run.last()["state"], "completed");
    assert_eq!(world.asset("letter.bin").await.sha256, Some(sha256(&path)));

    let shown = world.run(&["show", run.last()["id"].as_str().unwrap()]).await;
    assert_eq!(shown.last()["parts"].as_array().map(Vec::len), Some(2));
    assert!(shown.last()["journal"].as_array().unwrap().len() > 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_upload_goes_on_as_the_same_transfer() {
    let world = World::signed_in().await;
    let path = world.file("film.bin", 12 * MIB);
    let mut first = world
        .command(&["upload", "film.bin", "--to", "shop", "--limit", "4MiB/s"])
        .spawn()
        .unwrap();
    world.until_stored(3).await;
    first.kill().await.unwrap();
    let before = world.run(&["list"]).await;
    assert_eq!(before.objects.len(), 1);
    assert_eq!(before.last()["state"], "queued", "nobody works on it any more");

    let again = world.run(&["upload", "film.bin", "--to", "shop"]).await;
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!(again.last()["id"], before.last()["id"]);
    assert_eq!(world.asset("film.bin").await.sha256, Some(sha256(&path)));
    let counters = world.sandbox.counters();
    assert_eq!((counters.sessions_opened, counters.completion_attempts), (1, 1));
    // Twelve parts, and at most one again for each of the four under way when it was killed.
    let requests: u64 = counters
        .uploads
        .values()
        .flat_map(|upload| upload.parts.values())
        .map(|part| part.requests)
        .sum();
    assert!(requests <= 16, "{counters:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_upload_ends_with_130_and_loses_nothing() {
    let world = World::signed_in().await;
    let path = world.file("film.bin", 12 * MIB);
    let child = world
        .command(&["upload", "film.bin", "--to", "shop", "--limit", "2MiB/s"])
        .spawn()
        .unwrap();
    world.until_stored(1).await;
    let id = child.id().unwrap().to_string();
    let sent = tokio::process::Command::new("kill")
        .args(["-INT", &id])
        .status()
        .await
        .unwrap();
    assert!(sent.success());
    let interrupted = said(child).await;
    assert_eq!(interrupted.code, Some(130), "{interrupted:?}");

    let run = world.run(&["run", "--until-idle"]).await;
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(world.asset("film.bin").await.sha256, Some(sha256(&path)));
    assert_eq!(world.sandbox.counters().sessions_opened, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_a_failure_and_the_rest_is_sent() {
    let world = World::signed_in().await;
    world.file("there.bin", 10);
    let said = world.run(&["upload", "there.bin", "gone.bin", "--to", "shop"]).await;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert_eq!(said.last()["state"], "completed");
    assert!(said.err.contains("gone.bin"));
    let error: serde_json::Value = serde_json::from_str(said.err.trim()).unwrap();
    assert_eq!(error["error"]["code"], "skipped");
}
