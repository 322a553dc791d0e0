//! The copy of the checkout that bugs are planted in, with a target folder of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::house::{House, Stop};

/// The tracked files as they are in the checkout, below the target folder.
#[derive(Debug)]
pub(super) struct Copy {
    root: PathBuf,
    target: PathBuf,
}

impl Copy {
    /// Makes it, or brings it up to date. What has not changed keeps its time, so that little is built again.
    pub(super) fn make(house: &House) -> Result<Self, Stop> {
        let copy = Self {
            root: house.target("sabotage/tree"),
            target: house.target("sabotage/target"),
        };
        let answer = house
            .cargo_like(Path::new("git"))
            .args(["ls-files", "-z"])
            .output()
            .map_err(|error| Stop::new(format!("git could not be started: {error}.")))?;
        let listed = String::from_utf8_lossy(&answer.stdout);
        let tracked: BTreeSet<&str> = listed.split('\0').filter(|name| !name.is_empty()).collect();
        if tracked.is_empty() {
            return Err(Stop::new("git names no tracked file here; the copy is made of those."));
        }
        for name in &tracked {
            let from = house.path(name);
            // A tracked file that was deleted, or a link to a folder, is no part of the build.
            if from.is_file() {
                copy.take_over(&from, name)?;
            }
        }
        copy.forget_others(&copy.root, &tracked)?;
        Ok(copy)
    }

    fn take_over(&self, from: &Path, name: &str) -> Result<(), Stop> {
        let to = self.root.join(name);
        let new = fs::read(from).map_err(|error| cannot("read", from, &error))?;
        if fs::read(&to).is_ok_and(|old| old == new) {
            return Ok(());
        }
        let folder = to.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(|error| cannot("made", folder, &error))?;
        // The rights come along: scripts must stay such.
        fs::copy(from, &to).map_err(|error| cannot("written", &to, &error))?;
        Ok(())
    }

    fn forget_others(&self, folder: &Path, tracked: &BTreeSet<&str>) -> Result<(), Stop> {
        let entries = fs::read_dir(folder).map_err(|error| cannot("read", folder, &error))?;
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            let name = path
                .strip_prefix(&self.root)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            if path.is_dir() {
                self.forget_others(&path, tracked)?;
            } else if !tracked.contains(name.as_str()) && name != "Cargo.lock" {
                fs::remove_file(&path).map_err(|error| cannot("removed", &path, &error))?;
            }
        }
        Ok(())
    }

    pub(super) fn read(&self, file: &str) -> Result<String, Stop> {
        let path = self.root.join(file);
        let text = fs::read_to_string(&path).map_err(|error| cannot("read", &path, &error))?;
        Ok(text.replace("\r\n", "\n"))
    }

    pub(super) fn write(&self, file: &str, text: &str) -> Result<(), Stop> {
        let path = self.root.join(file);
        fs::write(&path, text).map_err(|error| cannot("written", &path, &error))
    }

    /// cargo, in the copy.
    pub(super) fn cargo(&self) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("SQLX_OFFLINE", "true");
        cargo
    }
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Stop {
    Stop::new(format!("{} cannot be {what}: {error}.", path.display()))
}
