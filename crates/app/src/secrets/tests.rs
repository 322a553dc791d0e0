//! Every kind of vault by its one face: what it keeps, what it refuses, and what never happens to the file.

use super::*;
use keyring_core::{CredentialStore, Error};
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use transfer::ledger::Seal as _;

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn shown(found: Option<SecretString>) -> Option<String> {
    found.map(|found| found.expose_secret().to_owned())
}

fn no_keychain() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(Error::NotSupportedByStore("no bus".to_owned()))
}

fn working_keychain() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(keyring_core::mock::Store::new()?)
}

/// A vault in a file of a folder of its own, opened with `passphrase`.
async fn file_vault(home: &Path, passphrase: &str) -> Result<Vault, VaultError> {
    let vault = Vault::choose_with(home, true, no_keychain).await;
    match vault.state().await? {
        VaultState::Missing => vault.create(secret(passphrase)).await?,
        _ => vault.unlock(secret(passphrase)).await?,
    }
    Ok(vault)
}

fn path(home: &tempfile::TempDir) -> PathBuf {
    home.path().join(FILE_NAME)
}

#[tokio::test]
async fn every_vault_keeps_replaces_and_forgets() {
    let home = tempfile::tempdir().unwrap();
    let keychain = Vault::choose_with(home.path(), false, working_keychain).await;
    assert_eq!(keychain.kind(), VaultKind::Keychain);
    let file = file_vault(home.path(), "open sesame").await.unwrap();
    assert_eq!(file.kind(), VaultKind::File);
    for vault in [keychain, file, Vault::in_memory()] {
        assert_eq!(shown(vault.get("account/1").await.unwrap()), None);
        vault.delete("account/1").await.unwrap();
        vault.set("account/1", secret("tök€n \"1\"")).await.unwrap();
        vault.set("account/2", secret("two")).await.unwrap();
        vault.set("account/1", secret("tök€n \"2\"")).await.unwrap();
        assert_eq!(
            shown(vault.get("account/1").await.unwrap()).as_deref(),
            Some("tök€n \"2\"")
        );
        vault.delete("account/1").await.unwrap();
        assert_eq!(shown(vault.get("account/1").await.unwrap()), None);
        assert_eq!(shown(vault.get("account/2").await.unwrap()).as_deref(), Some("two"));
    }
}

#[tokio::test]
async fn the_file_is_opened_by_its_passphrase_in_the_next_process() {
    let home = tempfile::tempdir().unwrap();
    let first = file_vault(home.path(), "open sesame").await.unwrap();
    first.set("account/1", secret("token")).await.unwrap();
    let sealed = first.seal().await.unwrap().seal(b"link", "7/session");
    let second = file_vault(home.path(), "open sesame").await.unwrap();
    assert_eq!(shown(second.get("account/1").await.unwrap()).as_deref(), Some("token"));
    assert_eq!(
        second.seal().await.unwrap().open(&sealed, "7/session").unwrap(),
        b"link"
    );
}

#[tokio::test]
async fn a_wrong_passphrase_is_said_and_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    file_vault(home.path(), "open sesame")
        .await
        .unwrap()
        .set("a", secret("token"))
        .await
        .unwrap();
    let before = fs::read(path(&home)).unwrap();
    let vault = Vault::choose_with(home.path(), true, no_keychain).await;
    let error = vault.unlock(secret("open sesam")).await.unwrap_err();
    assert!(matches!(error, VaultError::WrongPassphrase), "{error}");
    assert_eq!(vault.state().await.unwrap(), VaultState::Locked);
    assert!(matches!(vault.get("a").await.unwrap_err(), VaultError::Locked));
    assert!(matches!(
        vault.set("a", secret("x")).await.unwrap_err(),
        VaultError::Locked
    ));
    assert!(matches!(
        vault.create(secret("new")).await.unwrap_err(),
        VaultError::Exists
    ));
    assert_eq!(fs::read(path(&home)).unwrap(), before);
    vault.unlock(secret("open sesame")).await.unwrap();
    assert_eq!(shown(vault.get("a").await.unwrap()).as_deref(), Some("token"));
}

#[tokio::test]
async fn a_damaged_file_is_told_from_a_wrong_passphrase_and_never_written_over() {
    let home = tempfile::tempdir().unwrap();
    file_vault(home.path(), "open sesame")
        .await
        .unwrap()
        .set("a", secret("token"))
        .await
        .unwrap();
    let whole = fs::read(path(&home)).unwrap();
    let mut damaged: Vec<Vec<u8>> = (0..whole.len()).step_by(7).map(|cut| whole[..cut].to_vec()).collect();
    damaged.extend((0..whole.len()).step_by(5).map(|place| {
        let mut one = whole.clone();
        one[place] ^= 1;
        one
    }));
    for text in damaged {
        fs::write(path(&home), &text).unwrap();
        let vault = Vault::choose_with(home.path(), true, no_keychain).await;
        match vault.unlock(secret("open sesame")).await {
            Err(VaultError::Damaged { .. } | VaultError::Newer { .. }) => {}
            // White space and the like: the file still says the same.
            Ok(()) => assert_eq!(shown(vault.get("a").await.unwrap()).as_deref(), Some("token")),
            Err(other) => panic!("{other}: {}", String::from_utf8_lossy(&text)),
        }
        assert!(matches!(
            vault.create(secret("new")).await.unwrap_err(),
            VaultError::Exists
        ));
        assert_eq!(fs::read(path(&home)).unwrap(), text);
    }
}

#[tokio::test]
async fn a_file_damaged_while_it_is_open_is_not_written_over_either() {
    let home = tempfile::tempdir().unwrap();
    let vault = file_vault(home.path(), "open sesame").await.unwrap();
    vault.set("a", secret("token")).await.unwrap();
    fs::write(path(&home), b"{ half a").unwrap();
    let error = vault.set("b", secret("two")).await.unwrap_err();
    assert!(matches!(error, VaultError::Damaged { .. }), "{error}");
    assert_eq!(fs::read(path(&home)).unwrap(), b"{ half a");
    assert_eq!(shown(vault.get("b").await.unwrap()), None);
}

#[tokio::test]
async fn a_file_with_another_passphrase_in_its_place_is_not_written_over() {
    let (home, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let vault = file_vault(home.path(), "open sesame").await.unwrap();
    file_vault(other.path(), "another")
        .await
        .unwrap()
        .set("a", secret("theirs"))
        .await
        .unwrap();
    fs::copy(path(&other), path(&home)).unwrap();
    let error = vault.set("b", secret("two")).await.unwrap_err();
    assert!(matches!(error, VaultError::Replaced { .. }), "{error}");
    let theirs = file_vault(home.path(), "another").await.unwrap();
    assert_eq!(shown(theirs.get("a").await.unwrap()).as_deref(), Some("theirs"));
}

#[tokio::test]
async fn what_another_process_kept_meanwhile_is_not_lost() {
    let home = tempfile::tempdir().unwrap();
    let one = file_vault(home.path(), "open sesame").await.unwrap();
    let two = file_vault(home.path(), "open sesame").await.unwrap();
    one.set("a", secret("1")).await.unwrap();
    two.set("b", secret("2")).await.unwrap();
    let third = file_vault(home.path(), "open sesame").await.unwrap();
    assert_eq!(shown(third.get("a").await.unwrap()).as_deref(), Some("1"));
    assert_eq!(shown(third.get("b").await.unwrap()).as_deref(), Some("2"));
}

#[tokio::test]
async fn a_crash_while_writing_leaves_the_old_file_and_does_not_stop_the_next_write() {
    let home = tempfile::tempdir().unwrap();
    let vault = file_vault(home.path(), "open sesame").await.unwrap();
    vault.set("a", secret("token")).await.unwrap();
    fs::write(home.path().join("vault.json.new"), b"{ half a").unwrap();
    let next = file_vault(home.path(), "open sesame").await.unwrap();
    assert_eq!(shown(next.get("a").await.unwrap()).as_deref(), Some("token"));
    next.set("b", secret("two")).await.unwrap();
    assert!(!home.path().join("vault.json.new").exists());
}

#[tokio::test]
async fn a_newer_file_is_left_to_a_newer_longshore() {
    let home = tempfile::tempdir().unwrap();
    let text = br#"{ "format": "longshore-vault", "version": 2, "something": "new" }"#;
    fs::write(path(&home), text).unwrap();
    let vault = Vault::choose_with(home.path(), false, working_keychain).await;
    let error = vault.unlock(secret("open sesame")).await.unwrap_err();
    assert!(matches!(error, VaultError::Newer { .. }), "{error}");
    assert_eq!(fs::read(path(&home)).unwrap(), text);
}

#[tokio::test]
async fn the_file_shows_no_secret_and_no_name() {
    let home = tempfile::tempdir().unwrap();
    let vault = file_vault(home.path(), "open sesame").await.unwrap();
    vault
        .set("account/fileflare", secret("canary-1234567890"))
        .await
        .unwrap();
    let text = fs::read_to_string(path(&home)).unwrap();
    for word in ["canary", "fileflare", "sesame", SEAL_KEY] {
        assert!(!text.contains(word), "{text}");
    }
    assert!(
        text.contains("argon2id") && text.contains("xchacha20-poly1305"),
        "{text}"
    );
    assert!(!format!("{vault:?}").contains("canary"));
}

#[tokio::test]
async fn an_empty_passphrase_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let vault = Vault::choose_with(home.path(), true, no_keychain).await;
    assert!(matches!(
        vault.create(secret("")).await.unwrap_err(),
        VaultError::EmptyPassphrase
    ));
    assert!(!path(&home).exists());
}

#[tokio::test]
async fn a_file_that_is_there_goes_before_the_keychain() {
    let home = tempfile::tempdir().unwrap();
    file_vault(home.path(), "open sesame").await.unwrap();
    assert_eq!(
        Vault::choose_with(home.path(), false, working_keychain).await.kind(),
        VaultKind::File
    );
}

#[tokio::test]
async fn without_a_keychain_secrets_want_a_passphrase() {
    let home = tempfile::tempdir().unwrap();
    let vault = Vault::choose_with(home.path(), false, no_keychain).await;
    assert_eq!(
        (vault.kind(), vault.state().await.unwrap()),
        (VaultKind::File, VaultState::Missing)
    );
    let error = vault.set("a", secret("token")).await.unwrap_err();
    assert!(matches!(error, VaultError::Missing), "{error}");
    assert!(!path(&home).exists());
}

/// Answers what a person at the prompt would type, one after another.
fn typing(answers: &[Option<&str>]) -> (Box<Prompt>, Receiver<Ask>) {
    let (asked, asks) = channel();
    let answers = Mutex::new(
        answers
            .iter()
            .map(|answer| answer.map(secret))
            .collect::<Vec<_>>()
            .into_iter(),
    );
    let prompt = move |ask| {
        asked.send(ask).unwrap();
        let answer = answers.lock().unwrap().next().unwrap();
        Box::pin(std::future::ready(answer)) as futures_util::future::BoxFuture<'static, _>
    };
    (Box::new(prompt), asks)
}

#[tokio::test]
async fn a_person_chooses_a_passphrase_once_and_may_mistype_it_twice() {
    let home = tempfile::tempdir().unwrap();
    let vault = Vault::choose_with(home.path(), true, no_keychain).await;
    let (prompt, asks) = typing(&[Some("open sesame")]);
    vault.open_with(&Passphrases::default(), Some(&*prompt)).await.unwrap();
    assert_eq!(asks.try_iter().collect::<Vec<_>>(), [Ask::New]);

    let vault = Vault::choose_with(home.path(), true, no_keychain).await;
    let (prompt, asks) = typing(&[Some("a"), Some("b"), Some("open sesame")]);
    vault.open_with(&Passphrases::default(), Some(&*prompt)).await.unwrap();
    let (first, again) = (
        Ask::Existing { wrong_before: false },
        Ask::Existing { wrong_before: true },
    );
    assert_eq!(asks.try_iter().collect::<Vec<_>>(), [first, again, again]);

    let vault = Vault::choose_with(home.path(), true, no_keychain).await;
    let (prompt, _asks) = typing(&[Some("a"), Some("b"), Some("c")]);
    let error = vault
        .open_with(&Passphrases::default(), Some(&*prompt))
        .await
        .unwrap_err();
    assert!(matches!(error, VaultError::WrongPassphrase), "{error}");
    let (prompt, _asks) = typing(&[None]);
    let error = vault
        .open_with(&Passphrases::default(), Some(&*prompt))
        .await
        .unwrap_err();
    assert!(matches!(error, VaultError::Locked), "{error}");
    let error = vault.open_with(&Passphrases::default(), None).await.unwrap_err();
    assert!(matches!(error, VaultError::Locked), "{error}");
}

#[tokio::test]
async fn a_seal_key_that_is_none_is_not_replaced() {
    let vault = Vault::in_memory();
    vault.set(SEAL_KEY, secret("not a key")).await.unwrap();
    assert!(matches!(vault.seal().await.unwrap_err(), VaultError::BadSealKey));
    assert_eq!(shown(vault.get(SEAL_KEY).await.unwrap()).as_deref(), Some("not a key"));
}

#[tokio::test]
async fn the_file_is_for_its_owner_alone() {
    let home = tempfile::tempdir().unwrap();
    let vault = file_vault(&home.path().join("data"), "open sesame").await.unwrap();
    vault.set("a", secret("token")).await.unwrap();
    let folder = home.path().join("data");
    for place in [&folder, &folder.join(FILE_NAME)] {
        assert_ne!(
            platform::modes::is_private(place).unwrap(),
            Some(false),
            "{}",
            place.display()
        );
    }
}
