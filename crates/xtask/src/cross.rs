//! A cargo that builds for another system: the distribution's, with the standard library built from its sources.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::house::House;

/// The distribution's, and not rustup's in `PATH`: see `needs`.
const CARGO: &str = "/usr/bin/cargo";

const ENVIRONMENT: &[(&str, &str)] = &[
    // The standard library is built along, which a stable compiler does not offer.
    ("RUSTC_BOOTSTRAP", "1"),
    ("RUSTC", "/usr/bin/rustc"),
    ("RUSTDOC", "/usr/bin/rustdoc"),
    ("SQLX_OFFLINE", "true"),
];

/// What is built for.
#[derive(Debug)]
pub(crate) struct System {
    /// As Rust names it.
    pub(crate) target: &'static str,
    /// The folder of what is built, in that of everything that is.
    pub(crate) folder: &'static str,
    /// What compiles C for it, and links.
    pub(crate) environment: &'static [(&'static str, &'static str)],
}

/// Where it builds, and what.
#[derive(Debug)]
pub(crate) struct Cross {
    system: &'static System,
    root: PathBuf,
    target: PathBuf,
}

impl Cross {
    pub(crate) fn new(house: &House, system: &'static System) -> Self {
        Self {
            system,
            root: house.path(""),
            target: house.target(system.folder),
        }
    }

    /// The folder of everything that is built for that system.
    pub(crate) fn folder(&self) -> &Path {
        &self.target
    }

    /// The folder of unoptimised programs.
    pub(crate) fn programs(&self) -> PathBuf {
        self.target.join(self.system.target).join("debug")
    }

    /// `cargo WHAT` for that system.
    pub(crate) fn cargo(&self, what: &str) -> Command {
        let mut cargo = Command::new(CARGO);
        cargo
            .current_dir(&self.root)
            .args([what, "--locked", "-Zbuild-std", "--target", self.system.target])
            .env("CARGO_TARGET_DIR", &self.target)
            .envs(ENVIRONMENT.iter().chain(self.system.environment).copied());
        // What the outer cargo says of itself is not true of this one.
        for stale in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER", "RUSTFLAGS"] {
            cargo.env_remove(stale);
        }
        cargo
    }
}
