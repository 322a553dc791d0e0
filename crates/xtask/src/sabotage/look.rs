//! Builds a few tests in the copy, runs them with an end in sight, and says what they saw.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Tests;
use super::copy::Copy;
use crate::count;
use crate::house::Stop;

/// Tests that take longer wait for something that a bug keeps from happening.
const PATIENCE: Duration = Duration::from_secs(90);

/// What came of a few tests.
#[derive(Debug)]
pub(super) enum Seen {
    /// So many passed, and none failed.
    Passed(u64),
    /// The name of the first that failed.
    Failed(String),
    /// They were stopped.
    Endless,
    /// They ended without a word about which of them failed.
    Died(String),
    /// The compiler's first error.
    NotBuilt(String),
}

impl fmt::Display for Seen {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed(count) => write!(out, "{count} tests passed"),
            Self::Failed(test) => write!(out, "{test}"),
            Self::Endless => write!(out, "(the tests did not end within {} s)", PATIENCE.as_secs()),
            Self::Died(how) => write!(out, "(the tests died: {how})"),
            Self::NotBuilt(why) => write!(out, "(not built: {why})"),
        }
    }
}

/// Builds and runs `tests`.
pub(super) fn look(copy: &Copy, tests: Tests) -> Result<Seen, Stop> {
    let mut build = copy.cargo();
    build
        .args(["test", "--locked", "--no-run", "--message-format=json"])
        .args(["--package", tests.package, tests.target])
        // Not built by this, only chosen with it: cargo then settles on the same features of libraries for all packages,
        // and builds what they share once.
        .args(["--package", "cli"]);
    let answer = build
        .output()
        .map_err(|error| Stop::new(format!("cargo could not be started: {error}.")))?;
    let messages: Vec<Value> = String::from_utf8_lossy(&answer.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    if !answer.status.success() {
        let said = String::from_utf8_lossy(&answer.stderr);
        let last = said.lines().last().unwrap_or("cargo said nothing");
        return Ok(Seen::NotBuilt(first_error(&messages).unwrap_or(last).to_owned()));
    }
    let (program, folder) = messages
        .iter()
        .rev()
        .find_map(test_program)
        .ok_or_else(|| Stop::new(format!("cargo named no test program of {}.", tests.package)))?;
    run(&program, &folder, tests)
}

fn first_error(messages: &[Value]) -> Option<&str> {
    let message = messages
        .iter()
        .map(|message| &message["message"])
        .find(|message| message["level"] == "error")?;
    message["message"].as_str()
}

/// The program, and the folder that cargo would start it in.
fn test_program(message: &Value) -> Option<(PathBuf, PathBuf)> {
    if message["profile"]["test"] != true {
        return None;
    }
    let manifest = Path::new(message["manifest_path"].as_str()?);
    Some((message["executable"].as_str()?.into(), manifest.parent()?.to_owned()))
}

fn run(program: &Path, folder: &Path, tests: Tests) -> Result<Seen, Stop> {
    let mut command = Command::new(program);
    if !tests.filter.is_empty() {
        command.arg(tests.filter);
    }
    let cannot = |error: std::io::Error| Stop::new(format!("{} could not be started: {error}.", program.display()));
    let mut child = command
        .current_dir(folder)
        .env("CARGO_MANIFEST_DIR", folder)
        .envs(tests.environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(cannot)?;
    let (say, said) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        // Ends with the program, or when nobody listens any more.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if say.send(line).is_err() {
                    return;
                }
            }
        });
    }
    let end = Instant::now() + PATIENCE;
    let mut output = String::new();
    loop {
        match said.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                output.push_str(&line);
                output.push('\n');
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                // It may have ended by itself right now.
                let _ = child.kill();
                let _ = child.wait();
                return Ok(first_failed(&output).map_or(Seen::Endless, Seen::Failed));
            }
        }
    }
    let status = child.wait().map_err(cannot)?;
    if let Some(test) = first_failed(&output) {
        return Ok(Seen::Failed(test));
    }
    if !status.success() {
        return Ok(Seen::Died(status.to_string()));
    }
    Ok(Seen::Passed(count::cargo_test(&output).passed))
}

fn first_failed(output: &str) -> Option<String> {
    output
        .lines()
        .find_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_test_that_failed_is_named() {
        let output = "running 3 tests\ntest a ... ok\ntest b::c ... FAILED\ntest d ... FAILED\n";
        assert_eq!(first_failed(output).as_deref(), Some("b::c"));
        assert_eq!(first_failed("test a ... ok\n"), None);
    }
}
