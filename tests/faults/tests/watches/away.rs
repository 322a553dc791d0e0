//! The folder is gone, is another one, or the program is: nothing is inferred, and everything is caught up with.

use super::{Watched, write};

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_away_is_offline_and_what_is_known_of_it_stays() {
    let watched = Watched::new(&[]).await;
    for n in 0..3 {
        write(&watched.root.join(format!("{n}.bin")), format!("file {n}").as_bytes());
    }
    watched.until_confirmed(3).await;
    let aside = watched.world.folder().join("aside");
    std::fs::rename(&watched.root, &aside).unwrap();
    let row = watched.until("offline", |row| row["state"] == "offline").await;
    assert_eq!(row["reason"]["code"], "offline", "{row:#}");
    assert_eq!(
        (&row["files"]["confirmed"], &row["files"]["gone"]),
        (&3.into(), &0.into())
    );

    // What a drive leaves behind when it is taken out.
    std::fs::create_dir(&watched.root).unwrap();
    let row = watched
        .until("another folder", |row| row["reason"]["code"] == "another_folder")
        .await;
    assert_eq!(
        (&row["files"]["confirmed"], &row["files"]["gone"]),
        (&3.into(), &0.into())
    );

    // Something came while it was away.
    write(&aside.join("new.bin"), b"written elsewhere");
    std::fs::remove_dir(&watched.root).unwrap();
    std::fs::rename(&aside, &watched.root).unwrap();
    let row = watched.until_confirmed(4).await;
    assert_eq!(row["files"]["gone"], 0);
    watched.nothing_twice().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_nobody_watched_is_caught_up_with_and_a_kill_sends_nothing_twice() {
    let mut watched = Watched::new(&[]).await;
    for n in 0..6 {
        write(&watched.root.join(format!("{n}.bin")), format!("file {n}").as_bytes());
    }
    watched.world.sandbox.until(|counters| counters.completions > 0).await;
    assert!(watched.program.kill().await);
    for n in 6..10 {
        write(&watched.root.join(format!("{n}.bin")), format!("file {n}").as_bytes());
    }
    std::fs::rename(watched.root.join("0.bin"), watched.root.join("renamed.bin")).unwrap();
    watched.program = watched.world.start(&["run"]);
    watched
        .until("all there", |row| {
            row["files"]["confirmed"] == 10 && row["busy"] == false
        })
        .await;
    assert_eq!(watched.arrived().await.len(), 10);
    watched.nothing_twice().await;
}
