//! `cargo xtask run`: the window beside a sandbox, its accounts signed in; without a display, the demo.

use std::env;
use std::fs;
use std::process::Command;

use crate::house::{House, Stop};
use crate::needs::Job;
use crate::npm;
use crate::setup;

/// Builds what is needed and starts it. Returns when the window is closed.
pub(crate) fn run(house: &House, keep: bool) -> Result<(), Stop> {
    if has_display() {
        window(house, keep)
    } else {
        println!("This machine has no display (neither WAYLAND_DISPLAY nor DISPLAY is set), so no window can open.");
        println!("Instead: the demo, a real upload through the sandbox.");
        demo(house)
    }
}

fn has_display() -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    env::consts::OS != "linux" || set("WAYLAND_DISPLAY") || set("DISPLAY")
}

fn window(house: &House, keep: bool) -> Result<(), Stop> {
    if !house.has("src-tauri/tauri.conf.json") || !house.has("ui/package.json") {
        return Err(Stop::new(
            "This checkout has no window yet (src-tauri/tauri.conf.json and ui/package.json are not there).",
        ));
    }
    setup::everything(&[Job::Engine, Job::Page, Job::Window])?;
    npm::page(house)?;
    let mut build = house.cargo();
    build.args(["build", "--locked", "--package", "cli", "--package", "longshore-window"]);
    must("building the window", &mut build)?;

    let home = house.target("sandbox-home");
    if !keep && home.exists() {
        fs::remove_dir_all(&home)
            .map_err(|error| Stop::new(format!("{} cannot be thrown away: {error}.", home.display())))?;
    }
    println!(
        "Starting Longshore beside its sandbox. Its home folder is {}.",
        home.display()
    );
    let mut window = Command::new(house.binary("longshore-window"));
    window
        .arg("--sandbox")
        .env("LONGSHORE_HOME", &home)
        // Guards sample credentials of a sandbox on this machine, nothing else.
        .env("LONGSHORE_PASSPHRASE", "sandbox")
        .env("LONGSHORE_BIN", house.binary("longshore"));
    let ended = must("the window", &mut window);
    if !keep && home.exists() {
        fs::remove_dir_all(&home)
            .map_err(|error| Stop::new(format!("{} cannot be thrown away: {error}.", home.display())))?;
    }
    ended
}

fn demo(house: &House) -> Result<(), Stop> {
    setup::everything(&[Job::Engine])?;
    let mut build = house.cargo();
    build.args(["build", "--locked", "--package", "cli"]);
    must("building longshore", &mut build)?;
    must("the demo", Command::new(house.binary("longshore")).arg("demo"))
}

/// Runs a command in the open; its failure ends the whole.
pub(crate) fn must(what: &str, command: &mut Command) -> Result<(), Stop> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Stop::new(format!("This failed: {what} ({status})."))),
        Err(error) => Err(Stop::new(format!("This could not be started: {what} ({error})."))),
    }
}
