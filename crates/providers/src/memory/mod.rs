//! A service that lives in this process: no network, no time of its own, faults by script.
//!
//! For the contract tests, where it is one provider among all, and for simulating the queue: the same calls give the
//! same answers. It is in no registry unless put there: `registry_with([world.descriptor()])`.
//!
//! ```
//! use providers::memory::{Fault, Step, World};
//! let world = World::new();
//! world.set(|settings| settings.part_size = 1024);
//! world.script(Step::Finish, Fault::Lost);
//! assert_eq!(world.counters().finished, 0);
//! ```

mod download;
mod library;
mod provider;
mod world;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::ExposeSecret;
use transfer::account::Account;
use transfer::error::Result;
use transfer::provider::{Capability, Connect, Descriptor, Field, Provider, RequestBudget, Tools};
use transfer::{Failure, Kind, SecretString};

pub use world::{Counters, Evidence, Fault, Settings, Step, StoredFile, Tagging, Thumbnailing};

const KEY: &str = "memory";
const LABEL: &str = "Memory";

/// The service. Clones share it; it lives as long as one of them or a provider does.
#[derive(Debug, Clone, Default)]
pub struct World(Arc<Mutex<world::State>>);

impl World {
    /// Empty, with default [`Settings`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, world::State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The service, to be chosen: key `memory`, field `token`.
    #[must_use]
    pub fn descriptor(&self) -> Descriptor {
        Descriptor {
            key: KEY.into(),
            label: LABEL.into(),
            base_url: "https://memory.invalid".into(),
            fields: vec![Field {
                key: "token".into(),
                label: "Token".into(),
                secret: true,
                required: true,
                help: "Any text that the world accepts.".into(),
            }],
            options: Vec::new(),
            capabilities: vec![
                Capability::Upload,
                Capability::Download,
                Capability::List,
                Capability::Delete,
            ],
            notes: Vec::new(),
            budget: RequestBudget {
                requests: 1_000_000,
                window: Duration::from_secs(1),
            },
            links: None,
            guests: false,
            connect: Arc::new(self.clone()),
        }
    }

    /// Changes how it behaves from now on.
    pub fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.state().settings);
    }

    /// The next call of `step` that has no fault scripted yet lives through `fault`.
    pub fn script(&self, step: Step, fault: Fault) {
        self.state().script(step, fault);
    }

    /// No scripted fault is left.
    pub fn forget_script(&self) {
        self.state().forget_script();
    }

    /// Puts a file there to be fetched by its name, or another version of it.
    pub fn give(&self, name: &str, bytes: bytes::Bytes, password: Option<&str>) {
        self.state().give(name, bytes, password);
    }

    /// Links handed out so far hold no longer.
    pub fn expire_links(&self) {
        self.state().expire_links();
    }

    /// Unfinished uploads are dropped, as a service cleans up.
    pub fn drop_sessions(&self) {
        self.state().drop_sessions();
    }

    /// What happened so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.state().counters()
    }

    /// The finished files, oldest first.
    #[must_use]
    pub fn files(&self) -> Vec<StoredFile> {
        self.state().files()
    }
}

impl Connect for World {
    fn connect(&self, _account: &Account, secret: &SecretString, tools: Tools) -> Result<Arc<dyn Provider>> {
        let fields: serde_json::Value = serde_json::from_str(secret.expose_secret()).unwrap_or_default();
        let token = fields["token"].as_str().ok_or_else(|| {
            Failure::new(Kind::Refused, "bad_secret", "The token is missing.")
                .action("Enter the account's token again.")
        })?;
        Ok(Arc::new(provider::Memory {
            world: self.clone(),
            token: SecretString::from(token),
            tools,
        }))
    }
}
