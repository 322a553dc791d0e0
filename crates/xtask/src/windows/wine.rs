//! wine with a folder of its own: nothing is kept in the person's home, and nothing of it runs on afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::cross::Cross;
use crate::house::Stop;

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
        let boot = wine.command("wine").args(["wineboot", "--init"]).status();
        match boot {
            Ok(status) if status.success() => Ok(wine),
            Ok(status) => Err(Stop::new(format!("wine could not set up its folder ({status})."))),
            Err(error) => Err(Stop::new(format!("wine could not be started: {error}."))),
        }
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
