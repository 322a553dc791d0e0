//! Encrypts what must survive a restart in the database and must not be readable there.

use super::VaultError;
use super::crypt::{KEY_BYTES, NONCE_BYTES, decrypt, encrypt, random};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use zeroize::Zeroizing;

/// First byte of everything sealed, so that another way of sealing can be told apart later.
const VERSION: u8 = 1;
/// The part of a nonce that is drawn once per process; the rest counts.
const DRAWN_BYTES: usize = 16;

/// Seals texts to their place: what was sealed for one context opens in no other.
pub struct Seal {
    key: Zeroizing<[u8; KEY_BYTES]>,
    /// 128 random bits and a counter never meet another process's nonce, and need no random numbers later, so sealing can't fail.
    drawn: [u8; DRAWN_BYTES],
    count: AtomicU64,
}

impl Seal {
    pub(super) fn new(key: Zeroizing<[u8; KEY_BYTES]>) -> Result<Seal, VaultError> {
        Ok(Seal {
            key,
            drawn: *random()?,
            count: AtomicU64::new(0),
        })
    }
}

impl transfer::ledger::Seal for Seal {
    fn seal(&self, plain: &[u8], context: &str) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        nonce[..DRAWN_BYTES].copy_from_slice(&self.drawn);
        nonce[DRAWN_BYTES..].copy_from_slice(&self.count.fetch_add(1, Ordering::Relaxed).to_le_bytes());
        // It refuses only texts larger than any memory; nothing is sealed then, and opening it says so.
        let sealed = encrypt(&self.key, &nonce, plain, &about(context)).unwrap_or_default();
        [&[VERSION], nonce.as_slice(), &sealed].concat()
    }

    fn open(&self, sealed: &[u8], context: &str) -> Option<Vec<u8>> {
        let (version, rest) = sealed.split_first()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>()?;
        if *version != VERSION {
            return None;
        }
        decrypt(&self.key, nonce, sealed, &about(context)).map(|mut plain| std::mem::take(&mut *plain))
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(•••)")
    }
}

fn about(context: &str) -> Vec<u8> {
    [b"longshore seal 1\0", context.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use transfer::ledger::Seal as _;

    fn seal(key: u8) -> Seal {
        Seal::new(Zeroizing::new([key; KEY_BYTES])).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_in_its_own_place_alone() {
        let sealed = seal(1).seal(b"https://host/?X-Amz-Signature=abc", "7/session");
        let other_run = seal(1);
        assert_eq!(
            other_run.open(&sealed, "7/session").unwrap(),
            b"https://host/?X-Amz-Signature=abc"
        );
        assert_eq!(other_run.open(&sealed, "8/session"), None);
        assert_eq!(seal(2).open(&sealed, "7/session"), None);
    }

    #[test]
    fn every_altered_or_missing_byte_is_noticed() {
        let seal = seal(1);
        let sealed = seal.seal(b"plain", "here");
        for place in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[place] ^= 1;
            assert_eq!(seal.open(&altered, "here"), None, "byte {place}");
            assert_eq!(seal.open(&sealed[..place], "here"), None, "cut at {place}");
        }
    }

    #[test]
    fn the_same_text_never_looks_the_same_twice() {
        let (seal, other_run) = (seal(1), seal(1));
        let mut all: Vec<_> = (0..50).map(|_| seal.seal(b"same", "here")).collect();
        all.extend((0..50).map(|_| other_run.seal(b"same", "here")));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 100);
        assert!(all.iter().all(|sealed| !sealed.windows(4).any(|part| part == b"same")));
    }

    #[test]
    fn the_key_does_not_print() {
        assert_eq!(format!("{:?}", seal(0x41)), "Seal(•••)");
    }
}
