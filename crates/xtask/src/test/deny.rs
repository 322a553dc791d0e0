//! cargo-deny: forbidden crates, licences and sources of everything that `Cargo.lock` names.

use std::path::PathBuf;

use crate::house::{House, Stop};
use crate::needs;
use crate::report::Report;

const VERSION: &str = "0.20.2";

/// Checks with cargo-deny, which is built once into the target folder where the machine has none.
pub(crate) fn step(house: &House, report: &mut Report) {
    if !report.wants("cargo-deny") {
        return;
    }
    let program = match installed(house) {
        Some(program) => program,
        None => {
            let mut install = house.cargo();
            // Unoptimised, because it runs once; and not in our target folder, whose profiles it would mix up.
            install
                .args(["install", "cargo-deny", "--locked", "--debug", "--version", VERSION])
                .arg("--root")
                .arg(house.target("tools"))
                .env_remove("CARGO_TARGET_DIR");
            if !report.check("cargo-deny", install) {
                return;
            }
            match installed(house) {
                Some(program) => program,
                None => {
                    let lost = || Err(Stop::new("cargo-deny was built, yet is not there."));
                    report.call("cargo-deny", lost);
                    return;
                }
            }
        }
    };
    let mut deny = house.cargo_like(&program);
    // No advisories: their list is fetched from the network anew each time.
    deny.args(["--locked", "check", "bans", "licenses", "sources"]);
    report.check("cargo-deny", deny);
}

fn installed(house: &House) -> Option<PathBuf> {
    let ours = house.target("tools").join("bin");
    [ours]
        .into_iter()
        .map(|folder| folder.join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX)))
        .find(|path| path.is_file())
        .or_else(|| needs::program("cargo-deny"))
}
