//! A cargo that builds for Windows: the distribution's, with the standard library built from its sources.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::house::House;

/// What is built for.
const TARGET: &str = "x86_64-pc-windows-gnu";

/// The distribution's, and not rustup's in `PATH`: see `needs`.
const CARGO: &str = "/usr/bin/cargo";

/// Compiles C for Windows, and links.
pub(crate) const LINKER: &str = "x86_64-w64-mingw32-gcc-posix";

const ENVIRONMENT: &[(&str, &str)] = &[
    // The standard library is built along, which a stable compiler does not offer.
    ("RUSTC_BOOTSTRAP", "1"),
    ("RUSTC", "/usr/bin/rustc"),
    ("RUSTDOC", "/usr/bin/rustdoc"),
    ("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", LINKER),
    ("CC_x86_64_pc_windows_gnu", LINKER),
    ("CXX_x86_64_pc_windows_gnu", "x86_64-w64-mingw32-g++-posix"),
    ("AR_x86_64_pc_windows_gnu", "x86_64-w64-mingw32-ar"),
];

/// Where it builds, and what.
#[derive(Debug)]
pub(crate) struct Cross {
    root: PathBuf,
    target: PathBuf,
}

impl Cross {
    pub(crate) fn new(house: &House) -> Self {
        Self {
            root: house.path(""),
            target: house.target("windows"),
        }
    }

    /// The folder of everything that is built for Windows, wine's own included.
    pub(crate) fn folder(&self) -> &Path {
        &self.target
    }

    /// `cargo WHAT` for Windows.
    pub(crate) fn cargo(&self, what: &str) -> Command {
        let mut cargo = Command::new(CARGO);
        cargo
            .current_dir(&self.root)
            .args([what, "--locked", "-Zbuild-std", "--target", TARGET])
            .env("SQLX_OFFLINE", "true")
            .env("CARGO_TARGET_DIR", &self.target)
            .envs(ENVIRONMENT.iter().copied());
        // What the outer cargo says of itself is not true of this one.
        for stale in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER", "RUSTFLAGS"] {
            cargo.env_remove(stale);
        }
        cargo
    }

    /// The program that tests start, as a Windows program names it.
    pub(crate) fn longshore(&self) -> String {
        as_windows_says(&self.target.join(TARGET).join("debug").join("longshore.exe"))
    }
}

/// wine shows the whole of this machine's disk as the drive `Z:`.
pub(crate) fn as_windows_says(path: &Path) -> String {
    format!("Z:{}", path.to_string_lossy().replace('/', "\\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_said_with_drive_and_backslashes() {
        assert_eq!(as_windows_says(Path::new("/t/a b/x.exe")), r"Z:\t\a b\x.exe");
    }
}
