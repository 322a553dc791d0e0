//! Reading what settled: small files at once, one large file at a time beside all else, so that it holds no other up.

use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use transfer::error::Result;
use transfer::source::Fingerprint;
use transfer::watch::{FileState, WatchFile};

use super::content::{self, Reading};
use super::keeper::Keeper;

/// What takes longer to read than everything else may wait.
const LARGE: u64 = 64 * 1024 * 1024;

/// A large file that is being read.
pub(super) struct Large {
    name: Vec<u8>,
    print: Fingerprint,
    stop: CancellationToken,
    task: JoinHandle<Result<Reading>>,
}

/// How far reading a file is.
pub(super) enum Progress {
    Over(Reading),
    /// It is being read.
    UnderWay,
    /// Another large one is being read.
    Later,
}

impl Keeper {
    /// The content of a file that settled.
    pub(super) async fn content_of(&mut self, file: &WatchFile) -> Result<Progress> {
        // One that waits for another is the version that was read before.
        if let Some(content) = file.content {
            return Ok(Progress::Over(Reading::Whole(content)));
        }
        let (ground, name, print) = (Arc::clone(&self.ground), file.name.clone(), file.print);
        if print.size < LARGE {
            let stop = self.stop.clone();
            let read =
                super::blocking(move || content::read(&ground.root, &platform::path_from_bytes(&name), &print, &stop));
            return Ok(Progress::Over(read.await?));
        }
        match self.large.take() {
            Some(large) if (&large.name, large.print) == (&name, print) => {
                if large.task.is_finished() {
                    // One that was stopped is read again.
                    let read = large.task.await.unwrap_or(Ok(Reading::Stopped))?;
                    return Ok(Progress::Over(read));
                }
                self.large = Some(large);
                Ok(Progress::UnderWay)
            }
            Some(other) => {
                self.large = Some(other);
                Ok(Progress::Later)
            }
            None => {
                let (stop, hints) = (self.stop.child_token(), Arc::clone(&self.hints));
                let told = stop.clone();
                let path = platform::path_from_bytes(&name);
                let task = tokio::spawn(async move {
                    let read = super::blocking(move || content::read(&ground.root, &path, &print, &told)).await;
                    hints.wake.notify_one();
                    read
                });
                self.large = Some(Large {
                    name,
                    print,
                    stop,
                    task,
                });
                Ok(Progress::UnderWay)
            }
        }
    }

    /// What changed, went or is not to be sent any more needs no reading.
    pub(super) async fn stop_reading_in_vain(&mut self) -> Result<()> {
        let Some(large) = &self.large else { return Ok(()) };
        let known = self
            .ledger()
            .files(self.watch.id, std::slice::from_ref(&large.name))
            .await?;
        let waits = |file: &WatchFile| file.state == FileState::Settling && file.print == large.print;
        if !known.iter().any(waits) {
            large.stop.cancel();
            self.large = None;
        }
        Ok(())
    }
}
