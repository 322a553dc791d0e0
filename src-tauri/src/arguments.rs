//! What the window is started with: files to offer, its home, whether it is shown, and whether a sandbox stands beside it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use tauri::Url;

/// The words after the program's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// Start a sandbox and sign its accounts in.
    pub(crate) sandbox: bool,
    /// Not to be seen before the person asks for it: how it starts at login.
    pub(crate) hidden: bool,
    /// The folder that everything goes into, an absolute path.
    pub(crate) home: Option<PathBuf>,
    /// Absolute paths, in their order.
    pub(crate) files: Vec<PathBuf>,
}

impl Arguments {
    /// Reads the words that were typed in `folder`. What is no flag is a file, given as a path or as a `file:` address;
    /// flags that are not known are passed over, because a desktop or a launcher may add its own.
    pub(crate) fn read(words: impl IntoIterator<Item = OsString>, folder: &Path) -> Self {
        let mut read = Self::default();
        let mut flags = true;
        for word in words {
            match word.to_str() {
                Some("--") if flags => flags = false,
                Some("--sandbox") if flags => read.sandbox = true,
                Some("--hidden") if flags => read.hidden = true,
                Some(text) if flags && text.starts_with(HOME) => {
                    read.home = file(OsStr::new(&text[HOME.len()..]), folder);
                }
                Some(text) if flags && text.starts_with("--") => {
                    tracing::warn!("an unknown flag was passed over");
                }
                _ => read.files.extend(file(&word, folder)),
            }
        }
        read
    }

    /// The same arguments as words that hold nothing but ASCII: files become `file:` addresses. Only so does a name
    /// that is not Unicode reach a window that is open already.
    pub(crate) fn words(&self) -> Vec<OsString> {
        let flags = [(self.sandbox, "--sandbox"), (self.hidden, "--hidden")].into_iter();
        let flags = flags.filter(|(set, _)| *set).map(|(_, flag)| OsString::from(flag));
        let home = self.home.as_deref().map(|home| {
            let mut word = OsString::from(HOME);
            word.push(address(home));
            word
        });
        let files = self.files.iter().map(|path| address(path));
        flags.chain(home).chain(["--".into()]).chain(files).collect()
    }
}

/// Where the folder of everything stands behind this.
const HOME: &str = "--home=";

fn address(path: &Path) -> OsString {
    match Url::from_file_path(path) {
        Ok(address) => OsString::from(String::from(address)),
        Err(()) => path.as_os_str().to_owned(),
    }
}

fn file(word: &OsStr, folder: &Path) -> Option<PathBuf> {
    if word.is_empty() {
        return None;
    }
    let address = word
        .to_str()
        .filter(|text| text.starts_with("file:"))
        .and_then(|text| Url::parse(text).ok());
    match address {
        Some(address) => address.to_file_path().ok(),
        None => Some(folder.join(word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Arguments {
        Arguments::read(words.iter().map(OsString::from), Path::new("/home/me"))
    }

    #[test]
    fn a_relative_path_is_taken_from_the_folder_it_was_typed_in() {
        assert_eq!(
            read(&["a b.txt", "/tmp/c"]).files,
            [PathBuf::from("/home/me/a b.txt"), PathBuf::from("/tmp/c")]
        );
    }

    #[test]
    fn a_file_address_is_a_path_and_another_address_is_none_that_exists() {
        assert_eq!(read(&["file:///tmp/a%20b"]).files, [PathBuf::from("/tmp/a b")]);
        assert_eq!(
            read(&["https://example.org/x"]).files,
            [PathBuf::from("/home/me/https://example.org/x")]
        );
    }

    #[test]
    fn after_two_dashes_everything_is_a_file() {
        let read = read(&["--unknown", "--", "--sandbox"]);
        assert!(!read.sandbox);
        assert_eq!(read.files, [PathBuf::from("/home/me/--sandbox")]);
    }

    #[test]
    fn the_home_is_a_path_or_an_address_and_an_empty_one_is_none() {
        let home = |word: &str| read(&["--hidden", word]).home;
        assert_eq!(home("--home=file:///a%20b"), Some(PathBuf::from("/a b")));
        assert_eq!(home("--home=of mine"), Some(PathBuf::from("/home/me/of mine")));
        assert_eq!(home("--home="), None);
        assert!(read(&["--hidden"]).hidden && !read(&["--", "--hidden"]).hidden);
    }

    #[test]
    fn the_words_of_arguments_read_as_the_same_arguments() {
        let once = read(&["--sandbox", "--hidden", "--home=/höme 1", "ä ö.txt", "--", "--x"]);
        let words = once.words();
        assert!(words.iter().all(|word| word.as_encoded_bytes().is_ascii()));
        assert_eq!(Arguments::read(words, Path::new("/elsewhere")), once);
    }
}
