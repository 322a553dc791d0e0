//! Opens the operating system's keychain.

use keyring_core::{CredentialStore, Result};
use std::sync::Arc;

/// The keychain of the person who is signed in: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.
///
/// Blocking, and on Linux possibly for ever: a locked keychain waits for a dialog that nobody may see. To be called,
/// like everything asked of the store, on a thread of its own that nobody waits for without a limit.
///
/// # Errors
/// When the system has no keychain or does not let us in.
pub fn open() -> Result<Arc<CredentialStore>> {
    #[cfg(target_os = "linux")]
    return Ok(zbus_secret_service_keyring_store::Store::new()?);
    #[cfg(target_os = "macos")]
    return Ok(apple_native_keyring_store::keychain::Store::new()?);
    #[cfg(windows)]
    return Ok(windows_native_keyring_store::Store::new()?);
    #[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
    return Err(keyring_core::Error::NotSupportedByStore(
        "this system has no keychain we know".into(),
    ));
}

#[cfg(test)]
mod tests {
    /// Linux has a keychain only where somebody is signed in to a desktop.
    #[cfg(windows)]
    #[test]
    fn what_was_kept_is_read_and_forgotten() {
        let store = super::open().unwrap();
        let entry = store
            .build(&format!("longshore-test-{}", std::process::id()), "seal", None)
            .unwrap();
        entry.set_secret(b"\0 any bytes \xff").unwrap();
        assert_eq!(entry.get_secret().unwrap(), b"\0 any bytes \xff");
        entry.delete_credential().unwrap();
        assert!(matches!(entry.get_secret(), Err(keyring_core::Error::NoEntry)));
    }
}
