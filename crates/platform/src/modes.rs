//! Who may read what we write.

use std::fs::File;
use std::io;
use std::path::Path;

/// Makes every file and folder that this process creates from now on private to its owner (umask 077).
///
/// To be called once, before the first file is made and before other threads run: the mask belongs to the whole
/// process. What the mask was before is kept for [`make_public`]. On Windows rights come from the folder, and nothing is to do.
pub fn private_umask() {
    system::private_umask();
}

/// Gives a file the rights that files of this person usually have: 0666 without the bits of the person's own umask.
///
/// For a download that is complete; nothing on Windows.
///
/// # Errors
/// What the system says. A file system without rights of its own is no error.
pub fn make_public(file: &File) -> io::Result<()> {
    system::make_public(file)
}

/// Makes the folder at `path`, and those above it that are missing, private to its owner (mode 0700), and makes sure of it.
///
/// A folder that is there already is tightened when it is ours. On Windows the folder inherits the profile's access list.
///
/// # Errors
/// [`io::ErrorKind::PermissionDenied`] when the folder belongs to somebody else or everybody may write into it (it is then
/// left as it is); [`io::ErrorKind::NotADirectory`] when it is a file; otherwise what the system says.
pub fn private_dir(path: &Path) -> io::Result<()> {
    system::private_dir(path)
}

/// Whether nobody but its owner may read or write what stands at `path`; `None` where a mode does not tell (Windows).
///
/// # Errors
/// What the system says.
pub fn is_private(path: &Path) -> io::Result<Option<bool>> {
    system::is_private(path)
}

#[cfg(unix)]
mod system {
    use rustix::fs::Mode;
    use std::fs::{self, DirBuilder, File, Permissions};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
    use std::path::Path;
    use std::sync::OnceLock;

    /// The person's umask, as it was before we tightened it.
    static BEFORE: OnceLock<u32> = OnceLock::new();

    pub(super) fn private_umask() {
        let before = rustix::process::umask(Mode::RWXG | Mode::RWXO);
        // A second call would read our own mask.
        let _ = BEFORE.set(before.bits() as u32);
    }

    pub(super) fn make_public(file: &File) -> io::Result<()> {
        let umask = match BEFORE.get() {
            Some(before) => *before,
            None => current_umask(),
        };
        match file.set_permissions(Permissions::from_mode(0o666 & !umask)) {
            Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
            // FAT and some network drives keep no rights and say so in this way, to the owner too.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && is_ours(&file.metadata()?) => Ok(()),
            answer => answer,
        }
    }

    /// The kernel tells it without changing it only on Linux; elsewhere the usual one is assumed, since setting and
    /// restoring it would open files of other threads for a moment.
    fn current_umask() -> u32 {
        let read = || {
            let status = fs::read_to_string("/proc/self/status").ok()?;
            let line = status.lines().find_map(|line| line.strip_prefix("Umask:"))?;
            u32::from_str_radix(line.trim(), 8).ok()
        };
        read().unwrap_or(0o022)
    }

    pub(super) fn private_dir(path: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let found = fs::metadata(path)?;
        if !found.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        if !is_ours(&found) {
            return Err(refused("it belongs to another user"));
        }
        if found.mode() & 0o077 == 0 {
            return Ok(());
        }
        if found.mode() & 0o002 != 0 || path.parent().is_none() {
            return Err(refused("everybody uses it"));
        }
        fs::set_permissions(path, Permissions::from_mode(0o700))?;
        // Some file systems take the call and keep their own rights.
        if fs::metadata(path)?.mode() & 0o077 != 0 {
            return Err(refused("this file system lets other users read it"));
        }
        Ok(())
    }

    pub(super) fn is_private(path: &Path) -> io::Result<Option<bool>> {
        Ok(Some(fs::symlink_metadata(path)?.mode() & 0o077 == 0))
    }

    fn is_ours(found: &fs::Metadata) -> bool {
        found.uid() == rustix::process::geteuid().as_raw()
    }

    fn refused(why: &str) -> io::Error {
        io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("this folder can't be kept private: {why}"),
        )
    }
}

#[cfg(windows)]
mod system {
    use std::fs::{self, File};
    use std::io;
    use std::path::Path;

    pub(super) fn private_umask() {}

    pub(super) fn make_public(_file: &File) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn is_private(path: &Path) -> io::Result<Option<bool>> {
        fs::symlink_metadata(path).map(|_| None)
    }

    pub(super) fn private_dir(path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)?;
        if fs::metadata(path)?.is_dir() {
            Ok(())
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn new_folders_are_private_all_the_way_down() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a").join("b");
        private_dir(&path).unwrap();
        assert_eq!((mode(&path), mode(&home.path().join("a"))), (0o700, 0o700));
    }

    #[test]
    fn a_folder_others_may_read_is_tightened() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a");
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        assert_eq!(is_private(&path).unwrap(), Some(false));
        private_dir(&path).unwrap();
        assert_eq!(mode(&path), 0o700);
        assert_eq!(is_private(&path).unwrap(), Some(true));
    }

    #[test]
    fn a_folder_everybody_writes_into_is_refused_and_left_as_it_is() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("tmp");
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o1777)).unwrap();
        assert_eq!(private_dir(&path).unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(mode(&path), 0o1777);
    }

    #[test]
    fn a_file_is_no_private_folder() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a");
        fs::write(&path, b"").unwrap();
        assert!(private_dir(&path).is_err());
    }

    /// Not a test of its own: the umask belongs to a whole process, so it is set in one of its own.
    #[test]
    fn sets_its_umask_when_asked() {
        let Some(folder) = std::env::var_os("LONGSHORE_TEST_UMASK") else {
            return;
        };
        rustix::process::umask(rustix::fs::Mode::from_bits_truncate(0o027));
        private_umask();
        private_umask();
        let folder = Path::new(&folder);
        fs::write(folder.join("plain"), b"").unwrap();
        fs::create_dir(folder.join("folder")).unwrap();
        crate::create_new(&folder.join("private"), true).unwrap();
        crate::create_new(&folder.join("public"), false).unwrap();
    }

    #[test]
    fn the_umask_hides_all_but_what_is_made_public_with_the_persons_own_mask() {
        let home = tempfile::tempdir().unwrap();
        let run = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "modes::tests::sets_its_umask_when_asked"])
            .env("LONGSHORE_TEST_UMASK", home.path())
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
        let modes = ["plain", "folder", "private", "public"].map(|name| mode(&home.path().join(name)));
        assert_eq!(modes, [0o600, 0o700, 0o600, 0o640]);
    }
}
