//! The keychain at its worst: silent, closed, or full of what is no text.

use super::*;
use keyring_core::api::{Credential, CredentialApi, CredentialStoreApi};
use keyring_core::{CredentialStore, Entry, Error};
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

/// What the keychain is told to answer next.
type Answer = keyring_core::Result<Vec<u8>>;

/// A keychain that answers only what it is told, and waits until then.
#[derive(Debug)]
struct Stubborn {
    answers: Arc<Mutex<Receiver<Answer>>>,
}

impl Stubborn {
    fn told() -> (Arc<CredentialStore>, Sender<Answer>) {
        let (tell, answers) = channel();
        (
            Arc::new(Stubborn {
                answers: Arc::new(Mutex::new(answers)),
            }),
            tell,
        )
    }

    fn answer(&self) -> Answer {
        self.answers.lock().unwrap().recv().unwrap_or(Err(Error::NoEntry))
    }
}

impl CredentialStoreApi for Stubborn {
    fn vendor(&self) -> String {
        String::new()
    }

    fn id(&self) -> String {
        String::new()
    }

    fn build(&self, _: &str, _: &str, _: Option<&HashMap<&str, &str>>) -> keyring_core::Result<Entry> {
        Ok(Entry::new_with_credential(Arc::new(Stubborn {
            answers: Arc::clone(&self.answers),
        })))
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl CredentialApi for Stubborn {
    fn set_secret(&self, _: &[u8]) -> keyring_core::Result<()> {
        self.answer().map(drop)
    }

    fn get_secret(&self) -> Answer {
        self.answer()
    }

    fn delete_credential(&self) -> keyring_core::Result<()> {
        self.answer().map(drop)
    }

    fn get_credential(&self) -> keyring_core::Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn denied() -> Answer {
    Err(Error::NoStorageAccess("denied by the person".into()))
}

/// A keychain that has passed its trial and waits for what it is told next.
async fn stubborn() -> (Keychain, Sender<Answer>) {
    let (store, tell) = Stubborn::told();
    tell.send(Ok(new_seal_key().unwrap().expose_secret().as_bytes().to_vec()))
        .unwrap();
    (Keychain::open(move || Ok(store)).await.unwrap(), tell)
}

#[tokio::test(start_paused = true)]
async fn a_keychain_that_never_answers_is_given_up_after_two_seconds() {
    let home = tempfile::tempdir().unwrap();
    let (store, held) = Stubborn::told();
    let started = tokio::time::Instant::now();
    let vault = Vault::choose_with(home.path(), false, move || Ok(store)).await;
    assert_eq!(vault.kind(), VaultKind::File);
    assert!(
        started.elapsed() >= PROBE && started.elapsed() < PROBE * 2,
        "{:?}",
        started.elapsed()
    );
    drop(held);
}

#[tokio::test]
async fn a_keychain_that_reads_but_does_not_write_is_none() {
    let home = tempfile::tempdir().unwrap();
    let (store, tell) = Stubborn::told();
    tell.send(Err(Error::NoEntry)).unwrap();
    tell.send(denied()).unwrap();
    let vault = Vault::choose_with(home.path(), false, move || Ok(store)).await;
    assert_eq!(vault.kind(), VaultKind::File);
}

#[tokio::test]
async fn a_keychain_that_refuses_is_quoted_without_what_it_keeps() {
    let (keychain, tell) = stubborn().await;
    tell.send(denied()).unwrap();
    let error = keychain.get("a".to_owned()).await.unwrap_err();
    assert!(error.to_string().contains("denied by the person"), "{error}");
    for kept in [
        Err(Error::BadDataFormat(b"canary".to_vec(), "canary".into())),
        Err(Error::BadEncoding(b"canary".to_vec())),
        Ok(b"canary\xff".to_vec()),
    ] {
        tell.send(kept).unwrap();
        let error = keychain.get("a".to_owned()).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
    tell.send(Err(Error::TooLong("secret".to_owned(), 2560))).unwrap();
    let error = keychain
        .set("a".to_owned(), SecretString::from("token"))
        .await
        .unwrap_err();
    assert!(matches!(error, VaultError::TooLong { limit: 2560 }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_keychain_that_falls_silent_fails_what_comes_after_at_once_until_it_is_back() {
    let (keychain, tell) = stubborn().await;
    assert!(matches!(
        keychain.get("a".to_owned()).await.unwrap_err(),
        VaultError::KeychainSilent
    ));
    let silent_since = tokio::time::Instant::now();
    assert!(matches!(
        keychain.get("b".to_owned()).await.unwrap_err(),
        VaultError::KeychainSilent
    ));
    assert_eq!(silent_since.elapsed(), Duration::ZERO);
    // From here on by the real clock: the thread needs some time of it.
    tokio::time::resume();
    tell.send(Err(Error::NoEntry)).unwrap();
    tell.send(Ok(b"token".to_vec())).unwrap();
    loop {
        match keychain.get("a".to_owned()).await {
            Ok(found) => {
                let found = found.map(|found| found.expose_secret().to_owned());
                break assert_eq!(found.as_deref(), Some("token"));
            }
            Err(VaultError::KeychainSilent) => tokio::task::yield_now().await,
            Err(other) => panic!("{other}"),
        }
    }
}
