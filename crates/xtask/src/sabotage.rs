//! `cargo xtask prove sabotage`: plants one bug at a time in a copy of the checkout, and sees whether the tests notice.

mod bugs;
mod copy;
mod look;

use std::time::Instant;

use crate::house::{House, Stop};
use bugs::LAYERS;
use copy::Copy;
use look::{Seen, look};

/// What stands in the list of proofs.
pub(crate) const PROMISE: &str = "bugs planted one at a time in every layer: the tests catch each of them";

/// A bug that somebody could have written, and the cheapest tests that ought to notice it.
#[derive(Debug)]
pub(crate) struct Bug {
    /// What the program does wrong.
    name: &'static str,
    /// The file that gets it, below the root.
    file: &'static str,
    /// What stands there now, exactly once.
    text: &'static str,
    /// What is put in its place.
    planted: &'static str,
    tests: Tests,
}

/// Tests of one test binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tests {
    /// The package that they stand in.
    package: &'static str,
    /// The binary, as cargo's option names it: `--lib`, or `--test=NAME`.
    target: &'static str,
    /// Those whose names contain this; all when empty.
    filter: &'static str,
    /// What they read their size from.
    environment: &'static [(&'static str, &'static str)],
}

impl Tests {
    /// Of these, those whose names contain `filter`.
    const fn only(self, filter: &'static str) -> Self {
        Self { filter, ..self }
    }
}

/// Plants every bug, or those that `LONGSHORE_SABOTAGE` names by a part of their name or by the package of their tests;
/// fails when one of them is not caught.
pub(crate) fn prove(house: &House) -> Result<(), Stop> {
    let wanted = std::env::var("LONGSHORE_SABOTAGE").unwrap_or_default();
    let bugs: Vec<_> = bugs()
        .filter(|bug| bug.name.contains(&wanted) || bug.tests.package == wanted)
        .collect();
    if bugs.is_empty() {
        return Err(Stop::new(format!(
            "No bug is called \"{wanted}\", and none is left to the tests of such a package."
        )));
    }
    println!("{PROMISE}");
    let begun = Instant::now();
    let copy = Copy::make(house)?;
    innocent(&copy, &bugs)?;
    let mut caught = 0;
    for bug in &bugs {
        let begun = Instant::now();
        let (verdict, why) = plant(&copy, bug)?;
        caught += usize::from(verdict == "caught");
        println!(
            "{verdict:<7} {:>4} s  {}\n                {why}",
            begun.elapsed().as_secs(),
            bug.name
        );
    }
    println!("{caught} of {} caught, in {} s", bugs.len(), begun.elapsed().as_secs());
    if caught == bugs.len() {
        Ok(())
    } else {
        Err(Stop::said())
    }
}

fn bugs() -> impl Iterator<Item = &'static Bug> {
    LAYERS.iter().copied().flatten()
}

/// A test that fails anyway would catch everything, and one that no longer exists nothing.
fn innocent(copy: &Copy, bugs: &[&Bug]) -> Result<(), Stop> {
    let begun = Instant::now();
    let mut seen: Vec<Tests> = Vec::new();
    for bug in bugs {
        if seen.contains(&bug.tests) {
            continue;
        }
        seen.push(bug.tests);
        let why = match look(copy, bug.tests)? {
            Seen::Passed(0) => "no test has such a name".to_owned(),
            Seen::Passed(_) => continue,
            other => other.to_string(),
        };
        return Err(Stop::new(format!(
            "Without any bug, the tests of {} {} \"{}\" are of no use: {why}.",
            bug.tests.package, bug.tests.target, bug.tests.filter
        )));
    }
    println!(
        "without a bug, all of these tests pass ({} s)",
        begun.elapsed().as_secs()
    );
    Ok(())
}

fn plant(copy: &Copy, bug: &Bug) -> Result<(&'static str, String), Stop> {
    let innocent = copy.read(bug.file)?;
    let count = innocent.matches(bug.text).count();
    if count != 1 {
        return Ok(("STALE", format!("its text stands {count} times in {}", bug.file)));
    }
    copy.write(bug.file, &innocent.replacen(bug.text, bug.planted, 1))?;
    let seen = look(copy, bug.tests);
    copy.write(bug.file, &innocent)?;
    Ok(match seen? {
        Seen::Passed(count) => ("MISSED", format!("{count} tests of {} passed", bug.tests.package)),
        // The compiler refuses what was planted: that says nothing about the tests.
        Seen::NotBuilt(why) => ("BROKEN", format!("it does not compile: {why}")),
        caught => ("caught", caught.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_planted_bug_still_fits_its_file() {
        let house = House::find().expect("the checkout is around this test");
        let mut names = BTreeSet::new();
        for bug in bugs() {
            let text = std::fs::read_to_string(house.path(bug.file)).expect(bug.file);
            let count = text.replace("\r\n", "\n").matches(bug.text).count();
            assert_eq!(
                count, 1,
                "\"{}\": its text stands {count} times in {}",
                bug.name, bug.file
            );
            assert_ne!(bug.text, bug.planted, "{}", bug.name);
            assert!(names.insert(bug.name), "two are called \"{}\"", bug.name);
        }
        assert!(names.len() >= 20, "{} bugs prove little", names.len());
    }
}
