//! Where the program is: named by `LONGSHORE_BIN`, or built once from this workspace.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The real `longshore`.
///
/// # Panics
/// When it can't be built.
pub fn longshore() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| match std::env::var_os("LONGSHORE_BIN") {
        Some(named) => PathBuf::from(named),
        None => built(),
    })
}

/// Beside the folder that test programs lie in, and as new as they are.
fn built() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.ancestors().nth(2).unwrap();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--locked", "--package", "cli"]);
    if folder.ends_with("release") {
        build.arg("--release");
    }
    let status = build.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap();
    assert!(status.success(), "longshore could not be built");
    folder.join("longshore").with_extension(std::env::consts::EXE_EXTENSION)
}
