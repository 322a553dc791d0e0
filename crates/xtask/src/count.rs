//! Counting tests: what each runner prints, turned into three numbers.

use std::ops::AddAssign;

use serde_json::Value;

/// How many tests passed, failed and were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Rust: one line `test result: ok. 3 passed; 0 failed; 1 ignored; …` per binary.
pub(crate) fn cargo_test(output: &str) -> Count {
    let mut count = Count::default();
    for line in output.lines().filter(|line| line.starts_with("test result:")) {
        count += Count {
            passed: before(line, " passed"),
            failed: before(line, " failed"),
            skipped: before(line, " ignored"),
        };
    }
    count
}

/// Rust: what the lines of single tests say, whether or not the program came to its end.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    /// Tests that were to run.
    pub(crate) begun: u64,
    pub(crate) passed: u64,
    /// Those that failed, and those that were waited for and not heard of again.
    pub(crate) left: Vec<String>,
}

impl Lines {
    pub(crate) fn of(output: &str) -> Self {
        let mut lines = Self::default();
        for line in output.lines() {
            if line.starts_with("running ") {
                lines.begun += before(line, " test");
            }
            let Some((name, said)) = line.strip_prefix("test ").and_then(|line| line.split_once(' ')) else {
                continue;
            };
            lines.left.retain(|left| left != name);
            match said {
                "... ok" => lines.passed += 1,
                "... FAILED" | "has been running for over 60 seconds" => lines.left.push(name.to_owned()),
                _ => {}
            }
        }
        lines
    }

    /// Few enough did not pass to have failed by chance, and all others did: a program that broke off in the middle has tests
    /// that nobody heard of.
    pub(crate) fn is_all_but(&self, most: usize) -> bool {
        (1..=most).contains(&self.left.len()) && self.passed + self.left.len() as u64 == self.begun
    }
}

/// Rust: how many tests were left out by name, over all binaries.
pub(crate) fn filtered(output: &str) -> u64 {
    let results = output.lines().filter(|line| line.starts_with("test result:"));
    results.map(|line| before(line, " filtered out")).sum()
}

/// Vitest: its JSON report.
pub(crate) fn vitest(report: &str) -> Option<Count> {
    let report: Value = serde_json::from_str(report).ok()?;
    Some(Count {
        passed: report["numPassedTests"].as_u64()?,
        failed: report["numFailedTests"].as_u64()?,
        skipped: report["numPendingTests"].as_u64()? + report["numTodoTests"].as_u64().unwrap_or(0),
    })
}

/// Node's own runner: lines `# pass 3` (piped) or `ℹ pass 3`.
pub(crate) fn node_test(output: &str) -> Count {
    let mut count = Count::default();
    for line in output.lines() {
        let Some(said) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) else {
            continue;
        };
        let Some((word, number)) = said.split_once(' ') else {
            continue;
        };
        let number = number.trim().parse().unwrap_or(0);
        match word {
            "pass" => count.passed += number,
            "fail" | "cancelled" => count.failed += number,
            "skipped" | "todo" => count.skipped += number,
            _ => {}
        }
    }
    count
}

/// The number that stands right before `word`.
fn before(line: &str, word: &str) -> u64 {
    line.split_once(word)
        .and_then(|(head, _)| head.rsplit(' ').next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_binary_of_cargo_test_is_counted() {
        let output = "running 4 tests\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s\n\
            test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.02s\n";
        let count = cargo_test(output);
        assert_eq!((count.passed, count.failed, count.skipped), (13, 2, 1));
    }

    #[test]
    fn what_failed_or_was_not_heard_of_again_is_left_over() {
        let output = "running 4 tests\n\
            test a::fine ... ok\n\
            test a::slow has been running for over 60 seconds\n\
            test a::hangs has been running for over 60 seconds\n\
            test a::slow ... ok\n\
            test a::wrong ... FAILED\n\
            test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.02s\n";
        let left = ["a::hangs", "a::wrong"].map(str::to_owned).to_vec();
        let lines = Lines::of(output);
        assert_eq!(
            lines,
            Lines {
                begun: 4,
                passed: 2,
                left
            }
        );
        assert!(lines.is_all_but(2) && !lines.is_all_but(1));

        let broken_off = "running 4 tests\ntest a::fine ... ok\ntest a::wrong ... FAILED\n";
        assert!(!Lines::of(broken_off).is_all_but(2), "two were never heard of");
    }

    #[test]
    fn what_was_left_out_by_name_is_counted() {
        let output = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 4 filtered out; finished in 0.02s\n";
        assert_eq!(filtered(output), 4);
    }

    #[test]
    fn the_report_of_the_page_is_counted() {
        let report = r#"{"numPassedTests":7,"numFailedTests":1,"numPendingTests":2,"numTodoTests":1}"#;
        let count = vitest(report).unwrap();
        assert_eq!((count.passed, count.failed, count.skipped), (7, 1, 3));
        assert_eq!(vitest("nothing"), None);
    }

    #[test]
    fn both_dialects_of_node_are_counted() {
        assert_eq!(node_test("# tests 3\n# pass 2\n# fail 1\n").failed, 1);
        assert_eq!(node_test("ℹ pass 2\nℹ skipped 1\n").passed, 2);
    }
}
