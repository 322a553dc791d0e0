//! Those who send the file, Longshore first.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::measure::{self, Cost};
use crate::house::Stop;

type Prepare = dyn Fn(&Path, &Path) -> Result<Command, Stop>;

/// One way to send the file.
pub(crate) struct Contender {
    pub(crate) name: String,
    /// Makes the command for a file and a folder of its own for this round.
    prepare: Box<Prepare>,
}

impl Contender {
    pub(crate) fn new(
        name: impl Into<String>,
        prepare: impl Fn(&Path, &Path) -> Result<Command, Stop> + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            prepare: Box::new(prepare),
        }
    }

    /// Sends the file once. What the program says is shown only when it fails.
    pub(crate) fn send(&self, file: &Path, folder: &Path) -> Result<Cost, Stop> {
        let folder = folder.join(self.name.split(' ').next().unwrap_or("one"));
        let log = folder.join("log");
        let open = || {
            fs::create_dir_all(&folder)?;
            fs::File::create(&log)
        };
        let out = open().map_err(|error| Stop::new(format!("{} cannot be written: {error}.", log.display())))?;
        let mut command = (self.prepare)(file, &folder)?;
        if let Ok(err) = out.try_clone() {
            command.stderr(err);
        }
        command.stdin(Stdio::null()).stdout(out);
        measure::run(command).map_err(|stop| {
            let said = fs::read_to_string(&log).unwrap_or_default();
            Stop::new(format!("{said}\n{}: {stop}", self.name))
        })
    }
}

/// Longshore, with a home of its own per round: the same file to the same home would be the same transfer.
pub(crate) fn longshore(program: &Path, sandbox: &Value) -> Result<Contender, Stop> {
    let service = &sandbox["providers"]["fileflare"];
    let base_url = service["base_url"].as_str().map(str::to_owned);
    let base_url = base_url.ok_or_else(|| Stop::new("The sandbox names no base URL."))?;
    let secret = service["secret"].to_string();
    let program = program.to_path_buf();
    Ok(Contender::new(
        "longshore (every part verified)",
        move |file, folder| {
            let longshore = || {
                let mut command = Command::new(&program);
                command
                    .env("LONGSHORE_HOME", folder.join("home"))
                    .env("LONGSHORE_PASSPHRASE", "bench");
                command
            };
            let mut add = longshore();
            add.args(["account", "add", "fileflare", "--name", "bench", "--secret-stdin"])
                .args(["--base-url", &base_url]);
            tell(add, &secret)?;
            let mut upload = longshore();
            upload.arg("upload").arg(file).args(["--to", "bench", "--json"]);
            Ok(upload)
        },
    ))
}

/// Runs a command with one line on its standard input.
fn tell(mut command: Command, line: &str) -> Result<(), Stop> {
    let failed = |why: String| Stop::new(format!("The account could not be added: {why}."));
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    if let Some(mut input) = child.stdin.take() {
        writeln!(input, "{line}").map_err(|error| failed(error.to_string()))?;
    }
    let status = child.wait().map_err(|error| failed(error.to_string()))?;
    if status.success() {
        Ok(())
    } else {
        Err(failed(status.to_string()))
    }
}
