//! What stands at a path, links not followed and nothing opened; and opening a file by a way without links.

use std::fs::File;
use std::io;
use std::path::{Component, Path};

use crate::file_identity::FileIdentity;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A regular file.
    File(FileIdentity),
    /// A folder.
    Folder {
        /// The file system it lives on.
        device: u64,
        /// Its number there.
        file: u128,
    },
    /// A symbolic link, on Windows any reparse point: also a file that its cloud keeps and would fetch when it is opened.
    Link,
    /// A device, a socket, a named pipe.
    Special,
}

/// What stands at `path` itself.
///
/// # Errors
/// What the system says; [`io::ErrorKind::NotFound`] when nothing does.
pub fn found_at(path: &Path) -> io::Result<Found> {
    system::found_at(path)
}

/// Opens the regular file `name` below `root` for reading. Not one link may be on the way from `root` to it, so that it is
/// below `root` whatever somebody changes meanwhile.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when the name leads elsewhere or to no regular file; otherwise what the system says.
pub fn open_below(root: &Path, name: &Path) -> io::Result<File> {
    if !name.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "this name leads elsewhere"));
    }
    let file = system::open_below(root, name)?;
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "this is no regular file"))
}

#[cfg(unix)]
mod system {
    use super::Found;
    use crate::file_identity::identity_of_metadata;
    use rustix::fs::{Mode, OFlags, open, openat};
    use rustix::io::Errno;
    use std::fs::{File, symlink_metadata};
    use std::io;
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    pub(super) fn found_at(path: &Path) -> io::Result<Found> {
        let found = symlink_metadata(path)?;
        let kind = found.file_type();
        Ok(if kind.is_file() {
            Found::File(identity_of_metadata(&found))
        } else if kind.is_dir() {
            Found::Folder {
                device: found.dev(),
                file: u128::from(found.ino()),
            }
        } else if kind.is_symlink() {
            Found::Link
        } else {
            Found::Special
        })
    }

    pub(super) fn open_below(root: &Path, name: &Path) -> io::Result<File> {
        let folder = OFlags::DIRECTORY | OFlags::CLOEXEC;
        let mut at = open(root, folder | OFlags::RDONLY, Mode::empty())?;
        let mut parts = name.components().peekable();
        while let Some(part) = parts.next() {
            let last = parts.peek().is_none();
            let flags = if last {
                OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC
            } else {
                folder
            };
            let opened = openat(
                &at,
                part.as_os_str(),
                flags | OFlags::NOFOLLOW | OFlags::RDONLY,
                Mode::empty(),
            );
            at = opened.map_err(|why| match why {
                Errno::LOOP | Errno::NOTDIR => io::Error::new(io::ErrorKind::InvalidInput, "a link stands in the way"),
                other => other.into(),
            })?;
        }
        Ok(File::from(at))
    }
}

#[cfg(windows)]
mod system {
    use super::Found;
    use crate::file_identity::{identity_of_open, number_of};
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::os::windows::fs::{MetadataExt, OpenOptionsExt};
    use std::path::Path;
    use windows_sys::Win32::Storage::FileSystem::{
        FILE_ATTRIBUTE_REPARSE_POINT, FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT,
    };

    pub(super) fn found_at(path: &Path) -> io::Result<Found> {
        let file = OpenOptions::new()
            .access_mode(0)
            .custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT)
            .open(path)?;
        let found = file.metadata()?;
        if found.file_attributes() & FILE_ATTRIBUTE_REPARSE_POINT != 0 {
            return Ok(Found::Link);
        }
        if found.is_dir() {
            let (device, file) = number_of(&file)?;
            return Ok(Found::Folder { device, file });
        }
        Ok(Found::File(identity_of_open(&file)?))
    }

    pub(super) fn open_below(root: &Path, name: &Path) -> io::Result<File> {
        let mut at = root.to_owned();
        for part in name.components() {
            at.push(part);
            if found_at(&at)? == Found::Link {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "a link stands in the way"));
            }
        }
        OpenOptions::new()
            .read(true)
            .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
            .open(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_stands_there_is_told_apart_without_opening_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"one").unwrap();
        let identity = crate::identity_of(&path).unwrap();
        assert_eq!(found_at(&path).unwrap(), Found::File(identity));
        assert!(matches!(found_at(folder.path()).unwrap(), Found::Folder { device, .. } if device == identity.device));
        let gone = found_at(&folder.path().join("b")).unwrap_err();
        assert_eq!(gone.kind(), io::ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_on_the_way_or_at_the_end_is_not_followed() {
        use std::os::unix::fs::symlink;
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("secret"), b"mine").unwrap();
        symlink(outside.path(), folder.path().join("sub")).unwrap();
        symlink(outside.path().join("secret"), folder.path().join("link")).unwrap();
        assert_eq!(found_at(&folder.path().join("link")).unwrap(), Found::Link);
        for name in ["sub/secret", "link", "../secret", "sub/../secret"] {
            let refused = open_below(folder.path(), Path::new(name)).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::InvalidInput, "{name}");
        }
        fs::create_dir_all(folder.path().join("deep/er")).unwrap();
        fs::write(folder.path().join("deep/er/a"), b"one").unwrap();
        assert_eq!(fs::read(folder.path().join("deep/er/a")).unwrap(), b"one");
        assert!(open_below(folder.path(), Path::new("deep/er/a")).is_ok());
        assert!(open_below(folder.path(), Path::new("deep/er")).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_pipe_is_special_and_does_not_hold_whoever_opens_it() {
        use rustix::fs::{CWD, Mode, mkfifoat};
        let folder = tempfile::tempdir().unwrap();
        mkfifoat(CWD, folder.path().join("pipe"), Mode::RWXU).unwrap();
        assert_eq!(found_at(&folder.path().join("pipe")).unwrap(), Found::Special);
        assert!(open_below(folder.path(), Path::new("pipe")).is_err());
    }
}
