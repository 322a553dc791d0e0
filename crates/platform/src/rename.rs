//! Gives a file another name: over what stands there, or only where nothing does.

use std::fs;
use std::io;
use std::path::Path;

/// Renames a file within one file system and takes the place of the file that has the name, in one step.
///
/// The change is on the disk for good only after [`crate::sync_dir`].
///
/// # Errors
/// What the system says; [`io::ErrorKind::CrossesDevices`] when both are on different file systems.
pub fn replace(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Renames a file within one file system, and never replaces what already has the name.
///
/// The change is on the disk for good only after [`crate::sync_dir`]. A file system that can do it neither in one step nor by
/// a second link gets the name reserved by an empty file first; a crash right then leaves that empty file and `from`.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when anything has the name, even a dangling link: `from` is untouched then.
/// Otherwise what the system says; [`io::ErrorKind::CrossesDevices`] when both are on different file systems.
pub fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    system::rename_new(from, to)
}

#[cfg(unix)]
mod system {
    use super::{fs, io};
    use rustix::io::Errno;
    use std::path::Path;

    pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
        match in_one_step(from, to) {
            // What kernels and file systems answer that do not know the flag.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => by_second_link(from, to),
            answer => Ok(answer?),
        }
    }

    #[cfg(any(target_os = "linux", target_os = "macos"))]
    fn in_one_step(from: &Path, to: &Path) -> Result<(), Errno> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)
    }

    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    fn in_one_step(_from: &Path, _to: &Path) -> Result<(), Errno> {
        Err(Errno::NOSYS)
    }

    /// A link is made only where nothing stands; a crash between both steps leaves one file with two names, and the
    /// next call finishes that.
    pub(super) fn by_second_link(from: &Path, to: &Path) -> io::Result<()> {
        match fs::hard_link(from, to) {
            Ok(()) => fs::remove_file(from),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && already_linked(from, to) => {
                fs::remove_file(from)
            }
            Err(error) if no_links_here(&error) => by_reservation(from, to),
            Err(error) => Err(error),
        }
    }

    fn already_linked(from: &Path, to: &Path) -> bool {
        use std::os::unix::fs::MetadataExt;
        let number = |path| fs::symlink_metadata(path).map(|found| (found.dev(), found.ino(), found.nlink()));
        matches!((number(from), number(to)), (Ok(a), Ok(b)) if a == b && a.2 > 1)
    }

    fn no_links_here(error: &io::Error) -> bool {
        matches!(
            Errno::from_io_error(error),
            Some(Errno::PERM | Errno::NOTSUP | Errno::NOSYS | Errno::INVAL | Errno::MLINK)
        )
    }

    pub(super) fn by_reservation(from: &Path, to: &Path) -> io::Result<()> {
        fs::symlink_metadata(from)?;
        drop(crate::create_new(to, true)?);
        fs::rename(from, to).inspect_err(|_| {
            // Only what we have just made goes; when that fails too, the first error is the one worth telling.
            let _ = fs::remove_file(to);
        })
    }
}

#[cfg(windows)]
mod system {
    use super::io;
    use crate::wide::wide;
    use std::path::Path;
    use windows_sys::Win32::Storage::FileSystem::{MOVEFILE_WRITE_THROUGH, MoveFileExW};

    #[allow(unsafe_code)]
    pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
        let (from, to) = (wide(from)?, wide(to)?);
        // SAFETY: both are texts that end with a zero and live until the call returns. Without MOVEFILE_REPLACE_EXISTING
        // and MOVEFILE_COPY_ALLOWED it neither replaces nor copies.
        if unsafe { MoveFileExW(from.as_ptr(), to.as_ptr(), MOVEFILE_WRITE_THROUGH) } == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rename = fn(&Path, &Path) -> io::Result<()>;

    fn every_way() -> Vec<Rename> {
        #[cfg(unix)]
        return vec![rename_new, system::by_second_link, system::by_reservation];
        #[cfg(windows)]
        return vec![rename_new];
    }

    #[test]
    fn a_free_name_is_taken() {
        for rename in every_way() {
            let folder = tempfile::tempdir().unwrap();
            let (from, to) = (folder.path().join("a.part"), folder.path().join("a"));
            fs::write(&from, b"whole").unwrap();
            rename(&from, &to).unwrap();
            assert_eq!(fs::read(&to).unwrap(), b"whole");
            assert!(!from.exists());
        }
    }

    #[test]
    fn a_file_that_has_the_name_is_never_replaced() {
        for rename in every_way() {
            let folder = tempfile::tempdir().unwrap();
            let (from, to) = (folder.path().join("a.part"), folder.path().join("a"));
            fs::write(&from, b"new").unwrap();
            fs::write(&to, b"old").unwrap();
            assert_eq!(rename(&from, &to).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(fs::read(&to).unwrap(), b"old");
            assert_eq!(fs::read(&from).unwrap(), b"new");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_dangling_link_that_has_the_name_is_never_replaced() {
        for rename in every_way() {
            let folder = tempfile::tempdir().unwrap();
            let (from, to) = (folder.path().join("a.part"), folder.path().join("a"));
            fs::write(&from, b"new").unwrap();
            std::os::unix::fs::symlink("nowhere", &to).unwrap();
            assert_eq!(rename(&from, &to).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert!(fs::symlink_metadata(&to).unwrap().is_symlink());
            assert!(from.exists());
        }
    }

    #[test]
    fn a_file_that_is_gone_takes_no_name() {
        for rename in every_way() {
            let folder = tempfile::tempdir().unwrap();
            let (from, to) = (folder.path().join("a.part"), folder.path().join("a"));
            assert_eq!(rename(&from, &to).unwrap_err().kind(), io::ErrorKind::NotFound);
            assert!(!to.exists());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_crash_between_link_and_unlink_is_finished_by_the_next_call() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a.part"), folder.path().join("a"));
        fs::write(&from, b"whole").unwrap();
        fs::hard_link(&from, &to).unwrap();
        system::by_second_link(&from, &to).unwrap();
        assert_eq!(fs::read(&to).unwrap(), b"whole");
        assert!(!from.exists());
    }

    #[test]
    fn of_many_that_want_one_name_exactly_one_gets_it() {
        for rename in every_way() {
            let folder = tempfile::tempdir().unwrap();
            let to = folder.path().join("a");
            let winners: Vec<u32> = std::thread::scope(|scope| {
                let runs: Vec<_> = (0..8)
                    .map(|n| {
                        let (from, to) = (folder.path().join(n.to_string()), to.clone());
                        scope.spawn(move || {
                            fs::write(&from, n.to_string()).unwrap();
                            rename(&from, &to).ok().map(|()| n)
                        })
                    })
                    .collect();
                runs.into_iter().filter_map(|run| run.join().unwrap()).collect()
            });
            assert_eq!(winners.len(), 1);
            assert_eq!(fs::read_to_string(&to).unwrap(), winners[0].to_string());
        }
    }

    #[test]
    fn replace_takes_the_place_of_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("new"), folder.path().join("old"));
        fs::write(&from, b"new").unwrap();
        fs::write(&to, b"old").unwrap();
        replace(&from, &to).unwrap();
        assert_eq!(fs::read(&to).unwrap(), b"new");
        assert!(!from.exists());
    }
}
