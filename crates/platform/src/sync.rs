//! Makes names durable: what was created, renamed or removed in a folder outlives a power cut.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Writes the folder's list of names to the disk.
///
/// Without it a file whose content was synced can be missing after a power cut.
///
/// # Errors
/// What the system says; after an error the names count as not written, and asking again proves nothing.
/// A file system that keeps no such list of its own to sync is no error.
pub fn sync_dir(path: &Path) -> io::Result<()> {
    match open(path)?.sync_all() {
        Err(error) if nothing_to_sync(&error) => Ok(()),
        answer => answer,
    }
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new()
        .read(true)
        .custom_flags(OFlags::DIRECTORY.bits().cast_signed())
        .open(path)
}

#[cfg(windows)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt;
    use windows_sys::Win32::Storage::FileSystem::FILE_FLAG_BACKUP_SEMANTICS;
    // Only with this flag does Windows open a folder, and it flushes only what may be written.
    OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(FILE_FLAG_BACKUP_SEMANTICS)
        .open(path)
}

/// Some network file systems answer so: the server alone decides when names are durable.
#[cfg(unix)]
fn nothing_to_sync(error: &io::Error) -> bool {
    use rustix::io::Errno;
    matches!(Errno::from_io_error(error), Some(Errno::INVAL | Errno::NOTSUP))
}

/// NTFS keeps a journal of its names; a drive that refuses to flush a folder has no other way to ask.
#[cfg(windows)]
fn nothing_to_sync(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_a_new_name_syncs() {
        let folder = tempfile::tempdir().unwrap();
        crate::create_new(&folder.path().join("a"), true).unwrap();
        sync_dir(folder.path()).unwrap();
    }

    #[test]
    fn a_folder_that_is_gone_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            sync_dir(&folder.path().join("gone")).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_not_mistaken_for_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        crate::create_new(&path, true).unwrap();
        assert_eq!(sync_dir(&path).unwrap_err().kind(), io::ErrorKind::NotADirectory);
    }
}
