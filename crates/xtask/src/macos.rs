//! `cargo xtask macos`: everything, the window too, type-checked for macOS on Linux. Nothing is run, and nothing is linked.

use std::env;

use crate::cross::{Cross, System};
use crate::house::{House, Stop};
use crate::needs::Job;
use crate::report::Report;
use crate::{npm, setup};

const MACOS: System = System {
    target: "aarch64-apple-darwin",
    folder: "macos",
    // Types can be checked without what is compiled from C, and there is no compiler for it here: these do nothing and succeed.
    environment: &[
        ("CC_aarch64_apple_darwin", "true"),
        ("CXX_aarch64_apple_darwin", "true"),
        ("AR_aarch64_apple_darwin", "true"),
    ],
};

/// Checks the types of everything, tests included.
pub(crate) fn macos(house: &House) -> Result<(), Stop> {
    if env::consts::OS != "linux" {
        return Err(Stop::new(
            "Nothing was checked for macOS. It is done on Linux, with packages of Debian's.",
        ));
    }
    setup::everything(&[Job::Engine, Job::Cross])?;
    let mut report = Report::new(house.target("xtask/macos"), &[])?;
    // The window is compiled around its page.
    if report.call("page", || npm::page(house)) {
        let mut check = Cross::new(house, &MACOS).cargo("check");
        // What the commands of the README do is done on Linux.
        check.args(["--workspace", "--exclude", "xtask", "--all-targets"]);
        report.check("types for macOS", check);
    }
    report.finish()
}
