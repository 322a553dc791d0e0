//! Secrets of links, and where they may go.

use super::{fetch, folder, is_whole, world};

#[tokio::test(flavor = "multi_thread")]
async fn the_secrets_of_a_link_are_in_nothing_that_is_kept_or_said() {
    let world = world().await;
    let link = format!("{}&token=CANARY7f3a9b", world.sandbox.file_url("f.bin", 1_000_000, 4));
    let said = fetch(&world, &link, &[]).await.ending(0);
    is_whole(&world, "f.bin", 1_000_000, 4);
    assert!(!said.out.contains("CANARY") && !said.err.contains("CANARY"), "{said:?}");
    let details = world.must(&["show", said.row("f.bin")["id"].as_str().unwrap()]).await;
    assert!(!details.out.contains("CANARY"));
    for entry in walk(&world.home()) {
        let bytes = std::fs::read(&entry).unwrap();
        let found = bytes.windows(6).any(|window| window == b"CANARY");
        assert!(!found, "{} holds it", entry.display());
    }
    folder(&world);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else if path.is_file() {
            files.push(path);
        }
    }
    files
}
