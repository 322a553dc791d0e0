//! Where a passphrase comes from when nobody types it, and how somebody is asked to.

use super::VaultError;
use futures_util::future::BoxFuture;
use secrecy::SecretString;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Names the file that holds the passphrase.
const FILE_VARIABLE: &str = "LONGSHORE_PASSPHRASE_FILE";
/// Holds the passphrase itself, which other programs of the same person can then read: the file is better.
const VALUE_VARIABLE: &str = "LONGSHORE_PASSPHRASE";
/// Longer ones are taken for a file named by mistake.
const MOST_BYTES: u64 = 4096;

/// Asks a person; `None` when they would rather not.
pub type Prompt = dyn Fn(Ask) -> BoxFuture<'static, Option<SecretString>> + Send + Sync;

/// What a person is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The passphrase of the file that is there.
    Existing {
        /// Whether the one they typed just now was wrong.
        wrong_before: bool,
    },
    /// A passphrase for a new file; to be typed twice, as a slip would lock them out.
    New,
}

/// The passphrase that was given when the program was started, if one was.
#[derive(Clone, Debug, Default)]
pub struct Passphrases {
    file: Option<PathBuf>,
    value: Option<SecretString>,
}

impl Passphrases {
    /// What `LONGSHORE_PASSPHRASE_FILE` and `LONGSHORE_PASSPHRASE` say; nothing is read from the disk yet.
    #[must_use]
    pub fn from_environment() -> Passphrases {
        Passphrases::from_variables(|name| std::env::var_os(name))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Passphrases {
        let given = |name| variable(name).filter(|text| !text.is_empty());
        Passphrases {
            file: given(FILE_VARIABLE).map(PathBuf::from),
            value: given(VALUE_VARIABLE)
                .and_then(|text| text.into_string().ok())
                .map(SecretString::from),
        }
    }

    /// The passphrase: from the file when one is named, even if it can't be read. Blocking.
    pub(super) fn read(&self) -> Result<Option<SecretString>, VaultError> {
        let Some(path) = &self.file else {
            return Ok(self.value.clone());
        };
        let text = read_file(path).map_err(|source| VaultError::UnreadablePassphrase {
            path: path.clone(),
            source,
        })?;
        // Editors and `echo` end a file with a line break that nobody means.
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        Ok(Some(SecretString::from(line)))
    }
}

fn read_file(path: &PathBuf) -> io::Result<Zeroizing<String>> {
    // Not only regular files: shells and service managers hand secrets over by pipes too.
    let mut text = Zeroizing::new(String::with_capacity(MOST_BYTES as usize + 1));
    File::open(path)?.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it is longer than a passphrase",
        ));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn read(variables: &[(&str, &str)]) -> Result<Option<String>, VaultError> {
        let find = |name: &str| {
            variables
                .iter()
                .find(|(found, _)| *found == name)
                .map(|(_, text)| OsString::from(text))
        };
        Ok(Passphrases::from_variables(find)
            .read()?
            .map(|found| found.expose_secret().to_owned()))
    }

    #[test]
    fn the_file_goes_before_the_variable_and_loses_its_last_line_break_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("passphrase");
        for (content, expected) in [("a b \n", "a b "), ("a\r\n", "a"), ("a\n\n", "a\n"), ("a", "a")] {
            std::fs::write(&path, content).unwrap();
            let found = read(&[(FILE_VARIABLE, path.to_str().unwrap()), (VALUE_VARIABLE, "other")]).unwrap();
            assert_eq!(found.as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_named_file_that_is_missing_is_an_error_and_not_a_reason_to_look_elsewhere() {
        let error = read(&[(FILE_VARIABLE, "/nowhere/at/all"), (VALUE_VARIABLE, "other")]).unwrap_err();
        assert!(matches!(error, VaultError::UnreadablePassphrase { .. }), "{error}");
    }

    #[test]
    fn a_large_file_is_no_passphrase() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("film");
        std::fs::write(&path, "x".repeat(5000)).unwrap();
        let error = read(&[(FILE_VARIABLE, path.to_str().unwrap())]).unwrap_err();
        assert!(error.to_string().contains("longer than a passphrase"), "{error}");
    }

    #[test]
    fn an_empty_variable_is_none() {
        assert_eq!(read(&[(FILE_VARIABLE, ""), (VALUE_VARIABLE, "")]).unwrap(), None);
        assert_eq!(
            read(&[(VALUE_VARIABLE, "open sesame")]).unwrap().as_deref(),
            Some("open sesame")
        );
    }

    #[test]
    fn a_passphrase_does_not_print() {
        let given = Passphrases {
            file: None,
            value: Some(SecretString::from("open sesame")),
        };
        assert!(!format!("{given:?}").contains("sesame"));
    }
}
