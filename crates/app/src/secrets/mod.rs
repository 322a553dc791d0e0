//! Keeps credentials, and the key to what is encrypted in the database: in the keychain, else in a passphrase file.

mod crypt;
mod error;
mod file;
mod format;
mod keychain;
mod memory;
mod passphrase;
mod seal;

pub use error::VaultError;
pub use passphrase::{Ask, Passphrases, Prompt};
pub use seal::Seal;

use crypt::KEY_BYTES;
use file::FileVault;
use keychain::Keychain;
use memory::MemoryVault;
use secrecy::{ExposeSecret, SecretString};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// The file's name in the data folder.
pub const FILE_NAME: &str = "vault.json";

/// The name under which the key of [`Seal`] is kept. No account's name can clash with it: those have a slash.
pub const SEAL_KEY: &str = "seal-key";

/// How long the keychain has at start before the passphrase file takes its place.
const PROBE: Duration = Duration::from_secs(2);

/// Where secrets are kept, by name.
#[derive(Clone, Debug)]
pub struct Vault(Inner);

#[derive(Clone, Debug)]
enum Inner {
    Keychain(Keychain),
    File(Arc<FileVault>),
    Memory(Arc<MemoryVault>),
}

/// What kind of place a vault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultKind {
    /// The operating system's keychain.
    Keychain,
    /// A file that a passphrase opens.
    File,
    /// Memory, for tests: gone with the process.
    Memory,
}

/// Whether a vault can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultState {
    /// Secrets can be read and written.
    Open,
    /// The file is there and wants its passphrase.
    Locked,
    /// There is no file yet; it is made with the first passphrase.
    Missing,
}

impl Vault {
    /// Chooses where secrets are kept, and asks nobody for a passphrase yet.
    ///
    /// The file in `home` is taken when `own_home` says that everything belongs into that one folder (`LONGSHORE_HOME`), when
    /// it is there already, and when the keychain does not answer within two seconds. Otherwise it is the keychain.
    pub async fn choose(home: &Path, own_home: bool) -> Vault {
        Vault::choose_with(home, own_home, platform::keychain::open).await
    }

    async fn choose_with<O>(home: &Path, own_home: bool, open: O) -> Vault
    where
        O: FnOnce() -> keyring_core::Result<Arc<keyring_core::CredentialStore>> + Send + 'static,
    {
        let file = Arc::new(FileVault::at(home.join(FILE_NAME)));
        // Where looking fails something stands in the way, and that is told when the file is to be opened.
        if own_home || on_disk(&file, |file| Ok(file.exists())).await.unwrap_or(true) {
            return Vault(Inner::File(file));
        }
        match tokio::time::timeout(PROBE, Keychain::open(open)).await {
            Ok(Ok(keychain)) => return Vault(Inner::Keychain(keychain)),
            Ok(Err(error)) => tracing::info!(%error, "no keychain: secrets go to a passphrase file"),
            Err(_) => tracing::warn!("the keychain does not answer: secrets go to a passphrase file"),
        }
        Vault(Inner::File(file))
    }

    /// A vault that forgets everything with the process, for tests.
    #[must_use]
    pub fn in_memory() -> Vault {
        Vault(Inner::Memory(Arc::default()))
    }

    /// What kind of place this is.
    #[must_use]
    pub fn kind(&self) -> VaultKind {
        match &self.0 {
            Inner::Keychain(_) => VaultKind::Keychain,
            Inner::File(_) => VaultKind::File,
            Inner::Memory(_) => VaultKind::Memory,
        }
    }

    /// Whether it can be used.
    ///
    /// # Errors
    /// When the file can't be looked at.
    pub async fn state(&self) -> Result<VaultState, VaultError> {
        match &self.0 {
            Inner::File(file) => on_disk(file, FileVault::state).await,
            Inner::Keychain(_) | Inner::Memory(_) => Ok(VaultState::Open),
        }
    }

    /// Opens the file with its passphrase; nothing happens when the vault is open already.
    ///
    /// # Errors
    /// [`VaultError::WrongPassphrase`], [`VaultError::Missing`], [`VaultError::Damaged`] and others, with nothing changed.
    pub async fn unlock(&self, passphrase: SecretString) -> Result<(), VaultError> {
        match &self.0 {
            Inner::File(file) => on_disk(file, move |file| file.unlock(&passphrase)).await,
            Inner::Keychain(_) | Inner::Memory(_) => Ok(()),
        }
    }

    /// Makes the file with its first passphrase, and opens it.
    ///
    /// # Errors
    /// [`VaultError::Exists`] when there is one, [`VaultError::EmptyPassphrase`], or what the disk says.
    pub async fn create(&self, passphrase: SecretString) -> Result<(), VaultError> {
        match &self.0 {
            Inner::File(file) => on_disk(file, move |file| file.create(&passphrase)).await,
            Inner::Keychain(_) | Inner::Memory(_) => Ok(()),
        }
    }

    /// Opens the vault, or makes it, with the passphrase that the environment holds or the person types.
    ///
    /// A wrong passphrase from the environment is an error at once; a person may try three times.
    ///
    /// # Errors
    /// [`VaultError::Locked`] or [`VaultError::Missing`] when nobody knows a passphrase; else as [`Self::unlock`] and [`Self::create`].
    pub async fn open_with(&self, known: &Passphrases, prompt: Option<&Prompt>) -> Result<(), VaultError> {
        let (missing, nobody) = match self.state().await? {
            VaultState::Open => return Ok(()),
            VaultState::Locked => (false, VaultError::Locked),
            VaultState::Missing => (true, VaultError::Missing),
        };
        let known = known.clone();
        let known = tokio::task::spawn_blocking(move || known.read())
            .await
            .map_err(VaultError::stopped)??;
        if let Some(passphrase) = known {
            return if missing {
                self.create(passphrase).await
            } else {
                self.unlock(passphrase).await
            };
        }
        let Some(prompt) = prompt else { return Err(nobody) };
        if missing {
            let passphrase = prompt(Ask::New).await.ok_or(VaultError::Missing)?;
            return self.create(passphrase).await;
        }
        for wrong_before in [false, true, true] {
            let passphrase = prompt(Ask::Existing { wrong_before }).await.ok_or(VaultError::Locked)?;
            match self.unlock(passphrase).await {
                Err(VaultError::WrongPassphrase) => {}
                answer => return answer,
            }
        }
        Err(VaultError::WrongPassphrase)
    }

    /// The secret of this name, if there is one.
    ///
    /// # Errors
    /// [`VaultError::Locked`] or [`VaultError::Missing`] before the file is open; what the keychain says.
    pub async fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError> {
        let name = name.to_owned();
        match &self.0 {
            Inner::Keychain(keychain) => keychain.get(name).await,
            Inner::File(file) => on_disk(file, move |file| file.get(&name)).await,
            Inner::Memory(memory) => Ok(memory.get(&name)),
        }
    }

    /// Keeps a secret under this name, in place of the one before. Durable when this returns.
    ///
    /// # Errors
    /// As [`Self::get`], and what the disk says; the secret before is kept then.
    pub async fn set(&self, name: &str, secret: SecretString) -> Result<(), VaultError> {
        let name = name.to_owned();
        match &self.0 {
            Inner::Keychain(keychain) => keychain.set(name, secret).await,
            Inner::File(file) => on_disk(file, move |file| file.change(&name, Some(secret))).await,
            Inner::Memory(memory) => {
                memory.set(name, secret);
                Ok(())
            }
        }
    }

    /// Forgets the secret of this name; that there was none is no error.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub async fn delete(&self, name: &str) -> Result<(), VaultError> {
        let name = name.to_owned();
        match &self.0 {
            Inner::Keychain(keychain) => keychain.delete(name).await,
            Inner::File(file) => on_disk(file, move |file| file.change(&name, None)).await,
            Inner::Memory(memory) => {
                memory.delete(&name);
                Ok(())
            }
        }
    }

    /// What encrypts columns of the database; its key is made once and kept under [`SEAL_KEY`].
    ///
    /// # Errors
    /// As [`Self::set`]; [`VaultError::BadSealKey`] when the key kept is none: it is not replaced, as that would lose what it opens.
    pub async fn seal(&self) -> Result<Seal, VaultError> {
        let kept = match self.get(SEAL_KEY).await? {
            Some(kept) => kept,
            None => {
                let made = new_seal_key()?;
                self.set(SEAL_KEY, made.clone()).await?;
                made
            }
        };
        Seal::new(read_seal_key(&kept)?)
    }
}

fn new_seal_key() -> Result<SecretString, VaultError> {
    let key = crypt::random::<KEY_BYTES>()?;
    Ok(SecretString::from(crypt::to_text(key.as_slice())))
}

fn read_seal_key(kept: &SecretString) -> Result<Zeroizing<[u8; KEY_BYTES]>, VaultError> {
    let bytes = Zeroizing::new(crypt::from_text(kept.expose_secret()).ok_or(VaultError::BadSealKey)?);
    let key: &[u8; KEY_BYTES] = bytes.as_slice().try_into().map_err(|_| VaultError::BadSealKey)?;
    Ok(Zeroizing::new(*key))
}

/// Runs what reads, writes and derives keys away from the async threads.
async fn on_disk<T, F>(file: &Arc<FileVault>, work: F) -> Result<T, VaultError>
where
    T: Send + 'static,
    F: FnOnce(&FileVault) -> Result<T, VaultError> + Send + 'static,
{
    let file = Arc::clone(file);
    tokio::task::spawn_blocking(move || work(&file))
        .await
        .map_err(VaultError::stopped)?
}

#[cfg(test)]
mod keychain_tests;
#[cfg(test)]
mod tests;
