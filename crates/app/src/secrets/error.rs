//! Why a secret could not be had or kept, in words for a person and without the secret.

use crate::boundary::{ActionKey, Failure};
use std::io;
use std::path::{Path, PathBuf};

/// Why the vault refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The passphrase file has not been opened in this process.
    #[error(
        "The stored credentials are locked. Type their passphrase, or start Longshore with LONGSHORE_PASSPHRASE_FILE \
         naming a file that holds it."
    )]
    Locked,
    /// There is no keychain and no passphrase file yet.
    #[error(
        "Credentials need a passphrase to be kept under, as they are not kept in a keychain here. Choose one, or start \
         Longshore with LONGSHORE_PASSPHRASE_FILE naming a file that holds it."
    )]
    Missing,
    /// A passphrase file is there already.
    #[error("There are stored credentials already, and they have a passphrase. Nothing was changed.")]
    Exists,
    /// The passphrase does not open the file.
    #[error("This is not the passphrase of the stored credentials. Nothing was changed; try again.")]
    WrongPassphrase,
    /// An empty passphrase protects nothing.
    #[error("A passphrase can't be empty.")]
    EmptyPassphrase,
    /// The named file with the passphrase could not be read.
    #[error("The passphrase could not be read from {path} ({source}). Check LONGSHORE_PASSPHRASE_FILE.")]
    UnreadablePassphrase {
        /// What `LONGSHORE_PASSPHRASE_FILE` names.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The passphrase file is not as it was written.
    #[error(
        "The file with the stored credentials, {path}, is damaged. It was left as it is: put back a copy of it, or move it \
         away and enter the credentials again."
    )]
    Damaged {
        /// The passphrase file.
        path: PathBuf,
    },
    /// The passphrase file was written by a later version.
    #[error("The file with the stored credentials, {path}, was written by a newer Longshore. Update this one.")]
    Newer {
        /// The passphrase file.
        path: PathBuf,
    },
    /// Another file, with another passphrase, has taken the place of the one that was opened.
    #[error(
        "The file with the stored credentials, {path}, was replaced by another one while Longshore was running. Nothing was \
         changed; start Longshore again."
    )]
    Replaced {
        /// The passphrase file.
        path: PathBuf,
    },
    /// The key of the encrypted columns is not one.
    #[error(
        "The key to the encrypted part of the database is damaged in the place that keeps the credentials. It was left as \
         it is."
    )]
    BadSealKey,
    /// The disk refused.
    #[error("The stored credentials could not be read or written at {path} ({source}).")]
    Disk {
        /// What was to be read or written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The keychain refused.
    #[error("The keychain refused: {0}.")]
    Keychain(String),
    /// The keychain does not answer.
    #[error("The keychain does not answer; it may be waiting for you to unlock it. Unlock it and try again.")]
    KeychainSilent,
    /// What the keychain can hold is less than this secret.
    #[error("This secret is longer than the {limit} bytes that the keychain can hold.")]
    TooLong {
        /// In bytes.
        limit: u32,
    },
    /// The system gave no random numbers, or the process is ending.
    #[error("The system could not do it: {0}.")]
    System(String),
}

impl VaultError {
    /// Stable, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            VaultError::Locked => "vault_locked",
            VaultError::Missing => "vault_missing",
            VaultError::Exists => "vault_exists",
            VaultError::WrongPassphrase => "wrong_passphrase",
            VaultError::EmptyPassphrase => "empty_passphrase",
            VaultError::UnreadablePassphrase { .. } => "passphrase_unreadable",
            VaultError::Damaged { .. } => "vault_damaged",
            VaultError::Newer { .. } => "vault_newer",
            VaultError::Replaced { .. } => "vault_replaced",
            VaultError::BadSealKey => "seal_key_damaged",
            VaultError::Disk { .. } => "vault_disk",
            VaultError::Keychain(_) => "keychain_refused",
            VaultError::KeychainSilent => "keychain_silent",
            VaultError::TooLong { .. } => "secret_too_long",
            VaultError::System(_) => "system",
        }
    }

    pub(super) fn disk(path: &Path, source: io::Error) -> VaultError {
        VaultError::Disk {
            path: path.to_owned(),
            source,
        }
    }

    /// A task that panicked or was stopped with the runtime.
    pub(super) fn stopped(error: tokio::task::JoinError) -> VaultError {
        let why = if error.is_panic() {
            "an error in Longshore itself"
        } else {
            "Longshore is ending"
        };
        VaultError::System(why.to_owned())
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Failure {
        let failure = Failure::new(error.code(), error.to_string());
        match error {
            VaultError::Locked | VaultError::WrongPassphrase => failure.with_action(ActionKey::Unlock, "Unlock"),
            VaultError::Missing => failure.with_action(ActionKey::Unlock, "Choose a passphrase"),
            _ => failure,
        }
    }
}
