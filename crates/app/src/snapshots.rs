//! Copies that snapshots are sent from: each is kept as long as a transfer may read it, and no longer.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use engine::Engine;
use transfer::{State, Transfer};
use uuid::Uuid;

/// The folder of the copies, and those in it.
#[derive(Debug)]
pub(crate) struct Snapshots {
    folder: PathBuf,
    kept: Mutex<BTreeMap<PathBuf, Stage>>,
    /// One snapshot at a time: a second wish for the same one finds the first.
    pub(crate) turn: tokio::sync::Mutex<()>,
}

/// Where a copy stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It is written, or about to be queued.
    Making,
    /// A transfer has it, or nobody.
    Made,
}

impl Snapshots {
    pub(crate) fn at(data: &Path) -> Self {
        Self {
            folder: data.join("snapshots"),
            kept: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// Finds what an earlier run left. Before anything new is made.
    pub(crate) async fn load(&self) {
        let folder = self.folder.clone();
        let found = tokio::task::spawn_blocking(move || -> io::Result<Vec<PathBuf>> {
            let entries = match fs::read_dir(folder) {
                Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
                entries => entries?,
            };
            entries.map(|entry| Ok(entry?.path())).collect()
        });
        match found.await {
            Ok(Ok(found)) => self.kept().extend(found.into_iter().map(|path| (path, Stage::Made))),
            Ok(Err(why)) => tracing::warn!(%why, "the copies of snapshots can't be listed"),
            Err(_) => {}
        }
    }

    /// A place for a new copy of the watch's file in this row, whose folder may be missing. It is kept until [`Self::made`].
    pub(crate) fn begin(&self, row: i64) -> PathBuf {
        let path = self.folder.join(format!("{row}-{}", Uuid::now_v7()));
        self.kept().insert(path.clone(), Stage::Making);
        path
    }

    /// The copy was queued, or was not made after all.
    pub(crate) fn made(&self, path: &Path) {
        if let Some(stage) = self.kept().get_mut(path) {
            *stage = Stage::Made;
        }
    }

    /// The transfer that is still on its way with a copy of this row's file.
    pub(crate) fn on_its_way(&self, row: i64, all: &[Transfer]) -> Option<Transfer> {
        let goes = |transfer: &&Transfer| transfer.state != State::Cancelling && !transfer.state.is_over();
        let of_it = |transfer: &&Transfer| {
            let path = transfer.local_source().map(platform::path_from_bytes);
            path.is_some_and(|path| path.parent() == Some(&self.folder) && row_of(&path) == Some(row))
        };
        all.iter().filter(goes).find(of_it).cloned()
    }

    /// Removes the copies that no transfer will read again.
    pub(crate) async fn sweep(&self, engine: &Engine) {
        let mut made = self.kept().clone();
        made.retain(|_, stage| *stage == Stage::Made);
        if made.is_empty() {
            return;
        }
        // After what is made was noted: whatever that is, was queued before.
        let all = engine.transfers();
        // One that was cancelled or failed may be tried again for as long as it is listed.
        let unfinished = all.iter().filter(|transfer| transfer.state != State::Completed);
        // By name, which no other copy has: the folder may have been opened by another way meanwhile.
        let read: HashSet<_> = unfinished
            .filter_map(|transfer| {
                platform::path_from_bytes(transfer.local_source()?)
                    .file_name()
                    .map(OsStr::to_owned)
            })
            .collect();
        made.retain(|path, _| path.file_name().is_none_or(|name| !read.contains(name)));
        if made.is_empty() {
            return;
        }
        let removed = tokio::task::spawn_blocking(move || {
            made.retain(|path, _| match fs::remove_file(path) {
                Err(why) if why.kind() != io::ErrorKind::NotFound => {
                    tracing::warn!(%why, "a copy that was sent can't be removed; it is tried again at the next start");
                    false
                }
                _ => true,
            });
            made
        });
        let Ok(removed) = removed.await else { return };
        self.kept().retain(|path, _| !removed.contains_key(path));
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Stage>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The row that a copy was named after.
fn row_of(path: &Path) -> Option<i64> {
    path.file_name()?.to_str()?.split_once('-')?.0.parse().ok()
}
