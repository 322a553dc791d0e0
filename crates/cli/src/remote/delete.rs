//! `longshore remote delete`: says what goes and what goes with it, asks, and tells what became of each file.

use app::Host;
use app::boundary::{AccountRef, AccountRow, DeletedState, Failure, RemoteDeleted, RemoteFiles, RemoteRef};
use serde_json::json;

use super::arguments::DeleteFiles;
use super::open;
use super::patience::{may_wait, patiently, sit_out};
use crate::exit::{Exit, Outcome};
use crate::terminal::Terminal;
use crate::{print, prompt};

/// Files in one command.
const AT_ONCE: usize = 50;
/// Files that are named before they go; each costs a request.
const NAMED: usize = 20;

pub(super) async fn obey(terminal: &Terminal, files: DeleteFiles) -> Outcome {
    let (host, account) = open(terminal, &files.of).await?;
    if !files.yes && !agreed(terminal, &host, &account, &files.ids).await? {
        print::hint("Nothing was deleted.");
        return Ok(Exit::Failed);
    }
    let mut exit = Exit::Done;
    for ids in files.ids.chunks(AT_ONCE) {
        let mut left = ids.to_vec();
        while !left.is_empty() {
            let ask = RemoteFiles {
                account: account.id,
                ids: left,
            };
            let (later, told) = waiting(host.commands().remote_delete(ask).await?);
            for deleted in &told {
                exit = exit.max(tell(terminal, &account, deleted));
            }
            let why = later.first().and_then(|first| first.error.clone());
            left = later.into_iter().map(|deleted| deleted.id).collect();
            if let Some(why) = why {
                sit_out(terminal, &why).await?;
            }
        }
    }
    Ok(exit)
}

/// Those that the service will hear of later, and the others.
fn waiting(all: Vec<RemoteDeleted>) -> (Vec<RemoteDeleted>, Vec<RemoteDeleted>) {
    all.into_iter()
        .partition(|one| one.state == DeletedState::Unasked && one.error.as_ref().is_some_and(may_wait))
}

/// Says what goes and what goes with it; the person's answer.
async fn agreed(terminal: &Terminal, host: &Host, account: &AccountRow, ids: &[String]) -> Result<bool, Failure> {
    if !prompt::is_somebody_there() {
        return Err(Failure::new(
            "not_confirmed",
            "Deleting is for good and there is nobody to ask: nothing was deleted. Say --yes to delete without being asked.",
        ));
    }
    let abilities = host.commands().remote_abilities(AccountRef { id: account.id }).await?;
    for id in ids.iter().take(NAMED) {
        let ask = RemoteRef {
            account: account.id,
            id: id.clone(),
        };
        let name = match patiently(terminal, || host.commands().remote_details(ask.clone())).await {
            Ok(entry) => print::plain(&entry.name),
            Err(why) => print::plain(&why.message),
        };
        print::hint(&format!("  {}  {name}", print::plain(id)));
    }
    if let Some(more @ 1..) = ids.len().checked_sub(NAMED) {
        print::hint(&format!("  and {more} more"));
    }
    if let Some(consequence) = abilities.delete.and_then(|delete| delete.consequence) {
        print::hint(&consequence);
    }
    let files = if ids.len() == 1 { "this file" } else { "these files" };
    prompt::agreed(&format!(
        "Delete {files} from “{}” for good? [y/N] ",
        print::plain(&account.name)
    ))
    .await
}

fn tell(terminal: &Terminal, account: &AccountRow, deleted: &RemoteDeleted) -> Exit {
    let id = print::plain(&deleted.id);
    let text = match deleted.state {
        DeletedState::Done => format!("{id}: deleted"),
        DeletedState::Ordered => format!("{id}: the service deletes it in its own time"),
        DeletedState::Gone => format!("{id}: it was not there any more"),
        DeletedState::Failed | DeletedState::Unasked => {
            let why = deleted
                .error
                .clone()
                .unwrap_or_else(|| Failure::new("not_deleted", "It is not deleted."));
            print::error_of(terminal.json, &id, &why);
            return Exit::of(&why).max(Exit::Failed);
        }
    };
    let value = json!({ "id": deleted.id, "deleted": deleted.state, "account": account.name });
    print::either(terminal.json, &value, &text);
    Exit::Done
}
