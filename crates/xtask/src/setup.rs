//! Setting up a machine: names what is missing, installs it where it may, and stops with the command where it may not.

use std::env;
use std::process::Command;

use crate::house::Stop;
use crate::needs::{self, Job, Need};

/// Makes sure that this machine has what these jobs need.
///
/// On Debian and Ubuntu packages are installed when this runs as root or `sudo` asks for no password; everywhere else
/// the error says what to do.
pub(crate) fn everything(jobs: &[Job]) -> Result<(), Stop> {
    let missing = needs::missing(jobs);
    if missing.is_empty() {
        return Ok(());
    }
    println!("This machine lacks:");
    for need in &missing {
        println!("  {}", need.name);
    }
    let packages: Vec<_> = missing.iter().filter_map(|need| need.package).collect();
    if packages.is_empty() || needs::program("apt-get").is_none() {
        return Err(Stop::new(format!(
            "Please install {} and start again.",
            names(&missing)
        )));
    }
    install(&packages)?;
    let still = needs::missing(jobs);
    if still.is_empty() {
        return Ok(());
    }
    Err(Stop::new(format!(
        "Still missing after the installation: {}. Please install it and start again.",
        names(&still)
    )))
}

fn install(packages: &[&str]) -> Result<(), Stop> {
    let list = packages.join(" ");
    let by_hand = format!("sudo apt-get update && sudo apt-get install -y --no-install-recommends {list}");
    let Some(rights) = rights() else {
        return Err(Stop::new(format!(
            "Installing needs root, and sudo would ask for a password. Please run\n\n  {by_hand}\n\nand start again."
        )));
    };
    println!("Installing with apt-get: {list}");
    let apt = |arguments: &[&str]| {
        let mut words = rights.iter().copied().chain(["apt-get"]);
        let program = words.next().unwrap_or("apt-get");
        Command::new(program)
            .args(words)
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .status()
            .is_ok_and(|status| status.success())
    };
    // A list that could not be refreshed in full may still hold these packages: the installation decides.
    apt(&["update", "-q"]);
    let mut arguments = vec!["install", "-y", "-q", "--no-install-recommends"];
    arguments.extend(packages);
    if apt(&arguments) {
        Ok(())
    } else {
        Err(Stop::new(format!(
            "apt-get could not install them (its reason stands above). By hand:\n\n  {by_hand}"
        )))
    }
}

/// What to put before apt-get; `None` where this may not install.
fn rights() -> Option<&'static [&'static str]> {
    let id = Command::new("id").arg("-u").output().ok()?;
    if id.stdout.trim_ascii() == b"0" {
        return Some(&[]);
    }
    needs::succeeds(Command::new("sudo").args(["-n", "true"])).then_some(&[
        "sudo",
        "-n",
        "--preserve-env=DEBIAN_FRONTEND",
    ])
}

fn names(needs: &[&Need]) -> String {
    let on_debian = env::consts::OS == "linux" && needs::program("apt-get").is_some();
    let name = |need: &&Need| match need.package {
        Some(package) if on_debian => package,
        _ => need.name,
    };
    needs.iter().map(name).collect::<Vec<_>>().join(", ")
}
