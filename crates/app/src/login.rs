//! Starting at login: which program with which words, how the system has it, and changing that.

use std::io;
use std::path::{Path, PathBuf};

use platform::login::{Entry, Found};
use sha2::{Digest, Sha256};
use url::Url;

use crate::boundary::{Failure, LoginState, StartAtLogin};
use crate::home::Home;

/// The window's program.
const WINDOW: &str = "longshore-window";
/// Names it where it does not lie beside this one.
const VARIABLE: &str = "LONGSHORE_WINDOW";

/// How the system has it. Blocking.
pub(crate) fn standing(home: &Home) -> StartAtLogin {
    let answer = |state, text| StartAtLogin { state, text };
    let entry = match entry(home) {
        Ok(entry) => entry,
        Err(why) => return answer(LoginState::Unavailable, Some(why.message)),
    };
    match entry.found() {
        Ok(Found::Nothing) => answer(LoginState::Off, None),
        Ok(Found::Ours) => answer(LoginState::On, None),
        Ok(Found::SwitchedOff) => answer(
            LoginState::SwitchedOff,
            Some("It is switched off in the system's own list of programs that start at login.".to_owned()),
        ),
        Ok(Found::Other(program)) => answer(
            LoginState::Other,
            Some(format!(
                "What starts at login is {program}, as it was set earlier. Switch it on again to start this Longshore instead."
            )),
        ),
        Ok(Found::Foreign) => answer(LoginState::Foreign, Some(foreign(&entry).message)),
        Err(why) => answer(LoginState::Unavailable, Some(refused(&entry, "look at", &why).message)),
    }
}

/// Has it start at login, or no more. Blocking.
///
/// # Errors
/// `no_window` when there is nothing to be started; `login_foreign` when something else stands in the entry's place;
/// `login_refused` with what the system says. Nothing was changed then.
pub(crate) fn set(home: &Home, on: bool) -> Result<(), Failure> {
    let entry = entry(home)?;
    let (done, verb) = match on {
        true => (entry.put(), "write"),
        false => (entry.take_away(), "remove"),
    };
    done.map_err(|why| match why.kind() {
        io::ErrorKind::AlreadyExists => foreign(&entry),
        _ => refused(&entry, verb, &why),
    })
}

/// What is to start: the window, unseen, with this home.
fn entry(home: &Home) -> Result<Entry, Failure> {
    let mut arguments = vec!["--hidden".to_owned()];
    let (mut id, mut name) = ("longshore".to_owned(), "Longshore".to_owned());
    if home.is_own() {
        let data = home.data();
        let address = Url::from_file_path(data).map_err(|()| {
            Failure::new(
                "no_home",
                format!("The folder {} can't be written as an address.", data.display()),
            )
        })?;
        arguments.push(format!("--home={address}"));
        // Each home has an entry of its own, under the same name whichever version made it.
        let digest = Sha256::digest(address.as_str());
        let short: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        id = format!("longshore-{short}");
        name = format!("Longshore ({})", data.display());
    }
    Ok(Entry {
        id,
        name,
        program: window()?,
        arguments,
    })
}

/// The window's program: this one, the one that is named, or the one beside this.
fn window() -> Result<PathBuf, Failure> {
    let here = std::env::current_exe().ok();
    let own = here
        .clone()
        .filter(|here| here.file_stem().is_some_and(|stem| stem == WINDOW));
    let named = || std::env::var_os(VARIABLE).map(PathBuf::from);
    let beside = || Some(here?.with_file_name(format!("{WINDOW}{}", std::env::consts::EXE_SUFFIX)));
    let found = own.or_else(named).or_else(beside);
    let there = |path: &PathBuf| path.is_absolute() && Path::is_file(path);
    found.filter(there).ok_or_else(|| {
        Failure::new(
            "no_window",
            "Longshore's window is not installed beside this program, and it is the window that starts at login. Start \
             `longshore run` by the means of your system instead.",
        )
    })
}

fn foreign(entry: &Entry) -> Failure {
    Failure::new(
        "login_foreign",
        format!(
            "{} is not as Longshore writes it, and is left alone. Move it away, then set this again.",
            place(entry)
        ),
    )
}

fn refused(entry: &Entry, verb: &str, why: &io::Error) -> Failure {
    Failure::new(
        "login_refused",
        format!(
            "The system did not let Longshore {verb} {}: {why}. Nothing was changed; when its cause is gone, try again.",
            place(entry)
        ),
    )
}

fn place(entry: &Entry) -> String {
    entry
        .place()
        .unwrap_or_else(|_| "the list of what starts at login".to_owned())
}
