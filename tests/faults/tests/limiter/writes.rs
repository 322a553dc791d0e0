//! What a process writes into a folder, as the system is asked for it, in tenths of a second.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::shim;

const SOURCE: &str = include_str!("../../shim/writes.c");
const BUCKET_NS: u64 = 100_000_000;

/// A log of calls that write to files of one folder.
pub(super) struct Writes {
    library: PathBuf,
    log: PathBuf,
    _folder: TempDir,
}

impl Writes {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            library: shim::build("writes", SOURCE, folder.path()),
            log: folder.path().join("log"),
            _folder: folder,
        }
    }

    /// The environment of a process whose writes to files of `folder` are seen.
    pub(super) fn environment(&self, folder: &std::path::Path) -> [(&'static str, PathBuf); 3] {
        [
            ("LD_PRELOAD", self.library.clone()),
            // As the system itself names it.
            ("LONGSHORE_WRITES_DIR", folder.canonicalize().unwrap()),
            ("LONGSHORE_WRITES_LOG", self.log.clone()),
        ]
    }

    /// Bytes per tenth of a second, from the first write on.
    pub(super) fn buckets(&self) -> Vec<u64> {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let mut buckets = Vec::new();
        let mut began = None;
        for record in log.chunks_exact(16) {
            let word = |at: usize| u64::from_ne_bytes(record[at..at + 8].try_into().unwrap());
            let (time, bytes) = (word(0), word(8));
            // Threads log in turn, not quite in order.
            let at = time.saturating_sub(*began.get_or_insert(time)) / BUCKET_NS;
            let at = usize::try_from(at).unwrap();
            buckets.resize(buckets.len().max(at + 1), 0);
            buckets[at] += bytes;
        }
        buckets
    }

    /// Waits until so many tenths of a second were seen.
    pub(super) async fn until(&self, buckets: usize) {
        while self.buckets().len() <= buckets {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }
}
