//! Reading the checkout: its files, the declared dependencies of its crates, and what they pull in.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use walkdir::{DirEntry, WalkDir};

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this crate lies two folders below the root")
        .to_path_buf()
}

/// A file of ours.
pub(crate) struct Source {
    /// Its path below the root, with `/` on every system.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All files below `folder` (itself below the root) with one of these endings, except built and generated ones.
pub(crate) fn sources(folder: &str, endings: &[&str]) -> Vec<Source> {
    let root = root();
    let start = root.join(folder);
    if !start.exists() {
        return Vec::new();
    }
    WalkDir::new(start)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(is_ours)
        .map(|entry| entry.expect("the checkout can be read"))
        .filter(|entry| entry.file_type().is_file())
        .filter(|entry| {
            let ending = entry.path().extension().and_then(|ending| ending.to_str());
            ending.is_some_and(|ending| endings.contains(&ending))
        })
        .map(|entry| {
            let below = entry.path().strip_prefix(&root).expect("it was found below the root");
            Source {
                path: below.to_string_lossy().replace('\\', "/"),
                text: fs::read_to_string(entry.path()).unwrap_or_else(|error| panic!("{}: {error}", below.display())),
            }
        })
        .collect()
}

fn is_ours(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let foreign = ["target", "node_modules", "dist", "gen", "generated"];
    let hidden = entry.depth() > 0 && name.starts_with('.');
    !hidden
        && !(entry.file_type().is_dir() && (foreign.contains(&&*name) || entry.path().join("CACHEDIR.TAG").exists()))
}

/// A crate of the workspace, as its manifest declares it.
pub(crate) struct Member {
    pub(crate) name: String,
    /// `(name, kind)`; the kind is `normal`, `dev` or `build`.
    pub(crate) dependencies: Vec<(String, String)>,
}

/// The crates of the workspace.
pub(crate) fn members() -> Vec<Member> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("metadata lists packages");
    packages
        .iter()
        .map(|package| Member {
            name: text(&package["name"]),
            dependencies: package["dependencies"]
                .as_array()
                .expect("a package lists its dependencies")
                .iter()
                .map(|dependency| {
                    let kind = dependency["kind"].as_str().unwrap_or("normal");
                    (text(&dependency["name"]), kind.to_owned())
                })
                .collect(),
        })
        .collect()
}

/// The names of the members that a plain `cargo test` leaves out.
pub(crate) fn members_left_out() -> Vec<String> {
    let metadata = metadata();
    let default = metadata["workspace_default_members"]
        .as_array()
        .expect("there are defaults");
    let packages = metadata["packages"].as_array().expect("metadata lists packages");
    packages
        .iter()
        .filter(|package| !default.contains(&package["id"]))
        .map(|package| text(&package["name"]))
        .collect()
}

/// Everything that a crate pulls in when it is built for this system, tests left out.
pub(crate) fn tree(package: &str) -> BTreeSet<String> {
    let said = cargo(&[
        "tree",
        "--locked",
        "--offline",
        "--package",
        package,
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    let names: BTreeSet<_> = said
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect();
    assert!(names.contains(package), "cargo tree did not even name {package}");
    names
}

fn metadata() -> Value {
    let said = cargo(&[
        "metadata",
        "--locked",
        "--offline",
        "--no-deps",
        "--format-version",
        "1",
    ]);
    serde_json::from_str(&said).expect("cargo metadata answers with JSON")
}

fn cargo(arguments: &[&str]) -> String {
    let answer = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("cargo can be started");
    assert!(
        answer.status.success(),
        "cargo {}: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&answer.stderr)
    );
    String::from_utf8(answer.stdout).expect("cargo writes UTF-8")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a name is a text").to_owned()
}
