//! What a watch takes away at the service: older versions once newer ones are there, and, as a mirror, files that went here,
//! once everything else has settled, all of them or none.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;
use transfer::Time;
use transfer::error::{Failure, Kind, Result};
use transfer::watch::ledger::TWINS;
use transfer::watch::plan::{self, Deletions, Lost};
use transfer::watch::{Content, FileState, Policy, WatchFile, Why};

use super::keeper::{Keeper, START};

/// Rows read at once.
const PAGE: u32 = 1_000;

/// A mirror holds back: more went than it may delete at once.
const TOO_MANY: &str = "too_many_deletions";

/// An older version is still at the service.
const NOT_DELETED: &str = "not_deleted";

/// Asked for at once.
const AT_ONCE: usize = 8;
/// Then it is the turn of what is to be looked at and sent.
const A_WHILE: Duration = Duration::from_secs(1);

/// What is left to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    Nothing,
    /// Time heals it: a later turn tries again.
    Later,
    /// It is somebody else's turn for a moment.
    More,
}

impl Keeper {
    /// Deletes the older versions of what the service confirmed since.
    pub(super) async fn delete_replaced(&mut self) -> Result<Left> {
        if !self.watch.deletes_old() {
            return Ok(Left::Nothing);
        }
        self.goes_on(NOT_DELETED);
        let (began, mut after) = (Instant::now(), 0);
        loop {
            let page = self.ledger().replaced(self.watch.id, after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(Left::Nothing);
            };
            after = last.row;
            for some in page.chunks(AT_ONCE) {
                if self.stop.is_cancelled() {
                    return Ok(Left::Nothing);
                }
                if began.elapsed() > A_WHILE {
                    return Ok(Left::More);
                }
                let ids: Vec<_> = some.iter().map(|old| old.remote.clone()).collect();
                let (mut over, mut later) = (Vec::with_capacity(some.len()), false);
                for (old, answer) in some.iter().zip(self.delete_all(&ids).await?) {
                    if let Err(failure) = &answer {
                        self.holds(
                            NOT_DELETED,
                            format!(
                                "An older version could not be deleted at the service: {}",
                                failure.message
                            ),
                        );
                    }
                    match answer {
                        Err(failure) if heals(&failure) => later = true,
                        // Or it stays there for good; asking again would change nothing.
                        _ => over.push(old.row),
                    }
                }
                self.ledger().forget_replaced(&over).await?;
                if later {
                    return Ok(Left::Later);
                }
                self.feed_between().await?;
            }
        }
    }

    /// The answers to all of these deletions, in their order.
    async fn delete_all(&self, ids: &[String]) -> Result<Vec<Result<()>>> {
        self.ledger().forget_older(self.watch.account, ids).await?;
        let each = ids
            .iter()
            .map(|id| self.engine.delete_at_service(self.watch.account, id));
        Ok(join_all(each).await)
    }

    /// Deletes what went since the last run. That comes later while files are on their way: what went may be one of them.
    pub(super) async fn mirror(&mut self) -> Result<Left> {
        let Policy::Mirror { .. } = self.watch.policy else {
            return Ok(Left::Nothing);
        };
        let counts = self.ledger().counts(self.watch.id).await?;
        let moving = [FileState::Settling, FileState::Ready, FileState::Queued];
        if moving.iter().any(|state| counts.of(*state).files > 0) {
            return Ok(Left::Later);
        }
        let gone = self.gone_at_service().await?;
        let mut lost = Vec::with_capacity(gone.len());
        for file in &gone {
            lost.push(Lost {
                row: file.row,
                at: file.decided_at,
                heir: self.has_heir(file).await?,
            });
        }
        match plan::deletions(self.watch.policy, &lost, self.now()) {
            Deletions::NotYet => return Ok(Left::Later),
            Deletions::Due(rows) => {
                self.goes_on(TOO_MANY);
                let due: Vec<_> = gone.into_iter().filter(|file| rows.contains(&file.row)).collect();
                for some in due.chunks(AT_ONCE) {
                    if self.stop.is_cancelled() || !self.root_stands().await? {
                        return Ok(Left::Nothing);
                    }
                    if self.delete(some).await? == Left::Later {
                        return Ok(Left::Later);
                    }
                }
            }
            Deletions::TooMany(held) => {
                let text = format!(
                    "{} files went, and the limit is {} at once: none of them is deleted at the service. Raise the limit, or bring them back.",
                    held.lost, held.most
                );
                self.holds(TOO_MANY, text);
            }
        }
        Ok(Left::Nothing)
    }

    async fn gone_at_service(&self) -> Result<Vec<WatchFile>> {
        let (mut gone, mut after) = (Vec::new(), START);
        loop {
            let page = self
                .ledger()
                .files_in(self.watch.id, FileState::Gone, Time(i64::MAX), after, PAGE)
                .await?;
            let Some(last) = page.last() else { return Ok(gone) };
            after = (last.since, last.row);
            gone.extend(page.into_iter().filter(|file| at_service(file).is_some()));
        }
    }

    /// Somebody here has the same content; without knowing the content nobody can tell.
    async fn has_heir(&self, file: &WatchFile) -> Result<bool> {
        let content: Option<Content> = file.sent.as_ref().and_then(|sent| sent.content);
        let Some(content) = content else { return Ok(true) };
        let twins = self.ledger().twins(self.watch.account, file, &content, TWINS).await?;
        Ok(twins
            .iter()
            .any(|twin| twin.row != file.row && twin.state != FileState::Gone))
    }

    /// Doing it twice is harmless: what is gone is gone, and a stop in between is made good by the next run.
    async fn delete(&mut self, files: &[WatchFile]) -> Result<Left> {
        let ids: Vec<_> = files
            .iter()
            .map(|file| at_service(file).unwrap_or_default().to_owned())
            .collect();
        let (mut left, mut over, mut stay) = (Left::Nothing, Vec::new(), Vec::new());
        for (file, answer) in files.iter().zip(self.delete_all(&ids).await?) {
            match answer {
                Ok(()) => over.push(file.row),
                Err(failure) => {
                    if heals(&failure) {
                        left = Left::Later;
                    }
                    let text = format!(
                        "It is gone here, and could not be deleted at the service: {}",
                        failure.message
                    );
                    let why = Why::new(failure.code, text);
                    // Said again it would be news, and what went lately is waited for.
                    if file.why != why {
                        let mut file = file.clone();
                        file.stand(FileState::Gone, why, self.now());
                        stay.push(file);
                    }
                }
            }
        }
        self.ledger().forget_files(&over).await?;
        self.ledger().put_files(&stay).await?;
        self.told();
        Ok(left)
    }
}

/// The file's id at the service.
fn at_service(file: &WatchFile) -> Option<&str> {
    file.sent.as_ref()?.remote.as_deref()
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
