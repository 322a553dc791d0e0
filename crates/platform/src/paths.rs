//! Keeps any path as bytes and gives it back: names need not be UTF-8.

use std::path::{Path, PathBuf};

/// The path as bytes: raw on Unix, UTF-16 little-endian on Windows. Comes back through [`path_from_bytes`].
#[must_use]
pub fn path_to_bytes(path: &Path) -> Vec<u8> {
    system::to_bytes(path)
}

/// The path that [`path_to_bytes`] took apart.
#[must_use]
pub fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    system::from_bytes(bytes)
}

/// Such a path for people: what is no text in it is replaced by a sign that says so.
#[must_use]
pub fn path_shown(bytes: &[u8]) -> String {
    path_from_bytes(bytes).to_string_lossy().into_owned()
}

#[cfg(unix)]
mod system {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::{Path, PathBuf};

    pub(super) fn to_bytes(path: &Path) -> Vec<u8> {
        path.as_os_str().as_bytes().to_vec()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> PathBuf {
        PathBuf::from(OsStr::from_bytes(bytes))
    }
}

#[cfg(windows)]
mod system {
    use std::ffi::OsString;
    use std::os::windows::ffi::{OsStrExt, OsStringExt};
    use std::path::{Path, PathBuf};

    pub(super) fn to_bytes(path: &Path) -> Vec<u8> {
        path.as_os_str().encode_wide().flat_map(u16::to_le_bytes).collect()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> PathBuf {
        let wide: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        PathBuf::from(OsString::from_wide(&wide))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_comes_back_as_it_was() {
        for text in ["/a/b.txt", "ünï/код/文件", "a\nb\"c"] {
            assert_eq!(path_from_bytes(&path_to_bytes(Path::new(text))), Path::new(text));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_comes_back_too() {
        let bytes = b"/a/\xff\xfe.bin";
        assert_eq!(path_to_bytes(&path_from_bytes(bytes)), bytes);
    }
}
