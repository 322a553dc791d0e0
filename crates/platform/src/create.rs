//! Makes a file that was not there before.

use crate::modes;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes an empty file, open for reading and writing; never opens, empties or follows what already stands at `path`.
///
/// A `private` file can be read by its owner alone (mode 0600); another gets the rights that files of this person
/// usually have. On Windows both inherit the folder's access list.
///
/// The name is on the disk for good only after [`crate::sync_dir`].
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when anything stands there, even a dangling link; otherwise what the system says.
pub fn create_new(path: &Path, private: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    if !private {
        modes::make_public(&file)?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_already_stands_there_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"mine").unwrap();
        assert_eq!(
            create_new(&path, true).unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(fs::read(&path).unwrap(), b"mine");
    }

    #[cfg(unix)]
    #[test]
    fn a_dangling_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), &link).unwrap();
        assert_eq!(
            create_new(&link, false).unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        assert!(!folder.path().join("elsewhere").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_private_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = create_new(&folder.path().join("a"), true).unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
