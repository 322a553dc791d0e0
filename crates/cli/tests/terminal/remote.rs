//! The files that a service holds, listed, changed and deleted.

use serde_json::{Value, json};

use crate::world::{Said, World};

async fn with_files(names: &[&str]) -> World {
    let world = World::signed_in().await;
    for name in names {
        world.file(name, 10);
    }
    let mut line = vec!["upload"];
    line.extend(names);
    line.extend(["--to", "shop"]);
    let said = world.run(&line).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    world
}

async fn remote(world: &World, line: &[&str]) -> Said {
    let (verb, rest) = line.split_first().unwrap();
    let mut whole = vec!["remote", verb, "--account", "shop"];
    whole.extend(rest);
    world.run(&whole).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_is_listed_page_by_page_and_shown() {
    let world = with_files(&["a.txt", "b.txt", "c.bin"]).await;
    let said = remote(&world, &["list"]).await;
    assert_eq!((said.code, said.objects.len()), (Some(0), 3), "{said:?}");
    let first = &said.objects[0];
    assert_eq!(
        (&first["account"], &first["kind"], &first["size"]),
        (&json!("shop"), &json!("file"), &json!(10))
    );
    let id = world.asset("a.txt").await.id;
    let shown = remote(&world, &["show", &id]).await;
    assert_eq!(shown.last()["name"], "a.txt");
    assert_eq!(remote(&world, &["list", "--search", ".TXT"]).await.objects.len(), 2);
    assert_eq!(remote(&world, &["list", "--limit", "2"]).await.objects.len(), 2);
    let gone = remote(&world, &["show", "0f0f"]).await;
    assert_eq!(gone.code, Some(1), "{gone:?}");
    assert!(gone.err.contains("not_found"), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_deleted_without_a_yes_and_each_file_is_told() {
    let world = with_files(&["a.txt", "b.txt"]).await;
    let (a, b) = (world.asset("a.txt").await.id, world.asset("b.txt").await.id);
    let refused = remote(&world, &["delete", &a]).await;
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(
        refused.err.contains("not_confirmed") && refused.err.contains("--yes"),
        "{refused:?}"
    );
    assert_eq!(world.sandbox.counters().deletions, 0);

    let said = remote(&world, &["delete", &a, "0f0f", &a, "--yes"]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    let told: Vec<_> = said.objects.iter().map(|one| (&one["id"], &one["deleted"])).collect();
    assert_eq!(told, [(&json!(a), &json!("ordered")), (&json!("0f0f"), &json!("gone"))]);
    assert_eq!(world.sandbox.counters().deletions, 1);
    let left = remote(&world, &["list"]).await;
    assert_eq!(
        left.objects.iter().map(|one| &one["id"]).collect::<Vec<_>>(),
        [&json!(b)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_limit_is_sat_out_and_every_file_is_deleted_once() {
    let names: Vec<String> = (0..6).map(|n| format!("{n}.txt")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let world = with_files(&names).await;
    let assets = world.sandbox.assets().await.unwrap();
    let ids: Vec<_> = assets.iter().map(|asset| asset.id.as_str()).collect();
    world.sandbox.change_settings(|settings| {
        settings.rate_limit = 4;
        settings.rate_window_s = 2;
    });
    let mut line = vec!["delete", "--yes"];
    line.extend(&ids);
    let said = remote(&world, &line).await;
    assert_eq!((said.code, said.objects.len()), (Some(0), 6), "{said:?}");
    let counters = world.sandbox.counters();
    assert_eq!(counters.deletions, 6);
    assert!(counters.rate_limited >= 1, "{counters:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_taken_from_standard_input_and_renamed() {
    let world = World::signed_in().await;
    let line = ["remote", "import", "--account", "shop", "-", "--name", "manual.pdf"];
    let said = world
        .with_input(&line, "https://example.org/manual.pdf?key=CANARY\n")
        .await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(!said.out.contains("CANARY"));
    assert_eq!(said.last()["kind"], "link");
    let id = said.last()["id"].as_str().unwrap().to_owned();
    let renamed = remote(&world, &["edit", &id, "--name", "guide.pdf"]).await;
    assert_eq!(renamed.last()["name"], "guide.pdf", "{renamed:?}");
    let there = world.sandbox.assets().await.unwrap().pop().unwrap();
    assert_eq!(there.link.as_deref(), Some("https://example.org/manual.pdf?key=CANARY"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_does_not_offer_is_wrong_usage_and_asks_nobody() {
    let world = with_files(&["a.txt"]).await;
    let id = world.asset("a.txt").await.id;
    let before = world.sandbox.counters().requests;
    for line in [
        &["download", &id][..],
        &["send", &id, "--to", "shop"],
        &["list", "--sort", "name"],
        &["thumbnail", &id, "--out", "a.png"],
    ] {
        let said = remote(&world, line).await;
        assert_eq!(said.code, Some(2), "{line:?}: {said:?}");
        let error: Value = serde_json::from_str(said.err.trim()).unwrap();
        assert_eq!(error["error"]["code"], "not_offered");
    }
    assert_eq!(world.sandbox.counters().requests, before);
}

/// The account `estate` at facilioo, by its name among the sandbox's samples.
async fn estate(world: &World, who: &str) {
    let known = world.sandbox.description().providers["facilioo"].clone();
    let secret = known.others.get(who).unwrap_or(&known.secret);
    let line = [
        "account",
        "add",
        "facilioo",
        "--name",
        "estate",
        "--base-url",
        &known.base_url,
        "--secret-stdin",
    ];
    let said = world.with_input(&line, &serde_json::to_string(secret).unwrap()).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    world
        .sandbox
        .change_settings(|settings| settings.facilioo.computed_after_ms = 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_an_account_is_fetched_by_its_id() {
    let world = World::new().await;
    estate(&world, "admin").await;
    let path = world.file("plan.pdf", 70_000);
    let sent = world
        .run(&["upload", "plan.pdf", "--to", "estate", "--option", "type=pdf"])
        .await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
    let id = sent.last()["remote_id"].as_str().unwrap().to_owned();
    let listed = world.run(&["remote", "list", "--account", "estate"]).await;
    assert_eq!(
        (&listed.last()["id"], &listed.last()["name"]),
        (&json!(id), &json!("plan.pdf")),
        "{listed:?}"
    );
    std::fs::create_dir(world.folder().join("out")).unwrap();
    let line = ["remote", "download", "--account", "estate", &id, "--dir", "out"];
    let fetched = world.run(&line).await;
    assert_eq!(
        (fetched.code, &fetched.last()["state"]),
        (Some(0), &json!("completed")),
        "{fetched:?}"
    );
    let here = world.folder().join("out/plan.pdf");
    assert_eq!(crate::world::sha256(&here), crate::world::sha256(&path));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_an_account_may_see_no_list_what_was_sent_from_here_is_shown() {
    let world = World::new().await;
    estate(&world, "manager").await;
    world.file("plan.pdf", 70_000);
    let sent = world
        .run(&["upload", "plan.pdf", "--to", "estate", "--option", "type=pdf"])
        .await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
    let listed = world.run(&["remote", "list", "--account", "estate"]).await;
    assert_eq!((listed.code, listed.objects.len()), (Some(0), 1), "{listed:?}");
    assert_eq!(listed.last()["id"], sent.last()["remote_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_to_an_account_whose_service_takes_no_files() {
    let world = World::new().await;
    estate(&world, "admin").await;
    let known = world.sandbox.description().providers["filefactory"].clone();
    let line = [
        "account",
        "add",
        "filefactory",
        "--name",
        "host",
        "--base-url",
        &known.base_url,
        "--secret-stdin",
    ];
    let secret = serde_json::to_string(&known.secret).unwrap();
    assert_eq!(world.with_input(&line, &secret).await.code, Some(0));
    for line in [
        &["remote", "send", "--account", "estate", "4711", "--to", "host"][..],
        &["upload", "https://example.org/a.pdf", "--to", "host"],
    ] {
        let said = world.run(line).await;
        assert_eq!(said.code, Some(2), "{line:?}: {said:?}");
        let error: Value = serde_json::from_str(said.err.trim()).unwrap();
        assert_eq!(error["error"]["code"], "no_uploads");
    }
    assert!(world.run(&["list"]).await.objects.is_empty());
}
