//! The page: formatting, lints, types, tests and the build that the window takes in.

use std::fs;

use crate::count;
use crate::house::House;
use crate::npm;
use crate::report::Report;

/// Whether there is a page.
pub(crate) fn exists(house: &House) -> bool {
    house.has("ui/package.json")
}

/// Runs the steps of the page; returns whether its build is there.
pub(crate) fn steps(house: &House, report: &mut Report) -> bool {
    if !exists(house) {
        return false;
    }
    let ui = house.path("ui");
    if npm::is_stale(&ui) && !report.check("npm ci", npm::ci(&ui)) {
        report.skip("page", "its packages could not be fetched");
        return false;
    }
    let checks: [(&str, &[&str]); 3] = [
        ("prettier", &["--check", "."]),
        ("eslint", &["."]),
        ("svelte-check", &["--tsconfig", "./tsconfig.json", "--fail-on-warnings"]),
    ];
    for (name, arguments) in checks {
        let mut tool = npm::tool(&ui, name);
        tool.args(arguments);
        report.check(name, tool);
    }
    let written = report.file("vitest.json");
    let _ = fs::remove_file(&written);
    let mut vitest = npm::tool(&ui, "vitest");
    vitest
        .args(["run", "--reporter=default", "--reporter=json"])
        .arg(format!("--outputFile.json={}", written.display()));
    report.tests("vitest", vitest, |_| {
        let text = fs::read_to_string(&written).unwrap_or_default();
        count::vitest(&text).unwrap_or_default()
    });
    let mut build = npm::npm(&ui);
    build.args(["run", "build"]);
    report.check("page build", build)
}
