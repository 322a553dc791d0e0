//! The log file: one a day, a week kept, no secret in it.

mod redact;

use std::io::{self, Write};

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

use crate::boundary::Failure;
use crate::home::Home;

const DAYS: usize = 7;
/// Our own crates tell what happens; what they are built on, only what goes wrong.
const USUAL: &str = "warn,app=info,engine=info,providers=info,store=info,longshore=info,longshore_window=info";

/// Writes out what is still in memory when it is dropped: kept until the end of the program.
#[derive(Debug)]
pub struct Logging {
    _guard: WorkerGuard,
}

/// Starts the log of this process in the home's folder, which must be there. `LONGSHORE_LOG` says how much, as in
/// `debug` or `engine=trace`.
///
/// # Errors
/// `no_log` when the file can't be made, or when this process has a log already.
pub fn start(home: &Home) -> Result<Logging, Failure> {
    let no_log = |why: &dyn std::fmt::Display| Failure::new("no_log", format!("The log can't be written: {why}."));
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("longshore")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(home.logs())
        .map_err(|why| no_log(&why))?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let filter = EnvFilter::try_from_env("LONGSHORE_LOG").unwrap_or_else(|_| EnvFilter::new(USUAL));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(move || Redacting(writer.clone()))
        .try_init()
        .map_err(|why| no_log(&why))?;
    name_panics();
    Ok(Logging { _guard: guard })
}

/// What a panic carries may hold anything, so that only its place is told.
fn name_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!(place, "a bug stopped a task");
        // The terminal may be gone; there is nothing to do about it then.
        let _ = writeln!(
            io::stderr(),
            "Longshore has a bug: it stopped at {place}. Nothing that was stored is lost."
        );
    }));
}

/// Takes secrets out of whole lines before they are written.
struct Redacting<W>(W);

impl<W: Write> Write for Redacting<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0
            .write_all(redact::redact(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reaches_the_file_has_lost_its_secrets() {
        let mut file = Vec::new();
        Redacting(&mut file)
            .write_all(b"PUT https://s3.example/k?X-Amz-Signature=hunter2 with token=hunter2\n")
            .unwrap();
        let written = String::from_utf8(file).unwrap();
        assert!(
            written.starts_with("PUT https://s3.example/k") && !written.contains("hunter2"),
            "{written}"
        );
    }
}
