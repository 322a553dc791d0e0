//! The passphrase file: opened once per process, written whole or not at all, and never written over what it can't read.

use super::format::{Derivation, Key, Secrets, Stored, Unreadable};
use super::{VaultError, VaultState};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Far more than all credentials of a person; a larger file is none of ours.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// All calls block: on the disk, or on deriving the key.
pub(super) struct FileVault {
    path: PathBuf,
    opened: Mutex<Option<Opened>>,
}

struct Opened {
    derivation: Derivation,
    /// Kept, so that the slow derivation is paid once per process.
    key: Key,
    secrets: Secrets,
}

impl FileVault {
    /// The file at `path`, whether it exists or not.
    pub(super) fn at(path: PathBuf) -> FileVault {
        FileVault {
            path,
            opened: Mutex::new(None),
        }
    }

    pub(super) fn exists(&self) -> bool {
        // Whatever stands there, even what can't be read: making another vault beside it would hide it.
        fs::symlink_metadata(&self.path).is_ok()
    }

    pub(super) fn state(&self) -> Result<VaultState, VaultError> {
        Ok(match &*self.opened() {
            Some(_) => VaultState::Open,
            None if self.exists() => VaultState::Locked,
            None => VaultState::Missing,
        })
    }

    pub(super) fn unlock(&self, passphrase: &SecretString) -> Result<(), VaultError> {
        let mut opened = self.opened();
        if opened.is_some() {
            return Ok(());
        }
        let stored = self.read()?.ok_or(VaultError::Missing)?;
        let key = stored.derivation().key(passphrase).ok_or_else(|| self.damaged())?;
        // Its sum was right, so it is the passphrase that is not.
        let secrets = stored.decrypt(&key).ok_or(VaultError::WrongPassphrase)?;
        *opened = Some(Opened {
            derivation: stored.derivation().clone(),
            key,
            secrets,
        });
        Ok(())
    }

    pub(super) fn create(&self, passphrase: &SecretString) -> Result<(), VaultError> {
        let mut opened = self.opened();
        if opened.is_some() || self.exists() {
            return Err(VaultError::Exists);
        }
        if passphrase.expose_secret().is_empty() {
            return Err(VaultError::EmptyPassphrase);
        }
        let derivation = Derivation::new()?;
        let none = || VaultError::System("the passphrase could not be made a key".to_owned());
        let key = derivation.key(passphrase).ok_or_else(none)?;
        let folder = self.folder();
        platform::modes::private_dir(folder).map_err(|error| VaultError::disk(folder, error))?;
        let secrets = Secrets::new();
        self.write(&Stored::new(&derivation, &key, &secrets)?, platform::rename_new)?;
        *opened = Some(Opened {
            derivation,
            key,
            secrets,
        });
        Ok(())
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError> {
        match &*self.opened() {
            Some(opened) => Ok(opened.secrets.get(name).cloned()),
            None => Err(self.closed()),
        }
    }

    /// Sets a secret, or with `None` forgets it.
    pub(super) fn change(&self, name: &str, secret: Option<SecretString>) -> Result<(), VaultError> {
        let mut guard = self.opened();
        let Some(opened) = guard.as_mut() else {
            return Err(self.closed());
        };
        // What is on the disk now is what is changed, and a file that has become unreadable meanwhile is left alone.
        let mut secrets = match self.read()? {
            Some(stored) if *stored.derivation() == opened.derivation => {
                stored.decrypt(&opened.key).ok_or_else(|| self.replaced())?
            }
            Some(_) => return Err(self.replaced()),
            None => opened.secrets.clone(),
        };
        match secret {
            Some(secret) => {
                secrets.insert(name.to_owned(), secret);
            }
            None if secrets.remove(name).is_none() => {
                opened.secrets = secrets;
                return Ok(());
            }
            None => {}
        }
        self.write(
            &Stored::new(&opened.derivation, &opened.key, &secrets)?,
            platform::replace,
        )?;
        opened.secrets = secrets;
        Ok(())
    }

    /// The file, or `None` when there is none.
    fn read(&self) -> Result<Option<Stored>, VaultError> {
        let file = match platform::open_for_reading(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.exists() => return Ok(None),
            Err(error) => return Err(VaultError::disk(&self.path, error)),
        };
        let mut text = Vec::new();
        file.take(MOST_BYTES + 1)
            .read_to_end(&mut text)
            .map_err(|error| VaultError::disk(&self.path, error))?;
        if text.len() as u64 > MOST_BYTES {
            return Err(self.damaged());
        }
        match Stored::read(&text) {
            Ok(stored) => Ok(Some(stored)),
            Err(Unreadable::Damaged) => Err(self.damaged()),
            Err(Unreadable::Newer) => Err(VaultError::Newer {
                path: self.path.clone(),
            }),
        }
    }

    /// Writes beside the file, and gives it the name only when every byte is on the disk.
    fn write(&self, stored: &Stored, rename: fn(&Path, &Path) -> io::Result<()>) -> Result<(), VaultError> {
        let text = stored.to_text()?;
        let beside = self.path.with_extension("json.new");
        let written = (|| {
            match fs::remove_file(&beside) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                // Nothing there, or what a crash left: a file that never got the name.
                _ => {}
            }
            let mut file: File = platform::create_new(&beside, true)?;
            file.write_all(&text)?;
            file.sync_all()?;
            rename(&beside, &self.path)?;
            platform::sync_dir(self.folder())
        })();
        written.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => VaultError::Exists,
            _ => VaultError::disk(&self.path, error),
        })
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }

    fn opened(&self) -> MutexGuard<'_, Option<Opened>> {
        // It is only ever replaced as a whole, so who panicked while holding it left it right.
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn closed(&self) -> VaultError {
        if self.exists() {
            VaultError::Locked
        } else {
            VaultError::Missing
        }
    }

    fn damaged(&self) -> VaultError {
        VaultError::Damaged {
            path: self.path.clone(),
        }
    }

    fn replaced(&self) -> VaultError {
        VaultError::Replaced {
            path: self.path.clone(),
        }
    }
}

impl fmt::Debug for FileVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FileVault").field(&self.path).finish()
    }
}
