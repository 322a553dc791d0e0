//! Rust: formatting, lints, and the tests of everything but the window.

use crate::count;
use crate::house::House;
use crate::report::Report;

/// rustfmt, over every member.
pub(crate) fn formatting(house: &House, report: &mut Report) {
    let mut rustfmt = house.cargo();
    // Names the files; how they should look is what `cargo fmt` is for.
    rustfmt.args(["fmt", "--all", "--check", "--", "-l"]);
    report.check("rustfmt", rustfmt);
}

/// clippy over the default members; the window has a step of its own, after its packages.
pub(crate) fn lints(house: &House, report: &mut Report) {
    let mut clippy = house.cargo();
    clippy.args([
        "clippy",
        "--locked",
        "--all-targets",
        "--features",
        "xtask/hashing",
        "--",
        "-D",
        "warnings",
    ]);
    report.check("clippy", clippy);
}

/// The program that tests start, and then all tests of the default members.
pub(crate) fn tests(house: &House, report: &mut Report) {
    let mut build = house.cargo();
    build.args(["build", "--locked", "--package", "cli"]);
    report.check("longshore", build);
    let mut test = house.cargo();
    test.args(["test", "--locked", "--no-fail-fast"]);
    report.tests("cargo test", test, count::cargo_test);
}
