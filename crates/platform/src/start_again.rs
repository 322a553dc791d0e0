//! A process that starts its program anew with another environment, because setting a variable in a running one is unsafe.

use std::ffi::{OsStr, OsString};
use std::io;

/// Replaces this program by itself in the same process, with these arguments and with one more variable in its
/// environment. It returns only when that did not happen, with the reason; then everything is as it was.
///
/// To be called before anything is open: locks, sockets and threads do not come along. Windows cannot replace a
/// program, and says so (`Unsupported`).
#[must_use]
pub fn start_again(arguments: &[OsString], variable: &OsStr, value: &OsStr) -> io::Error {
    system::start_again(arguments, variable, value)
}

#[cfg(unix)]
mod system {
    use std::ffi::{OsStr, OsString};
    use std::io;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    pub(super) fn start_again(arguments: &[OsString], variable: &OsStr, value: &OsStr) -> io::Error {
        match std::env::current_exe() {
            Ok(program) => Command::new(program).args(arguments).env(variable, value).exec(),
            Err(error) => error,
        }
    }
}

#[cfg(windows)]
mod system {
    use std::ffi::{OsStr, OsString};
    use std::io;

    pub(super) fn start_again(_: &[OsString], _: &OsStr, _: &OsStr) -> io::Error {
        io::ErrorKind::Unsupported.into()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const CHILD: &str = "LONGSHORE_TEST_START_AGAIN";
    const NAME: &str = "start_again::tests::the_same_process_goes_on_with_one_more_variable";

    #[test]
    fn the_same_process_goes_on_with_one_more_variable() {
        if std::env::var_os("LONGSHORE_TEST_ADDED").is_some() {
            println!("second life of {}", std::process::id());
            return;
        }
        if std::env::var_os(CHILD).is_some() {
            println!("first life of {}", std::process::id());
            let arguments = ["--exact", NAME, "--nocapture"].map(OsString::from);
            let error = start_again(&arguments, "LONGSHORE_TEST_ADDED".as_ref(), "1".as_ref());
            panic!("{error}");
        }
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME, "--nocapture"])
            .env(CHILD, "1")
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let id = child.id();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{said}");
        assert!(said.contains(&format!("first life of {id}")), "{said}");
        assert!(said.contains(&format!("second life of {id}")), "{said}");
    }
}
