//! `longshore upload`: queues files, and works until they have arrived.

use std::path::PathBuf;

use app::Purpose;
use app::boundary::{EnqueuePaths, Failure};

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
    go_on(terminal, &host, enqueued, upload.detach, &WORDS).await
}

/// The engine may live in another folder.
fn absolute(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let absolute = |path: &PathBuf| {
        std::path::absolute(path)
            .map_err(|why| Failure::new("bad_path", format!("{} can't be used: {why}.", path.display())))
    };
    paths.iter().map(absolute).collect()
}
