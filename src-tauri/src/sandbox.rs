//! `--sandbox`: emulated services in a child process, with their accounts signed in, for a first look and for tests.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;

use app::Home;
use app::boundary::{AccountRow, AddAccount, Commands, EditAccount, Failure, Nothing, Passphrase, Secret, VaultState};
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The child and what it said about itself.
pub(crate) struct Sandbox {
    /// It ends when the pipe to it closes, and so with this process, however that ends.
    _child: Child,
    description: Description,
}

/// The part of the sandbox's line that is of use here.
#[derive(Deserialize)]
struct Description {
    providers: BTreeMap<String, Service>,
}

#[derive(Deserialize)]
struct Service {
    base_url: String,
    secret: BTreeMap<String, Secret>,
}

impl Sandbox {
    /// Starts `longshore sandbox` and waits until everything in it listens.
    pub(crate) async fn start(home: &Home) -> Result<Self, Failure> {
        let failed = |why: String| {
            Failure::new(
                "sandbox_failed",
                format!("The sandbox could not be started: {why}. Longshore goes on without it."),
            )
        };
        let program = program().ok_or_else(|| failed("the program longshore is not here".into()))?;
        let mut child = Command::new(program)
            .arg("sandbox")
            .arg("--home")
            .arg(home.data().join("sandbox"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let mut line = String::new();
        if let Some(said) = child.stdout.take() {
            BufReader::new(said)
                .read_line(&mut line)
                .await
                .map_err(|error| failed(error.to_string()))?;
        }
        let description =
            serde_json::from_str(&line).map_err(|_| failed("it did not say where its services are".into()))?;
        Ok(Self {
            _child: child,
            description,
        })
    }

    /// Adds the sandbox's accounts, or brings them up to date where they are known from an earlier start.
    ///
    /// # Errors
    /// What the engine says.
    pub(crate) async fn sign_in(&self, host: &dyn Commands) -> Result<(), Failure> {
        let known = host.list_accounts(Nothing {}).await?;
        let providers = host.list_providers(Nothing {}).await?;
        for (key, service) in &self.description.providers {
            let Some(provider) = providers.iter().find(|provider| provider.key == *key) else {
                continue;
            };
            let name = format!("{} (sandbox)", provider.label);
            match known.iter().find(|account| account.name == name) {
                Some(account) => host.edit_account(service.renewed(account)).await?,
                None => host.add_account(service.account(key, name)).await?,
            };
        }
        Ok(())
    }
}

impl Service {
    fn account(&self, provider: &str, name: String) -> AddAccount {
        AddAccount {
            provider: provider.to_owned(),
            name,
            base_url: Some(self.base_url.clone()),
            allow_http: true,
            fields: self.secret.clone(),
        }
    }

    fn renewed(&self, account: &AccountRow) -> EditAccount {
        EditAccount {
            id: account.id,
            name: None,
            base_url: Some(self.base_url.clone()),
            allow_http: None,
            fields: Some(self.secret.clone()),
        }
    }
}

/// Makes the passphrase file with `LONGSHORE_PASSPHRASE` where there is none yet, so that a first look asks nothing.
///
/// # Errors
/// What the engine says.
pub(crate) async fn make_vault(host: &dyn Commands) -> Result<(), Failure> {
    let Ok(passphrase) = std::env::var("LONGSHORE_PASSPHRASE") else {
        return Ok(());
    };
    let passphrase = Passphrase {
        passphrase: Secret::new(passphrase),
    };
    if host.vault_state(Nothing {}).await?.state == VaultState::New {
        host.vault_create(passphrase).await?;
    }
    Ok(())
}

/// The terminal's program: the one that is named, or the one beside this.
fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("LONGSHORE_BIN") {
        return Some(named.into());
    }
    let here = std::env::current_exe().ok()?;
    let beside = here.with_file_name(format!("longshore{}", std::env::consts::EXE_SUFFIX));
    beside.is_file().then_some(beside)
}
