//! Downloads by the real program: killed at any moment, lied to, led away, in each other's way.
//!
//! `LONGSHORE_DOWNLOAD_KILLS` says how often one download is killed, `LONGSHORE_DOWNLOAD_MIB` how large it is,
//! `LONGSHORE_DOWNLOAD_RATE` how many bytes a second each connection brings.

mod by_id;
mod changed;
mod folder;
mod hosters;
mod kills;
mod lies;

use std::path::PathBuf;

use journeys_tests::{Said, World};
use sandbox::Content;
use sha2::{Digest, Sha256};

/// A world without parts: nothing is uploaded here.
async fn world() -> World {
    World::new(1, |_| {}).await
}

/// The folder that downloads go to.
fn folder(world: &World) -> PathBuf {
    let folder = world.folder().join("out");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Fetches `link` into [`folder`], to the end of the queue.
async fn fetch(world: &World, link: &str, more: &[&str]) -> Said {
    folder(world);
    let mut line = vec!["download", link, "--dir", "out"];
    line.extend(more);
    world.run(&line).await
}

/// What the folder holds, by name.
fn names(world: &World) -> Vec<String> {
    journeys_tests::names_in(&folder(world))
}

/// The file of this name is the content of `seed`, whole, and stands alone in the folder.
#[track_caller]
fn is_whole(world: &World, name: &str, size: u64, seed: u64) {
    assert_eq!(names(world), [name]);
    holds(world, name, size, seed);
}

/// The file of this name is the content of `seed`, whole.
#[track_caller]
fn holds(world: &World, name: &str, size: u64, seed: u64) {
    let bytes = std::fs::read(folder(world).join(name)).unwrap();
    assert_eq!(bytes.len() as u64, size);
    let found: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(found, Content::new(seed).sha256(size), "{name} holds other bytes");
}
