//! wine with a folder of its own: nothing is kept in the person's home, and nothing of it runs on afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::LINKER;
use crate::cross::Cross;
use crate::house::Stop;
use crate::run::must;

/// wine at work. Dropping it ends every Windows program that was started with it.
#[derive(Debug)]
pub(crate) struct Wine {
    prefix: PathBuf,
    home: PathBuf,
}

impl Wine {
    /// Makes the folder that stands for `C:`, where there is none yet.
    pub(crate) fn start(cross: &Cross) -> Result<Self, Stop> {
        let wine = Self {
            prefix: cross.folder().join("wine"),
            home: cross.folder().join("wine-home"),
        };
        fs::create_dir_all(&wine.home)
            .map_err(|error| Stop::new(format!("{} cannot be made: {error}.", wine.home.display())))?;
        // It stays until it is ended below: left alone it leaves a few seconds after a program, and the next may just meet its
        // end. One of a run that was cut off serves as well, and says so by failing.
        let _ = wine
            .command("wineserver")
            .arg("--persistent")
            .stderr(Stdio::null())
            .status();
        must(
            "setting up wine's folder",
            wine.command("wine").args(["wineboot", "--init"]),
        )?;
        wine.random_bytes()?;
        Ok(wine)
    }

    /// wine 8 lacks the library that Rust's standard library asks for random bytes: it is built from what wine has.
    fn random_bytes(&self) -> Result<(), Stop> {
        let library = self.prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
        if library.exists() {
            return Ok(());
        }
        let text = self.prefix.join("bcryptprimitives.c");
        fs::write(&text, include_str!("bcryptprimitives.c"))
            .map_err(|error| Stop::new(format!("{} cannot be written: {error}.", text.display())))?;
        let mut compiler = Command::new(LINKER);
        compiler
            .args(["-shared", "-O1", "-o"])
            .args([&library, &text])
            .arg("-ladvapi32");
        must("building the library of random bytes", &mut compiler)
    }

    /// A Windows program, to be run.
    pub(crate) fn run(&self, program: &Path) -> Command {
        let mut wine = self.command("wine");
        wine.arg(program);
        wine
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEARCH", "win64")
            .env("WINEDEBUG", "-all")
            // Neither asks to fetch what a console program never needs, nor writes menus for what it finds.
            .env("WINEDLLOVERRIDES", "mscoree=;mshtml=;winemenubuilder.exe=")
            // wine shows folders of the home, if there are any, as a person's documents.
            .env("HOME", &self.home)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null());
        command
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        // Of this prefix alone. Where nothing runs any more there is nothing to end, and it says so by failing.
        let _ = self.command("wineserver").arg("--kill").stderr(Stdio::null()).status();
        let _ = self.command("wineserver").arg("--wait").stderr(Stdio::null()).status();
    }
}
