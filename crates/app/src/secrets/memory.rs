//! Secrets in memory, for tests: gone with the process.

use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Default)]
pub(super) struct MemoryVault(Mutex<BTreeMap<String, SecretString>>);

impl MemoryVault {
    pub(super) fn get(&self, name: &str) -> Option<SecretString> {
        self.secrets().get(name).cloned()
    }

    pub(super) fn set(&self, name: String, secret: SecretString) {
        self.secrets().insert(name, secret);
    }

    pub(super) fn delete(&self, name: &str) {
        self.secrets().remove(name);
    }

    fn secrets(&self) -> MutexGuard<'_, BTreeMap<String, SecretString>> {
        // A map is whole after every step, whoever panicked while holding it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
