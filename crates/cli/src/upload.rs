//! `longshore upload`: queues files, and works until they have arrived.

use std::path::PathBuf;

use app::boundary::{EnqueuePaths, Enqueued, Failure, ListTransfers};
use app::{Host, Purpose};
use serde_json::json;

use crate::arguments::Upload;
use crate::exit::{Exit, Outcome};
use crate::follow::{Until, follow};
use crate::print;
use crate::terminal::Terminal;

pub(crate) async fn obey(terminal: &Terminal, upload: Upload) -> Outcome {
    let paths = absolute(&upload.paths)?;
    let purpose = if upload.detach { Purpose::Steer } else { Purpose::Work };
    let host = terminal.open(purpose).await?;
    let ask = EnqueuePaths {
        paths: paths.into_iter().map(PathBuf::into_os_string).collect(),
        to: upload.to,
        options: upload.options.into_iter().collect(),
        limit: upload.limit.and_then(|limit| limit.0),
    };
    let enqueued = host.commands().enqueue_paths(ask).await?;
    let skipped = tell_skipped(terminal, &enqueued);
    if upload.detach {
        detached(terminal, &host, &enqueued).await?;
        return Ok(skipped);
    }
    if !host.is_engine() && terminal.is_watched() {
        print::hint("Another Longshore works the queue; this one shows what it does.");
    }
    if enqueued.transfers.is_empty() {
        return Ok(skipped);
    }
    let exit = follow(terminal, &host, Until::Over(enqueued.transfers)).await?;
    // What could not even be queued is a failure, and a failure goes before everything.
    Ok(if skipped == Exit::Done { exit } else { skipped })
}

/// The engine may live in another folder.
fn absolute(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let absolute = |path: &PathBuf| {
        std::path::absolute(path)
            .map_err(|why| Failure::new("bad_path", format!("{} can't be used: {why}.", path.display())))
    };
    paths.iter().map(absolute).collect()
}

fn tell_skipped(terminal: &Terminal, enqueued: &Enqueued) -> Exit {
    for skipped in &enqueued.skipped {
        let failure = Failure::new("skipped", format!("{} is not sent. {}", skipped.name, skipped.reason));
        print::error(terminal.json, &failure);
    }
    if enqueued.transfers.is_empty() && enqueued.skipped.is_empty() {
        print::error(
            terminal.json,
            &Failure::new("nothing_to_send", "There is no file in it."),
        );
        return Exit::Failed;
    }
    if enqueued.skipped.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    }
}

async fn detached(terminal: &Terminal, host: &Host, enqueued: &Enqueued) -> Result<(), Failure> {
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
    print::line(&if running {
        format!("{files} queued; the Longshore that is running sends them.")
    } else {
        format!("{files} queued. No Longshore is running: `longshore run` or the window sends them.")
    });
    Ok(())
}
