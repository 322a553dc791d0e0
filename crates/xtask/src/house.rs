//! Where things lie: the root, the target folder, what was built, and a cargo that works there.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Why a command ends early, as a sentence for the person who typed it.
#[derive(Debug)]
pub(crate) struct Stop(String);

impl fmt::Display for Stop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        writeln!(out, "{}", self.0)
    }
}

impl Stop {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// Everything was said already; only the exit code is left.
    pub(crate) fn said() -> Self {
        Self(String::new())
    }
}

/// The checkout these commands work in.
#[derive(Debug)]
pub(crate) struct House {
    root: PathBuf,
    target: PathBuf,
}

impl House {
    /// Finds the root beside this crate, and asks cargo for the target folder (it can be set in four places).
    pub(crate) fn find() -> Result<Self, Stop> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .map(Path::to_path_buf)
            .ok_or_else(|| Stop::new("The workspace's root was not found beside this program."))?;
        let answer = cargo_in(&root)
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .output()
            .map_err(|error| Stop::new(format!("cargo could not be started: {error}.")))?;
        let metadata: serde_json::Value = serde_json::from_slice(&answer.stdout).map_err(|error| {
            let said = String::from_utf8_lossy(&answer.stderr);
            Stop::new(format!("cargo metadata gave no answer ({error}): {}", said.trim()))
        })?;
        let target = metadata["target_directory"]
            .as_str()
            .map(PathBuf::from)
            .ok_or_else(|| Stop::new("cargo metadata named no target folder."))?;
        Ok(Self { root, target })
    }

    /// A path below the root.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// Whether something exists below the root.
    pub(crate) fn has(&self, below: &str) -> bool {
        self.path(below).exists()
    }

    /// A path below the target folder.
    pub(crate) fn target(&self, below: &str) -> PathBuf {
        self.target.join(below)
    }

    /// The path of a program of ours, built or not.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.built("debug", name)
    }

    /// The same, optimised.
    pub(crate) fn released(&self, name: &str) -> PathBuf {
        self.built("release", name)
    }

    fn built(&self, profile: &str, name: &str) -> PathBuf {
        self.target
            .join(profile)
            .join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// Another program at the root, with the environment that cargo would have.
    pub(crate) fn cargo_like(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// cargo, at the root.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = cargo_in(&self.root);
        // Tests start the real program; none of them should have to guess where it lies.
        cargo.env("LONGSHORE_BIN", self.binary("longshore"));
        cargo
    }
}

fn cargo_in(root: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root).env("SQLX_OFFLINE", "true");
    cargo
}
