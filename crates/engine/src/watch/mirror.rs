//! What a watch takes away at the service: older versions once newer ones are there, and, as a mirror, files that went here,
//! once everything else has settled, all of them or none.

use transfer::error::{Failure, Kind, Result};
use transfer::watch::plan::{self, Lost};
use transfer::watch::{Content, FileState, Policy, WatchFile, Why};

use super::keeper::Keeper;

/// Rows read at once.
const PAGE: u32 = 1_000;

/// A mirror holds back: more went than it may delete at once.
const TOO_MANY: &str = "too_many_deletions";

/// An older version is still at the service.
const NOT_DELETED: &str = "not_deleted";

/// Whether to go on.
enum Deleted {
    /// It is gone, or it never will be.
    Over,
    /// Time heals it: the next turn tries again.
    Later,
}

impl Keeper {
    /// Deletes the older versions of what the service confirmed since. `false` while some of them are to be tried again.
    pub(super) async fn delete_replaced(&mut self) -> Result<bool> {
        if !self.watch.deletes_old() {
            return Ok(true);
        }
        self.goes_on(NOT_DELETED);
        let mut after = 0;
        loop {
            let page = self.ledger().replaced(self.watch.id, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(true) };
            after = last.row;
            for old in page {
                if self.stop.is_cancelled() {
                    return Ok(true);
                }
                match self.engine.delete_at_service(self.watch.account, &old.remote).await {
                    Ok(()) => self.ledger().forget_replaced(&[old.row]).await?,
                    Err(failure) => {
                        let text = format!(
                            "An older version could not be deleted at the service: {}",
                            failure.message
                        );
                        self.holds(NOT_DELETED, text);
                        if heals(&failure) {
                            return Ok(false);
                        }
                        // It stays there for good; asking again would change nothing.
                        self.ledger().forget_replaced(&[old.row]).await?;
                    }
                }
            }
        }
    }

    /// Deletes what went since the last run. `false` while files are still on their way: what went may be one of them.
    pub(super) async fn mirror(&mut self) -> Result<bool> {
        let Policy::Mirror { .. } = self.watch.policy else {
            return Ok(true);
        };
        let counts = self.ledger().counts(self.watch.id).await?;
        let moving = [FileState::Settling, FileState::Ready, FileState::Queued];
        if moving.iter().any(|state| counts.of(*state).files > 0) {
            return Ok(false);
        }
        let gone = self.gone_at_service().await?;
        let mut lost = Vec::with_capacity(gone.len());
        for file in &gone {
            lost.push(Lost {
                row: file.row,
                heir: self.has_heir(file).await?,
            });
        }
        match plan::deletions(self.watch.policy, &lost) {
            Ok(rows) => {
                self.goes_on(TOO_MANY);
                for file in gone.into_iter().filter(|file| rows.contains(&file.row)) {
                    if self.stop.is_cancelled() || !self.root_stands().await? {
                        return Ok(true);
                    }
                    if let Deleted::Later = self.delete(file).await? {
                        return Ok(false);
                    }
                }
            }
            Err(held) => {
                let text = format!(
                    "{} files went, and the limit is {} at once: none of them is deleted at the service. Raise the limit, or bring them back.",
                    held.lost, held.most
                );
                self.holds(TOO_MANY, text);
            }
        }
        Ok(true)
    }

    async fn gone_at_service(&self) -> Result<Vec<WatchFile>> {
        let (mut gone, mut after) = (Vec::new(), 0);
        loop {
            let page = self.ledger().files_after(self.watch.id, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(gone) };
            after = last.row;
            let at_service = |file: &WatchFile| file.sent.as_ref().is_some_and(|sent| sent.remote.is_some());
            gone.extend(
                page.into_iter()
                    .filter(|file| file.state == FileState::Gone && at_service(file)),
            );
        }
    }

    /// Somebody here has the same content; without knowing the content nobody can tell.
    async fn has_heir(&self, file: &WatchFile) -> Result<bool> {
        let content: Option<Content> = file.sent.as_ref().and_then(|sent| sent.content);
        let Some(content) = content else { return Ok(true) };
        let twins = self.ledger().twins(self.watch.account, &content).await?;
        Ok(twins
            .iter()
            .any(|twin| twin.row != file.row && twin.state != FileState::Gone))
    }

    /// Doing it twice is harmless: what is gone is gone, and a stop in between is made good by the next run.
    async fn delete(&mut self, mut file: WatchFile) -> Result<Deleted> {
        let id = file
            .sent
            .as_ref()
            .and_then(|sent| sent.remote.clone())
            .unwrap_or_default();
        let mut deleted = Deleted::Over;
        match self.engine.delete_at_service(self.watch.account, &id).await {
            Ok(()) => self.ledger().forget_files(&[file.row]).await?,
            Err(failure) => {
                if heals(&failure) {
                    deleted = Deleted::Later;
                }
                let text = format!(
                    "It is gone here, and could not be deleted at the service: {}",
                    failure.message
                );
                file.stand(FileState::Gone, Why::new(failure.code, text), self.now());
                self.ledger().put_files(&[file]).await?;
            }
        }
        self.told();
        Ok(deleted)
    }
}

/// Whether trying again later, with nothing changed, may help.
fn heals(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        Kind::Offline | Kind::NetworkSignIn | Kind::Unavailable | Kind::RateLimited | Kind::Later | Kind::Unauthorized
    )
}

/// Why a mirror is not for this service.
pub(crate) fn no_harmless_deletion() -> Failure {
    Failure::new(
        Kind::Refused,
        "no_mirror",
        "This service has no deletion that is documented and harmless: a mirror is not for it.",
    )
}
