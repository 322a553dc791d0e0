//! What is kept on the disk shows none of the secrets that are in it.

use app::secrets::{SEAL_KEY, Vault, VaultState};
use secrecy::{ExposeSecret, SecretString};
use transfer::ledger::Seal;

use super::scan::{Canary, Scanner, files_below};

const KINDS: [&str; 12] = [
    "bearer token",
    "password",
    "file password",
    "authkey",
    "session key",
    "presigned signature",
    "proxy password",
    "refresh token",
    "header",
    "cookie",
    "webhook secret",
    "certificate key",
];

/// Twelve secrets that no two runs share, with characters that every encoding treats in its own way.
fn twelve() -> Vec<Canary> {
    KINDS
        .iter()
        .map(|kind| {
            let (one, two): (u64, u64) = rand::random();
            Canary::new(kind, format!("cnry{one:016x}/+ é\"\\%&=?{two:016x}~"))
        })
        .collect()
}

fn text(canary: &Canary) -> SecretString {
    SecretString::from(String::from_utf8(canary.secret.clone()).unwrap())
}

#[tokio::test]
async fn the_passphrase_file_shows_no_secret_no_passphrase_and_no_key() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let mut canaries = twelve();
    let passphrase = Canary::new("passphrase", format!("cnry open sesame {:016x}", rand::random::<u64>()));

    let vault = Vault::choose(&folder, true).await;
    assert_eq!(vault.state().await.unwrap(), VaultState::Missing);
    vault.create(text(&passphrase)).await.unwrap();
    for canary in &canaries {
        vault
            .set(&format!("account/{}", canary.what), text(canary))
            .await
            .unwrap();
    }
    // What is replaced and what is forgotten must be gone too, not only unreachable.
    vault
        .set("account/password", SecretString::from("another"))
        .await
        .unwrap();
    vault.delete("account/authkey").await.unwrap();
    let seal = vault.seal().await.unwrap();
    let link = &canaries[5];
    let sealed = seal.seal(&link.secret, "1/session");
    std::fs::write(folder.join("session"), &sealed).unwrap();

    let key = vault.get(SEAL_KEY).await.unwrap().unwrap();
    assert_eq!(seal.open(&sealed, "1/session").unwrap(), link.secret);
    canaries.push(Canary::new("seal key", key.expose_secret()));
    canaries.push(passphrase);
    let scanner = Scanner::new(&canaries);
    assert_eq!(scanner.find_below(home.path()).unwrap(), []);
    assert_eq!(
        scanner.find(
            "Debug",
            format!("{vault:?} {:?}", vault.get("account/header").await).as_bytes()
        ),
        []
    );
    for file in files_below(&folder).unwrap() {
        let private =
            file.file_name().unwrap() == "session" || platform::modes::is_private(&file).unwrap() != Some(false);
        assert!(private, "{}", file.display());
    }

    // The control: the same secrets beside the file, in the clear, are all found.
    for canary in &canaries {
        std::fs::write(folder.join("leak"), &canary.secret).unwrap();
        let hits = scanner.find_below(home.path()).unwrap();
        assert!(hits.iter().any(|hit| hit.what == canary.what), "{}", canary.what);
    }
}
