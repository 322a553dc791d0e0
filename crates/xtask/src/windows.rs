//! `cargo xtask windows`: the same workspace as Windows programs, built on Linux, with its tests and journeys run under wine.
//!
//! wine is no Windows. What it can't show stands in ARCHITECTURE; what is not run under it, and why, in `left_out`.

mod left_out;
mod suites;
mod table;
mod wine;

use std::env;
use std::path::Path;
use std::process::Command;

use self::suites::{Suite, suites_in};
use self::table::{Row, Table};
use self::wine::Wine;
use crate::count::{self, Count};
use crate::cross::{Cross, System};
use crate::house::{House, Stop};
use crate::needs::Job;
use crate::npm;
use crate::report::Report;
use crate::{run, setup};

/// Tests at once in each program: most of them wait for what happens in its own time.
const AT_ONCE: &str = "4";

/// Compiles C for Windows, and links.
const LINKER: &str = "x86_64-w64-mingw32-gcc-posix";

const WINDOWS: System = System {
    target: "x86_64-pc-windows-gnu",
    folder: "windows",
    environment: &[
        ("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", LINKER),
        ("CC_x86_64_pc_windows_gnu", LINKER),
        ("CXX_x86_64_pc_windows_gnu", "x86_64-w64-mingw32-g++-posix"),
        ("AR_x86_64_pc_windows_gnu", "x86_64-w64-mingw32-ar"),
    ],
};

const TYPES: &str = "types of the window";
const BUILD: &str = "build for Windows";
const WINE: &str = "wine";
const HERE: &str = "tests on Linux";
const TABLE: &str = "tests on both systems";

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

/// Builds for Windows and runs what can be run here; with `only`, these steps.
pub(crate) fn windows(house: &House, only: &[String]) -> Result<(), Stop> {
    can_be_done()?;
    let mut report = Report::new(house.target("xtask/windows"), only)?;
    steps(house, &mut report);
    report.finish()
}

/// The same as a part of a whole `cargo xtask test`: where it can't be done, a line says so.
pub(crate) fn part(house: &House, report: &mut Report) {
    if !report.is_whole() {
        return;
    }
    let had = can_be_done().and_then(|()| fetch(&Cross::new(house, &WINDOWS)));
    match had {
        Ok(()) => steps(house, report),
        Err(stop) => {
            let why = stop.to_string();
            let words: Vec<_> = why.split_whitespace().collect();
            report.skip("windows", &words.join(" "));
        }
    }
}

/// The steps of it, in a report.
fn steps(house: &House, report: &mut Report) {
    // What is run has to be built, and what is counted too.
    if report.asked(|step| step == TABLE) {
        report.also(HERE);
    }
    if report.asked(|step| step == TABLE || step == WINE || step.starts_with("wine ")) {
        report.also(BUILD);
        report.also(WINE);
    }
    let cross = Cross::new(house, &WINDOWS);
    window(house, &cross, report);
    let mut suites = Vec::new();
    let mut started = None;
    let built = build(&cross, report, &mut suites);
    let begun = built
        && report.call(WINE, || {
            started = Some(Wine::start(&cross)?);
            Ok(())
        });
    let Some(wine) = started.filter(|_| begun) else {
        return;
    };
    for suite in &suites {
        let mut program = program(&wine, &cross, suite);
        program.args(["--test-threads", AT_ONCE]);
        for test in left_out::of(&suite.name) {
            program.args(["--skip", test.name]);
        }
        let count = |output: &str| {
            let mut count = count::cargo_test(output);
            count.skipped += count::filtered(output);
            count
        };
        // wine says of a process now and then that it never began, and leaves lines of dead ones open.
        let again = |names: &[String]| {
            let mut program = self::program(&wine, &cross, suite);
            program.args(["--test-threads", "1", "--exact"]).args(names);
            program
        };
        report.tests_on_shaky_ground(&format!("wine {}", suite.name), program, count, again);
    }
    lists(house, &wine, &suites, report);
}

/// A program of tests, to be run under wine.
fn program(wine: &Wine, cross: &Cross, suite: &Suite) -> Command {
    let mut program = wine.run(&suite.program);
    program
        .current_dir(&suite.folder)
        .env("LONGSHORE_BIN", longshore(&cross.programs()));
    program
}

/// The program that tests start, as a Windows program names it: wine shows the whole of this machine's disk as the drive `Z:`.
fn longshore(programs: &Path) -> String {
    let path = programs.join("longshore.exe");
    format!("Z:{}", path.to_string_lossy().replace('/', "\\"))
}

/// Counts the tests of both systems and prints the table of them.
fn lists(house: &House, wine: &Wine, suites: &[Suite], report: &mut Report) {
    if !report.wants(TABLE) {
        return;
    }
    // As `cargo xtask test` builds them, so that they are built once.
    let mut build = house.cargo();
    build.args([
        "test",
        "--locked",
        "--no-run",
        "--message-format=json-render-diagnostics",
    ]);
    let mut here = Vec::new();
    let built = report.tests(HERE, build, |output| {
        here = suites_in(output);
        Count::default()
    });
    if !built {
        return;
    }
    let list = report.file("list.txt");
    report.call(TABLE, || {
        let mut rows = Vec::new();
        for suite in suites {
            let Some(same) = here.iter().find(|same| same.name == suite.name) else {
                return Err(Stop::new(format!("There are no tests called {} on Linux.", suite.name)));
            };
            rows.push(Row::new(
                suite.name.clone(),
                table::ask(Command::new(&same.program), &list)?,
                table::ask(wine.run(&suite.program), &list)?,
            ));
        }
        println!("\n{}", Table(&rows));
        Ok(())
    });
}

/// `cargo xtask prove windows`: the journeys at the size that was promised, with their figures.
pub(crate) fn prove(house: &House) -> Result<(), Stop> {
    can_be_done()?;
    let cross = Cross::new(house, &WINDOWS);
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
        let mut program = program(&wine, &cross, suite);
        program
            .args([proof.test, "--exact", "--nocapture"])
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
        environment: &[
            ("LONGSHORE_DOWNLOAD_KILLS", "20"),
            ("LONGSHORE_DOWNLOAD_MIB", "300"),
            // Slower than an unoptimised program under wine: what waits in the system's buffers was not fetched yet.
            ("LONGSHORE_DOWNLOAD_RATE", "2000000"),
        ],
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
        return Err(Stop::new("This is Windows itself: the other steps prove it here."));
    }
    if env::consts::OS != "linux" || env::consts::ARCH != "x86_64" {
        return Err(Stop::new(
            "Nothing was proved for Windows. It is built on Linux on x86-64, with packages of Debian's.",
        ));
    }
    setup::everything(&[Job::Engine, Job::Cross, Job::Windows]).map_err(|stop| {
        Stop::new(format!(
            "Nothing was proved for Windows. {}",
            stop.to_string().trim_end()
        ))
    })
}

/// Fetches the crates that only Windows needs, and the standard library's own.
fn fetch(cross: &Cross) -> Result<(), Stop> {
    run::must("fetching the crates for Windows", &mut cross.cargo("fetch"))
}

/// Type-checks the window crate, and everything that it stands on.
fn window(house: &House, cross: &Cross, report: &mut Report) {
    if !report.wants(TYPES) {
        return;
    }
    // The window is compiled around its page.
    if !house.has("ui/dist/index.html") && !report.call(TYPES, || npm::page(house)) {
        return;
    }
    let mut check = cross.cargo("check");
    check.args(["--package", "longshore-window", "--all-targets"]);
    report.check(TYPES, check);
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
    report.tests(BUILD, build, |output| {
        *suites = suites_in(output);
        built = !suites.is_empty();
        Count::default()
    }) && built
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_said_with_drive_and_backslashes() {
        assert_eq!(longshore(Path::new("/t/a b")), r"Z:\t\a b\longshore.exe");
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
