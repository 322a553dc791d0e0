//! The few cryptographic steps that the passphrase file and the encrypted columns share.

use super::VaultError;
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

/// Length of every key here.
pub(super) const KEY_BYTES: usize = 32;
/// Length of an XChaCha20 nonce.
pub(super) const NONCE_BYTES: usize = 24;

/// Bytes nobody can guess.
pub(super) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, VaultError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice())
        .map_err(|error| VaultError::System(format!("no random numbers ({error})")))?;
    Ok(bytes)
}

/// Encrypts, and binds the text to `about`, which must be the same to decrypt it.
///
/// A nonce must never be used twice with one key. `None` only for texts of hundreds of gigabytes.
pub(super) fn encrypt(key: &[u8; KEY_BYTES], nonce: &[u8; NONCE_BYTES], plain: &[u8], about: &[u8]) -> Option<Vec<u8>> {
    let payload = Payload { msg: plain, aad: about };
    XChaCha20Poly1305::new(key.into())
        .encrypt(XNonce::from_slice(nonce), payload)
        .ok()
}

/// Decrypts; `None` when the key or `about` is another, or anything was altered.
pub(super) fn decrypt(
    key: &[u8; KEY_BYTES],
    nonce: &[u8; NONCE_BYTES],
    sealed: &[u8],
    about: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let payload = Payload {
        msg: sealed,
        aad: about,
    };
    XChaCha20Poly1305::new(key.into())
        .decrypt(XNonce::from_slice(nonce), payload)
        .ok()
        .map(Zeroizing::new)
}

/// A key from a passphrase, by Argon2id; costs `memory_kib` KiB and a good part of a second.
///
/// `None` when the figures are outside of what Argon2 knows.
pub(super) fn derive(
    passphrase: &str,
    salt: &[u8],
    memory_kib: u32,
    passes: u32,
) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
    let params = Params::new(memory_kib, passes, 1, Some(KEY_BYTES)).ok()?;
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut_slice())
        .ok()?;
    Some(key)
}

pub(super) fn to_text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn from_text(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_nonce_and_context_decrypt() {
        let (key, nonce) = ([1; KEY_BYTES], [2; NONCE_BYTES]);
        let sealed = encrypt(&key, &nonce, b"plain", b"here").unwrap();
        assert_eq!(decrypt(&key, &nonce, &sealed, b"here").unwrap().as_slice(), b"plain");
        assert!(decrypt(&[3; KEY_BYTES], &nonce, &sealed, b"here").is_none());
        assert!(decrypt(&key, &[3; NONCE_BYTES], &sealed, b"here").is_none());
        assert!(decrypt(&key, &nonce, &sealed, b"there").is_none());
    }

    #[test]
    fn passphrase_salt_and_cost_all_make_the_key() {
        let key = |passphrase, salt: &[u8], memory, passes| *derive(passphrase, salt, memory, passes).unwrap();
        let one = key("open", b"0123456789abcdef", 64, 1);
        assert_eq!(one, key("open", b"0123456789abcdef", 64, 1));
        assert_ne!(one, key("Open", b"0123456789abcdef", 64, 1));
        assert_ne!(one, key("open", b"0123456789abcdeg", 64, 1));
        assert_ne!(one, key("open", b"0123456789abcdef", 128, 1));
        assert_ne!(one, key("open", b"0123456789abcdef", 64, 2));
    }
}
