//! Those who fetch the file, Longshore first: the link stands where senders are given a file.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::contender::Contender;

/// All of them. `rclone` is where the senders' peers were installed.
pub(crate) fn all(longshore: &Path, rclone: PathBuf) -> Vec<Contender> {
    let program = longshore.to_path_buf();
    vec![
        fetcher("longshore (4 connections)", move |link, folder| {
            let mut command = Command::new(&program);
            command
                .env("LONGSHORE_HOME", folder.join("home"))
                .env("LONGSHORE_PASSPHRASE", "bench")
                .arg("download")
                .arg(link)
                .args(["--dir", ".", "--json"]);
            command
        }),
        fetcher("curl", |link, _| {
            let mut command = Command::new("curl");
            command.args(["--silent", "--fail", "--output", "file"]).arg(link);
            command
        }),
        fetcher("aria2c (1 connection)", |link, _| aria2c(link, "1")),
        fetcher("aria2c (4 connections)", |link, _| aria2c(link, "4")),
        fetcher("aria2c (8 connections)", |link, _| aria2c(link, "8")),
        fetcher("rclone copyurl", move |link, _| {
            let mut command = Command::new(&rclone);
            command.arg("copyurl").arg(link).arg("file");
            command
        }),
    ]
}

/// The program runs in a folder of its own, which is empty, and with nobody's own configuration.
fn fetcher(name: &str, make: impl Fn(&OsStr, &Path) -> Command + 'static) -> Contender {
    Contender::new(name, move |link, folder| {
        let mut command = make(link.as_os_str(), folder);
        command.current_dir(folder).env("HOME", folder);
        Ok(command)
    })
}

fn aria2c(link: &OsStr, connections: &str) -> Command {
    let mut command = Command::new("aria2c");
    command
        .args([
            "--no-conf",
            "--quiet",
            "--allow-overwrite=true",
            "--out=file",
            "--min-split-size=1M",
        ])
        .arg(format!("--max-connection-per-server={connections}"))
        .arg(format!("--split={connections}"))
        .arg(link);
    command
}
