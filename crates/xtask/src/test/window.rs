//! The window: lints, the build, and the real thing driven through WebDriver on a screen without a monitor.

use std::env;
use std::process::Command;

use crate::count;
use crate::house::House;
use crate::needs;
use crate::npm;
use crate::report::Report;

/// Whether there is a window.
pub(crate) fn exists(house: &House) -> bool {
    house.has("src-tauri/tauri.conf.json")
}

/// Runs the steps of the window.
pub(crate) fn steps(house: &House, report: &mut Report, page_is_built: bool) {
    if !exists(house) {
        return;
    }
    if !page_is_built {
        report.skip("window", "the page it shows was not built");
        return;
    }
    let mut clippy = house.cargo();
    clippy.args(["clippy", "--locked", "--package", "longshore-window"]);
    clippy.args(["--all-targets", "--", "-D", "warnings"]);
    report.check("clippy window", clippy);
    let mut build = house.cargo();
    // The tests drive the terminal beside the window.
    build.args(["build", "--locked", "--package", "longshore-window", "--package", "cli"]);
    if !report.check("window build", build) {
        report.skip("window tests", "the window was not built");
        return;
    }
    drive(house, report);
}

fn drive(house: &House, report: &mut Report) {
    if !house.has("tests/window/package.json") {
        return;
    }
    if env::consts::OS != "linux" {
        report.skip("window tests", "they drive WebKitGTK, which is Linux's");
        return;
    }
    let folder = house.path("tests/window");
    if npm::is_stale(&folder) && !report.check("npm ci window", npm::ci(&folder)) {
        report.skip("window tests", "their packages could not be fetched");
        return;
    }
    let npm = needs::program("npm").unwrap_or_else(|| "npm".into());
    let mut test = Command::new("xvfb-run");
    test.args(["--auto-servernum", "--server-args=-screen 0 1280x900x24"])
        .args(["dbus-run-session", "--"])
        .arg(npm)
        .arg("test")
        .current_dir(&folder)
        .env("LONGSHORE_BIN", house.binary("longshore"))
        .env("LONGSHORE_WINDOW", house.binary("longshore-window"))
        .env("LONGSHORE_PICTURES", report.file("pictures"));
    report.tests("window tests", test, |output| {
        let mut count = count::node_test(output);
        count += count::cargo_test(output);
        count
    });
}
