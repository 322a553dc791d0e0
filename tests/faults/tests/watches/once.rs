//! What is no new upload: a rename, a touch, a second link, a copy put back, a second watch. And what becomes of a file after.

use std::fs;

use super::{Watched, with_slashes, write};

#[tokio::test(flavor = "multi_thread")]
async fn the_same_content_is_not_sent_again_however_it_comes_back() {
    let watched = Watched::new(&["--every", "1s"]).await;
    let path = |name: &str| watched.root.join(name);
    write(&path("letter.bin"), b"dear all");
    watched.until_confirmed(1).await;
    let why = async |name: &str| {
        watched.until_at_rest().await;
        let log = watched.log().await;
        let row = log.get(name).unwrap_or_else(|| panic!("no {name}: {log:#?}")).clone();
        (
            row["state"].as_str().unwrap().to_owned(),
            row["code"].as_str().unwrap().to_owned(),
        )
    };
    let settles = async |code: &str| {
        let began = tokio::time::Instant::now();
        while !watched.log().await.values().any(|row| row["code"] == code) {
            assert!(
                began.elapsed() < super::PATIENCE,
                "no {code}: {:#?}",
                watched.log().await
            );
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    };

    respell(&watched, "letter.bin", "Letter.bin");
    settles("respelt").await;
    fs::create_dir(path("sub")).unwrap();
    fs::rename(path("Letter.bin"), path("sub/mail.bin")).unwrap();
    settles("renamed").await;
    assert_eq!(why("sub/mail.bin").await.0, "confirmed");

    let file = fs::OpenOptions::new().append(true).open(path("sub/mail.bin")).unwrap();
    let before = file.metadata().unwrap().modified().unwrap();
    file.set_modified(before - std::time::Duration::from_secs(99)).unwrap();
    drop(file);
    settles("touched").await;

    fs::hard_link(path("sub/mail.bin"), path("link.bin")).unwrap();
    settles("hard_link").await;
    fs::remove_file(path("link.bin")).unwrap();

    fs::copy(path("sub/mail.bin"), watched.world.folder().join("copy")).unwrap();
    fs::remove_file(path("sub/mail.bin")).unwrap();
    settles("gone").await;
    fs::rename(watched.world.folder().join("copy"), path("sub/mail.bin")).unwrap();
    watched.until_confirmed(1).await;

    let second = watched
        .world
        .must(&["watch", "add", "in", "--to", "shop", "--name", "again"])
        .await;
    assert_eq!(second.last()["overlaps"][0]["name"], "in", "{second:?}");
    let said = loop {
        let said = watched.world.must(&["watch", "log", "again"]).await;
        if said.objects.iter().any(|row| row["state"] == "confirmed") {
            break said;
        }
    };
    let mut rows = said.objects.iter().rev();
    let mail = rows.find(|row| with_slashes(&row["name"]) == "sub/mail.bin");
    assert_eq!(mail.unwrap()["code"], "sent_by_another", "{said:?}");

    assert_eq!(watched.world.sandbox.counters().completions, 1);
    watched.nothing_twice().await;
}

/// Gives a file the same name in other letters. wine says yes and leaves it; there it goes by way of another name.
fn respell(watched: &Watched, from: &str, to: &str) {
    let path = |name: &str| watched.root.join(name);
    fs::rename(path(from), path(to)).unwrap();
    if !journeys_tests::names_in(&watched.root).iter().any(|name| name == to) {
        let passing = watched.world.folder().join("passing");
        fs::rename(path(from), &passing).unwrap();
        fs::rename(&passing, path(to)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_file_is_moved_away_and_a_preview_says_before_what_will_happen() {
    let watched = Watched::new(&["--after", "move:done", "--exclude", "drafts/"]).await;
    watched.world.must(&["watch", "pause", "in"]).await;
    write(&watched.root.join("a/scan.bin"), b"one page");
    write(&watched.root.join("drafts/scan.bin"), b"not yet");
    write(&watched.root.join(".env"), b"KEY=1");
    let preview = watched.world.must(&["watch", "preview", "in"]).await;
    let foreseen = preview.last();
    assert_eq!(foreseen["send"]["files"], 1, "{foreseen:#}");
    assert_eq!(foreseen["left_out"], 2, "{foreseen:#}");
    let files = foreseen["files"].as_array().unwrap();
    let code = |name: &str| {
        files
            .iter()
            .find(|file| with_slashes(&file["name"]) == name)
            .map(|file| file["code"].clone())
    };
    assert_eq!(code("a/scan.bin"), Some("new".into()));
    assert_eq!(code("drafts"), Some("excluded".into()));
    assert_eq!(code(".env"), Some("secret".into()));

    watched.world.must(&["watch", "resume", "in"]).await;
    watched.until("moved", |row| row["files"]["gone"] == 1).await;
    let done = watched.world.folder().join("done/a/scan.bin");
    assert_eq!(fs::read(done).unwrap(), b"one page");
    assert!(!watched.root.join("a/scan.bin").exists());
    assert_eq!(watched.log().await["a/scan.bin"]["code"], "moved");
    assert_eq!(watched.arrived().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_file_is_not_sent_again_although_a_newer_one_arrives_under_its_old_name_first() {
    let watched = Watched::new(&["--every", "1s"]).await;
    let (old, new) = (watched.root.join("old.bin"), watched.root.join("new.bin"));
    write(&old, b"dear all");
    watched.until_confirmed(1).await;
    fs::rename(&old, &new).unwrap();
    write(&old, b"dear others");
    let began = tokio::time::Instant::now();
    while watched.arrived().await.len() < 2 {
        assert!(began.elapsed() < super::PATIENCE, "{:#?}", watched.log().await);
        // It does not settle meanwhile.
        let file = fs::OpenOptions::new().append(true).open(&new).unwrap();
        let before = file.metadata().unwrap().modified().unwrap();
        file.set_modified(before - std::time::Duration::from_secs(1)).unwrap();
        drop(file);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    watched.until_confirmed(2).await;
    assert_eq!(watched.log().await["new.bin"]["code"], "older_version");
    assert_eq!(watched.world.sandbox.counters().completions, 2);
    watched.nothing_twice().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_knows_a_file_by_its_new_name() {
    let watched = Watched::new(&["--every", "1s"]).await;
    write(&watched.root.join("old.bin"), b"dear all");
    watched.until_confirmed(1).await;
    watched.world.must(&["watch", "pause", "in"]).await;
    fs::rename(watched.root.join("old.bin"), watched.root.join("new.bin")).unwrap();
    let preview = watched.world.must(&["watch", "preview", "in"]).await;
    let files = preview.last()["files"].as_array().unwrap().clone();
    assert_eq!(files[0]["code"], "renamed", "{files:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_copies_of_a_file_that_went_one_is_that_file_and_the_other_is_new() {
    let watched = Watched::new(&["--every", "1s"]).await;
    write(&watched.root.join("old.bin"), b"dear all");
    watched.until_confirmed(1).await;
    // Together, so that both settle at once.
    fs::remove_file(watched.root.join("old.bin")).unwrap();
    write(&watched.root.join("one.bin"), b"dear all");
    write(&watched.root.join("two.bin"), b"dear all");
    watched.until_confirmed(2).await;
    watched.until_at_rest().await;
    let log = watched.log().await;
    let mut codes = [&log["one.bin"]["code"], &log["two.bin"]["code"]].map(|code| code.as_str().unwrap().to_owned());
    codes.sort();
    assert_eq!(codes, ["confirmed", "renamed"], "{log:#?}");
    assert_eq!(watched.world.sandbox.counters().completions, 2);
}
