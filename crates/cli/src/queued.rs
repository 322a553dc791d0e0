//! What upload and download share once something is queued: what was left out, and following it or leaving it to another.

use app::Host;
use app::boundary::{Enqueued, Failure, ListTransfers};
use serde_json::json;

use crate::exit::{Exit, Outcome};
use crate::follow::{Until, follow};
use crate::print;
use crate::terminal::Terminal;

/// The words for one way of moving.
pub(crate) struct Words {
    /// What a thing left out is not: `sent`, `fetched`.
    pub(crate) moved: &'static str,
    /// What another engine does with what was queued: `sends`, `fetches`.
    pub(crate) moves: &'static str,
    /// What is said when there was nothing at all.
    pub(crate) nothing: &'static str,
}

/// Says what was left out, then works until everything is over, or leaves that to whoever works the queue.
pub(crate) async fn go_on(
    terminal: &Terminal,
    host: &Host,
    enqueued: Enqueued,
    detach: bool,
    words: &Words,
) -> Outcome {
    let skipped = tell_skipped(terminal, &enqueued, words);
    if detach {
        detached(terminal, host, &enqueued, words).await?;
        return Ok(skipped);
    }
    if !host.is_engine() && terminal.is_watched() {
        print::hint("Another Longshore works the queue; this one shows what it does.");
    }
    if enqueued.transfers.is_empty() {
        return Ok(skipped);
    }
    let exit = follow(terminal, host, Until::Over(enqueued.transfers)).await?;
    // What could not even be queued is a failure, and a failure goes before everything.
    Ok(if skipped == Exit::Done { exit } else { skipped })
}

fn tell_skipped(terminal: &Terminal, enqueued: &Enqueued, words: &Words) -> Exit {
    for skipped in &enqueued.skipped {
        let text = format!("{} is not {}. {}", skipped.name, words.moved, skipped.reason);
        print::error(terminal.json, &Failure::new("skipped", text));
    }
    if enqueued.transfers.is_empty() && enqueued.skipped.is_empty() {
        print::error(terminal.json, &Failure::new("nothing_to_do", words.nothing));
        return Exit::Failed;
    }
    if enqueued.skipped.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    }
}

async fn detached(terminal: &Terminal, host: &Host, enqueued: &Enqueued, words: &Words) -> Result<(), Failure> {
    let running = !host.is_engine();
    if terminal.json {
        let ask = ListTransfers {
            ids: Some(enqueued.transfers.clone()),
            states: None,
        };
        for row in host.commands().list_transfers(ask).await? {
            let mut value = print::transfer(&row);
            value["engine_running"] = json!(running);
            print::object(&value);
        }
        return Ok(());
    }
    let count = enqueued.transfers.len();
    let files = if count == 1 {
        "1 file".to_owned()
    } else {
        format!("{count} files")
    };
    let moves = words.moves;
    print::line(&if running {
        format!("{files} queued; the Longshore that is running {moves} them.")
    } else {
        format!("{files} queued. No Longshore is running: `longshore run` or the window {moves} them.")
    });
    Ok(())
}
