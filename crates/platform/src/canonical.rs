//! Where a path really leads, spelled as a person would spell it.

use std::io;
use std::path::{Path, PathBuf};

/// The path with all its links resolved; what it names must be there.
///
/// Windows' own answer begins with `\\?\`, which nobody types and few programs understand: it is given only where the usual
/// spelling would lead elsewhere (a name that ends with a dot, a device's name, more than 259 characters). Blocking.
///
/// # Errors
/// [`io::ErrorKind::NotFound`] when nothing is there; otherwise what the system says.
pub fn canonical(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize().map(system::usual)
}

#[cfg(not(windows))]
mod system {
    use std::path::PathBuf;

    pub(super) fn usual(path: PathBuf) -> PathBuf {
        path
    }
}

#[cfg(windows)]
mod system {
    use std::ffi::OsString;
    use std::os::windows::ffi::OsStrExt;
    use std::path::{Component, Path, PathBuf, Prefix};

    /// What the older calls of Windows have room for, without the zero at the end.
    const ROOM: usize = 259;

    pub(super) fn usual(path: PathBuf) -> PathBuf {
        match respelled(&path) {
            Some(usual) if leads_there(&usual) => usual,
            _ => path,
        }
    }

    fn respelled(path: &Path) -> Option<PathBuf> {
        let mut parts = path.components();
        let Some(Component::Prefix(prefix)) = parts.next() else {
            return None;
        };
        let mut usual = match prefix.kind() {
            Prefix::VerbatimDisk(letter) => OsString::from(format!("{}:", char::from(letter))),
            Prefix::VerbatimUNC(server, share) => {
                let mut start = OsString::from(r"\\");
                start.push(server);
                start.push(r"\");
                start.push(share);
                start
            }
            _ => return None,
        };
        usual.push(parts.as_path());
        Some(usual.into())
    }

    /// Windows takes dots and spaces off the ends of names, and finds devices in any folder.
    fn leads_there(usual: &Path) -> bool {
        let fits = usual.as_os_str().encode_wide().count() <= ROOM;
        fits && std::path::absolute(usual).is_ok_and(|read| read.as_os_str() == usual.as_os_str())
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn drives_and_shares_lose_what_nobody_types_unless_it_is_needed() {
            for (own, usual) in [
                (r"\\?\C:\a\b", r"C:\a\b"),
                (r"\\?\C:\", r"C:\"),
                (r"\\?\UNC\server\share\a", r"\\server\share\a"),
                (r"\\?\C:\a.", r"\\?\C:\a."),
                (r"\\?\C:\b ", r"\\?\C:\b "),
                (r"\\?\Volume{1}\a", r"\\?\Volume{1}\a"),
            ] {
                assert_eq!(super::usual(own.into()).as_os_str(), usual);
            }
            let long = format!(r"\\?\C:\{}", r"folder\".repeat(40));
            assert_eq!(super::usual(long.clone().into()).as_os_str(), long.as_str());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detour_is_straightened_and_leads_to_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        std::fs::write(folder.path().join("a"), b"one").unwrap();
        let found = canonical(&folder.path().join("sub").join("..").join("a")).unwrap();
        assert!(!found.to_string_lossy().contains(".."), "{found:?}");
        assert!(!found.to_string_lossy().starts_with(r"\\?\"), "{found:?}");
        let there = crate::identity_of(&folder.path().join("a")).unwrap();
        assert_eq!(crate::identity_of(&found).unwrap(), there);
        assert_eq!(canonical(&found).unwrap(), found);
        let gone = canonical(&folder.path().join("gone")).unwrap_err();
        assert_eq!(gone.kind(), io::ErrorKind::NotFound);
    }
}
