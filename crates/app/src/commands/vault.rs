//! Commands for the place that keeps the credentials.

use secrecy::SecretString;

use super::Obey;
use crate::boundary::{Change, Failure, Passphrase, Vault, VaultKind, VaultState};
use crate::secrets;

impl Obey {
    pub(super) async fn vault(&self) -> Result<Vault, Failure> {
        let vault = &self.0.vault;
        let (kind, place) = match vault.kind() {
            secrets::VaultKind::Keychain => (VaultKind::Keychain, "Credentials are kept in the system's keychain."),
            secrets::VaultKind::File | secrets::VaultKind::Memory => (
                VaultKind::Passphrase,
                "Credentials are kept in a file that your passphrase opens.",
            ),
        };
        let (state, text) = match vault.state().await? {
            secrets::VaultState::Open => (VaultState::Open, place.to_owned()),
            secrets::VaultState::Locked => (VaultState::Locked, format!("{place} It wants the passphrase.")),
            secrets::VaultState::Missing => (
                VaultState::New,
                "There is no keychain here. Credentials will be kept in a file that a passphrase opens: choose one."
                    .to_owned(),
            ),
        };
        Ok(Vault { kind, state, text })
    }

    pub(super) async fn unlock(&self, ask: Passphrase) -> Result<Vault, Failure> {
        self.0.vault.unlock(secret(&ask)).await?;
        self.opened().await
    }

    pub(super) async fn create(&self, ask: Passphrase) -> Result<Vault, Failure> {
        self.0.vault.create(secret(&ask)).await?;
        self.opened().await
    }

    async fn opened(&self) -> Result<Vault, Failure> {
        self.0.start().await?;
        let vault = self.vault().await?;
        self.0.tell(Change::Vault { vault: vault.clone() });
        // Every row has a new reason now.
        self.0.tell(Change::Missed);
        Ok(vault)
    }
}

fn secret(ask: &Passphrase) -> SecretString {
    SecretString::from(ask.passphrase.expose())
}
