//! What the system starts when this person logs in: an entry that is looked at, put there and taken away again.
//!
//! Linux has a file for each entry in `autostart` (XDG), macOS a launch agent, Windows a value under `Run`. Only what we wrote
//! ourselves is ever replaced or removed, and what stands there is read each time: nothing about it is remembered.

// Each form is read and written everywhere, so that all of them are tested; one of them is used.
#[cfg_attr(not(target_os = "macos"), allow(dead_code))]
mod agent;
#[cfg_attr(not(all(unix, not(target_os = "macos"))), allow(dead_code))]
mod desktop;
#[cfg(unix)]
mod file;
#[cfg(windows)]
mod registry;
#[cfg_attr(not(windows), allow(dead_code))]
mod run_value;

use std::io;
use std::path::PathBuf;

/// A program that is to start at login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What the system keeps it by: ASCII letters, digits, dots and hyphens.
    pub id: String,
    /// What a person reads in the system's own list.
    pub name: String,
    /// An absolute path.
    pub program: PathBuf,
    /// Its first word is how an entry is known to be ours on Windows.
    pub arguments: Vec<String>,
}

/// What stands where an entry belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// The entry, just so.
    Ours,
    /// The entry, switched off with the system's own means.
    SwitchedOff,
    /// An entry that we wrote, and that starts this program or starts ours otherwise.
    Other(String),
    /// Something that we did not write, or that can't be read any more.
    Foreign,
}

impl Entry {
    /// What stands there now.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::InvalidInput`] for an entry that can't be written down here.
    pub fn found(&self) -> io::Result<Found> {
        system::found(self)
    }

    /// Where it belongs, for a person.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when the system names no home folder.
    pub fn place(&self) -> io::Result<String> {
        system::place(self)
    }

    /// Puts the entry there, in place of an older one of ours.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] when something that is not ours stands there: it is left alone. As [`Self::found`].
    pub fn put(&self) -> io::Result<()> {
        match self.found()? {
            Found::Foreign => Err(io::ErrorKind::AlreadyExists.into()),
            found => system::put(self, found != Found::Nothing),
        }
    }

    /// Takes the entry away, if there is one.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub fn take_away(&self) -> io::Result<()> {
        match self.found()? {
            Found::Foreign => Err(io::ErrorKind::AlreadyExists.into()),
            Found::Nothing => Ok(()),
            _ => system::take_away(self),
        }
    }
}

/// What can't be written down in the form that the system reads.
fn unwritable(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

/// The path of a program as text.
fn text_of(entry: &Entry) -> io::Result<&str> {
    let text = entry.program.to_str();
    text.ok_or_else(|| unwritable("the path of the program is no Unicode"))
}

#[cfg(all(unix, not(target_os = "macos")))]
mod system {
    use std::io;
    use std::path::PathBuf;

    use super::{Entry, Found, desktop, file};

    fn path(entry: &Entry) -> io::Result<PathBuf> {
        let named = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
        let folder = named.filter(|folder| folder.is_absolute());
        let folder = folder.or_else(|| Some(std::env::home_dir()?.join(".config")));
        let folder = folder.ok_or(io::ErrorKind::NotFound)?;
        Ok(folder.join("autostart").join(format!("{}.desktop", entry.id)))
    }

    pub(super) fn place(entry: &Entry) -> io::Result<String> {
        Ok(path(entry)?.display().to_string())
    }

    pub(super) fn found(entry: &Entry) -> io::Result<Found> {
        let text = file::read(&path(entry)?)?;
        Ok(text.map_or(Found::Nothing, |text| desktop::judge(&text, entry)))
    }

    pub(super) fn put(entry: &Entry, over: bool) -> io::Result<()> {
        file::write(&path(entry)?, &desktop::text(entry)?, over)
    }

    pub(super) fn take_away(entry: &Entry) -> io::Result<()> {
        file::remove(&path(entry)?)
    }
}

#[cfg(target_os = "macos")]
mod system {
    use std::io;
    use std::path::PathBuf;

    use super::{Entry, Found, agent, file};

    fn path(entry: &Entry) -> io::Result<PathBuf> {
        let home = std::env::home_dir().ok_or(io::ErrorKind::NotFound)?;
        Ok(home.join("Library/LaunchAgents").join(format!("{}.plist", entry.id)))
    }

    pub(super) fn place(entry: &Entry) -> io::Result<String> {
        Ok(path(entry)?.display().to_string())
    }

    pub(super) fn found(entry: &Entry) -> io::Result<Found> {
        let text = file::read(&path(entry)?)?;
        Ok(text.map_or(Found::Nothing, |text| agent::judge(&text, entry)))
    }

    pub(super) fn put(entry: &Entry, over: bool) -> io::Result<()> {
        file::write(&path(entry)?, &agent::text(entry)?, over)
    }

    pub(super) fn take_away(entry: &Entry) -> io::Result<()> {
        file::remove(&path(entry)?)
    }
}

#[cfg(windows)]
mod system {
    use std::io;

    use super::{Entry, Found, registry, run_value};

    const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
    /// Where the task manager notes what the person switched off.
    const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";

    pub(super) fn place(entry: &Entry) -> io::Result<String> {
        Ok(format!(r"HKEY_CURRENT_USER\{RUN}\{}", entry.id))
    }

    pub(super) fn found(entry: &Entry) -> io::Result<Found> {
        let Some(value) = registry::text(RUN, &entry.id)? else {
            return Ok(Found::Nothing);
        };
        let found = run_value::judge(&value, entry);
        // An odd first byte is its way of saying no.
        let off = registry::first_byte(APPROVED, &entry.id)?.is_some_and(|byte| byte & 1 == 1);
        Ok(if off && found != Found::Foreign {
            Found::SwitchedOff
        } else {
            found
        })
    }

    pub(super) fn put(entry: &Entry, _over: bool) -> io::Result<()> {
        registry::set(RUN, &entry.id, &run_value::text(entry)?)?;
        registry::delete(APPROVED, &entry.id)
    }

    pub(super) fn take_away(entry: &Entry) -> io::Result<()> {
        registry::delete(RUN, &entry.id)?;
        registry::delete(APPROVED, &entry.id)
    }
}

#[cfg(test)]
fn entry(program: &str, arguments: &[&str]) -> Entry {
    Entry {
        id: "longshore".to_owned(),
        name: "Longshore".to_owned(),
        program: program.into(),
        arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
    }
}
