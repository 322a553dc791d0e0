//! The packages of a folder with a `package.json`, fetched when its lock file is newer than what lies there; and the page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::house::{House, Stop};
use crate::needs::{self, Job};
use crate::run::must;
use crate::setup;

/// The page, as it is built into the window.
pub(crate) fn page(house: &House) -> Result<(), Stop> {
    setup::everything(&[Job::Page])?;
    let ui = house.path("ui");
    if is_stale(&ui) {
        must("fetching the page's packages", &mut ci(&ui))?;
    }
    must("building the page", npm(&ui).args(["run", "build"]))
}

/// Whether `node_modules` is older than the lock file, or absent.
pub(crate) fn is_stale(folder: &Path) -> bool {
    // npm writes this file last, so it stands for a fetch that ended well.
    let fetched = modified(&folder.join("node_modules/.package-lock.json"));
    let asked = modified(&folder.join("package-lock.json"));
    fetched.is_none() || fetched < asked
}

/// npm in a folder; on Windows it is a script with another name.
pub(crate) fn npm(folder: &Path) -> Command {
    let mut npm = Command::new(needs::program("npm").unwrap_or_else(|| PathBuf::from("npm")));
    npm.current_dir(folder);
    npm
}

/// A tool of the folder's own `node_modules`.
pub(crate) fn tool(folder: &Path, name: &str) -> Command {
    let mut npm = npm(folder);
    npm.args(["exec", "--no", "--", name]);
    npm
}

/// `npm ci`, without what only a person would read.
pub(crate) fn ci(folder: &Path) -> Command {
    let mut npm = npm(folder);
    npm.args(["ci", "--no-audit", "--no-fund"]);
    npm
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}
