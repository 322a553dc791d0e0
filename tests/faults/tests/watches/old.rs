//! New versions of what a service has: beside the old one, in its place, or instead of it. And what it is told of each file.

use std::fs;
use std::time::Duration;

use journeys_tests::{KIB, World};

use super::{Watched, sha256, write};

impl Watched {
    /// The contents that Baasix has now, in order.
    pub(super) async fn at_the_server(&self) -> Vec<String> {
        let files = self.world.sandbox.baasix_files().await.unwrap();
        let mut contents: Vec<_> = files.into_iter().filter_map(|file| file.sha256).collect();
        contents.sort();
        contents
    }

    async fn until_at_the_server(&self, contents: &[&[u8]]) {
        let expected = in_order(contents);
        let began = tokio::time::Instant::now();
        while self.at_the_server().await != expected {
            assert!(began.elapsed() < super::PATIENCE, "{:#?}", self.log().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn in_order(contents: &[&[u8]]) -> Vec<String> {
    let mut all: Vec<_> = contents.iter().map(|bytes| sha256(bytes)).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_stays_or_goes_at_the_service_as_the_person_chose() {
    let watched = Watched::at_baasix(&["--every", "1s", "--policy", "changed"]).await;
    let letter = watched.root.join("letter.bin");
    write(&letter, b"first");
    watched.until_confirmed(1).await;
    let server = async |contents: &[&[u8]]| {
        watched.until_at_the_server(contents).await;
        watched.until_at_rest().await;
        assert_eq!(watched.at_the_server().await, in_order(contents));
    };
    write(&letter, b"second");
    server(&[b"first", b"second"]).await;

    watched.world.must(&["watch", "edit", "in", "--old", "delete"]).await;
    write(&letter, b"third");
    // What was kept while that was the choice stays.
    server(&[b"first", b"third"]).await;
    assert_eq!(watched.log().await["letter.bin"]["state"], "confirmed");
    // Edited without a word about older versions.
    watched.world.must(&["watch", "edit", "in", "--policy", "new"]).await;
    assert_eq!(watched.row().await["old"], "keep");
    watched
        .world
        .must(&["watch", "edit", "in", "--policy", "changed", "--old", "delete"])
        .await;
    // A file that goes here stays there: this is no mirror.
    fs::remove_file(&letter).unwrap();
    watched.until("gone", |row| row["files"]["gone"] == 1).await;
    server(&[b"first", b"third"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_an_older_version_again_is_sent_only_when_that_is_not_at_the_service_any_more() {
    let watched = Watched::at_baasix(&["--every", "1s", "--policy", "changed"]).await;
    let letter = watched.root.join("letter.bin");
    let (first, second, both) = (
        b"first".as_slice(),
        b"second".as_slice(),
        &[b"first".as_slice(), b"second"],
    );
    for content in [first, second] {
        write(&letter, content);
        watched
            .until_at_the_server(&both[..=usize::from(content == second)])
            .await;
        // Only then it may change: what changes on its way is withdrawn.
        watched.until_confirmed(1).await;
    }
    for content in [first, second] {
        let before = watched.log().await["letter.bin"]["decided_at"].clone();
        write(&letter, content);
        let began = tokio::time::Instant::now();
        loop {
            let row = watched.log().await["letter.bin"].clone();
            if row["state"] == "confirmed" && row["decided_at"] != before {
                assert_eq!(row["code"], "older_version", "{row:#}");
                break;
            }
            assert!(began.elapsed() < super::PATIENCE, "{row:#}");
        }
        assert_eq!(watched.at_the_server().await, in_order(both));
    }

    let files = watched.world.sandbox.baasix_files().await.unwrap();
    let older = files.iter().find(|file| file.sha256 == Some(sha256(first))).unwrap();
    let delete = ["remote", "delete", "--account", "shop", &older.id, "--yes"];
    watched.world.must(&delete).await;
    assert_eq!(watched.at_the_server().await, in_order(&[second]));
    write(&letter, first);
    watched.until_at_the_server(both).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_has_at_the_service_what_is_in_the_folder_and_deletes_nothing_when_most_of_it_goes() {
    let watched = Watched::at_baasix(&["--every", "1s", "--policy", "mirror", "--max-delete", "2"]).await;
    for n in 0..5 {
        write(&watched.root.join(format!("{n}.bin")), format!("file {n}").as_bytes());
    }
    watched.until_confirmed(5).await;
    write(&watched.root.join("0.bin"), b"changed");
    fs::rename(watched.root.join("1.bin"), watched.root.join("renamed.bin")).unwrap();
    fs::remove_file(watched.root.join("2.bin")).unwrap();
    let there: [&[u8]; 4] = [b"changed", b"file 1", b"file 3", b"file 4"];
    watched.until_at_the_server(&there).await;
    for name in ["renamed.bin", "3.bin", "4.bin"] {
        fs::remove_file(watched.root.join(name)).unwrap();
    }
    let row = watched
        .until("held back", |row| row["reason"]["code"] == "too_many_deletions")
        .await;
    assert!(
        row["reason"]["text"].as_str().unwrap().contains("3 files went"),
        "{row:#}"
    );
    assert_eq!(watched.at_the_server().await, in_order(&there));
    // The person allows it.
    watched.world.must(&["watch", "edit", "in", "--max-delete", "3"]).await;
    watched.until_at_the_server(&[b"changed"]).await;
    let made = watched.world.sandbox.baasix_contents();
    assert!(made.values().all(|of| of.made == 1), "{made:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_counts_what_goes_one_after_the_other_as_one() {
    let watched = Watched::at_baasix(&["--every", "1s", "--policy", "mirror", "--max-delete", "2"]).await;
    let names: Vec<_> = (0..5).map(|n| format!("{n}.bin")).collect();
    for name in &names {
        write(&watched.root.join(name), format!("file {name}").as_bytes());
    }
    watched.until_confirmed(5).await;
    let there = watched.at_the_server().await;
    for name in &names[..4] {
        fs::remove_file(watched.root.join(name)).unwrap();
        // As slowly as a person or a slow disk deletes: several looks find one more that went each.
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    let row = watched
        .until("held back", |row| row["reason"]["code"] == "too_many_deletions")
        .await;
    assert!(
        row["reason"]["text"].as_str().unwrap().contains("4 files went"),
        "{row:#}"
    );
    assert_eq!(watched.at_the_server().await, there);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_is_told_of_each_file_what_the_patterns_say() {
    let watched = Watched::at_baasix(&[
        "--option",
        "title={stem} in {top}",
        "--option",
        "description={subfolder}",
    ])
    .await;
    write(&watched.root.join("2026/march/lease.bin"), b"a lease");
    write(&watched.root.join("loose.bin"), b"in no folder");
    watched.until_confirmed(2).await;
    let mut titles: Vec<_> = watched.world.sandbox.baasix_files().await.unwrap();
    titles.sort_by(|a, b| a.title.cmp(&b.title));
    let titles: Vec<_> = titles.into_iter().map(|file| file.title.unwrap_or_default()).collect();
    assert_eq!(titles, ["lease in 2026", "loose in"]);

    for (wrong, code) in [("title={nmae}", "bad_placeholder"), ("colour=red", "unknown_option")] {
        let said = watched.world.run(&["watch", "edit", "in", "--option", wrong]).await;
        assert_ne!(said.code, Some(0), "{said:?}");
        assert!(said.err.contains(code), "{said:?}");
    }
    let said = watched.world.must(&["watch", "list"]).await;
    assert_eq!(said.objects[0]["options"]["title"], "{stem} in {top}");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_facilioo_a_new_version_is_the_same_file_and_a_watch_that_comes_back_knows_it() {
    let world = World::new(64 * KIB, |_| {}).await;
    world.sign_in_at("facilioo", "shop").await;
    let watched = Watched::of(world, &["--every", "1s", "--policy", "changed"]).await;
    let path = watched.root.join("lease.bin");
    let text = |word: &str| [b"\x01\xf0\x9c\xc3\x00\x17".as_slice(), word.as_bytes()].concat();
    write(&path, &text("first"));
    watched.until_confirmed(1).await;
    write(&path, &text("second, and longer"));
    let entities = async |content: &[u8]| {
        let began = tokio::time::Instant::now();
        loop {
            let files = watched.world.sandbox.facilioo_files().await.unwrap();
            assert_eq!(files.len(), 1, "{files:?}");
            if files[0].sha256.as_deref() == Some(&sha256(content)) {
                return;
            }
            assert!(
                began.elapsed() < super::PATIENCE,
                "{files:?} {:#?}",
                watched.log().await
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    entities(&text("second, and longer")).await;
    watched.until_at_rest().await;

    watched.world.must(&["watch", "remove", "in"]).await;
    watched
        .world
        .must(&[
            "watch", "add", "in", "--to", "shop", "--policy", "changed", "--every", "1s",
        ])
        .await;
    watched.until_at_rest().await;
    assert_eq!(watched.row().await["files"]["confirmed"], 1);
    write(&path, &text("third"));
    entities(&text("third")).await;
}
