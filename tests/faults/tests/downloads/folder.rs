//! The folder's side: names that are taken or hostile, two downloads of one name, a full disk, a folder that goes away.

use std::time::Duration;

use sandbox::FileSpec;
use tokio::time::{Instant, sleep};

use super::{fetch, folder, holds, is_whole, names, world};

const SIZE: u64 = 3 * 1024 * 1024;

fn spec(name: &str, seed: u64) -> FileSpec {
    FileSpec {
        name: name.into(),
        size: SIZE,
        seed,
        ..FileSpec::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_taken_is_asked_about_once_for_all_that_was_added_together() {
    let world = world().await;
    let links = [
        world.sandbox.add_file(spec("a.bin", 1)),
        world.sandbox.add_file(spec("b.bin", 2)),
    ];
    for name in ["a.bin", "b.bin"] {
        std::fs::write(folder(&world).join(name), b"mine").unwrap();
    }
    let said = world
        .run(&["download", &links[0], &links[1], "--dir", "out"])
        .await
        .ending(3);
    let asked = said.row("a.bin").clone();
    assert_eq!(
        (&asked["state"], &asked["reason"]["code"]),
        (&"needs_you".into(), &"collision".into())
    );
    let id = asked["id"].as_str().unwrap();
    world.must(&["answer", id, "keep_both"]).await;
    world.must(&["run", "--until-idle"]).await;
    assert_eq!(names(&world), ["a (2).bin", "a.bin", "b (2).bin", "b.bin"]);
    holds(&world, "a (2).bin", SIZE, 1);
    holds(&world, "b (2).bin", SIZE, 2);
    assert_eq!(std::fs::read(folder(&world).join("a.bin")).unwrap(), b"mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn skip_leaves_the_old_file_and_replace_puts_the_new_one_in_its_place() {
    let world = world().await;
    let link = world.sandbox.add_file(spec("a.bin", 1));
    std::fs::write(folder(&world).join("a.bin"), b"mine").unwrap();
    let said = fetch(&world, &link, &["--existing", "skip"]).await;
    assert_eq!(said.row("a.bin")["state"], "cancelled", "{said:?}");
    assert_eq!(names(&world), ["a.bin"]);
    assert_eq!(std::fs::read(folder(&world).join("a.bin")).unwrap(), b"mine");
    fetch(&world, &link, &["--existing", "replace"]).await.ending(0);
    is_whole(&world, "a.bin", SIZE, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_downloads_of_one_name_become_two_files() {
    let world = world().await;
    let one = world.sandbox.file_url("same.bin", SIZE, 1);
    let two = world.sandbox.file_url("same.bin", SIZE, 2);
    folder(&world);
    world.must(&["download", &one, &two, "--dir", "out"]).await;
    assert_eq!(names(&world), ["same (2).bin", "same.bin"]);
    let first = std::fs::read(folder(&world).join("same.bin")).unwrap();
    let (a, b) = if first == sandbox::Content::new(1).bytes(0, SIZE as usize) {
        (1, 2)
    } else {
        (2, 1)
    };
    holds(&world, "same.bin", SIZE, a);
    holds(&world, "same (2).bin", SIZE, b);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_for_together_never_takes_the_place_of_one_another_whatever_holds_for_older_files() {
    for rule in [None, Some("replace"), Some("skip"), Some("keep-both")] {
        let world = world().await;
        // One after the other: the first is there when the second looks for its name.
        world.must(&["settings", "set", "slots", "1"]).await;
        let one = world.sandbox.file_url("same.bin", SIZE, 1);
        let two = world.sandbox.file_url("same.bin", SIZE, 2);
        folder(&world);
        let mut line = vec!["download", &one, &two, "--dir", "out"];
        line.extend(rule.iter().flat_map(|rule| ["--existing", rule]));
        world.must(&line).await;
        assert_eq!(names(&world), ["same (2).bin", "same.bin"], "{rule:?}");
        holds(&world, "same.bin", SIZE, 1);
        holds(&world, "same (2).bin", SIZE, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_from_outside_stay_in_the_folder() {
    for (said, name) in [
        ("attachment; filename=\"../../.bashrc\"", "bashrc"),
        ("attachment; filename=\"C:\\\\Windows\\\\x.dll\"", "x.dll"),
        ("attachment; filename=\"con.txt\"", "con.txt"),
        ("attachment; filename*=UTF-8''%2e%2e%2fevil.bin", "evil.bin"),
    ] {
        let world = world().await;
        let link = world.sandbox.add_file(FileSpec {
            disposition: Some(said.into()),
            ..spec("plain.bin", 1)
        });
        fetch(&world, &link, &[]).await.ending(0);
        let found = names(&world);
        assert_eq!(found.len(), 1, "{said}: {found:?}");
        if name != "con.txt" {
            assert_eq!(found[0], name, "{said}");
        }
        assert_ne!(
            found[0].to_lowercase(),
            "con.txt",
            "no file of this name can be made on Windows"
        );
        is_whole(&world, &found[0], SIZE, 1);
        assert!(!world.folder().join(".bashrc").exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_download_leaves_nothing_and_a_paused_one_goes_on_where_it_was() {
    let world = world().await;
    let link = world.sandbox.add_file(FileSpec {
        size: 24 * 1024 * 1024,
        bytes_per_s: Some(2 * 1024 * 1024),
        ..spec("slow.bin", 1)
    });
    folder(&world);
    world.must(&["download", &link, "--dir", "out", "--detach"]).await;
    let mut run = world.start(&["run"]);
    let enough = 4 * 1024 * 1024;
    run.says("some megabytes", |row| {
        row["sent"].as_u64().is_some_and(|sent| sent > enough)
    })
    .await;
    world.must(&["pause", "--all"]).await;
    world.sandbox.settled().await;
    let row = world.must(&["list"]).await.objects.remove(0);
    assert_eq!(row["state"], "paused", "{row}");
    let kept = row["sent"].as_u64().unwrap();
    assert!(kept > enough, "{kept} bytes were kept");
    assert_eq!(names(&world), ["slow.bin.part"]);

    let before = world.sandbox.counters().downloads.files["slow.bin"].ranges.len();
    world.must(&["resume", "--all"]).await;
    world
        .sandbox
        .until(|now| now.downloads.files["slow.bin"].ranges.len() > before)
        .await;
    let ranges = world.sandbox.counters().downloads.files["slow.bin"].ranges.clone();
    let from = ranges[before..].iter().map(|range| range.start).min().unwrap();
    assert!(from > 0, "it began again from the first byte");
    world.must(&["cancel", "--all"]).await;
    run.interrupted().await;
    assert_eq!(names(&world), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partial_file_that_somebody_changed_or_took_is_fetched_again_and_a_foreign_one_is_left_alone() {
    let world = world().await;
    let link = world.sandbox.add_file(FileSpec {
        bytes_per_s: Some(1024 * 1024),
        ..spec("f.bin", 1)
    });
    folder(&world);
    world.must(&["download", &link, "--dir", "out", "--detach"]).await;
    let mut run = world.start(&["run"]);
    world
        .sandbox
        .until(|now| {
            let file = now.downloads.files.get("f.bin");
            file.is_some_and(|file| file.ranges.iter().map(|range| range.sent).sum::<u64>() > 1024 * 1024)
        })
        .await;
    let part = folder(&world).join("f.bin.part");
    // What the server sent may still be on its way.
    let began = Instant::now();
    while !part.exists() {
        assert!(began.elapsed() < Duration::from_secs(60), "{:?}", names(&world));
        sleep(Duration::from_millis(20)).await;
    }
    run.kill().await;
    std::fs::remove_file(&part).unwrap();
    std::fs::write(&part, b"somebody's own").unwrap();
    world.must(&["run", "--until-idle"]).await;
    holds(&world, "f.bin", SIZE, 1);
    assert_eq!(std::fs::read(&part).unwrap(), b"somebody's own");
}
