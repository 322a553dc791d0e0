//! The same file is the same transfer, however often it is handed over before it is finished.

use journeys_tests::{KIB, MIB, World, sha256};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_handed_over_again_and_again_is_one_transfer_and_one_asset() {
    let world = World::signed_in(64 * KIB).await;
    let path = world.file("film.bin", MIB, 1);
    let link = world.folder().join("link.bin");
    std::fs::hard_link(&path, &link).unwrap();
    world.must(&["limit", "--up", "256KiB/s"]).await;

    let first = world.must(&["upload", "film.bin", "--to", "shop", "--detach"]).await;
    let id = first.last()["id"].as_str().unwrap().to_owned();
    let same = |said: &journeys_tests::Said| assert_eq!(said.last()["id"], id.as_str(), "{said:?}");

    // Before anything moves, by another spelling of its path, and while it is paused.
    same(&world.must(&["upload", "./film.bin", "--to", "shop", "--detach"]).await);
    same(&world.must(&["pause", &id]).await);
    same(
        &world
            .must(&["upload", path.to_str().unwrap(), "--to", "shop", "--detach"])
            .await,
    );
    world.must(&["resume", "--all"]).await;

    // While it is sent: by the engine's own terminal, by another one, after a kill, and tried again by hand.
    let mut engine = world.start(&["upload", "film.bin", "--to", "shop"]);
    world.until_stored("film.bin", 2).await;
    same(&world.must(&["upload", "film.bin", "--to", "shop", "--detach"]).await);
    assert!(engine.kill().await);
    world.run(&["retry", &id]).await;
    let waiting = world.start(&["upload", "film.bin", "--to", "shop"]);
    world.until_stored("film.bin", 6).await;
    let beside = world.start(&["upload", "film.bin", "--to", "shop"]);
    for said in [waiting.said().await, beside.said().await] {
        assert_eq!(said.code, Some(0), "{said:?}");
        assert_eq!(said.last()["state"], "completed", "{said:?}");
        same(&said);
    }

    assert_eq!(world.must(&["list"]).await.objects.len(), 1);
    assert_eq!(world.asset("film.bin").await.sha256, Some(sha256(&path)));
    let counters = world.sandbox.counters();
    assert_eq!((counters.sessions_opened, counters.completion_attempts), (1, 1));
}
