//! Commands for snapshots of files that never stand still.

use std::path::PathBuf;

use engine::watch::snapshot;
use transfer::watch::{FileState, WatchFile};
use transfer::{BatchId, Watch, WatchId};
use uuid::Uuid;

use super::Obey;
use super::queued::queued;
use crate::boundary::{Enqueued, Failure, SnapshotFile, SnapshotNamed};
use crate::failure::crossed;

impl Obey {
    pub(super) async fn snapshot_of_row(&self, ask: SnapshotFile) -> Result<Enqueued, Failure> {
        let watch = self.0.watch(WatchId(ask.id)).await?;
        let found = self
            .0
            .watch_ledger
            .files_after(watch.id, ask.row.saturating_sub(1), 1)
            .await;
        let found = found.map_err(crossed)?.into_iter().find(|file| file.row == ask.row);
        let file = found.ok_or_else(|| Failure::new("unknown_file", "This watch knows the file no more."))?;
        self.snapshot(watch, file).await
    }

    pub(super) async fn snapshot_of_name(&self, ask: SnapshotNamed) -> Result<Enqueued, Failure> {
        let watch = self.0.watch(WatchId(ask.id)).await?;
        let path = PathBuf::from(ask.file);
        let root = platform::path_from_bytes(&watch.root);
        // Also as the person names the folder, which may be by a link.
        let below = path.strip_prefix(&root).map(PathBuf::from);
        let name = below.unwrap_or_else(|_| path.clone());
        let found = self
            .0
            .watch_ledger
            .files(watch.id, &[platform::path_to_bytes(&name)])
            .await;
        let file = found.map_err(crossed)?.pop().ok_or_else(|| {
            Failure::new(
                "unknown_file",
                format!(
                    "“{}” knows no file {}. Name it as `longshore watch log` does, or with its whole path.",
                    watch.name,
                    path.display()
                ),
            )
        })?;
        self.snapshot(watch, file).await
    }

    /// Copies what the file holds now, and queues the copy as any upload. The watch goes on with the file as before.
    async fn snapshot(&self, watch: Watch, file: WatchFile) -> Result<Enqueued, Failure> {
        if file.state != FileState::Settling {
            return Err(Failure::new(
                "not_growing",
                format!(
                    "“{}” is not being written, and needs no snapshot: {}",
                    platform::path_shown(&file.name),
                    file.why.text
                ),
            ));
        }
        let engine = self.0.engine_or_locked()?;
        let snapshots = &self.0.snapshots;
        let _turn = snapshots.turn.lock().await;
        let before = queued(&engine);
        if let Some(transfer) = snapshots.on_its_way(file.row, &engine.transfers()) {
            return Ok(before.answer(transfer.batch, &[transfer], Vec::new()));
        }
        let (batch, to) = (BatchId(Uuid::now_v7()), snapshots.begin(file.row));
        let (path, stop) = (to.clone(), self.0.ending.clone());
        let taken = tokio::task::spawn_blocking(move || snapshot::take(&watch, &file, &path, batch, &stop)).await;
        let queued = match taken {
            Ok(Ok(upload)) => engine.enqueue(vec![upload]).await.map_err(crossed),
            Ok(Err(failure)) => Err(crossed(failure)),
            Err(_) => Err(Failure::new("stopped", "Longshore is ending; no snapshot was made.")),
        };
        snapshots.made(&to);
        if queued.is_err() {
            snapshots.sweep(&engine).await;
        }
        Ok(before.answer(batch, &queued?, Vec::new()))
    }
}
