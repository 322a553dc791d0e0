//! The system's mark on files that came from outside, which makes it ask before it runs one.

use std::io;
use std::path::Path;

/// Marks the file at `path` as downloaded from `origin`, a host name without path or query: the zone of the internet on
/// Windows, quarantine on macOS. Linux knows no such mark, and nothing is done.
///
/// # Errors
/// What the system says. A disk that can't keep such a mark is no error.
pub fn mark_as_downloaded(path: &Path, origin: Option<&str>) -> io::Result<()> {
    match system::mark(path, origin) {
        Err(why) if why.kind() == io::ErrorKind::Unsupported => Ok(()),
        marked => marked,
    }
}

#[cfg(windows)]
mod system {
    use std::io;
    use std::path::Path;

    pub(super) fn mark(path: &Path, origin: Option<&str>) -> io::Result<()> {
        let mut stream = path.as_os_str().to_owned();
        stream.push(":Zone.Identifier");
        let host = origin.map_or_else(String::new, |host| format!("HostUrl=https://{host}/\r\n"));
        match std::fs::write(stream, format!("[ZoneTransfer]\r\nZoneId=3\r\n{host}")) {
            // FAT keeps no streams beside a file and calls the name wrong.
            Err(why) if why.raw_os_error() == Some(123) => Ok(()),
            written => written,
        }
    }
}

#[cfg(target_os = "macos")]
mod system {
    use rustix::fs::{XattrFlags, setxattr};
    use std::io;
    use std::path::Path;
    use std::time::{SystemTime, UNIX_EPOCH};

    pub(super) fn mark(path: &Path, _origin: Option<&str>) -> io::Result<()> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        // Flags (downloaded, not yet approved), time, who did it, and no event number.
        let value = format!("0081;{now:08x};Longshore;");
        Ok(setxattr(
            path,
            "com.apple.quarantine",
            value.as_bytes(),
            XattrFlags::empty(),
        )?)
    }
}

#[cfg(not(any(windows, target_os = "macos")))]
mod system {
    use std::io;
    use std::path::Path;

    pub(super) fn mark(_path: &Path, _origin: Option<&str>) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_file_keeps_its_bytes_and_the_mark_holds_no_address() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"whole").unwrap();
        mark_as_downloaded(&path, Some("files.example")).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        #[cfg(windows)]
        {
            let mark = std::fs::read_to_string(folder.path().join("a:Zone.Identifier")).unwrap();
            assert!(mark.contains("ZoneId=3") && mark.contains("files.example") && !mark.contains('?'));
        }
    }
}
