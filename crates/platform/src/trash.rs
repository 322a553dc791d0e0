//! Puts a file where the person can get it back from.

use std::io;
use std::path::Path;

/// Moves a file or folder to the system's trash (Windows: recycle bin). A symbolic link goes itself, not what it points to.
///
/// Blocking; can copy when the trash is on another disk.
///
/// # Errors
/// What the trash says, with the file still in its place: some network drives have none.
pub fn put(path: &Path) -> io::Result<()> {
    // Asked first, so that a missing file is said as such on every system.
    std::fs::symlink_metadata(path)?;
    ::trash::delete(path).map_err(|error| match error {
        #[cfg(all(unix, not(target_os = "macos")))]
        ::trash::Error::FileSystem { source, .. } => source,
        other => io::Error::other(other),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            put(&folder.path().join("gone")).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }

    #[cfg(windows)]
    #[test]
    fn a_file_that_went_to_the_recycle_bin_has_left_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gone soon.txt");
        std::fs::write(&path, b"keep me").unwrap();
        put(&path).unwrap();
        assert!(!path.exists());
    }

    /// Not a test of its own: runs with the trash of the test below.
    #[cfg(target_os = "linux")]
    #[test]
    fn puts_the_file_that_the_environment_names() {
        if let Some(path) = std::env::var_os("LONGSHORE_TEST_TRASH") {
            put(path.as_ref()).unwrap();
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_goes_to_the_trash_with_its_content_and_its_old_place() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("gone soon.txt");
        std::fs::write(&path, b"keep me").unwrap();
        let run = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "trash::tests::puts_the_file_that_the_environment_names"])
            .env("LONGSHORE_TEST_TRASH", &path)
            .env("XDG_DATA_HOME", home.path())
            .env("HOME", home.path())
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
        assert!(!path.exists());
        let trash = home.path().join("Trash");
        assert_eq!(std::fs::read(trash.join("files/gone soon.txt")).unwrap(), b"keep me");
        let note = std::fs::read_to_string(trash.join("info/gone soon.txt.trashinfo")).unwrap();
        assert!(note.contains("gone%20soon.txt"), "{note}");
    }
}
