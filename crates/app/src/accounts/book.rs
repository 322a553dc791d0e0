//! Adding, changing, asking and forgetting accounts.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use providers::Registry;
use transfer::ledger::Ledger;
use transfer::provider::{Budget, Capability, Descriptor, Provider, Tools};
use transfer::{Account, AccountId, Kind, Rates};
use uuid::Uuid;

use super::rules;
use crate::boundary::{AccountState, ActionKey, AddAccount, EditAccount, Failure, Reason, Settings};
use crate::failure::{crossed, sentence};
use crate::present::Present;
use crate::secrets::Vault;

/// All accounts of this person.
pub(crate) struct Accounts {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) vault: Vault,
    pub(super) registry: Registry,
    pub(super) accounts: RwLock<HashMap<AccountId, Account>>,
    /// The services in use; forgotten when the account changes.
    pub(super) providers: Mutex<HashMap<AccountId, Arc<dyn Provider>>>,
    /// These outlive a change: the service goes on counting.
    pub(super) budgets: Mutex<HashMap<AccountId, Arc<dyn Budget>>>,
    /// What came of asking, since this process runs.
    pub(super) answers: Mutex<HashMap<AccountId, (AccountState, Option<Reason>)>>,
    /// The person's choice of parts under way at once.
    pub(super) parts_at_once: std::sync::atomic::AtomicUsize,
    /// The person's choice of connections for one download.
    pub(super) connections: std::sync::atomic::AtomicUsize,
    /// One guest at a time is made.
    guests: tokio::sync::Mutex<()>,
}

/// The option of an account that needs no credentials: a service's links can be fetched without any.
const GUEST: &str = "guest";

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Accounts").finish_non_exhaustive()
    }
}

impl Accounts {
    /// Reads them from the ledger.
    pub(crate) async fn load(ledger: Arc<dyn Ledger>, vault: Vault, settings: &Settings) -> Result<Self, Failure> {
        let accounts = ledger.accounts().await.map_err(crossed)?;
        Ok(Self {
            ledger,
            vault,
            registry: providers::registry(),
            accounts: RwLock::new(accounts.into_iter().map(|account| (account.id, account)).collect()),
            providers: Mutex::default(),
            budgets: Mutex::default(),
            answers: Mutex::default(),
            parts_at_once: std::sync::atomic::AtomicUsize::new(settings.parts_in_flight as usize),
            connections: std::sync::atomic::AtomicUsize::new(settings.connections as usize),
            guests: tokio::sync::Mutex::default(),
        })
    }

    /// By name.
    pub(crate) fn all(&self) -> Vec<Account> {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = accounts.values().cloned().collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    pub(crate) fn get(&self, id: AccountId) -> Option<Account> {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        accounts.get(&id).cloned()
    }

    /// The account of this name or id.
    pub(crate) fn find(&self, text: &str) -> Result<Account, Failure> {
        let all = self.all();
        let named = all.iter().find(|account| account.name == text);
        named
            .or_else(|| all.iter().find(|account| account.id.to_string() == text))
            .cloned()
            .ok_or_else(|| Failure::new("unknown_account", format!("There is no account named “{text}”.")))
    }

    pub(crate) fn descriptors(&self) -> impl Iterator<Item = &Descriptor> {
        self.registry.iter()
    }

    pub(crate) fn descriptor(&self, key: &str) -> Option<&Descriptor> {
        self.registry.get(key)
    }

    /// Refuses choices that the account's service does not know.
    ///
    /// # Errors
    /// `unknown_option`, naming those that there are.
    pub(crate) fn check_options(&self, account: &Account, options: &BTreeMap<String, String>) -> Result<(), Failure> {
        let known: Vec<_> = self
            .descriptor(&account.provider)
            .map(|descriptor| descriptor.options.iter().map(|option| option.key.as_str()).collect())
            .unwrap_or_default();
        let Some(unknown) = options.keys().find(|key| !known.contains(&key.as_str())) else {
            return Ok(());
        };
        let there = match known.as_slice() {
            [] => "It has none.".to_owned(),
            known => format!("There are: {}.", known.join(", ")),
        };
        Err(Failure::new(
            "unknown_option",
            format!("“{}” has no option named “{unknown}”. {there}", account.name),
        ))
    }

    /// Refuses an account whose service takes no files, before anything is asked of anybody.
    ///
    /// # Errors
    /// `no_uploads`.
    pub(crate) fn check_taker(&self, account: &Account) -> Result<(), Failure> {
        let descriptor = self.descriptor(&account.provider);
        if descriptor.is_some_and(|descriptor| descriptor.capabilities.contains(&Capability::Upload)) {
            return Ok(());
        }
        Err(Failure::new(
            "no_uploads",
            format!("The service of “{}” takes no files.", account.name),
        ))
    }

    /// Sets how many parts and connections of one transfer may be under way at once.
    pub(crate) fn obey(&self, settings: &Settings) {
        use std::sync::atomic::Ordering::Relaxed;
        self.parts_at_once.store(settings.parts_in_flight as usize, Relaxed);
        self.connections.store(settings.connections as usize, Relaxed);
    }

    /// Accounts that a person added.
    pub(crate) fn added(&self) -> Vec<Account> {
        let mut all = self.all();
        all.retain(|account| account.options.get(GUEST).is_none_or(|guest| guest != "unasked"));
        all
    }

    /// Whoever fetches links of a service without an account: kept like an account, and shown as none.
    ///
    /// # Errors
    /// When the service wants an account, or nothing can be stored.
    pub(crate) async fn guest(&self, descriptor: &Descriptor) -> Result<Account, Failure> {
        if !descriptor.guests {
            return Err(Failure::new(
                "account_needed",
                format!(
                    "{} gives files only to those who have an account. Add yours first.",
                    descriptor.label
                ),
            ));
        }
        let _one = self.guests.lock().await;
        let known = self.all().into_iter().find(|account| {
            account.provider == descriptor.key && account.options.get(GUEST).is_some_and(|guest| guest == "unasked")
        });
        if let Some(known) = known {
            return Ok(known);
        }
        let account = Account {
            name: format!("{}, without an account", descriptor.label),
            base_url: descriptor.base_url.clone(),
            options: [(GUEST.to_owned(), "unasked".to_owned())].into(),
            ..blank(descriptor)
        };
        self.put(account.clone()).await?;
        Ok(account)
    }

    /// Sets or forgets an option of an account.
    pub(crate) async fn set_option(&self, id: AccountId, option: &str, value: Option<String>) -> Result<(), Failure> {
        let mut account = self.get(id).ok_or_else(unknown_id)?;
        match value {
            Some(value) => drop(account.options.insert(option.to_owned(), value)),
            None => drop(account.options.remove(option)),
        }
        self.put(account).await
    }

    /// Stores a new account and its credentials. Its service is not asked yet.
    pub(crate) async fn add(&self, ask: AddAccount) -> Result<AccountId, Failure> {
        let descriptor = self
            .descriptor(&ask.provider)
            .ok_or_else(|| self.unknown(&ask.provider))?;
        let name = self.free_name(&ask.name, None)?;
        let base_url = ask.base_url.as_deref().unwrap_or(&descriptor.base_url);
        let base_url = rules::base_url(base_url, ask.allow_http)?;
        let bare = descriptor.guests && ask.fields.values().all(|value| value.expose().trim().is_empty());
        let secret = if bare {
            None
        } else {
            Some(rules::secret(&ask.fields, descriptor, &base_url)?)
        };
        let mut account = Account {
            name,
            base_url,
            allow_http: ask.allow_http,
            ..blank(descriptor)
        };
        let Some(secret) = secret else {
            // Without credentials, at an address of the person's choice.
            account.options.insert(GUEST.into(), "asked".into());
            self.put(account.clone()).await?;
            return Ok(account.id);
        };
        self.usable(&account, &secret)?;
        // The credential first: an account without one would look like a mistake of the person's.
        self.vault.set(&key(account.id), secret).await?;
        self.put(account.clone()).await?;
        Ok(account.id)
    }

    /// Stores what changed; `true` when its service is to be asked again.
    pub(crate) async fn edit(&self, ask: EditAccount) -> Result<bool, Failure> {
        let id = AccountId(ask.id);
        let before = self.get(id).ok_or_else(unknown_id)?;
        let mut account = before.clone();
        if let Some(name) = &ask.name {
            account.name = self.free_name(name, Some(id))?;
        }
        account.allow_http = ask.allow_http.unwrap_or(account.allow_http);
        let base_url = ask.base_url.as_deref().unwrap_or(&account.base_url);
        account.base_url = rules::base_url(base_url, account.allow_http)?;
        let moved = account.base_url != before.base_url;
        if let Some(fields) = &ask.fields {
            let descriptor = self
                .descriptor(&account.provider)
                .ok_or_else(|| self.unknown(&account.provider))?;
            let secret = rules::secret(fields, descriptor, &account.base_url)?;
            self.usable(&account, &secret)?;
            self.vault.set(&key(id), secret).await?;
            account.options.remove(GUEST);
        } else if is_guest(&account) {
            // Nothing is kept that could go anywhere by mistake.
        } else if moved && !rules::same_place(&before.base_url, &account.base_url) {
            return Err(Failure::new(
                "credentials_needed",
                "The new address is another server. Enter the credentials again with it, so that they are never sent \
                 anywhere by mistake.",
            ));
        }
        // Whoever edits an account may have changed its server: how large a file it takes is tried again.
        account.set_largest(None);
        let asked_anew = moved || ask.fields.is_some();
        if asked_anew {
            account.info = None;
            account.tags = Default::default();
        }
        self.put(account).await?;
        self.forget_provider(id);
        Ok(asked_anew)
    }

    /// Stores the limits of everything it does.
    pub(crate) async fn limit(&self, id: AccountId, rates: Rates) -> Result<(), Failure> {
        let mut account = self.get(id).ok_or_else(unknown_id)?;
        account.set_rates(rates);
        self.put(account).await
    }

    /// Asks the service who is signed in, and keeps what it says. That it says no is an answer, not an error.
    ///
    /// # Errors
    /// Only when there is no such account, or what was said can't be stored.
    pub(crate) async fn check(&self, id: AccountId) -> Result<AccountState, Failure> {
        let account = self.get(id).ok_or_else(unknown_id)?;
        let answer = match engine::Accounts::provider(self, id).await {
            Ok(provider) => provider.check_account().await,
            Err(fault) => Err(fault),
        };
        // It may have been edited while the service was asked.
        let mut account = self.get(id).unwrap_or(account);
        let state = match &answer {
            Ok(_) => AccountState::Ok,
            Err(fault) => state_of(fault.kind),
        };
        if !matches!(state, AccountState::Unreachable) {
            account.last_answer = Some(Present.time());
        }
        let reason = match answer {
            Ok(info) => {
                account.info = Some(info);
                None
            }
            Err(fault) => Some(reason(&fault)),
        };
        self.put(account).await?;
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.insert(id, (state, reason));
        Ok(state)
    }

    /// Forgets the account and its credentials. That nothing needs it any more is the caller's to know.
    pub(crate) async fn remove(&self, id: AccountId) -> Result<(), Failure> {
        self.get(id).ok_or_else(unknown_id)?;
        self.ledger.remove_account(id).await.map_err(crossed)?;
        self.accounts
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id);
        self.forget_provider(id);
        self.vault.delete(&key(id)).await?;
        Ok(())
    }

    pub(super) async fn put(&self, account: Account) -> Result<(), Failure> {
        self.ledger.put_account(&account).await.map_err(crossed)?;
        self.accounts
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(account.id, account);
        Ok(())
    }

    pub(super) fn forget_provider(&self, id: AccountId) {
        self.providers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id);
    }

    fn free_name(&self, text: &str, own: Option<AccountId>) -> Result<String, Failure> {
        let name = rules::name(text)?;
        if self
            .all()
            .iter()
            .any(|account| account.name == name && Some(account.id) != own)
        {
            return Err(Failure::new(
                "name_taken",
                format!("There is an account named “{name}” already. Choose another name."),
            ));
        }
        Ok(name)
    }

    /// Whether the provider can do something with what was entered; asks nobody.
    fn usable(&self, account: &Account, secret: &secrecy::SecretString) -> Result<(), Failure> {
        let descriptor = self
            .descriptor(&account.provider)
            .ok_or_else(|| self.unknown(&account.provider))?;
        let fields = rules::fields(secret, &account.base_url)
            .ok_or_else(|| Failure::new("bad_fields", "The credentials could not be kept in a readable form."))?;
        let tools = Tools {
            budget: self.budget(account.id, descriptor),
            clock: Arc::new(Present),
        };
        descriptor.connect.connect(account, &fields, tools).map_err(crossed)?;
        Ok(())
    }

    fn unknown(&self, provider: &str) -> Failure {
        let known: Vec<_> = self.descriptors().map(|descriptor| descriptor.key.as_str()).collect();
        Failure::new(
            "unknown_provider",
            format!("There is no provider “{provider}”. There is: {}.", known.join(", ")),
        )
    }
}

/// A new account of a service, to be filled in.
fn blank(descriptor: &Descriptor) -> Account {
    Account {
        id: AccountId(Uuid::now_v7()),
        provider: descriptor.key.clone(),
        name: String::new(),
        base_url: String::new(),
        allow_http: false,
        options: Default::default(),
        tags: Default::default(),
        info: None,
        last_answer: None,
        created_at: Present.time(),
    }
}

/// Works without credentials.
pub(super) fn is_guest(account: &Account) -> bool {
    account.options.contains_key(GUEST)
}

/// The name of the password of a batch's files in the vault.
pub(crate) fn files_key(batch: transfer::BatchId) -> String {
    format!("files/{batch}")
}

/// The name of an account's credentials in the vault.
pub(super) fn key(id: AccountId) -> String {
    format!("account/{id}")
}

pub(crate) fn unknown_id() -> Failure {
    Failure::new("unknown_account", "This account is not there any more.")
}

fn state_of(kind: Kind) -> AccountState {
    match kind {
        Kind::Unauthorized => AccountState::SignedOut,
        Kind::PlanFull => AccountState::PlanFull,
        _ => AccountState::Unreachable,
    }
}

fn reason(fault: &transfer::Failure) -> Reason {
    let (key, label) = match fault.kind {
        Kind::Unauthorized => (ActionKey::EditAccount, "Enter credentials"),
        _ => (ActionKey::CheckAccount, "Check again"),
    };
    Reason {
        code: fault.code.clone(),
        text: sentence(&fault.message, fault.action.as_deref()),
        until: None,
        action: Some(crate::boundary::Action {
            key,
            label: label.to_owned(),
        }),
    }
}
