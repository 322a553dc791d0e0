//! Watched folders, as a person types them.

use serde_json::json;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_watched_shown_changed_and_left() {
    let world = World::signed_in().await;
    world.file("in/letter.bin", 10);
    world.file("in/drafts/letter.bin", 11);
    let added = world
        .run(&["watch", "add", "in", "--to", "shop", "--exclude", "drafts/"])
        .await;
    assert_eq!(added.code, Some(0), "{added:?}");
    assert_eq!(
        (&added.last()["name"], &added.last()["policy"], &added.last()["account"]),
        (&json!("in"), &json!("new"), &json!("shop"))
    );
    let preview = world.run(&["watch", "preview", "in"]).await;
    assert_eq!(
        preview.last()["send"],
        json!({ "files": 1, "bytes": 10 }),
        "{preview:?}"
    );

    let run = world.run(&["run", "--until-idle"]).await;
    assert_eq!(run.code, Some(0), "{run:?}");
    world.asset("letter.bin").await;
    let listed = world.run(&["watch", "list"]).await;
    assert_eq!(listed.last()["files"]["confirmed"], 1, "{listed:?}");
    assert_eq!(
        (&listed.last()["state"], &listed.last()["busy"]),
        (&json!("resting"), &json!(false))
    );
    let log = world.run(&["watch", "log", "in", "--state", "confirmed"]).await;
    assert_eq!(
        (&log.last()["name"], &log.last()["code"]),
        (&json!("letter.bin"), &json!("confirmed"))
    );

    let edited = world
        .run(&[
            "watch",
            "edit",
            "in",
            "--name",
            "post",
            "--exclude-none",
            "--policy",
            "changed",
        ])
        .await;
    assert_eq!(
        (&edited.last()["name"], &edited.last()["exclude"]),
        (&json!("post"), &json!([])),
        "{edited:?}"
    );
    let paused = world.run(&["watch", "pause", "post"]).await;
    assert_eq!(paused.last()["state"], "paused");
    assert_eq!(world.run(&["run", "--until-idle"]).await.code, Some(0));
    assert_eq!(world.sandbox.counters().completions, 1, "a paused watch sends nothing");
    world.run(&["watch", "resume", "post"]).await;
    assert_eq!(world.run(&["run", "--until-idle"]).await.code, Some(0));
    world.asset("drafts/letter.bin").await;
    assert_eq!(world.sandbox.counters().completions, 2);

    let in_use = world.run(&["account", "remove", "shop"]).await;
    assert!(in_use.err.contains("account_in_use"), "{in_use:?}");
    assert_eq!(world.run(&["watch", "remove", "post"]).await.code, Some(0));
    assert!(world.run(&["watch", "list"]).await.objects.is_empty());
    assert!(world.folder().join("in/letter.bin").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_must_not_or_cannot_be_watched_is_refused_with_its_reason() {
    let world = World::signed_in().await;
    world.file("in/letter.bin", 10);
    let (everything, system) = match std::env::consts::FAMILY {
        "windows" => (r"C:\", r"C:\Windows\System32"),
        _ => ("/", "/etc/ssl"),
    };
    for (more, code) in [
        // It holds everything, the home folder first.
        (&[everything, "--to", "shop"][..], "home_folder"),
        (&[system, "--to", "shop"], "system_folder"),
        (&["home", "--to", "shop"], "own_folder"),
        (&["nowhere", "--to", "shop"], "no_folder"),
        (&["in", "--to", "nobody"], "unknown_account"),
        (&["in", "--to", "shop", "--include", "a{b"], "bad_pattern"),
        (&["in", "--to", "shop", "--after", "move:in/done"], "bad_after"),
        (&["in", "--to", "shop", "--policy", "mirror"], "no_mirror"),
    ] {
        let line = [&["watch", "add"], more].concat();
        let said = world.run(&line).await;
        assert_eq!(said.code, Some(2), "{line:?}: {said:?}");
        assert!(said.err.contains(code), "{line:?}: {said:?}");
    }
    assert!(world.run(&["watch", "list"]).await.objects.is_empty());

    world
        .run(&["watch", "add", "in", "--to", "shop", "--after", "trash"])
        .await;
    std::fs::create_dir(world.folder().join("in/sub")).unwrap();
    let nested = world.run(&["watch", "add", "in/sub", "--to", "shop"]).await;
    assert!(nested.err.contains("overlap"), "{nested:?}");
    world.run(&["watch", "edit", "in", "--after", "keep"]).await;
    let nested = world.run(&["watch", "add", "in/sub", "--to", "shop"]).await;
    assert_eq!(nested.last()["overlaps"][0]["name"], "in", "{nested:?}");
}
