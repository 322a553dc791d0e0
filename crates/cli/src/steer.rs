//! Pausing, resuming, retrying, cancelling, removing, answering and moving transfers.

use std::time::Duration;

use app::boundary::{self, Commands, Failure, ListTransfers, MoveTo, Place, TransferState, Transfers};
use app::{Host, Purpose};
use serde_json::json;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::arguments::Which;
use crate::exit::{Exit, Outcome};
use crate::print;
use crate::prompt;
use crate::terminal::Terminal;

/// How long a service has to forget what it holds before this command leaves that to the next run.
const FORGETTING: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(100);

/// What is done to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Pause,
    Resume,
    Retry,
    Cancel,
    Remove,
}

pub(crate) async fn obey(terminal: &Terminal, verb: Verb, which: Which) -> Outcome {
    let host = terminal.open(Purpose::Steer).await?;
    let ask = if which.all {
        Transfers::All
    } else {
        Transfers::Ids(which.ids)
    };
    let commands = host.commands();
    let outcome = match verb {
        Verb::Pause => commands.pause(ask).await?,
        Verb::Resume => commands.resume(ask).await?,
        Verb::Retry => commands.retry(ask).await?,
        Verb::Cancel => commands.cancel(ask).await?,
        Verb::Remove => commands.remove(ask).await?,
    };
    // Services are told while an engine lives; here that is not for long.
    match verb {
        Verb::Cancel => until_none(commands, &outcome.done, Some(vec![TransferState::Cancelling])).await?,
        Verb::Remove => until_none(commands, &outcome.done, None).await?,
        Verb::Pause | Verb::Resume | Verb::Retry => {}
    }
    report(terminal, &host, outcome).await
}

/// Gives the password of a transfer's file, and of everything that was added with it.
pub(crate) async fn password(terminal: &Terminal, id: Uuid) -> Outcome {
    let host = terminal.open(Purpose::Steer).await?;
    let password = prompt::password().await?;
    host.commands()
        .give_password(boundary::FilePassword { id, password })
        .await?;
    let ask = ListTransfers {
        ids: Some(vec![id]),
        states: None,
    };
    for row in host.commands().list_transfers(ask).await? {
        print::either(
            terminal.json,
            &print::transfer(&row),
            &format!("{}: {}", print::plain(&row.name), print::summary(&row)),
        );
    }
    Ok(Exit::Done)
}

pub(crate) async fn answer(terminal: &Terminal, id: Uuid, choice: String) -> Outcome {
    let host = terminal.open(Purpose::Steer).await?;
    let row = host.commands().answer(boundary::Answer { id, choice }).await?;
    print::either(
        terminal.json,
        &print::transfer(&row),
        &format!("{}: {}", print::plain(&row.name), print::summary(&row)),
    );
    Ok(Exit::Done)
}

pub(crate) async fn reorder(terminal: &Terminal, ids: Vec<Uuid>, to: Place) -> Outcome {
    let host = terminal.open(Purpose::Steer).await?;
    let outcome = host.commands().move_to(MoveTo { ids, to }).await?;
    report(terminal, &host, outcome).await
}

/// Waits until none of them is on the list in one of these states, though not for long.
async fn until_none(commands: &dyn Commands, ids: &[Uuid], states: Option<Vec<TransferState>>) -> Result<(), Failure> {
    let until = Instant::now() + FORGETTING;
    loop {
        let ask = ListTransfers {
            ids: Some(ids.to_vec()),
            states: states.clone(),
        };
        if commands.list_transfers(ask).await?.is_empty() || Instant::now() > until {
            return Ok(());
        }
        sleep(LOOK).await;
    }
}

/// Tells how each of them stands now.
pub(crate) async fn report(terminal: &Terminal, host: &Host, outcome: boundary::Outcome) -> Outcome {
    let ask = ListTransfers {
        ids: Some(outcome.done.clone()),
        states: None,
    };
    let rows = host.commands().list_transfers(ask).await?;
    for row in &rows {
        let text = format!("{}: {}", print::plain(&row.name), print::summary(row));
        print::either(terminal.json, &print::transfer(row), &text);
    }
    for id in outcome.done.iter().filter(|id| rows.iter().all(|row| row.id != **id)) {
        print::either(
            terminal.json,
            &json!({ "id": id, "removed": true }),
            &format!("{id}: removed"),
        );
    }
    for refused in &outcome.refused {
        print::error_of(terminal.json, &refused.id.to_string(), &refused.error);
    }
    if outcome.done.is_empty() && outcome.refused.is_empty() && !terminal.json {
        print::line("There is no transfer to which this applies.");
    }
    Ok(if outcome.refused.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    })
}
