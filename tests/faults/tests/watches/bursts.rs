//! Crowds of folders and files at once: more than the system's events keep up with.

use super::{Watched, set, write};

#[tokio::test(flavor = "multi_thread")]
async fn files_in_folders_made_faster_than_they_can_be_listened_to_all_arrive() {
    let watched = Watched::new(&["--every", "1h"]).await;
    for n in 0..30 {
        write(
            &watched.root.join(format!("{n}/a/b/c/file.bin")),
            format!("nested {n}").as_bytes(),
        );
    }
    let row = watched.until_known(30).await;
    assert_eq!(row["backend"], "events", "{row:#}");
    // Found because the new folders were looked into: the next scan of everything is an hour away.
    assert_eq!(
        (&row["files"]["failed"], &row["files"]["skipped"]),
        (&0.into(), &0.into())
    );
    watched.world.sandbox.until(|counters| counters.completions >= 5).await;
    watched.nothing_twice().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_files_put_into_one_folder_at_once_none_is_lost() {
    let files = set("LONGSHORE_BURST", 3_000);
    let watched = Watched::new(&["--every", "1h"]).await;
    for n in 0..files {
        write(
            &watched.root.join(format!("crowd/{n}.bin")),
            format!("one of many: {n}").as_bytes(),
        );
    }
    watched.until_known(files).await;
    let row = watched.until("all settled", |row| row["files"]["settling"] == 0).await;
    // They wait in the watch, not in the queue.
    assert!(row["files"]["queued"].as_u64().unwrap() <= 100, "{row:#}");
    watched.world.sandbox.until(|counters| counters.completions >= 5).await;
    watched.nothing_twice().await;
}
