//! What stands at a name, and opening it for writing, without following links.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// What has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The file system it lives on, as in [`crate::FileIdentity`].
    pub device: u64,
    /// Its number there, as in [`crate::FileIdentity`].
    pub file: u128,
    /// When it was made, in nanoseconds since 1970; `None` where the file system does not keep it, and where it is not
    /// needed. A number that became free is given to the next file: this tells them apart. NTFS gives none twice, while
    /// its time is the old one when a name was free for some seconds only.
    pub born_ns: Option<i128>,
    /// Length in bytes.
    pub size: u64,
    /// It is a regular file, not a link, a folder or a device.
    pub regular: bool,
}

/// What an open file is.
///
/// # Errors
/// What the system says.
pub fn standing_of(file: &File) -> io::Result<Standing> {
    system::standing_of(file)
}

fn born(metadata: &Metadata) -> Option<i128> {
    let since = metadata.created().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i128::try_from(since.as_nanos()).ok()
}

/// What stands at `path`; a symbolic link is not followed.
///
/// # Errors
/// [`io::ErrorKind::NotFound`] when nothing has the name; otherwise what the system says.
pub fn standing_at(path: &Path) -> io::Result<Standing> {
    system::standing_at(path)
}

/// Opens a regular file for reading and writing. A symbolic link is not followed, a named pipe not waited for.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when something else than a regular file stands there; otherwise what the system says.
pub fn open_for_writing(path: &Path) -> io::Result<File> {
    let strange = || io::Error::new(io::ErrorKind::InvalidInput, "this is not a regular file");
    if !standing_at(path)?.regular {
        return Err(strange());
    }
    let file = system::open_for_writing(path)?;
    if !file.metadata()?.is_file() {
        return Err(strange());
    }
    Ok(file)
}

#[cfg(unix)]
mod system {
    use super::Standing;
    use rustix::fs::OFlags;
    use std::fs::{File, Metadata, OpenOptions, symlink_metadata};
    use std::io;
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
    use std::path::Path;

    pub(super) fn standing_at(path: &Path) -> io::Result<Standing> {
        Ok(standing(&symlink_metadata(path)?))
    }

    pub(super) fn standing_of(file: &File) -> io::Result<Standing> {
        Ok(standing(&file.metadata()?))
    }

    fn standing(found: &Metadata) -> Standing {
        Standing {
            device: found.dev(),
            file: u128::from(found.ino()),
            born_ns: super::born(found),
            size: found.size(),
            regular: found.is_file(),
        }
    }

    pub(super) fn open_for_writing(path: &Path) -> io::Result<File> {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(flags.bits().cast_signed())
            .open(path)
    }
}

#[cfg(windows)]
mod system {
    use super::Standing;
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::os::windows::fs::OpenOptionsExt;
    use std::path::Path;
    use windows_sys::Win32::Storage::FileSystem::{FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT};

    pub(super) fn standing_at(path: &Path) -> io::Result<Standing> {
        let file = OpenOptions::new()
            .access_mode(0)
            .custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT)
            .open(path)?;
        standing_of(&file)
    }

    pub(super) fn standing_of(file: &File) -> io::Result<Standing> {
        let found = file.metadata()?;
        let (device, number) = crate::file_identity::number_of(file)?;
        Ok(Standing {
            device,
            file: number,
            born_ns: if crate::file_identity::is_numbered_for_good(file) {
                None
            } else {
                super::born(&found)
            },
            size: found.len(),
            regular: found.is_file() && !found.file_type().is_symlink(),
        })
    }

    pub(super) fn open_for_writing(path: &Path) -> io::Result<File> {
        OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
            .open(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_that_stands_there_is_the_one_that_was_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert_eq!(standing_at(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
        fs::write(&path, b"four").unwrap();
        let found = standing_at(&path).unwrap();
        let identity = crate::identity_of(&path).unwrap();
        assert_eq!(
            (found.device, found.file, found.size, found.regular),
            (identity.device, identity.file, 4, true)
        );
        assert!(!standing_at(folder.path()).unwrap().regular);
    }

    #[test]
    fn a_file_that_was_given_the_number_of_a_removed_one_is_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"mine").unwrap();
        let before = standing_at(&path).unwrap();
        assert_eq!(before, standing_of(&File::open(&path).unwrap()).unwrap());
        if before.born_ns.is_none() {
            return;
        }
        fs::remove_file(&path).unwrap();
        // The clock of files may tick slowly: make it again until it has moved.
        let after = loop {
            fs::write(&path, b"mine").unwrap();
            let after = standing_at(&path).unwrap();
            if after.born_ns != before.born_ns {
                break after;
            }
            fs::remove_file(&path).unwrap();
        };
        assert_ne!(before, after);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stands_for_itself_and_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a"), folder.path().join("l"));
        fs::write(&path, b"mine").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(!standing_at(&link).unwrap().regular);
        assert_ne!(standing_at(&link).unwrap().file, standing_at(&path).unwrap().file);
        assert_eq!(open_for_writing(&link).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert!(open_for_writing(&path).is_ok());
    }
}
