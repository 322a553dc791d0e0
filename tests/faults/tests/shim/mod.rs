//! Libraries that are preloaded into a process to see what it asks of the system.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Compiles the C text `source` into a library in `folder`.
pub(crate) fn build(name: &str, source: &str, folder: &Path) -> PathBuf {
    let (text, library) = (folder.join(format!("{name}.c")), folder.join(format!("{name}.so")));
    std::fs::write(&text, source).unwrap();
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&library, &text])
        .args(["-ldl", "-lpthread"])
        .output()
        .expect("a C compiler, which Rust needs for linking as well");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    library
}
