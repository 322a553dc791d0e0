//! The steps of a test run: each timed and logged, a table at the end, and a last line that counts.

use std::fs::{self, File};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::count::{self, Count};
use crate::house::Stop;
use crate::needs;

/// No step may take the whole of a build machine's patience: a test that hangs is a failure with a name.
const LIMIT: Duration = Duration::from_secs(25 * 60);
/// Where tests may hang by no fault of theirs.
const SHAKY: Duration = Duration::from_secs(12 * 60);
/// More tests than this don't fail by chance.
const ONCE_MORE: usize = 3;
/// How much of a failing step's output is shown; all of it lies in its log.
const SHOWN: usize = 300;

enum Outcome {
    Passed,
    Failed,
    Skipped(String),
}

struct Row {
    step: String,
    outcome: Outcome,
    count: Count,
    took: Duration,
    /// Tests that did not pass the first time.
    once_more: Vec<String>,
}

/// What happened so far.
pub(crate) struct Report {
    logs: PathBuf,
    only: Vec<String>,
    rows: Vec<Row>,
}

impl Report {
    /// A report whose logs go to `logs`; with `only`, every other step is passed over.
    pub(crate) fn new(logs: PathBuf, only: &[String]) -> Result<Self, Stop> {
        fs::create_dir_all(&logs)
            .map_err(|error| Stop::new(format!("The folder {} cannot be made: {error}.", logs.display())))?;
        Ok(Self {
            logs,
            only: only.to_vec(),
            rows: Vec::new(),
        })
    }

    /// Whether this step was asked for.
    pub(crate) fn wants(&self, step: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == step)
    }

    /// Whether nothing is passed over.
    pub(crate) fn is_whole(&self) -> bool {
        self.only.is_empty()
    }

    /// Whether steps were named, and one of them is such a one.
    pub(crate) fn asked(&self, such: impl Fn(&str) -> bool) -> bool {
        self.only.iter().any(|name| such(name))
    }

    /// Wants this step as well, where only some are: another one stands on it.
    pub(crate) fn also(&mut self, step: &str) {
        if !self.only.is_empty() && !self.wants(step) {
            self.only.push(step.to_owned());
        }
    }

    /// Where a runner may write a report of its own.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.logs.join(name)
    }

    /// A step that passes or fails as a whole. Returns whether it passed.
    pub(crate) fn check(&mut self, step: &str, command: Command) -> bool {
        self.tests(step, command, |_| Count::default())
    }

    /// A step that runs tests, which `count` finds in its output. Returns whether all passed.
    pub(crate) fn tests(&mut self, step: &str, command: Command, count: impl FnOnce(&str) -> Count) -> bool {
        if !self.wants(step) {
            return true;
        }
        let begun = Instant::now();
        println!("{step} …");
        let (ended_well, output) = self.logged(step, command, LIMIT);
        self.ran(step, ended_well, &output, count(&output), begun)
    }

    /// The same where what stands below the tests fails by itself now and then: the few that did not pass run once more, alone,
    /// by the command that `again` makes of their names, and the table names them.
    pub(crate) fn tests_on_shaky_ground(
        &mut self,
        step: &str,
        command: Command,
        find: impl Fn(&str) -> Count,
        again: impl FnOnce(&[String]) -> Command,
    ) -> bool {
        if !self.wants(step) {
            return true;
        }
        let begun = Instant::now();
        println!("{step} …");
        let (ended_well, output) = self.logged(step, command, SHAKY);
        let first = find(&output);
        let lines = count::Lines::of(&output);
        if (ended_well && first.failed == 0) || !lines.is_all_but(ONCE_MORE) {
            return self.ran(step, ended_well, &output, first, begun);
        }
        show(&output);
        println!("{step}: once more, alone: {}", lines.left.join(", "));
        let (ended_well, output) = self.logged(&format!("{step} once more"), again(&lines.left), SHAKY);
        let second = find(&output);
        // A name that no test has runs nothing, and passes.
        let ended_well = ended_well && second.passed == lines.left.len() as u64;
        let all = Count {
            passed: lines.passed + second.passed,
            failed: second.failed,
            skipped: first.skipped,
        };
        let passed = self.ran(step, ended_well, &output, all, begun);
        if let Some(row) = self.rows.last_mut() {
            row.once_more = lines.left;
        }
        passed
    }

    fn ran(&mut self, step: &str, ended_well: bool, output: &str, mut count: Count, begun: Instant) -> bool {
        let passed = ended_well && count.failed == 0;
        if !passed {
            // What failed without naming a test (a compiler, a linter, a crash) is one failure.
            count.failed = count.failed.max(1);
            show(output);
        }
        self.push(step, passed, count, begun);
        passed
    }

    /// A step that is a call. Its error is shown and counts as one failure. Returns whether it passed.
    pub(crate) fn call(&mut self, step: &str, work: impl FnOnce() -> Result<(), Stop>) -> bool {
        if !self.wants(step) {
            return true;
        }
        let begun = Instant::now();
        println!("{step} …");
        let done = work();
        if let Err(stop) = &done {
            eprint!("{stop}");
        }
        let failed = u64::from(done.is_err());
        let count = Count {
            failed,
            ..Count::default()
        };
        self.push(step, done.is_ok(), count, begun);
        done.is_ok()
    }

    /// A step that was left out, and why.
    pub(crate) fn skip(&mut self, step: &str, why: &str) {
        if self.wants(step) {
            println!("{step} … skipped: {why}");
            self.rows.push(Row {
                step: step.to_owned(),
                outcome: Outcome::Skipped(why.to_owned()),
                count: Count {
                    skipped: 1,
                    ..Count::default()
                },
                took: Duration::ZERO,
                once_more: Vec::new(),
            });
        }
    }

    /// Prints the table and the counting line, which is the last.
    pub(crate) fn finish(self) -> Result<(), Stop> {
        let mut total = Count::default();
        let mut took = Duration::ZERO;
        println!();
        for row in &self.rows {
            total += row.count;
            took += row.took;
            println!("{}", row.line());
        }
        println!("{:<24} {:>9}", "in all", seconds(took));
        println!("The logs lie in {}.", self.logs.display());
        let known = |name: &&String| !self.rows.iter().any(|row| row.step == **name);
        let unknown: Vec<_> = self.only.iter().filter(known).cloned().collect();
        if !unknown.is_empty() {
            return Err(Stop::new(format!("There is no step {}.", unknown.join(", "))));
        }
        let mut line = format!("{} passed, {} failed", total.passed, total.failed);
        if total.skipped > 0 {
            line.push_str(&format!(", {} skipped", total.skipped));
        }
        println!("{line}");
        if total.failed == 0 { Ok(()) } else { Err(Stop::said()) }
    }

    /// Runs a command with its output in a log; the output comes back too.
    fn logged(&self, step: &str, command: Command, limit: Duration) -> (bool, String) {
        let path = self.logs.join(format!("{}.log", step.replace([' ', '/'], "-")));
        let open = || {
            let log = File::create(&path)?;
            Ok::<_, std::io::Error>((log.try_clone()?, log))
        };
        let (out, err) = match open() {
            Ok(both) => both,
            Err(error) => {
                return (false, format!("{} cannot be written: {error}", path.display()));
            }
        };
        let mut command = limited(command, limit);
        // A file and not a pipe: a process left behind by a test must not keep this one waiting.
        command.stdin(Stdio::null()).stdout(out).stderr(err);
        let ended = command.status();
        let mut output = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
        match ended {
            Ok(status) if status.success() => (true, output),
            Ok(status) => {
                let why = if status.code() == Some(124) {
                    format!("it did not end within {}", seconds(limit))
                } else {
                    status.to_string()
                };
                output.push_str(&format!("\n{step}: {why}\n"));
                (false, output)
            }
            Err(error) => {
                let program = command.get_program().to_string_lossy();
                (false, format!("{program} could not be started: {error}\n"))
            }
        }
    }

    fn push(&mut self, step: &str, passed: bool, count: Count, begun: Instant) {
        let outcome = if passed { Outcome::Passed } else { Outcome::Failed };
        self.rows.push(Row {
            step: step.to_owned(),
            outcome,
            count,
            took: begun.elapsed(),
            once_more: Vec::new(),
        });
        if let Some(row) = self.rows.last() {
            println!("{}", row.line());
        }
    }
}

impl Row {
    fn line(&self) -> String {
        let said = match &self.outcome {
            Outcome::Passed => "ok".to_owned(),
            Outcome::Failed => "FAILED".to_owned(),
            Outcome::Skipped(why) => format!("skipped: {why}"),
        };
        let Count {
            passed,
            failed,
            skipped,
        } = self.count;
        let tests = match (&self.outcome, passed + failed + skipped) {
            (Outcome::Skipped(_), _) | (_, 0) => String::new(),
            _ => format!("  {passed} passed, {failed} failed, {skipped} skipped"),
        };
        let again = if self.once_more.is_empty() {
            String::new()
        } else {
            format!(", once more: {}", self.once_more.join(", "))
        };
        format!("{:<24} {:>9}  {said}{tests}{again}", self.step, seconds(self.took))
    }
}

/// Puts the command under coreutils' `timeout`, which ends its children too, where nobody sits at a terminal
/// (there it would take Ctrl-C away, and the person is the time limit).
fn limited(command: Command, limit: Duration) -> Command {
    if std::io::stdout().is_terminal() || needs::program("timeout").is_none() {
        return command;
    }
    let mut under = Command::new("timeout");
    under
        .arg("--kill-after=10")
        .arg(limit.as_secs().to_string())
        .arg(command.get_program())
        .args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        under.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => under.env(name, value),
            None => under.env_remove(name),
        };
    }
    under
}

fn show(output: &str) {
    let lines: Vec<_> = output.lines().collect();
    let from = lines.len().saturating_sub(SHOWN);
    if from > 0 {
        println!("({from} lines before these are in the log)");
    }
    for line in &lines[from..] {
        println!("  {line}");
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
