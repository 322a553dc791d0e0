//! `longshore watch`: folders that are watched, what they would do, and what they did.

pub(crate) mod arguments;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use app::boundary::{
    self, EditWatch, Failure, MoveAfter, Nothing, SnapshotNamed, WatchAfter, WatchFate, WatchForeseen, WatchLog,
    WatchOld, WatchPreview, WatchRef, WatchRow, WatchState, WatchSum, WatchWishes,
};
use app::{Host, Purpose};
use serde_json::json;

use crate::exit::{Exit, Outcome};
use crate::print;
use crate::queued::{Words, go_on};
use crate::terminal::Terminal;
use arguments::{AddWatch, After, EditWatchOf, Old, Watch, WatchPolicy, WatchRules};

/// Decisions asked for at once.
const PAGE: u32 = 500;

pub(crate) async fn obey(terminal: &Terminal, verb: Watch) -> Outcome {
    match verb {
        Watch::Add(add) => add_one(terminal, add).await,
        Watch::List => list(terminal).await,
        Watch::Preview { watch } => {
            let host = terminal.open(Purpose::Look).await?;
            let id = find(&host, &watch).await?.id;
            let preview = host.commands().preview_watch(WatchRef { id }).await?;
            Ok(foreseen(terminal, &preview))
        }
        Watch::Log { watch, state } => log(terminal, &watch, state).await,
        Watch::Scan { watch } => {
            let host = terminal.open(Purpose::Look).await?;
            let id = find(&host, &watch).await?.id;
            Ok(told(terminal, &host.commands().scan_watch(WatchRef { id }).await?))
        }
        Watch::Snapshot { watch, file, detach } => snapshot(terminal, &watch, file, detach).await,
        Watch::Edit(edit) => edit_one(terminal, edit).await,
        Watch::Pause { watch } => {
            let host = terminal.open(Purpose::Look).await?;
            let id = find(&host, &watch).await?.id;
            Ok(told(terminal, &host.commands().pause_watch(WatchRef { id }).await?))
        }
        Watch::Resume { watch } => {
            let host = terminal.open(Purpose::Look).await?;
            let id = find(&host, &watch).await?.id;
            Ok(told(terminal, &host.commands().resume_watch(WatchRef { id }).await?))
        }
        Watch::Remove { watch } => {
            let host = terminal.open(Purpose::Look).await?;
            let id = find(&host, &watch).await?.id;
            host.commands().remove_watch(WatchRef { id }).await?;
            let text = format!(
                "{watch}: removed. Its files and transfers stay, and what was sent is known again if you watch the folder again."
            );
            print::either(terminal.json, &json!({ "id": id, "removed": true }), &text);
            Ok(Exit::Done)
        }
    }
}

async fn add_one(terminal: &Terminal, add: AddWatch) -> Outcome {
    let purpose = purpose(&add.rules);
    let host = terminal.open(purpose).await?;
    let (after, after_folder) = after_of(add.rules.after)?;
    let ask = boundary::AddWatch {
        folder: absolute(&add.dir)?,
        to: add.to,
        wishes: WatchWishes {
            name: add.name,
            include: add.include,
            exclude: add.exclude,
            policy: add.rules.policy.map(policy_of).unwrap_or_default(),
            most: add.rules.most,
            old: add.rules.old.map(old_of).unwrap_or_default(),
            options: add.rules.options.into_iter().collect(),
            after: after.unwrap_or_default(),
            every_s: add.rules.every,
            events: add.rules.events,
        },
        after_folder,
    };
    if add.preview {
        let preview = host.commands().preview_folder(ask).await?;
        return Ok(foreseen(terminal, &preview));
    }
    let row = host.commands().add_watch(ask).await?;
    let exit = told(terminal, &row);
    for overlap in row.overlaps.iter().filter(|_| !terminal.json) {
        print::hint(&print::plain(&overlap.text));
    }
    Ok(exit)
}

async fn edit_one(terminal: &Terminal, edit: EditWatchOf) -> Outcome {
    let purpose = purpose(&edit.rules);
    let host = terminal.open(purpose).await?;
    let id = find(&host, &edit.watch).await?.id;
    let (after, after_folder) = after_of(edit.rules.after)?;
    let patterns = |given: Vec<String>, none: bool| match (none, given.is_empty()) {
        (true, _) => Some(Vec::new()),
        (false, true) => None,
        (false, false) => Some(given),
    };
    let ask = EditWatch {
        id,
        name: edit.new_name,
        include: patterns(edit.include, edit.include_all),
        exclude: patterns(edit.exclude, edit.exclude_none),
        policy: edit.rules.policy.map(policy_of),
        most: edit.rules.most,
        old: edit.rules.old.map(old_of),
        options: options(edit.rules.options, edit.option_none),
        after: after.filter(|_| after_folder.is_none()),
        every_s: edit.rules.every,
        events: edit.rules.events,
    };
    let mut row = host.commands().edit_watch(ask).await?;
    if let Some(folder) = after_folder {
        row = host.commands().move_after(MoveAfter { id, folder }).await?;
    }
    Ok(told(terminal, &row))
}

async fn list(terminal: &Terminal) -> Outcome {
    let host = terminal.open(Purpose::Look).await?;
    let rows = host.commands().list_watches(Nothing {}).await?;
    if terminal.json {
        rows.iter().map(print::watch).for_each(|value| print::object(&value));
        return Ok(Exit::Done);
    }
    if rows.is_empty() {
        print::line("No folder is watched. `longshore watch add DIR --to NAME` watches one.");
        return Ok(Exit::Done);
    }
    let cells: Vec<_> = rows
        .iter()
        .map(|row| {
            vec![
                print::plain(&row.name),
                print::plain(&row.folder),
                print::plain(&row.account.name),
                row.files.confirmed.to_string(),
                (row.files.settling + row.files.ready + row.files.queued).to_string(),
                row.files.failed.to_string(),
                state_of(row),
            ]
        })
        .collect();
    for line in print::table(&["NAME", "FOLDER", "TO", "SENT", "WAITING", "FAILED", "STATE"], &cells) {
        print::line(&line);
    }
    Ok(Exit::Done)
}

async fn log(terminal: &Terminal, watch: &str, state: Option<boundary::WatchFileState>) -> Outcome {
    let host = terminal.open(Purpose::Look).await?;
    let id = find(&host, watch).await?.id;
    let mut before = None;
    loop {
        let ask = WatchLog {
            id,
            state,
            before: before.take(),
            most: PAGE,
        };
        let files = host.commands().watch_files(ask).await?;
        for file in &files {
            let word = json!(file.state);
            let text = format!(
                "{}  {:<9}  {}  {}",
                print::local(&file.decided_at),
                word.as_str().unwrap_or_default(),
                print::plain(&file.name),
                print::plain(&file.text)
            );
            print::either(terminal.json, &json!(file), &text);
        }
        before = files.last().map(|file| boundary::WatchPlace {
            decided_at: file.decided_at.clone(),
            row: file.row,
        });
        if files.len() < PAGE as usize {
            return Ok(Exit::Done);
        }
    }
}

async fn snapshot(terminal: &Terminal, watch: &str, file: PathBuf, detach: bool) -> Outcome {
    let purpose = if detach { Purpose::Steer } else { Purpose::Work };
    let host = terminal.open(purpose).await?;
    let ask = SnapshotNamed {
        id: find(&host, watch).await?.id,
        file: file.into_os_string(),
    };
    let enqueued = host.commands().snapshot_named(ask).await?;
    if !enqueued.continued.is_empty() && !terminal.json {
        print::hint("A snapshot of it is on its way already; another one can be made when that has arrived.");
    }
    let words = Words {
        moved: "sent",
        moves: "sends",
        nothing: "There is nothing in it.",
    };
    go_on(terminal, &host, enqueued, detach, &words).await
}

/// The watch of this name or id.
async fn find(host: &Host, text: &str) -> Result<WatchRow, Failure> {
    let all = host.commands().list_watches(Nothing {}).await?;
    let named = all.iter().find(|row| row.name == text);
    named
        .or_else(|| all.iter().find(|row| row.id.to_string() == text))
        .cloned()
        .ok_or_else(|| {
            Failure::new(
                "unknown_watch",
                format!("There is no watch named “{text}”. `longshore watch list` shows those there are."),
            )
        })
}

fn told(terminal: &Terminal, row: &WatchRow) -> Exit {
    let text = format!("{}: {}", print::plain(&row.name), state_of(row));
    print::either(terminal.json, &print::watch(row), &text);
    Exit::Done
}

fn state_of(row: &WatchRow) -> String {
    let state = match row.state {
        WatchState::Paused => "paused",
        WatchState::Starting => "starting",
        WatchState::Scanning => "looking at everything",
        WatchState::Watching => "watching",
        WatchState::Offline => "offline",
        WatchState::Failed => "failed",
        WatchState::Resting => "resting",
    };
    match &row.reason {
        Some(reason) => format!("{state}: {}", print::plain(&reason.text)),
        None => state.to_owned(),
    }
}

fn foreseen(terminal: &Terminal, preview: &WatchPreview) -> Exit {
    if terminal.json {
        print::object(preview);
        return Exit::Done;
    }
    for file in &preview.files {
        print::line(&line_of(file));
    }
    print::line(&in_all(preview));
    if let Some(held) = &preview.held {
        print::hint(held);
    }
    Exit::Done
}

fn line_of(file: &WatchForeseen) -> String {
    let fate = match file.fate {
        WatchFate::Send => "send",
        WatchFate::Known => "known",
        WatchFate::Skip => "skip",
        WatchFate::LeftOut => "left out",
        WatchFate::Delete => "delete",
    };
    let size = file.size.map(print::size).unwrap_or_default();
    format!(
        "{fate:<8}  {size:>10}  {}  {}",
        print::plain(&file.name),
        print::plain(&file.text)
    )
}

/// All counts in a line.
fn in_all(preview: &WatchPreview) -> String {
    let sum = |sum: WatchSum, what: &str| format!("{} {what} ({})", sum.files, print::size(sum.bytes));
    let mut text = format!(
        "In all: {}, {}, {} to leave alone, {} left out",
        sum(preview.send, "to send"),
        sum(preview.known, "known to the service"),
        preview.skip.files,
        preview.left_out
    );
    if preview.delete.files > 0 {
        text.push_str(&format!(", {}", sum(preview.delete, "to delete at the service")));
    }
    if let (Some(rate), Some(seconds)) = (preview.rate, preview.seconds) {
        text.push_str(&format!("; {} at {}/s", print::ago(seconds), print::size(rate)));
    }
    text + "."
}

fn policy_of(policy: WatchPolicy) -> boundary::WatchPolicy {
    match policy {
        WatchPolicy::New => boundary::WatchPolicy::New,
        WatchPolicy::Changed => boundary::WatchPolicy::Changed,
        WatchPolicy::Mirror => boundary::WatchPolicy::Mirror,
    }
}

/// An account is asked whether it can delete as it would have to, which needs its credentials.
fn purpose(rules: &WatchRules) -> Purpose {
    if rules.policy == Some(WatchPolicy::Mirror) || rules.old == Some(Old::Delete) {
        Purpose::Steer
    } else {
        Purpose::Look
    }
}

fn options(given: Vec<(String, String)>, none: bool) -> Option<BTreeMap<String, String>> {
    (none || !given.is_empty()).then(|| given.into_iter().collect())
}

fn old_of(old: Old) -> WatchOld {
    match old {
        Old::Keep => WatchOld::Keep,
        Old::Delete => WatchOld::Delete,
    }
}

fn after_of(after: Option<After>) -> Result<(Option<WatchAfter>, Option<OsString>), Failure> {
    Ok(match after {
        None => (None, None),
        Some(After::Keep) => (Some(WatchAfter::Keep), None),
        Some(After::Trash) => (Some(WatchAfter::Trash), None),
        Some(After::Move(folder)) => (Some(WatchAfter::Move), Some(absolute(&folder)?)),
    })
}

/// The engine may live in another folder.
fn absolute(path: &Path) -> Result<OsString, Failure> {
    std::path::absolute(path)
        .map(PathBuf::into_os_string)
        .map_err(|why| Failure::new("bad_path", format!("{} can't be used: {why}.", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_summed_up_in_a_line() {
        let sum = |files, bytes| WatchSum { files, bytes };
        let mut preview = WatchPreview {
            send: sum(3, 3 << 20),
            known: sum(1, 1024),
            skip: sum(0, 0),
            left_out: 2,
            delete: sum(0, 0),
            held: None,
            files: Vec::new(),
            rate: Some(1 << 20),
            seconds: Some(3),
        };
        assert_eq!(
            in_all(&preview),
            "In all: 3 to send (3.0 MiB), 1 known to the service (1.0 KiB), 0 to leave alone, 2 left out; 3 s at 1.0 MiB/s."
        );
        (preview.rate, preview.seconds, preview.delete) = (None, None, sum(1, 5));
        assert!(in_all(&preview).ends_with("2 left out, 1 to delete at the service (5 B)."));
    }
}
