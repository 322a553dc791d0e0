//! `longshore upload`: queues files, and links whose files go to another service; works until they have arrived.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use app::Purpose;
use app::boundary::{EnqueuePaths, Enqueued, Failure, Secret, SendLinks};

use crate::arguments::Upload;
use crate::exit::Outcome;
use crate::queued::{Words, go_on};
use crate::terminal::Terminal;

const WORDS: Words = Words {
    moved: "sent",
    moves: "sends",
    nothing: "There is no file in it.",
};

pub(crate) async fn obey(terminal: &Terminal, upload: Upload) -> Outcome {
    let (links, paths): (Vec<_>, Vec<_>) = upload.paths.into_iter().partition(|path| is_link(path));
    let paths = absolute(&paths)?;
    let purpose = if upload.detach { Purpose::Steer } else { Purpose::Work };
    let host = terminal.open(purpose).await?;
    let options: BTreeMap<_, _> = upload.options.into_iter().collect();
    let limit = upload.limit.and_then(|limit| limit.0);
    let mut enqueued = None;
    if !paths.is_empty() {
        let ask = EnqueuePaths {
            paths: paths.into_iter().map(PathBuf::into_os_string).collect(),
            to: upload.to.clone(),
            options: options.clone(),
            limit,
        };
        enqueued = Some(host.commands().enqueue_paths(ask).await?);
    }
    if !links.is_empty() {
        let ask = SendLinks {
            links: links
                .iter()
                .map(|link| Secret::new(link.to_string_lossy().into_owned()))
                .collect(),
            account: upload.from,
            to: upload.to,
            options,
            limit,
            plain_http: upload.allow_http,
        };
        let sent = host.commands().send_links(ask).await?;
        enqueued = Some(match enqueued {
            Some(files) => both(files, sent),
            None => sent,
        });
    }
    let Some(enqueued) = enqueued else {
        return Err(Failure::new("nothing", WORDS.nothing));
    };
    go_on(terminal, &host, enqueued, upload.detach, &WORDS).await
}

/// What was queued in one go is followed in one go.
fn both(files: Enqueued, links: Enqueued) -> Enqueued {
    Enqueued {
        batch: files.batch,
        continued: [files.continued, links.continued].concat(),
        transfers: [files.transfers, links.transfers].concat(),
        skipped: [files.skipped, links.skipped].concat(),
    }
}

/// A file may be called anything, but nobody begins a path like this.
fn is_link(path: &Path) -> bool {
    let text = path.to_string_lossy().to_ascii_lowercase();
    text.starts_with("https://") || text.starts_with("http://")
}

/// The engine may live in another folder.
fn absolute(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let absolute = |path: &PathBuf| {
        std::path::absolute(path)
            .map_err(|why| Failure::new("bad_path", format!("{} can't be used: {why}.", path.display())))
    };
    paths.iter().map(absolute).collect()
}
