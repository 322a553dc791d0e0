//! Offers of a window: files that were dropped, chosen or given, until it is known where they go.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use crate::boundary::{AcceptOffer, Commands, EnqueuePaths, Enqueued, Failure, Offer};
use crate::walk::walk;

/// Names that an offer shows; the rest is counted.
const NAMES: usize = 200;

/// The offers of this process, oldest first. Only here it is known which paths they stand for.
#[derive(Debug, Default)]
pub struct Offers(Mutex<BTreeMap<Uuid, Kept>>);

#[derive(Clone, Debug)]
struct Kept {
    offer: Offer,
    paths: Vec<PathBuf>,
}

impl Offers {
    /// Looks at what was dropped or chosen and keeps it. Relative paths begin at `folder`.
    ///
    /// # Errors
    /// `too_many_files`, and `stopped` while the program is ending.
    pub async fn add(&self, folder: &Path, paths: Vec<PathBuf>) -> Result<Offer, Failure> {
        let paths: Vec<_> = paths.into_iter().map(|path| folder.join(path)).collect();
        let looked = paths.clone();
        let walked = tokio::task::spawn_blocking(move || walk(&looked))
            .await
            .map_err(|_| Failure::new("stopped", "Longshore is ending."))??;
        let mut names = walked.names;
        names.truncate(NAMES);
        let offer = Offer {
            id: Uuid::now_v7(),
            names,
            files: u32::try_from(walked.files.len()).unwrap_or(u32::MAX),
            total: walked.files.iter().map(|file| file.size).sum(),
            skipped: walked.skipped,
        };
        let kept = Kept {
            offer: offer.clone(),
            paths,
        };
        self.kept().insert(offer.id, kept);
        Ok(offer)
    }

    /// All of them.
    #[must_use]
    pub fn list(&self) -> Vec<Offer> {
        self.kept().values().map(|kept| kept.offer.clone()).collect()
    }

    /// Queues the files of an offer and forgets it. When that fails, the offer stays.
    ///
    /// # Errors
    /// `unknown_offer`, and what queueing says.
    pub async fn accept(&self, commands: &dyn Commands, ask: AcceptOffer) -> Result<Enqueued, Failure> {
        let kept = self.kept().get(&ask.offer).cloned().ok_or_else(unknown)?;
        let enqueue = EnqueuePaths {
            paths: kept.paths.into_iter().map(PathBuf::into_os_string).collect(),
            to: ask.account.to_string(),
            options: ask.options,
            limit: ask.limit,
        };
        let enqueued = commands.enqueue_paths(enqueue).await?;
        self.kept().remove(&ask.offer);
        Ok(enqueued)
    }

    /// Forgets an offer.
    ///
    /// # Errors
    /// `unknown_offer`.
    pub fn forget(&self, offer: Uuid) -> Result<(), Failure> {
        self.kept().remove(&offer).map(drop).ok_or_else(unknown)
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<Uuid, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unknown() -> Failure {
    Failure::new("unknown_offer", "These files were accepted or dismissed already.")
}
