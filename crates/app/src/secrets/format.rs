//! What stands in the passphrase file, and how it is told apart from a damaged one.

use super::VaultError;
use super::crypt::{KEY_BYTES, NONCE_BYTES, decrypt, derive, encrypt, from_text, random, to_text};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

const FORMAT: &str = "longshore-vault";
const VERSION: u32 = 1;
const SALT_BYTES: usize = 16;

/// Argon2id's cost for new files, above the 19 MiB and two passes that OWASP asks for. It is the most memory that a whole
/// transfer needs, so passes make up for what it could be more.
const MEMORY_KIB: u32 = 24 * 1024;
const PASSES: u32 = 4;
/// What is accepted when reading: less protects nothing, more is a trap for the machine.
const MEMORY_RANGE: std::ops::RangeInclusive<u32> = 19 * 1024..=1024 * 1024;
const PASSES_RANGE: std::ops::RangeInclusive<u32> = 1..=16;

pub(super) type Secrets = BTreeMap<String, SecretString>;
pub(super) type Key = Zeroizing<[u8; KEY_BYTES]>;

/// The file as JSON: all of it can be read, and only `data` means anything, to who has the passphrase.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stored {
    format: String,
    version: u32,
    derivation: Derivation,
    cipher: String,
    nonce: String,
    data: String,
    /// SHA-256 over the rest: tells a damaged file from a wrong passphrase, which encryption alone can't.
    sum: String,
}

/// How the key comes from the passphrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Derivation {
    name: String,
    memory_kib: u32,
    passes: u32,
    salt: String,
}

/// Why a text is no passphrase file that can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    Damaged,
    Newer,
}

impl Derivation {
    /// For a new file.
    pub(super) fn new() -> Result<Derivation, VaultError> {
        Ok(Derivation {
            name: "argon2id".to_owned(),
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            salt: to_text(random::<SALT_BYTES>()?.as_slice()),
        })
    }

    /// The key; takes a good part of a second.
    pub(super) fn key(&self, passphrase: &SecretString) -> Option<Key> {
        let salt = from_text(&self.salt)?;
        derive(passphrase.expose_secret(), &salt, self.memory_kib, self.passes)
    }

    fn is_known(&self) -> bool {
        self.name == "argon2id" && MEMORY_RANGE.contains(&self.memory_kib) && PASSES_RANGE.contains(&self.passes)
    }
}

impl Stored {
    /// Encrypts all secrets anew.
    pub(super) fn new(derivation: &Derivation, key: &Key, secrets: &Secrets) -> Result<Stored, VaultError> {
        let broken = |_| VaultError::System("the credentials could not be written as JSON".to_owned());
        let exposed: BTreeMap<&str, &str> = secrets
            .iter()
            .map(|(name, secret)| (name.as_str(), secret.expose_secret()))
            .collect();
        // Room for all of it at once: growing would leave copies behind that nobody wipes.
        let room = exposed
            .iter()
            .map(|(name, secret)| 6 * (name.len() + secret.len()) + 8)
            .sum::<usize>()
            + 2;
        let mut plain = Zeroizing::new(Vec::with_capacity(room));
        serde_json::to_writer(&mut *plain, &exposed).map_err(broken)?;
        let nonce = random::<NONCE_BYTES>()?;
        let mut stored = Stored {
            format: FORMAT.to_owned(),
            version: VERSION,
            derivation: derivation.clone(),
            cipher: "xchacha20-poly1305".to_owned(),
            nonce: to_text(nonce.as_slice()),
            data: String::new(),
            sum: String::new(),
        };
        let data = encrypt(key, &nonce, &plain, stored.header().as_bytes());
        stored.data = to_text(&data.ok_or_else(|| VaultError::System("the credentials are too long".to_owned()))?);
        stored.sum = stored.right_sum();
        Ok(stored)
    }

    /// Reads the file's text, as far as that goes without the passphrase.
    pub(super) fn read(text: &[u8]) -> Result<Stored, Unreadable> {
        /// The part that every version has.
        #[derive(Deserialize)]
        struct Any {
            format: String,
            version: u32,
        }
        let any: Any = serde_json::from_slice(text).map_err(|_| Unreadable::Damaged)?;
        if any.format == FORMAT && any.version > VERSION {
            return Err(Unreadable::Newer);
        }
        let stored: Stored = serde_json::from_slice(text).map_err(|_| Unreadable::Damaged)?;
        let whole = stored.format == FORMAT
            && stored.version == VERSION
            && stored.cipher == "xchacha20-poly1305"
            && stored.derivation.is_known()
            && stored.sum == stored.right_sum();
        if whole { Ok(stored) } else { Err(Unreadable::Damaged) }
    }

    pub(super) fn derivation(&self) -> &Derivation {
        &self.derivation
    }

    /// The secrets; `None` when the key is another.
    pub(super) fn decrypt(&self, key: &Key) -> Option<Secrets> {
        let nonce: [u8; NONCE_BYTES] = from_text(&self.nonce)?.try_into().ok()?;
        let plain = decrypt(key, &nonce, &from_text(&self.data)?, self.header().as_bytes())?;
        serde_json::from_slice(&plain).ok()
    }

    pub(super) fn to_text(&self) -> Result<Vec<u8>, VaultError> {
        serde_json::to_vec_pretty(self).map_err(|error| VaultError::System(error.to_string()))
    }

    /// What the encryption is bound to, so that nobody can weaken the derivation of a file that stays readable.
    fn header(&self) -> String {
        let Derivation {
            name,
            memory_kib,
            passes,
            salt,
        } = &self.derivation;
        format!(
            "{} {} {name} {memory_kib} {passes} {salt} {}",
            self.format, self.version, self.cipher
        )
    }

    fn right_sum(&self) -> String {
        let sum = Sha256::new()
            .chain_update(self.header())
            .chain_update(b"\n")
            .chain_update(&self.nonce);
        to_text(&sum.chain_update(b"\n").chain_update(&self.data).finalize())
    }
}
