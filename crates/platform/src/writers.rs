//! Who has files open for writing, as far as the system tells.

use std::collections::HashSet;
use std::path::Path;

/// The files that other programs of this person have open for writing now, each by device and number.
///
/// On Linux they are read from `/proc`: programs of other people, and files that were mapped and closed, do not show. `None`
/// where the system does not tell (macOS, Windows). Blocking, some milliseconds.
#[must_use]
pub fn open_for_writing_now() -> Option<HashSet<(u64, u128)>> {
    system::writers()
}

/// Whether somebody has the file at `path` open for writing: what Windows tells, one file at a time, by not letting it be
/// opened for reading alone. `false` where the system tells it in [`open_for_writing_now`] or not at all. Blocking.
#[must_use]
pub fn is_being_written(path: &Path) -> bool {
    system::is_being_written(path)
}

#[cfg(target_os = "linux")]
mod system {
    use std::collections::HashSet;
    use std::fs;
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    /// The bits of `flags` in `/proc/PID/fdinfo/N` that say how it is open.
    const ACCESS: u32 = 0o3;

    pub(super) fn is_being_written(_path: &Path) -> bool {
        false
    }

    pub(super) fn writers() -> Option<HashSet<(u64, u128)>> {
        let own = std::process::id().to_string();
        let mut found = HashSet::new();
        for process in fs::read_dir("/proc").ok()?.flatten() {
            let name = process.file_name();
            let is_number = name
                .to_str()
                .is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
            if is_number && name.to_str() != Some(&own) {
                of_process(&process.path(), &mut found);
            }
        }
        Some(found)
    }

    /// It may end, or not be ours, at any moment: then there is nothing to read.
    fn of_process(process: &Path, found: &mut HashSet<(u64, u128)>) {
        for open in fs::read_dir(process.join("fd")).into_iter().flatten().flatten() {
            let Ok(file) = fs::metadata(open.path()) else { continue };
            if file.is_file() && is_writing(&process.join("fdinfo").join(open.file_name())) {
                found.insert((file.dev(), u128::from(file.ino())));
            }
        }
    }

    fn is_writing(info: &Path) -> bool {
        let info = fs::read_to_string(info).unwrap_or_default();
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
        let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
        flags.is_some_and(|flags| flags & ACCESS != 0)
    }
}

#[cfg(windows)]
mod system {
    use std::collections::HashSet;
    use std::fs::OpenOptions;
    use std::os::windows::fs::OpenOptionsExt;
    use std::path::Path;
    use windows_sys::Win32::Foundation::ERROR_SHARING_VIOLATION;
    use windows_sys::Win32::Storage::FileSystem::{FILE_SHARE_DELETE, FILE_SHARE_READ};

    pub(super) fn is_being_written(path: &Path) -> bool {
        let opened = OpenOptions::new()
            .read(true)
            .share_mode(FILE_SHARE_READ | FILE_SHARE_DELETE)
            .open(path);
        opened.is_err_and(|why| why.raw_os_error() == Some(ERROR_SHARING_VIOLATION.cast_signed()))
    }

    pub(super) fn writers() -> Option<HashSet<(u64, u128)>> {
        None
    }
}

#[cfg(not(any(target_os = "linux", windows)))]
mod system {
    use std::collections::HashSet;
    use std::path::Path;

    pub(super) fn is_being_written(_path: &Path) -> bool {
        false
    }

    pub(super) fn writers() -> Option<HashSet<(u64, u128)>> {
        None
    }
}

#[cfg(all(test, any(windows, target_os = "linux")))]
mod tests {
    use super::*;

    #[cfg(windows)]
    #[test]
    fn a_file_that_is_being_written_is_told_from_one_that_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let writing = crate::create_new(&path, false).unwrap();
        assert!(is_being_written(&path));
        drop(writing);
        let _reading = crate::open_for_reading(&path).unwrap();
        assert!(!is_being_written(&path));
        assert!(!is_being_written(&folder.path().join("gone")));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn another_programs_writing_is_seen_and_its_reading_is_not() {
        use std::process::{Command, Stdio};
        let folder = tempfile::tempdir().unwrap();
        let (read, written) = (folder.path().join("read"), folder.path().join("written"));
        std::fs::write(&read, b"x").unwrap();
        std::fs::write(&written, b"x").unwrap();
        let key = |path: &std::path::Path| {
            let identity = crate::identity_of(path).unwrap();
            (identity.device, identity.file)
        };
        let script = "exec 3<\"$1\" 4>>\"$2\"; echo ready; read line";
        let mut other = Command::new("sh")
            .args(["-c", script, "sh"])
            .args([&read, &written])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = [0; 6];
        std::io::Read::read_exact(other.stdout.as_mut().unwrap(), &mut ready).unwrap();
        let now = open_for_writing_now().unwrap();
        assert!(now.contains(&key(&written)));
        assert!(!now.contains(&key(&read)));
        drop(other.stdin.take());
        other.wait().unwrap();
        assert!(!open_for_writing_now().unwrap().contains(&key(&written)));
    }
}
