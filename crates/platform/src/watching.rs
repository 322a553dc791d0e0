//! What watching folders meets on each system: folders that are not for that, drives on a network, and limits.

use std::path::Path;

/// Whether `path` is the root of a disk, or a folder that belongs to the system and not to a person.
#[must_use]
pub fn is_of_the_system(path: &Path) -> bool {
    path.parent().is_none() || system::is_of_the_system(path)
}

/// Whether `path` is one of `alone`, or lies at or below one of `with_all_below`.
#[cfg(not(windows))]
fn is_listed(path: &Path, alone: &[&str], with_all_below: &[&str]) -> bool {
    alone.iter().any(|own| path == Path::new(own)) || with_all_below.iter().any(|own| path.starts_with(own))
}

/// Whether the folder lies on another computer, whose changes raise no events here. `false` where the system does not tell.
#[must_use]
pub fn is_on_a_network(path: &Path) -> bool {
    system::is_on_a_network(path)
}

/// How many folders this system lets a person watch, and how that is raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchLimit {
    /// Folders, over all programs of this person.
    pub folders: u64,
    /// What to type so that it is enough for those that are needed.
    pub command: String,
}

/// The limit, where there is one, for someone who needs to watch `needed` folders.
#[must_use]
pub fn watch_limit(needed: u64) -> Option<WatchLimit> {
    system::watch_limit(needed)
}

#[cfg(target_os = "linux")]
mod system {
    use super::WatchLimit;
    use std::path::Path;

    const ALONE: &[&str] = &[
        "/home", "/root", "/usr", "/var", "/opt", "/srv", "/mnt", "/media", "/run", "/tmp", "/lib", "/lib64", "/bin",
        "/sbin",
    ];
    const WITH_ALL_BELOW: &[&str] = &["/proc", "/sys", "/dev", "/etc", "/boot"];

    const LIMIT: &str = "/proc/sys/fs/inotify/max_user_watches";

    /// What `statfs` calls file systems of other computers: NFS, SMB, CIFS, SMB2, AFS, Ceph, 9P, and FUSE, which may be one.
    const NETWORKS: [u64; 8] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x5346_414f,
        0x00c3_6400,
        0x0102_1997,
        0x6573_5546,
    ];

    pub(super) fn is_of_the_system(path: &Path) -> bool {
        super::is_listed(path, ALONE, WITH_ALL_BELOW)
    }

    pub(super) fn is_on_a_network(path: &Path) -> bool {
        rustix::fs::statfs(path).is_ok_and(|found| {
            let kind = u64::try_from(found.f_type).unwrap_or_default() & 0xffff_ffff;
            NETWORKS.contains(&kind)
        })
    }

    pub(super) fn watch_limit(needed: u64) -> Option<WatchLimit> {
        let folders = std::fs::read_to_string(LIMIT).ok()?.trim().parse().ok()?;
        // Other programs watch, too.
        let enough = (needed * 2).max(folders).max(524_288);
        Some(WatchLimit {
            folders,
            command: format!("sudo sysctl fs.inotify.max_user_watches={enough}"),
        })
    }
}

#[cfg(target_os = "macos")]
mod system {
    use super::WatchLimit;
    use std::path::Path;

    const ALONE: &[&str] = &["/Users", "/Volumes", "/usr", "/opt", "/private", "/private/var", "/tmp"];
    const WITH_ALL_BELOW: &[&str] = &[
        "/System",
        "/Library",
        "/Applications",
        "/bin",
        "/sbin",
        "/dev",
        "/etc",
        "/private/etc",
        "/cores",
    ];

    pub(super) fn is_of_the_system(path: &Path) -> bool {
        super::is_listed(path, ALONE, WITH_ALL_BELOW)
    }

    pub(super) fn is_on_a_network(_path: &Path) -> bool {
        false
    }

    pub(super) fn watch_limit(_needed: u64) -> Option<WatchLimit> {
        None
    }
}

#[cfg(windows)]
mod system {
    use super::WatchLimit;
    use std::path::{Component, Path, Prefix};
    use windows_sys::Win32::Storage::FileSystem::GetDriveTypeW;

    /// Variables that name the system's folders, which need not lie on `C:`, and what lies there when they are not set.
    const WITH_ALL_BELOW: &[(&str, &str)] = &[
        ("SystemRoot", r"C:\Windows"),
        ("ProgramFiles", r"C:\Program Files"),
        ("ProgramFiles(x86)", r"C:\Program Files (x86)"),
        ("ProgramW6432", r"C:\Program Files"),
    ];
    const ALONE: &[(&str, &str)] = &[
        ("ProgramData", r"C:\ProgramData"),
        ("ALLUSERSPROFILE", r"C:\ProgramData"),
    ];

    /// What `GetDriveTypeW` calls a drive of another computer.
    const REMOTE: u32 = 4;

    pub(super) fn is_of_the_system(path: &Path) -> bool {
        let path = folded(path);
        let named = |(variable, usual): &(&str, &str)| {
            let found = std::env::var_os(variable).filter(|found| !found.is_empty());
            folded(found.as_deref().map_or(Path::new(usual), Path::new))
        };
        let drive = std::env::var("SystemDrive").unwrap_or_else(|_| "C:".to_owned());
        path == folded(Path::new(&format!(r"{drive}\Users")))
            || ALONE.iter().any(|own| path == named(own))
            || WITH_ALL_BELOW.iter().any(|own| path.starts_with(&named(own)))
    }

    /// Its parts without `\\?\`, and in one case: Windows takes `c:\windows` and `C:\Windows` for one.
    fn folded(path: &Path) -> Vec<String> {
        let part = |part: Component<'_>| match part {
            Component::Prefix(prefix) => match prefix.kind() {
                Prefix::Disk(letter) | Prefix::VerbatimDisk(letter) => char::from(letter).to_lowercase().to_string(),
                _ => prefix.as_os_str().to_string_lossy().to_lowercase(),
            },
            other => other.as_os_str().to_string_lossy().to_lowercase(),
        };
        path.components().map(part).collect()
    }

    #[allow(unsafe_code)]
    pub(super) fn is_on_a_network(path: &Path) -> bool {
        let Some(Component::Prefix(prefix)) = path.components().next() else {
            return false;
        };
        match prefix.kind() {
            Prefix::UNC(..) | Prefix::VerbatimUNC(..) => true,
            Prefix::Disk(letter) | Prefix::VerbatimDisk(letter) => {
                let root = [u16::from(letter), u16::from(b':'), u16::from(b'\\'), 0];
                // SAFETY: `root` ends with a zero and lives until the call returns.
                unsafe { GetDriveTypeW(root.as_ptr()) == REMOTE }
            }
            _ => false,
        }
    }

    pub(super) fn watch_limit(_needed: u64) -> Option<WatchLimit> {
        None
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
mod system {
    use super::WatchLimit;
    use std::path::Path;

    const ALONE: &[&str] = &["/home", "/usr", "/var", "/opt", "/mnt", "/media", "/tmp"];
    const WITH_ALL_BELOW: &[&str] = &["/proc", "/dev", "/etc", "/boot", "/bin", "/sbin", "/lib"];

    pub(super) fn is_of_the_system(path: &Path) -> bool {
        super::is_listed(path, ALONE, WITH_ALL_BELOW)
    }

    pub(super) fn is_on_a_network(_path: &Path) -> bool {
        false
    }

    pub(super) fn watch_limit(_needed: u64) -> Option<WatchLimit> {
        None
    }
}

#[cfg(all(test, any(windows, target_os = "linux")))]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn folders_of_the_system_are_known_and_those_of_a_person_are_not() {
        for path in ["/", "/etc/ssl", "/proc/1", "/home", "/var", "/tmp"] {
            assert!(is_of_the_system(Path::new(path)), "{path}");
        }
        for path in [
            "/home/me/in",
            "/var/www/in",
            "/etcetera",
            "/tmp/a",
            "/run/media/me/stick",
        ] {
            assert!(!is_of_the_system(Path::new(path)), "{path}");
        }
    }

    #[cfg(windows)]
    #[test]
    fn folders_of_the_system_are_known_however_they_are_spelled() {
        for path in [
            r"C:\",
            r"\\?\C:\",
            r"c:\windows\System32",
            r"\\?\C:\Windows",
            r"C:\PROGRAM FILES\x",
            r"C:\users",
        ] {
            assert!(is_of_the_system(Path::new(path)), "{path}");
        }
        for path in [r"C:\Users\me\in", r"C:\Windows.old", r"D:\in", r"C:\ProgramData\x"] {
            assert!(!is_of_the_system(Path::new(path)), "{path}");
        }
    }

    #[cfg(windows)]
    #[test]
    fn a_share_is_on_a_network_and_a_long_spelling_is_not() {
        for path in [r"\\server\share\in", r"\\?\UNC\server\share\in"] {
            assert!(is_on_a_network(Path::new(path)), "{path}");
        }
        for path in [r"C:\in", r"\\?\C:\in", "in"] {
            assert!(!is_on_a_network(Path::new(path)), "{path}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_limit_comes_with_what_raises_it_far_enough() {
        let limit = watch_limit(3_000_000).unwrap();
        assert!(limit.folders > 0);
        assert_eq!(limit.command, "sudo sysctl fs.inotify.max_user_watches=6000000");
        assert!(!is_on_a_network(Path::new("/proc")));
    }
}
