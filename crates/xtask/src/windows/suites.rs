//! Programs full of tests: found among what cargo has made, and asked which tests they hold.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

/// One program full of tests.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Suite {
    /// Its package, and its own name where the package has several.
    pub(super) name: String,
    pub(super) program: PathBuf,
    /// The folder of the package, which cargo would run it in.
    pub(super) folder: PathBuf,
}

/// The programs of tests among what cargo says it has made.
pub(super) fn suites_in(output: &str) -> Vec<Suite> {
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

/// The tests that a program names when it is asked for its list.
pub(super) fn tests_in(list: &str) -> BTreeSet<String> {
    let lines = list.lines().map(str::trim_end);
    lines
        .filter_map(|line| line.strip_suffix(": test"))
        .map(str::to_owned)
        .collect()
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
    fn a_list_is_read_as_both_systems_write_it() {
        let names = tests_in("a::b: test\r\nc: test\n\n2 tests, 0 benchmarks\n");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["a::b", "c"]);
        assert!(tests_in("").is_empty());
    }
}
