//! Accounts, credentials, settings and wrong usage.

use serde_json::json;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_needs_the_person_and_the_upload_goes_on_once_it_is_right() {
    let world = World::new().await;
    world.file("letter.bin", 10);
    let added = world.add_account("wrong").await;
    assert_eq!(added.code, Some(3), "{added:?}");
    assert_eq!(added.last()["state"], "signed_out");

    let upload = world.run(&["upload", "letter.bin", "--to", "shop"]).await;
    assert_eq!(upload.code, Some(3), "{upload:?}");
    assert_eq!(upload.last()["state"], "needs_you");
    assert_eq!(upload.last()["reason"]["code"], "sign_in");

    let right = "sandbox-fileflare-key";
    let edited = world
        .with_input(&["account", "edit", "shop", "--secret-stdin"], right)
        .await;
    assert_eq!(edited.code, Some(0), "{edited:?}");
    let run = world.run(&["run", "--until-idle"]).await;
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.last()["id"], upload.last()["id"]);
    world.asset("letter.bin").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_stands_in_no_file_and_no_answer() {
    let world = World::new().await;
    let said = world.add_account(r#"{"token":"sandbox-fileflare-key"}"#).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(!said.out.contains("sandbox-fileflare-key"));
    let listed = world.run(&["account", "list"]).await;
    assert!(!listed.out.contains("sandbox-fileflare-key"));
    let mut files = vec![world.folder().join("home")];
    let mut looked = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(
                !String::from_utf8_lossy(&bytes).contains("sandbox-fileflare-key"),
                "{}",
                path.display()
            );
            looked += 1;
        }
    }
    assert!(looked >= 3, "database, vault and log were looked at");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_in_use_is_not_forgotten() {
    let world = World::signed_in().await;
    world.file("letter.bin", 10);
    world.run(&["upload", "letter.bin", "--to", "shop", "--detach"]).await;
    let refused = world.run(&["account", "remove", "shop"]).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("account_in_use"));
    assert_eq!(world.run(&["run", "--until-idle"]).await.code, Some(0));
    assert_eq!(world.run(&["account", "remove", "shop"]).await.code, Some(0));
    let listed = world.run(&["list"]).await;
    assert_eq!(listed.last()["account"], "(removed)", "what was done stays on the list");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_usage_is_2() {
    let world = World::signed_in().await;
    world.file("letter.bin", 10);
    for line in [
        &["upload", "letter.bin", "--to", "nobody"][..],
        &["upload", "letter.bin", "--to", "shop", "--option", "a=b"],
        &["account", "add", "nobody", "--name", "x", "--secret-stdin"],
        &["account", "check", "nobody"],
        &["settings", "set", "slots", "0"],
        &["settings", "set", "colour", "red"],
    ] {
        let said = world.run(line).await;
        assert_eq!(said.code, Some(2), "{line:?}: {said:?}");
        assert_eq!(said.objects.len(), 0);
    }
    let http = [
        "account",
        "add",
        "fileflare",
        "--name",
        "x",
        "--base-url",
        "http://nas.local",
        "--secret-stdin",
    ];
    assert_eq!(world.with_input(&http, "key").await.code, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_and_limits_are_kept() {
    let world = World::new().await;
    assert_eq!(
        world.run(&["settings", "set", "slots", "5"]).await.last(),
        &json!({ "slots": 5 })
    );
    let limited = world.run(&["limit", "--up", "4MiB/s", "--down", "1MB/s"]).await;
    let (up, down) = (
        json!({ "rate": 4_194_304, "by": "limit", "until": null }),
        json!({ "rate": 1_000_000, "by": "limit", "until": null }),
    );
    assert_eq!(
        limited.last(),
        &json!({
            "up": 4_194_304, "down": 1_000_000, "timetable": null, "on": true,
            "now": { "up": up, "down": down, "paused": null }, "accounts": []
        })
    );
    let all = world.run(&["settings", "get"]).await;
    let expected = json!({
        "slots": 5, "slots_per_account": 3, "parts_in_flight": 4, "up_limit": 4_194_304, "collision": "ask", "connections": 4, "down_limit": 1_000_000,
        "timetable": null, "limits_on": true, "theme": "system"
    });
    let mut kept = all.last().clone();
    // That is the system's own, not kept here.
    let login = kept.as_object_mut().unwrap().remove("start_at_login");
    assert!(login.is_some_and(|login| login.is_string()));
    assert_eq!(kept, expected);
    let off = world.run(&["limit", "--up", "off"]).await;
    assert_eq!(
        (&off.last()["up"], &off.last()["now"]["up"]["rate"]),
        (&json!(null), &json!(null))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timetable_is_kept_in_one_way_of_writing_and_holds_where_it_allows_less() {
    let world = World::new().await;
    let table = "0:00 512K:2M,Sat-00:00 512K:2M";
    let said = world.run(&["limit", "--down", "1M", "--timetable", table]).await;
    assert_eq!(said.last()["timetable"], "00:00 512K:2M, Sat-00:00 512K:2M", "{said:?}");
    let now = &said.last()["now"];
    assert_eq!(
        (&now["up"]["rate"], &now["up"]["by"]),
        (&json!(512_000), &json!("timetable"))
    );
    assert_eq!(
        (&now["down"]["rate"], &now["down"]["by"]),
        (&json!(1_000_000), &json!("limit"))
    );
    let refused = world.run(&["limit", "--timetable", "08:00 1M, 25:00 off"]).await;
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.err.contains("25:00"), "{refused:?}");
    world.run(&["settings", "set", "limits_on", "false"]).await;
    assert_eq!(world.run(&["limit"]).await.last()["now"]["up"]["rate"], json!(null));
    let off = world.run(&["limit", "--timetable", "off"]).await;
    assert_eq!(
        (&off.last()["timetable"], &off.last()["on"]),
        (&json!(null), &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limits_of_an_account_are_its_own_and_survive_its_check() {
    let world = World::signed_in().await;
    let said = world.run(&["limit", "--account", "shop", "--up", "2MB"]).await;
    assert_eq!(
        (&said.last()["up"], &said.last()["down"]),
        (&json!(2_000_000), &json!(null))
    );
    let said = world.run(&["limit", "--account", "shop", "--down", "1KiB/s"]).await;
    assert_eq!(
        (&said.last()["up"], &said.last()["down"]),
        (&json!(2_000_000), &json!(1024))
    );
    world.run(&["account", "check", "shop"]).await;
    let all = world.run(&["limit"]).await;
    assert_eq!(all.last()["accounts"][0]["up"], json!(2_000_000), "{all:?}");
    assert_eq!(all.last()["up"], json!(null));
    let off = world.run(&["limit", "--account", "shop", "--up", "off"]).await;
    assert_eq!((&off.last()["up"], &off.last()["down"]), (&json!(null), &json!(1024)));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_passphrase_the_queue_can_be_read_and_not_changed() {
    let world = World::signed_in().await;
    world.file("letter.bin", 10);
    world.run(&["upload", "letter.bin", "--to", "shop", "--detach"]).await;
    let locked = |line: &[&str]| {
        let mut command = world.command(line);
        command.env_remove("LONGSHORE_PASSPHRASE_FILE");
        async move { crate::world::said(command.spawn().unwrap()).await }
    };
    assert_eq!(locked(&["list"]).await.objects.len(), 1);
    let refused = locked(&["run", "--until-idle"]).await;
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.err.contains("vault_locked"), "{refused:?}");
}
