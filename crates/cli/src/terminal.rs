//! The terminal of this command: opens the application as the command needs it, and leaves it cleanly.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};

use app::boundary::{AccountRow, Failure, Nothing};
use app::log::Logging;
use app::{Home, Host, Options, Purpose};

use crate::prompt;

/// What every command has.
pub(crate) struct Terminal {
    /// One JSON object a line.
    pub(crate) json: bool,
    host: Mutex<Option<Host>>,
    log: Mutex<Option<Logging>>,
}

impl Terminal {
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            host: Mutex::default(),
            log: Mutex::default(),
        }
    }

    /// Whether somebody looks.
    pub(crate) fn is_watched(&self) -> bool {
        !self.json && std::io::stderr().is_terminal()
    }

    /// The application: here, or in the process that runs it.
    pub(crate) async fn open(&self, purpose: Purpose) -> Result<Host, Failure> {
        self.open_at(Home::find()?, purpose, prompt::for_passphrase()).await
    }

    /// The same for another home, with its own way of asking for the passphrase.
    pub(crate) async fn open_at(
        &self,
        home: Home,
        purpose: Purpose,
        prompt: Option<Arc<app::secrets::Prompt>>,
    ) -> Result<Host, Failure> {
        home.prepare()?;
        match app::log::start(&home) {
            Ok(log) => *self.log.lock().unwrap_or_else(PoisonError::into_inner) = Some(log),
            // A full disk is a reason to clear things up, for which this may be needed.
            Err(why) => eprintln!("{why}"),
        }
        let options = Options {
            home,
            purpose,
            prompt,
            needs_vault: true,
        };
        let host = Host::open(options).await?;
        *self.host.lock().unwrap_or_else(PoisonError::into_inner) = Some(host.clone());
        Ok(host)
    }

    /// Stops the engine, if it runs here.
    pub(crate) async fn leave(&self) {
        let host = self.host.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(host) = host {
            host.stop().await;
        }
        drop(self.log.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// The account of this name or id.
pub(crate) async fn account(host: &Host, name: &str) -> Result<AccountRow, Failure> {
    let all = host.commands().list_accounts(Nothing {}).await?;
    let named = all.iter().find(|account| account.name == name);
    named
        .or_else(|| all.iter().find(|account| account.id.to_string() == name))
        .cloned()
        .ok_or_else(|| {
            Failure::new(
                "unknown_account",
                format!("There is no account named “{name}”. `longshore account list` shows those there are."),
            )
        })
}
