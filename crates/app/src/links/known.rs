//! What services said about links a moment ago, so that queuing them asks nobody again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use transfer::download::RemoteFile;
use transfer::{AccountId, Endpoint};

/// Older answers are asked for again.
const FRESH: Duration = Duration::from_secs(600);
/// More answers than these are not kept.
const MOST: usize = 50_000;

/// Who asked about what.
type Key = (AccountId, Endpoint);

/// Answers of the last minutes, in memory only.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<HashMap<Key, (Instant, RemoteFile)>>);

impl Known {
    pub(crate) fn put(&self, account: AccountId, source: &Endpoint, file: &RemoteFile) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.retain(|_, (at, _)| at.elapsed() < FRESH);
        }
        if known.len() < MOST {
            known.insert((account, source.clone()), (Instant::now(), file.clone()));
        }
    }

    pub(crate) fn take(&self, account: AccountId, source: &Endpoint) -> Option<RemoteFile> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, file) = known.remove(&(account, source.clone()))?;
        (at.elapsed() < FRESH).then_some(file)
    }
}
