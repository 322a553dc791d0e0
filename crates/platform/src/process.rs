//! What the system keeps and tells about this process.

use std::io;

/// Keeps the process's memory, and the secrets in it, out of crash dumps (and on Linux away from other processes' debuggers).
///
/// On Windows nothing is to do: it keeps no dumps unless an administrator asks for them.
///
/// # Errors
/// What the system says.
pub fn no_core_dumps() -> io::Result<()> {
    system::no_core_dumps()
}

/// The most memory this process has held at once, in bytes; `None` where the system does not tell.
#[must_use]
pub fn peak_memory_bytes() -> Option<u64> {
    system::peak_memory_bytes()
}

#[cfg(unix)]
mod system {
    use rustix::process::{Resource, Rlimit, setrlimit};
    use std::io;

    pub(super) fn no_core_dumps() -> io::Result<()> {
        setrlimit(
            Resource::Core,
            Rlimit {
                current: Some(0),
                maximum: Some(0),
            },
        )?;
        // A pattern that pipes dumps to a program ignores the limit, but not this.
        #[cfg(target_os = "linux")]
        rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
        Ok(())
    }

    #[cfg(target_os = "linux")]
    pub(super) fn peak_memory_bytes() -> Option<u64> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kibibytes * 1024)
    }

    #[cfg(target_os = "macos")]
    #[allow(unsafe_code)]
    pub(super) fn peak_memory_bytes() -> Option<u64> {
        let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
        // SAFETY: `usage` is the structure this call fills.
        if unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) } != 0 {
            return None;
        }
        // SAFETY: plain integers, zeroed before and filled by the call. macOS counts in bytes.
        u64::try_from(unsafe { usage.assume_init() }.ru_maxrss).ok()
    }

    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    pub(super) fn peak_memory_bytes() -> Option<u64> {
        None
    }
}

#[cfg(windows)]
mod system {
    use std::io;
    use windows_sys::Win32::System::ProcessStatus::{K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS};
    use windows_sys::Win32::System::Threading::GetCurrentProcess;

    pub(super) fn no_core_dumps() -> io::Result<()> {
        Ok(())
    }

    #[allow(unsafe_code)]
    pub(super) fn peak_memory_bytes() -> Option<u64> {
        let mut counters = PROCESS_MEMORY_COUNTERS::default();
        counters.cb = u32::try_from(size_of::<PROCESS_MEMORY_COUNTERS>()).ok()?;
        // SAFETY: the handle of the own process needs no closing; `counters` is as large as `cb` says.
        let done = unsafe { K32GetProcessMemoryInfo(GetCurrentProcess(), &raw mut counters, counters.cb) };
        (done != 0).then_some(counters.PeakWorkingSetSize as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_counts_memory_that_was_held_and_given_back() {
        let before = peak_memory_bytes().unwrap();
        let held = std::hint::black_box(vec![1_u8; 64 << 20]);
        drop(held);
        let after = peak_memory_bytes().unwrap();
        assert!(after >= 64 << 20, "{before} then {after}");
    }

    /// Not a test of its own: aborts in a process of its own.
    #[cfg(target_os = "linux")]
    #[test]
    fn aborts_without_a_dump_when_asked() {
        if std::env::var_os("LONGSHORE_TEST_ABORT").is_some() {
            no_core_dumps().unwrap();
            // What dumps go to differs from machine to machine; what the system was told does not.
            let limit = rustix::process::getrlimit(rustix::process::Resource::Core);
            assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
            let behaviour = rustix::process::dumpable_behavior().unwrap();
            assert_eq!(behaviour, rustix::process::DumpableBehavior::NotDumpable);
            std::process::abort();
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_crash_leaves_no_dump() {
        use std::os::unix::process::ExitStatusExt;
        let folder = tempfile::tempdir().unwrap();
        let run = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "process::tests::aborts_without_a_dump_when_asked"])
            .env("LONGSHORE_TEST_ABORT", "1")
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(run.status.signal(), Some(6));
        assert!(!run.status.core_dumped());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
