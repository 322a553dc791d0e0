//! Entries that mean harm, or are only strange: links, pipes, folders that turn into links, huge holes, depths and odd names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{Watched, set, sha256, write};

/// The name of each of those folders: a path of a hundred and seventy of them is too long for any system.
const FOLDER: &str = "so deep that no path of any system reaches the end of it, whatever it does, since each of these folders has a name that is nearly as long as a name may be on any of them, and there are hundreds";
const FOLDERS: usize = 200;

/// What a program of the system does, or the test can't be done.
fn must(program: &str, arguments: &[&std::ffi::OsStr]) {
    let said = Command::new(program).args(arguments).output().unwrap();
    assert!(said.status.success(), "{program}: {said:?}");
}

fn link(to: &Path, at: &Path) {
    must("ln", &["-s".as_ref(), "-n".as_ref(), to.as_os_str(), at.as_os_str()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_pipes_and_sockets_are_told_and_never_opened() {
    let watched = Watched::new(&["--every", "1s"]).await;
    let (root, outside) = (&watched.root, watched.world.folder().join("outside"));
    write(&outside.join("secret.bin"), b"nobody's business");
    fs::create_dir_all(root.join("sub")).unwrap();
    link(root, &root.join("sub/loop"));
    link(&outside, &root.join("folder"));
    link(&outside.join("secret.bin"), &root.join("secret.bin"));
    link(Path::new("/nowhere"), &root.join("dangling"));
    must("mkfifo", &[root.join("pipe.bin").as_os_str()]);
    write(&root.join("letter.bin"), b"a letter");
    watched.until_confirmed(1).await;
    let preview = watched.world.must(&["watch", "preview", "in"]).await;
    let files = preview.last()["files"].as_array().unwrap().clone();
    let code = |name: &str| {
        files
            .iter()
            .find(|file| file["name"] == name)
            .map(|file| file["code"].clone())
    };
    for name in ["sub/loop", "folder", "secret.bin", "dangling"] {
        assert_eq!(code(name), Some("link".into()), "{name}: {files:#?}");
    }
    assert_eq!(code("pipe.bin"), Some("special".into()), "{files:#?}");
    assert_eq!(
        watched.arrived().await.into_keys().collect::<Vec<_>>(),
        [sha256(b"a letter")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_from_outside_is_sent_while_a_folder_turns_into_a_link_again_and_again() {
    let watched = Watched::new(&["--every", "1s"]).await;
    let (inside, aside) = (watched.root.join("sub"), watched.world.folder().join("aside"));
    let outside = watched.world.folder().join("outside");
    let names: Vec<_> = (0..20).map(|n| format!("{n}.bin")).collect();
    for name in &names {
        write(&inside.join(name), format!("inside {name}").as_bytes());
        write(&outside.join(name), format!("outsid {name}").as_bytes());
        // Alike in size and date.
        must(
            "touch",
            &[
                "-r".as_ref(),
                inside.join(name).as_os_str(),
                outside.join(name).as_os_str(),
            ],
        );
    }
    let over = Arc::new(AtomicBool::new(false));
    let racer = {
        let over = Arc::clone(&over);
        std::thread::spawn(move || {
            let mut swaps = 0_u64;
            while !over.load(Ordering::Relaxed) {
                fs::rename(&inside, &aside).unwrap();
                link(&outside, &inside);
                fs::remove_file(&inside).unwrap();
                fs::rename(&aside, &inside).unwrap();
                swaps += 1;
            }
            swaps
        })
    };
    tokio::time::sleep(Duration::from_secs(set("LONGSHORE_SWAP_S", 7))).await;
    over.store(true, Ordering::Relaxed);
    let swaps = racer.join().unwrap();
    assert!(swaps > 20, "{swaps}");
    watched.until_confirmed(names.len() as u64).await;
    watched.until_at_rest().await;
    let mut expected: Vec<_> = names
        .iter()
        .map(|name| sha256(format!("inside {name}").as_bytes()))
        .collect();
    expected.sort();
    assert_eq!(watched.arrived().await.into_keys().collect::<Vec<_>>(), expected);
    watched.nothing_twice().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_every_kind_arrive_each_as_one_file() {
    let watched = Watched::new(&["--every", "1s"]).await;
    let long = "x".repeat(251) + ".bin";
    let names: [&[u8]; 14] = [
        b"two\nlines.bin",
        b"\x1b[31mred.bin",
        "\u{202e}nib.exe".as_bytes(),
        "😀.bin".as_bytes(),
        long.as_bytes(),
        b"no text \xff\xfe.bin",
        // The same letters in two forms, and in two cases.
        "caf\u{e9}.bin".as_bytes(),
        "cafe\u{301}.bin".as_bytes(),
        b"Case.bin",
        b"case.bin",
        b"\"quoted\" 'twice'.bin",
        b" space at both ends ",
        b"-rf",
        b"con",
    ];
    for name in names {
        write(
            &watched.root.join(platform::path_from_bytes(name)),
            &[b"this is ", name].concat(),
        );
    }
    watched.until_confirmed(names.len() as u64).await;
    let mut expected: Vec<_> = names
        .iter()
        .map(|name| sha256(&[b"this is ", *name].concat()))
        .collect();
    expected.sort();
    assert_eq!(watched.arrived().await.into_keys().collect::<Vec<_>>(), expected);
    watched.nothing_twice().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_deeper_than_any_path_are_told_and_hold_nothing_up() {
    let mut watched = Watched::new(&["--every", "1s"]).await;
    // Built from its end, since no path reaches it.
    let (chain, shell) = (
        watched.world.folder().join("chain"),
        watched.world.folder().join("shell"),
    );
    write(&chain.join("deepest.bin"), b"nobody reaches it");
    for _ in 0..FOLDERS {
        fs::create_dir(&shell).unwrap();
        fs::rename(&chain, shell.join(FOLDER)).unwrap();
        fs::rename(&shell, &chain).unwrap();
    }
    write(&watched.root.join("a.bin"), b"beside it");
    let deep = watched.root.join("deep");
    fs::rename(&chain, &deep).unwrap();
    write(&watched.root.join("z.bin"), b"behind it");
    watched.until_confirmed(2).await;
    let told = |row: &serde_json::Value| row["unreadable"].as_u64() > Some(0) && row["state"] == "watching";
    watched.until("told", told).await;
    watched.nothing_twice().await;
    // On some systems no folder is renamed while somebody listens to it.
    assert!(watched.program.kill().await);
    shorten(deep, &shell);
}

/// Takes the folders away one after the other: who removes them all at once holds each of them open.
fn shorten(mut deep: PathBuf, shell: &Path) {
    while deep.join(FOLDER).exists() {
        fs::rename(deep.join(FOLDER), shell).unwrap();
        fs::remove_dir(&deep).unwrap();
        fs::rename(shell, &deep).unwrap();
    }
    deep.push("deepest.bin");
    fs::remove_file(deep).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_terabyte_of_nothing_is_asked_about_and_holds_no_other_up() {
    let watched = Watched::new(&["--every", "1s"]).await;
    let huge = watched.root.join("a.bin");
    fs::File::create(&huge).unwrap().set_len(1 << 40).unwrap();
    watched.until("asked", |row| row["files"]["skipped"] == 1).await;
    assert_eq!(watched.log().await["a.bin"]["code"], "asks_size");
    // Now it is read before it is sent, and that takes its time.
    watched.world.must(&["watch", "edit", "in", "--ask-above", "off"]).await;
    while watched.log().await["a.bin"]["code"] != "being_read" {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    write(&watched.root.join("b.bin"), b"after it");
    watched.until_confirmed(1).await;
    if let Some(peak) = watched.program.peak_kib() {
        assert!(peak < 150 * 1024, "{peak} KiB");
    }
    assert_eq!(
        watched.arrived().await.into_keys().collect::<Vec<_>>(),
        [sha256(b"after it")]
    );
}
