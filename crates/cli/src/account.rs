//! `longshore account`: adds, shows, checks, changes and forgets accounts.

use app::Purpose;
use app::boundary::{self, AccountRef, AccountRow, AccountState, Failure, Field, Nothing};
use serde_json::json;

use crate::arguments::{Account, AddAccount, EditAccount};
use crate::exit::{Exit, Outcome};
use crate::print;
use crate::prompt;
use crate::terminal::{Terminal, account};

pub(crate) async fn obey(terminal: &Terminal, verb: Account) -> Outcome {
    match verb {
        Account::Add(add_account) => add(terminal, add_account).await,
        Account::List => list(terminal).await,
        Account::Check { name } => {
            let host = terminal.open(Purpose::Steer).await?;
            let id = account(&host, &name).await?.id;
            Ok(told(terminal, &host.commands().check_account(AccountRef { id }).await?))
        }
        Account::Edit(edit_account) => edit(terminal, edit_account).await,
        Account::Remove { name } => {
            let host = terminal.open(Purpose::Steer).await?;
            let id = account(&host, &name).await?.id;
            host.commands().remove_account(AccountRef { id }).await?;
            print::either(
                terminal.json,
                &json!({ "id": id, "removed": true }),
                &format!("{name}: removed"),
            );
            Ok(Exit::Done)
        }
    }
}

async fn add(terminal: &Terminal, add: AddAccount) -> Outcome {
    let host = terminal.open(Purpose::Steer).await?;
    let fields = fields_of(&host, &add.provider).await?;
    let ask = boundary::AddAccount {
        provider: add.provider,
        name: add.name,
        base_url: add.base_url,
        allow_http: add.allow_http,
        fields: prompt::credentials(add.secret_stdin, fields).await?,
    };
    Ok(told(terminal, &host.commands().add_account(ask).await?))
}

async fn edit(terminal: &Terminal, edit: EditAccount) -> Outcome {
    let host = terminal.open(Purpose::Steer).await?;
    let before = account(&host, &edit.name).await?;
    let fields = if edit.secret_stdin {
        Some(prompt::credentials(true, Vec::new()).await?)
    } else {
        None
    };
    let ask = boundary::EditAccount {
        id: before.id,
        name: edit.new_name,
        base_url: edit.base_url,
        allow_http: edit.allow_http,
        fields,
    };
    let mut row = host.commands().edit_account(ask).await?;
    if !edit.connection.is_empty() {
        let choices = edit.connection.into_iter().collect();
        let ask = boundary::SetConnection { id: before.id, choices };
        row = host.commands().set_connection(ask).await?;
    }
    Ok(told(terminal, &row))
}

async fn list(terminal: &Terminal) -> Outcome {
    let host = terminal.open(Purpose::Look).await?;
    let accounts = host.commands().list_accounts(Nothing {}).await?;
    if terminal.json {
        accounts.iter().for_each(print::object);
        return Ok(Exit::Done);
    }
    if accounts.is_empty() {
        print::line("There are no accounts. `longshore account add` makes one.");
        return Ok(Exit::Done);
    }
    let cells: Vec<_> = accounts
        .iter()
        .map(|account| {
            let who = account.who.as_deref().unwrap_or_default();
            vec![
                print::plain(&account.name),
                account.provider.clone(),
                print::plain(who),
                print::plain(&account.base_url),
                words(account),
            ]
        })
        .collect();
    for line in print::table(&["NAME", "PROVIDER", "WHO", "ADDRESS", "STATE"], &cells) {
        print::line(&line);
    }
    Ok(Exit::Done)
}

async fn fields_of(host: &app::Host, provider: &str) -> Result<Vec<Field>, Failure> {
    let all = host.commands().list_providers(Nothing {}).await?;
    let known: Vec<_> = all.iter().map(|descriptor| descriptor.key.clone()).collect();
    let found = all.into_iter().find(|descriptor| descriptor.key == provider);
    found.map(|descriptor| descriptor.fields).ok_or_else(|| {
        Failure::new(
            "unknown_provider",
            format!("There is no provider “{provider}”. There is: {}.", known.join(", ")),
        )
    })
}

/// The account is kept whatever the service says; the exit code tells what it said.
fn told(terminal: &Terminal, account: &AccountRow) -> Exit {
    print::either(
        terminal.json,
        &json!(account),
        &format!("{}: {}", print::plain(&account.name), words(account)),
    );
    match account.state {
        AccountState::Ok | AccountState::Unchecked => Exit::Done,
        AccountState::SignedOut | AccountState::PlanFull => Exit::NeedsYou,
        AccountState::Unreachable => Exit::Failed,
    }
}

fn words(account: &AccountRow) -> String {
    let state = match account.state {
        AccountState::Ok => "signed in",
        AccountState::Unchecked => "not asked yet",
        AccountState::SignedOut => "signed out",
        AccountState::PlanFull => "plan full",
        AccountState::Unreachable => "unreachable",
    };
    let reason = account
        .reason
        .as_ref()
        .filter(|_| account.state != AccountState::Unchecked);
    match reason {
        Some(reason) => format!("{state}: {}", print::plain(&reason.text)),
        None => state.to_owned(),
    }
}
