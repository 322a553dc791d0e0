//! Keeps the machine from falling asleep by itself while bytes are moving.

use std::io;

/// Holds the machine awake until it is dropped or the process ends, however it ends. The screen may go dark, and a person may
/// send the machine to sleep all the same.
#[derive(Debug)]
pub struct Awake {
    _held: system::Held,
}

/// Asks the system to stay awake for `why`, which a person who asks the system for the reason gets to read.
///
/// # Errors
/// [`io::ErrorKind::NotFound`] or [`io::ErrorKind::Unsupported`] where the system offers nothing of the kind (Linux: without
/// `systemd-inhibit`); otherwise what it says. Work goes on without it.
pub fn stay_awake(why: &str) -> io::Result<Awake> {
    system::hold(why).map(|held| Awake { _held: held })
}

#[cfg(unix)]
mod system {
    use std::io;
    use std::process::{Child, Command, Stdio};

    /// A program that holds the machine awake as long as it runs; it ends when its standard input does, which is when we do.
    #[derive(Debug)]
    pub(super) struct Held(Child);

    pub(super) fn hold(why: &str) -> io::Result<Held> {
        let mut keeper = keeper(why)?;
        // What is ours to know is not its.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("LONGSHORE_") {
                keeper.env_remove(name);
            }
        }
        let child = keeper
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Held(child))
    }

    #[cfg(target_os = "linux")]
    fn keeper(why: &str) -> io::Result<Command> {
        let mut keeper = Command::new("systemd-inhibit");
        keeper
            .args(["--what=idle", "--mode=block", "--who=Longshore"])
            .arg(format!("--why={why}"))
            .arg("cat");
        Ok(keeper)
    }

    /// `-i`: no sleep for idleness.
    #[cfg(target_os = "macos")]
    fn keeper(_why: &str) -> io::Result<Command> {
        let mut keeper = Command::new("caffeinate");
        keeper.args(["-i", "cat"]);
        Ok(keeper)
    }

    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    fn keeper(_why: &str) -> io::Result<Command> {
        Err(io::ErrorKind::Unsupported.into())
    }

    impl Drop for Held {
        fn drop(&mut self) {
            drop(self.0.stdin.take());
            // It is at its end already, or on the way there.
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

#[cfg(windows)]
mod system {
    use std::io;
    use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
    use windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE;
    use windows_sys::Win32::System::Power::{
        PowerClearRequest, PowerCreateRequest, PowerRequestSystemRequired, PowerSetRequest,
    };
    use windows_sys::Win32::System::SystemServices::POWER_REQUEST_CONTEXT_VERSION;
    use windows_sys::Win32::System::Threading::{
        POWER_REQUEST_CONTEXT_SIMPLE_STRING, REASON_CONTEXT, REASON_CONTEXT_0,
    };

    /// A request of the whole process: the older call counts for one thread alone.
    #[derive(Debug)]
    pub(super) struct Held(OwnedHandle);

    #[allow(unsafe_code)]
    pub(super) fn hold(why: &str) -> io::Result<Held> {
        let mut text: Vec<u16> = why.encode_utf16().filter(|unit| *unit != 0).chain([0]).collect();
        let reason = REASON_CONTEXT {
            Version: POWER_REQUEST_CONTEXT_VERSION,
            Flags: POWER_REQUEST_CONTEXT_SIMPLE_STRING,
            Reason: REASON_CONTEXT_0 {
                SimpleReasonString: text.as_mut_ptr(),
            },
        };
        // SAFETY: `reason` and the text in it, which ends with a zero, live until the call returns; it copies them.
        let request = unsafe { PowerCreateRequest(&raw const reason) };
        if request.is_null() || request == INVALID_HANDLE_VALUE {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the handle was just made for us, is valid, and is closed by nobody else.
        let held = Held(unsafe { OwnedHandle::from_raw_handle(request) });
        // SAFETY: the handle is open for as long as `held` lives.
        if unsafe { PowerSetRequest(held.0.as_raw_handle(), PowerRequestSystemRequired) } == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(held)
    }

    impl Drop for Held {
        #[allow(unsafe_code)]
        fn drop(&mut self) {
            // SAFETY: the handle is open until after this. Closing it would end the request as well.
            unsafe { PowerClearRequest(self.0.as_raw_handle(), PowerRequestSystemRequired) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_held_and_let_go_or_its_absence_is_said() {
        for _ in 0..3 {
            match stay_awake("moving files") {
                Ok(awake) => drop(awake),
                Err(why) => assert!(
                    matches!(why.kind(), io::ErrorKind::NotFound | io::ErrorKind::Unsupported),
                    "{why}"
                ),
            }
        }
    }
}
