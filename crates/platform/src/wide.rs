//! A path as the calls of Windows want it: absolute, longer than 260 characters if need be, and with a zero at its end.

use std::io;
use std::os::windows::ffi::OsStrExt;
use std::path::{Component, Path, Prefix};

/// # Errors
/// [`io::ErrorKind::InvalidInput`] when the path has a zero in it; otherwise what the system says.
pub(crate) fn wide(path: &Path) -> io::Result<Vec<u16>> {
    let path = std::path::absolute(path)?;
    let text: Vec<u16> = path.as_os_str().encode_wide().collect();
    if text.contains(&0) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "a name can't hold a zero character",
        ));
    }
    let prefix = match path.components().next() {
        Some(Component::Prefix(prefix)) => Some(prefix.kind()),
        _ => None,
    };
    let long: Vec<u16> = match prefix {
        Some(Prefix::Disk(_)) => r"\\?\".encode_utf16().chain(text).collect(),
        Some(Prefix::UNC(..)) => r"\\?\UNC\".encode_utf16().chain(text.into_iter().skip(2)).collect(),
        _ => text,
    };
    Ok(long.into_iter().chain([0]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str) -> String {
        let mut wide = wide(Path::new(path)).unwrap();
        assert_eq!(wide.pop(), Some(0));
        String::from_utf16(&wide).unwrap()
    }

    #[test]
    fn every_kind_of_path_may_be_long() {
        assert_eq!(text(r"C:\a\b"), r"\\?\C:\a\b");
        assert_eq!(text(r"\\server\share\a"), r"\\?\UNC\server\share\a");
        assert_eq!(text(r"\\?\C:\a"), r"\\?\C:\a");
    }
}
