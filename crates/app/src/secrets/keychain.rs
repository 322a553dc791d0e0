//! The operating system's keychain, on a thread of its own that nobody waits for without a limit.
//!
//! A locked keychain may wait for a dialog that nobody sees, for ever. The thread is left alone then, also at the end of
//! the process.

use super::{SEAL_KEY, VaultError, new_seal_key, read_seal_key};
use keyring_core::{CredentialStore, Entry, Error};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// Under which name all our entries are filed.
const APPLICATION: &str = "longshore";

/// How long one request may take: a person may be typing the keychain's password.
const ANSWER: Duration = Duration::from_secs(60);

type Work = Box<dyn FnOnce(&CredentialStore) + Send>;

#[derive(Clone)]
pub(super) struct Keychain {
    work: mpsc::Sender<Work>,
    /// A request has run out of time and still holds the thread: others would only wait in line.
    stuck: Arc<AtomicBool>,
}

impl Keychain {
    /// Opens the keychain and tries it: by reading the seal key, and by writing one where there is none.
    ///
    /// Can take for ever; dropping the future leaves the thread alone.
    pub(super) async fn open<O>(open: O) -> Result<Keychain, VaultError>
    where
        O: FnOnce() -> keyring_core::Result<Arc<CredentialStore>> + Send + 'static,
    {
        let (work, requests) = mpsc::channel::<Work>();
        let (ready, opened) = oneshot::channel();
        let serve = move || {
            let store = match open()
                .map_err(refused)
                .and_then(|store| try_out(&*store).map(|()| store))
            {
                Ok(store) => store,
                Err(error) => {
                    // Nobody may be waiting any more.
                    let _ = ready.send(Err(error));
                    return;
                }
            };
            if ready.send(Ok(())).is_err() {
                return;
            }
            for request in requests {
                request(&*store);
            }
        };
        std::thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(serve)
            .map_err(|error| VaultError::System(error.to_string()))?;
        opened.await.map_err(|_| VaultError::KeychainSilent)??;
        Ok(Keychain {
            work,
            stuck: Arc::default(),
        })
    }

    pub(super) async fn get(&self, name: String) -> Result<Option<SecretString>, VaultError> {
        self.ask(move |store| get(store, &name)).await
    }

    pub(super) async fn set(&self, name: String, secret: SecretString) -> Result<(), VaultError> {
        self.ask(move |store| set(store, &name, &secret)).await
    }

    pub(super) async fn delete(&self, name: String) -> Result<(), VaultError> {
        self.ask(move |store| match entry(store, &name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(refused(error)),
        })
        .await
    }

    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&CredentialStore) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        if self.stuck.load(Ordering::SeqCst) {
            return Err(VaultError::KeychainSilent);
        }
        let (done, mut answer) = oneshot::channel();
        let stuck = Arc::clone(&self.stuck);
        let request: Work = Box::new(move |store| {
            // Nobody may be waiting any more. The answer goes first: see below.
            let _ = done.send(work(store));
            stuck.store(false, Ordering::SeqCst);
        });
        self.work.send(request).map_err(|_| VaultError::KeychainSilent)?;
        if let Ok(answered) = tokio::time::timeout(ANSWER, &mut answer).await {
            return answered.unwrap_or(Err(VaultError::KeychainSilent));
        }
        self.stuck.store(true, Ordering::SeqCst);
        // An answer from just now may have come before that note, and nobody else would take it back.
        let result = answer.try_recv().map_err(|_| VaultError::KeychainSilent)?;
        self.stuck.store(false, Ordering::SeqCst);
        result
    }
}

impl fmt::Debug for Keychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keychain")
    }
}

/// Reading alone says little: an empty keychain that refuses every write looks the same.
fn try_out(store: &CredentialStore) -> Result<(), VaultError> {
    match get(store, SEAL_KEY)? {
        Some(kept) => read_seal_key(&kept).map(drop),
        None => set(store, SEAL_KEY, &new_seal_key()?),
    }
}

fn get(store: &CredentialStore, name: &str) -> Result<Option<SecretString>, VaultError> {
    match entry(store, name)?.get_secret() {
        Ok(bytes) => {
            let bytes = Zeroizing::new(bytes);
            let text =
                str::from_utf8(&bytes).map_err(|_| VaultError::Keychain("what it keeps is no text".to_owned()))?;
            Ok(Some(SecretString::from(text)))
        }
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(refused(error)),
    }
}

fn set(store: &CredentialStore, name: &str, secret: &SecretString) -> Result<(), VaultError> {
    // As bytes: Windows has room for twice as many of them as of a password's characters.
    entry(store, name)?
        .set_secret(secret.expose_secret().as_bytes())
        .map_err(refused)
}

fn entry(store: &CredentialStore, name: &str) -> Result<Entry, VaultError> {
    store.build(APPLICATION, name, None).map_err(refused)
}

/// In our words: some of the library's errors carry what they failed to read.
fn refused(error: Error) -> VaultError {
    match error {
        Error::NoStorageAccess(source) => {
            VaultError::Keychain(format!("it is locked or closed to Longshore ({source})"))
        }
        Error::PlatformFailure(source) => VaultError::Keychain(source.to_string()),
        Error::TooLong(_, limit) => VaultError::TooLong { limit },
        Error::NotSupportedByStore(why) => VaultError::Keychain(why),
        Error::Ambiguous(found) => VaultError::Keychain(format!("{} entries have the same name", found.len())),
        _ => VaultError::Keychain("what it keeps can't be read".to_owned()),
    }
}
