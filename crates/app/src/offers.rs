//! Offers of a window: files that were dropped, chosen or given, until it is known where they go.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use transfer::library::REPLACES;
use uuid::Uuid;

use crate::boundary::{
    AcceptOffer, AccountRef, ChooseVersion, Commands, EnqueuePaths, Enqueued, Failure, Offer, OfferedKind,
};
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
            version_of: None,
        };
        let kept = Kept {
            offer: offer.clone(),
            paths,
        };
        self.kept().insert(offer.id, kept);
        Ok(offer)
    }

    /// The same for one file that is to be a new version of one at a service.
    ///
    /// # Errors
    /// As [`Offers::add`].
    pub async fn add_version(&self, path: PathBuf, of: ChooseVersion) -> Result<Offer, Failure> {
        let mut offer = self.add(Path::new("/"), vec![path]).await?;
        offer.version_of = Some(of);
        if let Some(kept) = self.kept().get_mut(&offer.id) {
            kept.offer = offer.clone();
        }
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
    /// `unknown_offer`, `one_file` and `not_offered` for a new version, and what queueing says.
    pub async fn accept(&self, commands: &dyn Commands, mut ask: AcceptOffer) -> Result<Enqueued, Failure> {
        let kept = self.kept().get(&ask.offer).cloned().ok_or_else(unknown)?;
        if let Some(id) = ask.version_of.take() {
            if kept.offer.files != 1 {
                return Err(Failure::new("one_file", "A new version of a file is one file."));
            }
            let can = commands.remote_abilities(AccountRef { id: ask.account }).await?;
            let version = can.new_version.ok_or_else(no_versions)?;
            if version.replaces {
                ask.options.insert(REPLACES.to_owned(), id);
            }
        }
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

    /// The folder that an offer is, and forgets the offer.
    ///
    /// # Errors
    /// `unknown_offer`, and `not_a_folder` for files, or for several things: the offer stays.
    pub fn take_folder(&self, offer: Uuid) -> Result<PathBuf, Failure> {
        let mut all = self.kept();
        let kept = all.get(&offer).ok_or_else(unknown)?;
        let ([name], [path]) = (kept.offer.names.as_slice(), kept.paths.as_slice()) else {
            return Err(not_a_folder());
        };
        if name.kind != OfferedKind::Folder {
            return Err(not_a_folder());
        }
        let path = path.clone();
        all.remove(&offer);
        Ok(path)
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

fn not_a_folder() -> Failure {
    Failure::new(
        "not_a_folder",
        "Only one folder can be watched at a time. Drop that folder alone.",
    )
}

fn no_versions() -> Failure {
    Failure::new("not_offered", "The service of this account takes no files.")
}

#[cfg(test)]
#[path = "offers_test.rs"]
mod tests;
