//! Which tests there are on Linux and which under wine, program by program, and what became of the others.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use super::left_out;
use super::suites::tests_in;
use crate::house::Stop;

/// One program of tests on both systems.
#[derive(Debug)]
pub(super) struct Row {
    suite: String,
    linux: BTreeSet<String>,
    wine: BTreeSet<String>,
}

impl Row {
    pub(super) fn new(suite: String, linux: BTreeSet<String>, wine: BTreeSet<String>) -> Self {
        Self { suite, linux, wine }
    }

    /// Those that Windows has and wine does not run.
    fn left_out(&self) -> Vec<&String> {
        let out = |name: &&String| left_out::of(&self.suite).any(|test| name.contains(test.name));
        self.wine.iter().filter(out).collect()
    }

    /// How many there are on Linux, run under wine, are left out there, are for Linux alone, are for Windows alone.
    fn counts(&self) -> [usize; 5] {
        let out = self.left_out().len();
        [
            self.linux.len(),
            self.wine.len() - out,
            out,
            self.linux.difference(&self.wine).count(),
            self.wine.difference(&self.linux).count(),
        ]
    }
}

/// All of them, as they are shown to a person.
pub(super) struct Table<'a>(pub(super) &'a [Row]);

impl fmt::Display for Table<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "{:<20} {:>6} {:>6} {:>9} {:>11} {:>13}",
            "tests", "Linux", "wine", "left out", "Linux only", "Windows only"
        )?;
        let mut all = [0; 5];
        for row in self.0 {
            let counts = row.counts();
            line(out, &row.suite, counts)?;
            for (sum, count) in all.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        line(out, "in all", all)?;
        writeln!(out, "\nLeft out under wine:")?;
        for row in self.0 {
            reasons(out, row)?;
        }
        let words = "Linux only: what they are about (modes, links, /proc, names that are no text) Windows has not";
        names(out, words, self.0, |row| row.linux.difference(&row.wine))?;
        names(out, "Windows only", self.0, |row| row.wine.difference(&row.linux))
    }
}

fn line(out: &mut fmt::Formatter<'_>, name: &str, counts: [usize; 5]) -> fmt::Result {
    let [linux, wine, left, only_linux, only_windows] = counts;
    writeln!(
        out,
        "{name:<20} {linux:>6} {wine:>6} {left:>9} {only_linux:>11} {only_windows:>13}"
    )
}

/// Each reason with the tests that it holds for.
fn reasons(out: &mut fmt::Formatter<'_>, row: &Row) -> fmt::Result {
    for test in left_out::of(&row.suite) {
        let held = row.wine.iter().filter(|name| name.contains(test.name)).count();
        let many = if held == 1 {
            String::new()
        } else {
            format!(", {held} tests")
        };
        writeln!(out, "  {}: {}{many}: {}", row.suite, test.name, test.why)?;
    }
    Ok(())
}

fn names<'a, I>(out: &mut fmt::Formatter<'_>, words: &str, rows: &'a [Row], those: impl Fn(&'a Row) -> I) -> fmt::Result
where
    I: Iterator<Item = &'a String>,
{
    let mut text = String::new();
    for row in rows {
        for name in those(row) {
            writeln!(text, "  {}: {name}", row.suite)?;
        }
    }
    if text.is_empty() {
        return Ok(());
    }
    write!(out, "{words}:\n{text}")
}

/// Asks a program which tests it holds; its answer goes through the file `list`.
///
/// # Errors
/// It could not be asked, or named none.
pub(super) fn ask(mut program: Command, list: &Path) -> Result<BTreeSet<String>, Stop> {
    let cannot = |why: String| Stop::new(format!("A program of tests could not be asked for its list: {why}."));
    // A file and not a pipe: what wine starts beside the program would hold the pipe open.
    let file = File::create(list).map_err(|error| cannot(error.to_string()))?;
    let ended = program
        .arg("--list")
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(Stdio::null())
        .status()
        .map_err(|error| cannot(error.to_string()))?;
    let text = fs::read_to_string(list).map_err(|error| cannot(error.to_string()))?;
    let tests = tests_in(&text);
    if !ended.success() || tests.is_empty() {
        return Err(cannot(format!("{ended}, {} named", tests.len())));
    }
    Ok(tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn every_test_of_both_systems_is_in_one_column_or_another() {
        let left = "power_cuts::one";
        let rows = [
            Row::new(
                "faults-tests".into(),
                set(&["a", "b::modes", left]),
                set(&["a", left, "w::drives"]),
            ),
            Row::new("store".into(), set(&["x"]), set(&["x"])),
        ];
        assert_eq!(rows[0].counts(), [3, 2, 1, 1, 1]);
        let text = Table(&rows).to_string();
        let all = text.lines().find(|line| line.starts_with("in all")).unwrap();
        let numbers: Vec<_> = all.split_whitespace().skip(2).collect();
        assert_eq!(numbers, ["4", "3", "1", "1", "1"]);
        assert!(text.contains("faults-tests: b::modes\n"), "{text}");
        assert!(text.contains("faults-tests: w::drives\n"), "{text}");
        assert!(
            text.contains("faults-tests: power_cuts::: calls are recorded"),
            "{text}"
        );
    }
}
