//! What a mirror takes away at the service: files that went here, once everything else has settled, all of them or none.

use transfer::error::{Failure, Kind, Result};
use transfer::watch::plan::{self, Lost};
use transfer::watch::{Content, FileState, Policy, WatchFile, Why};

use super::keeper::Keeper;

/// Rows read at once.
const PAGE: u32 = 1_000;

impl Keeper {
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
                self.tell(|health| health.held = None);
                for file in gone.into_iter().filter(|file| rows.contains(&file.row)) {
                    if self.stop.is_cancelled() || !self.root_stands().await? {
                        return Ok(true);
                    }
                    self.delete(file).await?;
                }
            }
            Err(held) => {
                let text = format!(
                    "{} files went, and the limit is {} at once: none of them is deleted at the service. Raise the limit, or bring them back.",
                    held.lost, held.most
                );
                self.tell(|health| health.held = Some(Why::new("too_many_deletions", text)));
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
    async fn delete(&mut self, mut file: WatchFile) -> Result<()> {
        let id = file
            .sent
            .as_ref()
            .and_then(|sent| sent.remote.clone())
            .unwrap_or_default();
        match self.engine.delete_at_service(self.watch.account, &id).await {
            Ok(()) => self.ledger().forget_files(&[file.row]).await?,
            Err(failure) => {
                let text = format!(
                    "It is gone here, and could not be deleted at the service: {}",
                    failure.message
                );
                file.stand(FileState::Gone, Why::new(failure.code, text), self.now());
                self.ledger().put_files(&[file]).await?;
            }
        }
        self.told();
        Ok(())
    }
}

/// Why a mirror is not for this service.
pub(crate) fn no_harmless_deletion() -> Failure {
    Failure::new(
        Kind::Refused,
        "no_mirror",
        "This service has no deletion that is documented and harmless: a mirror is not for it.",
    )
}
