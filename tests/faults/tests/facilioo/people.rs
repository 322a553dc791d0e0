//! What people meet at facilioo: a question about a file's type, a second factor, a size that comes later, a new version.

use std::time::Duration;

use journeys_tests::World;
use sandbox::{Fault, FaultRule, Route};
use serde_json::Value;

use super::{file, files, sign_in, world};

async fn signed_in() -> World {
    let world = world().await;
    assert_eq!(sign_in(&world, "admin").await.code, Some(0));
    world
}

/// The journal of a transfer.
async fn story(world: &World, id: &Value) -> Vec<(String, String)> {
    let shown = world.must(&["show", id.as_str().unwrap()]).await;
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap().to_owned();
    let journal = shown.last()["journal"].as_array().unwrap().clone();
    journal
        .iter()
        .map(|entry| (text(entry, "event"), text(entry, "text")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_that_is_named_png_is_asked_about_and_sent_as_answered() {
    for (choice, kind) in [("as_content", 1), ("as_name", 2)] {
        let world = signed_in().await;
        let pdf = file(&world, 0);
        std::fs::rename(&pdf, world.folder().join("scan.png")).unwrap();
        let said = world.run(&["upload", "scan.png", "--to", "files"]).await.ending(3);
        let row = said.last();
        assert_eq!(
            (&row["state"], &row["question"]["code"]),
            (&"needs_you".into(), &"file_type".into()),
            "{row}"
        );
        let choices = row["question"]["choices"].as_array().unwrap();
        let keys: Vec<_> = choices.iter().map(|choice| choice["key"].as_str().unwrap()).collect();
        assert_eq!(keys, ["as_content", "as_name", "skip"]);
        assert_eq!(files(&world).await.len(), 0, "nothing is created before it is answered");
        world.must(&["answer", row["id"].as_str().unwrap(), choice]).await;
        world.must(&["run", "--until-idle"]).await;
        let there = files(&world).await;
        assert_eq!((there.len(), there[0].type_id), (1, kind), "{choice}");
        assert_eq!(world.sandbox.counters().facilioo.wrong_content_type, 0);
    }
    let world = signed_in().await;
    let pdf = file(&world, 0);
    std::fs::rename(&pdf, world.folder().join("scan.png")).unwrap();
    let said = world.run(&["upload", "scan.png", "--to", "files"]).await.ending(3);
    let id = said.last()["id"].clone();
    world.must(&["answer", id.as_str().unwrap(), "skip"]).await;
    world.run(&["run", "--until-idle"]).await;
    assert_eq!(files(&world).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_said_when_the_account_is_added() {
    let world = world().await;
    let said = sign_in(&world, "factor").await.ending(3);
    let text = said.last()["reason"]["text"].as_str().unwrap();
    assert!(text.contains("second factor"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_a_type_is_refused_and_one_with_a_note_is_complete() {
    let world = signed_in().await;
    world.file("film.mkv", 1_000, 1);
    let said = world.run(&["upload", "film.mkv", "--to", "files"]).await.ending(1);
    assert_eq!(said.last()["error"]["code"], "no_file_type", "{said:?}");
    assert_eq!(files(&world).await.len(), 0);

    world
        .sandbox
        .change_settings(|settings| settings.facilioo.documents = false);
    let pdf = file(&world, 0);
    let line = [
        "upload",
        pdf.to_str().unwrap(),
        "--to",
        "files",
        "--option",
        "document=yes",
    ];
    let said = world.run(&line).await.ending(0);
    let told = story(&world, &said.last()["id"]).await;
    let note = told.iter().find(|(event, _)| event == "completed");
    assert!(
        note.is_some_and(|(_, text)| text.contains("no document was made")),
        "{told:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_upload_says_what_stays() {
    let world = signed_in().await;
    let hang = world
        .sandbox
        .add_fault(FaultRule::from(Fault::Hang { bytes: 0 }).on(Route::Part));
    let pdf = file(&world, 0);
    let mut engine = world.start(&["run"]);
    let line = ["upload", pdf.to_str().unwrap(), "--to", "files", "--detach"];
    let id = world.must(&line).await.last()["id"].clone();
    engine.row("transferring", None).await;
    world.must(&["cancel", id.as_str().unwrap()]).await;
    engine.row("cancelled", None).await;
    world.sandbox.clear_fault(hang);
    engine.interrupted().await;
    let told = story(&world, &id).await;
    let text = &told.iter().find(|(event, _)| event == "cancelled").unwrap().1;
    assert!(text.contains("stays at facilioo"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_is_sent_to_the_old_id_and_fetched_back_by_it() {
    let world = signed_in().await;
    let first = file(&world, 0);
    let said = world.must(&["upload", first.to_str().unwrap(), "--to", "files"]).await;
    let remote = files(&world).await[0].id.to_string();
    assert_eq!(said.last()["state"], "completed");
    let second = file(&world, 5);
    let option = format!("replaces={remote}");
    let line = ["upload", second.to_str().unwrap(), "--to", "files", "--option", &option];
    world.must(&line).await;
    let there = files(&world).await;
    assert_eq!(there.len(), 1);
    world.sandbox.advance_clock(Duration::from_secs(1));
    std::fs::create_dir(world.folder().join("back")).unwrap();
    let line = ["download", &remote, "--account", "files", "--dir", "back"];
    let said = world.run(&line).await.ending(0);
    let name = said.last()["name"].as_str().unwrap();
    assert_eq!(name, "0000.pdf", "as it is called there");
    let back = std::fs::read(world.folder().join("back").join(name)).unwrap();
    assert!(back == std::fs::read(&second).unwrap());
}
