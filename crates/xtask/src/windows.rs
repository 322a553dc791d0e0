//! `cargo xtask windows`: the same workspace as Windows programs, built on Linux, with its tests and journeys run under wine.
//!
//! wine is no Windows. What it can't show stands in ARCHITECTURE; what is not run under it, and why, in `left_out`.

mod cross;
mod left_out;
mod wine;

use std::env;
use std::path::PathBuf;

use serde_json::Value;

use self::cross::Cross;
use self::wine::Wine;
use crate::count::{self, Count};
use crate::house::{House, Stop};
use crate::needs::Job;
use crate::npm;
use crate::report::Report;
use crate::{run, setup};

/// What is built and tested; the architecture's tests and this crate are about the sources, which are the same.
const PACKAGES: &[&str] = &[
    "platform",
    "transfer",
    "store",
    "engine",
    "providers",
    "app",
    "sandbox",
    "cli",
    "contract-tests",
    "journeys-tests",
    "faults-tests",
];

/// One program full of tests.
#[derive(Debug, PartialEq, Eq)]
struct Suite {
    /// Its package, and its own name where the package has several.
    name: String,
    program: PathBuf,
    /// The folder of the package, which cargo would run it in.
    folder: PathBuf,
}

/// Builds for Windows and runs what can be run here; with `only`, these steps.
pub(crate) fn windows(house: &House, only: &[String]) -> Result<(), Stop> {
    can_be_done()?;
    let cross = Cross::new(house);
    let mut report = Report::new(house.target("xtask/windows"), only)?;
    window(house, &cross, &mut report);
    let mut suites = Vec::new();
    let built = build(&cross, &mut report, &mut suites);
    let wine = if built { Some(Wine::start(&cross)?) } else { None };
    let mut left_out = Vec::new();
    for suite in &suites {
        let step = format!("wine {}", suite.name);
        let Some(wine) = &wine else { break };
        let mut program = wine.run(&suite.program);
        program
            .current_dir(&suite.folder)
            .env("LONGSHORE_BIN", cross.longshore());
        for test in left_out::of(&suite.name) {
            program.args(["--skip", test.name]);
        }
        report.tests(&step, program, |output| {
            let mut count = count::cargo_test(output);
            let skipped = count::filtered(output);
            count.skipped += skipped;
            left_out.push((suite.name.clone(), skipped));
            count
        });
    }
    // Before the table, so that nothing of it runs on.
    drop(wine);
    println!();
    println!("Not run under wine:");
    for (suite, skipped) in left_out.iter().filter(|(_, skipped)| *skipped > 0) {
        println!("  {suite}: {skipped}");
        for test in left_out::of(suite) {
            println!("    {} ({})", test.name, test.why);
        }
    }
    report.finish()
}

/// `cargo xtask prove windows`: the journeys at the size that was promised, with their figures.
pub(crate) fn prove(house: &House) -> Result<(), Stop> {
    can_be_done()?;
    let cross = Cross::new(house);
    let mut report = Report::new(house.target("xtask/windows"), &[])?;
    let mut suites = Vec::new();
    if !build(&cross, &mut report, &mut suites) {
        return Err(Stop::new("What is proved could not be built."));
    }
    let wine = Wine::start(&cross)?;
    for proof in PROOFS {
        let Some(suite) = suites.iter().find(|suite| suite.name == proof.suite) else {
            return Err(Stop::new(format!("There are no tests called {}.", proof.suite)));
        };
        println!("\n{}", proof.promise);
        let mut program = wine.run(&suite.program);
        program
            .args([proof.test, "--exact", "--nocapture"])
            .current_dir(&suite.folder)
            .env("LONGSHORE_BIN", cross.longshore())
            .envs(proof.environment.iter().copied());
        run::must(proof.test, &mut program)?;
    }
    Ok(())
}

/// What `cargo xtask prove windows` promises.
pub(crate) const PROMISE: &str = "longshore.exe under wine: 300 MiB sent and 300 MiB fetched, each killed 20 times, and a watched \
    folder of 200 files: right bytes, one file each";

struct Proof {
    promise: &'static str,
    suite: &'static str,
    test: &'static str,
    environment: &'static [(&'static str, &'static str)],
}

const PROOFS: &[Proof] = &[
    Proof {
        promise: "300 MiB sent in 40 parts, killed 20 times: one asset, right bytes, only parts in flight sent again",
        suite: "faults-tests",
        test: "kills::a_forty_part_upload_killed_again_and_again_ends_as_one_asset_with_the_right_bytes",
        environment: &[("LONGSHORE_KILLS", "20"), ("LONGSHORE_KILLS_MIB", "300")],
    },
    Proof {
        promise: "300 MiB fetched, killed 20 times: right bytes, at most 4 MiB fetched again per segment and kill",
        suite: "faults-tests",
        test: "downloads::kills::a_download_killed_again_and_again_ends_with_the_right_bytes_and_fetches_little_again",
        environment: &[("LONGSHORE_DOWNLOAD_KILLS", "20"), ("LONGSHORE_DOWNLOAD_MIB", "300")],
    },
    Proof {
        promise: "200 files in nested folders that are watched: each arrives once, with its bytes",
        suite: "journeys-tests",
        test: "nested::every_file_in_nested_folders_that_are_watched_arrives_once_with_its_bytes",
        environment: &[("LONGSHORE_NESTED", "200")],
    },
];

/// Says in one line why nothing is proved where that is so; never a pass.
fn can_be_done() -> Result<(), Stop> {
    if env::consts::OS == "windows" {
        return Err(Stop::new("This is Windows: `cargo xtask test` does it."));
    }
    if env::consts::OS != "linux" || env::consts::ARCH != "x86_64" {
        return Err(Stop::new(
            "Windows: skipped, nothing was proved. It is built on Linux on x86-64, with packages of Debian's.",
        ));
    }
    setup::everything(&[Job::Engine, Job::Windows]).map_err(|stop| {
        Stop::new(format!(
            "Windows: skipped, nothing was proved. {}",
            stop.to_string().trim_end()
        ))
    })
}

/// Type-checks the window crate, and everything that it stands on.
fn window(house: &House, cross: &Cross, report: &mut Report) {
    const STEP: &str = "types of the window";
    if !report.wants(STEP) {
        return;
    }
    let page = || {
        // The window is compiled around its page.
        if house.has("ui/dist/index.html") {
            return Ok(());
        }
        setup::everything(&[Job::Page])?;
        let ui = house.path("ui");
        if npm::is_stale(&ui) {
            run::must("fetching the page's packages", &mut npm::ci(&ui))?;
        }
        run::must("building the page", npm::npm(&ui).args(["run", "build"]))
    };
    if report.call(STEP, page) {
        let mut check = cross.cargo("check");
        check.args(["--package", "longshore-window", "--all-targets"]);
        report.check(STEP, check);
    }
}

/// Builds `longshore.exe` and every program of tests; `suites` names them.
fn build(cross: &Cross, report: &mut Report, suites: &mut Vec<Suite>) -> bool {
    let mut build = cross.cargo("test");
    build.args([
        "--no-run",
        "--bins",
        "--lib",
        "--tests",
        "--message-format=json-render-diagnostics",
    ]);
    for package in PACKAGES {
        build.args(["--package", package]);
    }
    let mut built = false;
    report.tests("build for Windows", build, |output| {
        *suites = suites_in(output);
        built = !suites.is_empty();
        Count::default()
    }) && built
}

/// The programs of tests among what cargo says it has made.
fn suites_in(output: &str) -> Vec<Suite> {
    let made = output
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    made.filter(|made| made["profile"]["test"] == true)
        .filter_map(suite)
        .collect()
}

fn suite(made: Value) -> Option<Suite> {
    let program = PathBuf::from(made["executable"].as_str()?);
    let folder = PathBuf::from(made["manifest_path"].as_str()?).parent()?.to_owned();
    // `path+file:///…/crates/cli#0.1.0`, or `…/tests/faults#faults-tests@0.1.0` where folder and package differ.
    let id = made["package_id"].as_str()?;
    let after = id.rsplit('#').next()?;
    let package = match after.split_once('@') {
        Some((name, _)) => name.to_owned(),
        None => folder.file_name()?.to_str()?.to_owned(),
    };
    let target = made["target"]["name"].as_str()?;
    let kind = made["target"]["kind"][0].as_str()?;
    let name = match kind {
        "test" if !package.ends_with("-tests") => format!("{package} {target}"),
        // An empty library that only says which package this is.
        "lib" if package.ends_with("-tests") => return None,
        _ => package,
    };
    Some(Suite { name, program, folder })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_of_tests_are_found_among_what_cargo_says() {
        let output = r#"   Compiling cli v0.1.0
{"reason":"compiler-artifact","package_id":"path+file:///w/crates/cli#0.1.0","manifest_path":"/w/crates/cli/Cargo.toml","target":{"kind":["bin"],"name":"longshore"},"profile":{"test":false},"executable":"/t/longshore.exe"}
{"reason":"compiler-artifact","package_id":"path+file:///w/crates/cli#0.1.0","manifest_path":"/w/crates/cli/Cargo.toml","target":{"kind":["test"],"name":"terminal"},"profile":{"test":true},"executable":"/t/deps/terminal-1.exe"}
{"reason":"compiler-artifact","package_id":"path+file:///w/tests/faults#faults-tests@0.1.0","manifest_path":"/w/tests/faults/Cargo.toml","target":{"kind":["test"],"name":"main"},"profile":{"test":true},"executable":"/t/deps/main-1.exe"}
{"reason":"compiler-artifact","package_id":"path+file:///w/tests/faults#faults-tests@0.1.0","manifest_path":"/w/tests/faults/Cargo.toml","target":{"kind":["lib"],"name":"faults_tests"},"profile":{"test":true},"executable":"/t/deps/faults-1.exe"}
{"reason":"build-finished","success":true}"#;
        let found = suites_in(output);
        let names: Vec<_> = found.iter().map(|suite| suite.name.as_str()).collect();
        assert_eq!(names, ["cli terminal", "faults-tests"]);
        assert_eq!(found[1].folder, PathBuf::from("/w/tests/faults"));
    }

    #[test]
    fn what_is_proved_at_full_size_is_left_out_of_nothing() {
        for proof in PROOFS {
            let out = left_out::of(proof.suite).any(|test| proof.test.contains(test.name));
            assert!(!out, "{}", proof.test);
            assert!(left_out::exists(proof.suite, proof.test), "{}", proof.test);
        }
    }
}
