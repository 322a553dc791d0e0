//! A drive that is taken out and put in again, as a real mount: nothing is inferred from what it leaves behind.

use super::{Watched, baasix, root, write};
use crate::journeys::private_disk::Disk;

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_of_a_drive_that_is_unmounted_deletes_nothing_and_goes_on_by_itself_when_it_is_back() {
    let world = baasix().await;
    let test =
        "watches::mounted::a_mirror_of_a_drive_that_is_unmounted_deletes_nothing_and_goes_on_by_itself_when_it_is_back";
    let root = root(&world);
    // Seen when the drive is out, and none of the person's business.
    write(&root.join("under.bin"), b"under the drive");
    let Some(disk) = Disk::mount(&root, test) else { return };
    for n in 0..6 {
        write(&root.join(format!("{n}.bin")), format!("file {n}").as_bytes());
    }
    let watched = Watched::of(world, &["--policy", "mirror", "--max-delete", "100", "--every", "1s"]).await;
    watched.until_confirmed(6).await;
    watched.until_at_rest().await;
    assert_eq!(watched.at_the_server().await.len(), 6);

    // Another place keeps it as it is meanwhile, as a drive does in somebody's pocket.
    let aside = watched.world.folder().join("aside");
    let elsewhere = disk.also_at(&aside);
    drop(disk);
    assert!(root.join("under.bin").exists(), "it is still mounted");
    let row = watched.until("away", |row| row["state"] == "offline").await;
    let known = |row: &serde_json::Value| (row["files"]["confirmed"].clone(), row["files"]["gone"].clone());
    assert_eq!(known(&row), (6.into(), 0.into()), "{row:#}");
    assert_eq!(watched.at_the_server().await.len(), 6);

    // There somebody takes one file away and puts another on it.
    std::fs::remove_file(aside.join("0.bin")).unwrap();
    write(&aside.join("new.bin"), b"written elsewhere");
    let _back = elsewhere.also_at(&root);
    watched
        .until("as the drive is now", |row| {
            row["busy"] == false && row["state"] == "watching" && row["files"]["confirmed"] == 6
        })
        .await;
    let mut there: Vec<_> = (1..6).map(|n| super::sha256(format!("file {n}").as_bytes())).collect();
    there.push(super::sha256(b"written elsewhere"));
    there.sort();
    assert_eq!(watched.at_the_server().await, there);
}
