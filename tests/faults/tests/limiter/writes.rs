//! What a process writes into a folder, as the system is asked for it, in tenths of a second.

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::{Instant, sleep};

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
    fn buckets(&self) -> Vec<u64> {
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

    /// Waits until so many tenths of a second went by since the first write; later ones may never come.
    ///
    /// # Panics
    /// When nothing is written for half a minute.
    pub(super) async fn until(&self, buckets: usize) -> Vec<u64> {
        let began = Instant::now();
        while self.buckets().is_empty() {
            assert!(began.elapsed() < Duration::from_secs(30), "nothing was written");
            sleep(Duration::from_millis(10)).await;
        }
        sleep(Duration::from_nanos(BUCKET_NS) * u32::try_from(buckets + 1).unwrap()).await;
        let mut seen = self.buckets();
        seen.resize(seen.len().max(buckets), 0);
        seen
    }
}
