//! Asks how much room is left on a disk.

use std::fs::File;
use std::io;
use std::path::Path;

/// Bytes that this person may still write to the file system that holds `path`, quotas and reserves taken off where the
/// system tells them. `path` must exist: what stands above a missing folder may be another disk.
///
/// # Errors
/// [`io::ErrorKind::NotFound`] when `path` is missing; otherwise what the system says.
pub fn free(path: &Path) -> io::Result<u64> {
    system::free(path)
}

/// Makes `file` `len` bytes long; where the system can do it, room for them is reserved, so that a disk that is too full
/// says so now. What is not written yet reads as zeros.
///
/// # Errors
/// [`io::ErrorKind::StorageFull`] when there is no room; otherwise what the system says.
pub fn reserve(file: &File, len: u64) -> io::Result<()> {
    system::reserve(file, len)
}

#[cfg(unix)]
mod system {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    pub(super) fn free(path: &Path) -> io::Result<u64> {
        let found = rustix::fs::statvfs(path)?;
        Ok(found.f_bavail.saturating_mul(found.f_frsize))
    }

    #[cfg(target_os = "linux")]
    pub(super) fn reserve(file: &File, len: u64) -> io::Result<()> {
        use rustix::fs::{FallocateFlags, fallocate};
        use rustix::io::Errno;
        if len == 0 {
            return file.set_len(0);
        }
        match fallocate(file, FallocateFlags::empty(), 0, len) {
            Ok(()) => file.set_len(len),
            // File systems that can't reserve.
            Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => file.set_len(len),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn reserve(file: &File, len: u64) -> io::Result<()> {
        file.set_len(len)
    }
}

#[cfg(windows)]
mod system {
    use crate::wide::wide;
    use std::io;
    use std::path::Path;
    use windows_sys::Win32::Storage::FileSystem::GetDiskFreeSpaceExW;

    /// NTFS reserves room for the whole length.
    pub(super) fn reserve(file: &std::fs::File, len: u64) -> io::Result<()> {
        file.set_len(len)
    }

    #[allow(unsafe_code)]
    pub(super) fn free(path: &Path) -> io::Result<u64> {
        // The call wants a folder.
        let folder = if path.metadata()?.is_dir() {
            path
        } else {
            path.parent().unwrap_or(path)
        };
        let folder = wide(folder)?;
        let mut free = 0;
        // SAFETY: `folder` ends with a zero and lives until the call returns; `free` is the number it fills, and the two
        // answers that may be null are not asked for.
        let done = unsafe {
            GetDiskFreeSpaceExW(
                folder.as_ptr(),
                &raw mut free,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
            )
        };
        if done == 0 {
            Err(io::Error::last_os_error())
        } else {
            Ok(free)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserved_file_has_its_length_and_keeps_what_was_written() {
        let file = tempfile::tempfile().unwrap();
        crate::write_all_at(&file, b"ab", 0).unwrap();
        reserve(&file, 10_000).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 10_000);
        let mut buffer = [1; 3];
        assert_eq!(crate::read_at(&file, &mut buffer, 0).unwrap(), 3);
        assert_eq!(&buffer, b"ab\0");
        reserve(&file, 0).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn more_than_the_disk_holds_is_refused_at_once() {
        let file = tempfile::tempfile().unwrap();
        assert!(reserve(&file, 1 << 60).is_err());
    }

    #[test]
    fn a_folder_and_a_file_in_it_have_the_same_kind_of_room() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        std::fs::write(&file, b"x").unwrap();
        assert!(free(folder.path()).unwrap() > 0);
        assert!(free(&file).unwrap() > 0);
    }

    #[test]
    fn a_missing_folder_is_an_error_and_not_its_parents_room() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            free(&folder.path().join("gone")).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_system_without_room_says_zero() {
        assert_eq!(free(Path::new("/proc")).unwrap(), 0);
    }
}
