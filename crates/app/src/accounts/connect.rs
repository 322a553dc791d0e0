//! The accounts as the engine needs them: their services, ready to be asked.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use async_trait::async_trait;
use transfer::account::Tags;
use transfer::error::Result;
use transfer::provider::{Budget, Descriptor, Provider, Tools};
use transfer::{AccountId, BatchId, Failure, Kind, Rates, SecretString};

use super::book::{Accounts, files_key, is_guest, key};
use super::{connection, rules};
use crate::present::Present;
use crate::secrets::VaultError;

impl Accounts {
    pub(super) fn budget(&self, id: AccountId, descriptor: &Descriptor) -> Arc<dyn Budget> {
        let rule = connection::budget(self.get(id).as_ref(), descriptor.budget);
        let mut budgets = self.budgets.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || -> Arc<dyn Budget> { Arc::new(engine::budget::RequestWindow::new(rule)) };
        Arc::clone(budgets.entry(id).or_insert_with(made))
    }

    async fn connect(&self, id: AccountId) -> Result<Arc<dyn Provider>> {
        let account = self.get(id).ok_or_else(|| {
            Failure::new(
                Kind::Refused,
                "account_gone",
                "The account of this transfer is not there any more.",
            )
        })?;
        let descriptor = self.descriptor(&account.provider).ok_or_else(|| {
            let text = format!(
                "This Longshore does not know the provider “{}” of this account.",
                account.provider
            );
            Failure::new(Kind::Refused, "unknown_provider", text)
        })?;
        let tools = Tools {
            budget: self.budget(id, descriptor),
            clock: Arc::new(Present),
        };
        if is_guest(&account) {
            return descriptor.connect.connect(&account, &"{}".to_owned().into(), tools);
        }
        let kept = self.vault.get(&key(id)).await.map_err(|why| shut(&why))?;
        let kept = kept.ok_or_else(|| no_credentials("The credentials of this account are not there."))?;
        let secret = rules::fields(&kept, &account.base_url).ok_or_else(|| {
            no_credentials(
                "The credentials of this account were entered for another address, and are not sent to this one.",
            )
        })?;
        descriptor.connect.connect(&account, &secret, tools)
    }
}

#[async_trait]
impl engine::Accounts for Accounts {
    async fn provider(&self, id: AccountId) -> Result<Arc<dyn Provider>> {
        if let Some(known) = self.providers.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Arc::clone(known));
        }
        let made = self.connect(id).await?;
        let mut providers = self.providers.lock().unwrap_or_else(PoisonError::into_inner);
        // Another may have been quicker: one session per account is enough.
        Ok(Arc::clone(providers.entry(id).or_insert(made)))
    }

    async fn tags(&self, id: AccountId) -> Tags {
        self.get(id).map(|account| account.tags).unwrap_or_default()
    }

    async fn learn_tags(&self, id: AccountId, tags: Tags) {
        let Some(mut account) = self.get(id).filter(|account| account.tags != tags) else {
            return;
        };
        account.tags = tags;
        if let Err(why) = self.put(account).await {
            // It will be learnt again from the next file.
            tracing::warn!(code = why.code, "what part tags mean could not be stored");
        }
    }

    async fn learn_largest(&self, id: AccountId, bytes: u64) {
        let Some(mut account) = self.get(id).filter(|account| account.largest() != Some(bytes)) else {
            return;
        };
        account.set_largest(Some(bytes));
        if let Err(why) = self.put(account).await {
            // It will be learnt again from the next file that is too large.
            tracing::warn!(code = why.code, "how large a file the server takes could not be stored");
        }
    }

    fn parts_at_once(&self, _: AccountId) -> Option<usize> {
        Some(self.parts_at_once.load(Ordering::Relaxed))
    }

    fn connections(&self, _: AccountId) -> Option<usize> {
        Some(self.connections.load(Ordering::Relaxed))
    }

    async fn file_password(&self, batch: BatchId) -> Option<SecretString> {
        // Without one the service says that it is needed.
        self.vault.get(&files_key(batch)).await.ok().flatten()
    }

    fn rates(&self, id: AccountId) -> Rates {
        self.get(id).map_or(Rates::FREE, |account| account.rates())
    }
}

fn no_credentials(text: &str) -> Failure {
    Failure::new(Kind::Unauthorized, "no_credentials", text).action("Enter them again.")
}

fn shut(why: &VaultError) -> Failure {
    let kind = match why {
        // It may be waiting for a person who is away: worth another look later.
        VaultError::KeychainSilent | VaultError::System(_) => Kind::Unavailable,
        _ => Kind::Unauthorized,
    };
    let code = match why {
        VaultError::Locked | VaultError::Missing => "locked",
        other => other.code(),
    };
    Failure::new(kind, code, why.to_string())
}
