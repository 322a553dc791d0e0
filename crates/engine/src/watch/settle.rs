//! Second looks: what stood still is read, and what is to be sent gets its place.

use std::collections::HashSet;
use std::sync::Arc;

use platform::Found;
use transfer::error::Result;
use transfer::names::collision_key;
use transfer::source::Fingerprint;
use transfer::watch::file::same_file;
use transfer::watch::ledger::TWINS;
use transfer::watch::plan::{self, Look, Missing, Plan, Twin, Was};
use transfer::watch::{Content, FileState, SETTLE, Seen, WatchFile, Why};
use transfer::{Time, Watch};

use super::content::Reading;
use super::keeper::{Keeper, START};
use super::reading::Progress;
use super::walk::stands_exactly;

/// Files looked at, read and stored together.
const PAGE: u32 = 200;

/// The code of a file that takes long to read.
const BEING_READ: &str = "being_read";

/// What was decided about a page of files, and is not stored yet.
#[derive(Default)]
struct Decided {
    files: Vec<WatchFile>,
    forgotten: Vec<i64>,
    /// Old names that were given new ones.
    renamed: u32,
}

impl Keeper {
    /// Looks again at whatever was first seen so long ago. `true` when some of it is held by something else.
    pub(super) async fn settle(&mut self) -> Result<bool> {
        let until = Time(self.now().0 - i64::try_from(SETTLE.as_millis()).unwrap_or_default());
        let (mut after, mut held) = (START, false);
        self.stop_reading_in_vain().await?;
        loop {
            let page = self
                .ledger()
                .files_in(self.watch.id, FileState::Settling, until, after, PAGE)
                .await?;
            let Some(last) = page.last() else { return Ok(held) };
            after = (last.since, last.row);
            let mut decided = Decided::default();
            for (file, found) in self.look_again(page).await? {
                if self.stop.is_cancelled() {
                    break;
                }
                held |= self.decide(file, found, &mut decided).await?;
            }
            if !decided.files.is_empty() || !decided.forgotten.is_empty() {
                self.remember(decided).await?;
                // What is ready goes on its way while others are being read.
                self.feed().await?;
            }
            if self.stop.is_cancelled() {
                return Ok(held);
            }
        }
    }

    async fn remember(&mut self, decided: Decided) -> Result<()> {
        self.ledger().put_files(&decided.files).await?;
        self.ledger().forget_files(&decided.forgotten).await?;
        self.to_part = true;
        self.told();
        Ok(())
    }

    /// What stands at each name now, and whether somebody writes it.
    async fn look_again(&self, page: Vec<WatchFile>) -> Result<Vec<(WatchFile, Option<Seen>)>> {
        let ground = Arc::clone(&self.ground);
        super::blocking(move || {
            let mut looked = Vec::with_capacity(page.len());
            for file in page {
                let name = platform::path_from_bytes(&file.name);
                let path = ground.root.join(&name);
                let found = platform::found_at(&path);
                let print = match found {
                    Ok(Found::File(identity)) if ground.takes(&name) => Some(crate::source::print(identity)),
                    _ => None,
                };
                let writer = print.is_some() && platform::is_being_written(&path);
                looked.push((file, print, writer));
            }
            // Asked after the looks: whoever began to write in between shows here or in the next look.
            let writers = platform::open_for_writing_now().unwrap_or_default();
            let seen = |print: Fingerprint, writer: bool| Seen {
                print,
                writer: writer || writers.contains(&(print.device, print.file)),
            };
            looked
                .into_iter()
                .map(|(file, print, writer)| (file, print.map(|print| seen(print, writer))))
                .collect()
        })
        .await
    }

    /// `true` when it is held by something else.
    async fn decide(&mut self, file: WatchFile, seen: Option<Seen>, decided: &mut Decided) -> Result<bool> {
        let now = self.now();
        let Some(seen) = seen else {
            match plan::missing(&file, now) {
                Missing::Keep => {}
                Missing::Forget => decided.forgotten.push(file.row),
                Missing::Gone(gone) => decided.files.push(*gone),
            }
            return Ok(false);
        };
        let file = match plan::look(&self.watch, &file.name, Some(&file), &seen, now) {
            Look::Same => return Ok(true),
            Look::Changed(file) => {
                let held = file.since < now;
                decided.files.push(file);
                return Ok(held);
            }
            Look::Compare(file) => file,
        };
        let read = match self.content_of(&file).await? {
            Progress::Over(read) => read,
            Progress::UnderWay => {
                if file.why.code != BEING_READ {
                    let mut told = file;
                    let text = "It stands still, and is being read before it is sent.";
                    told.stand(FileState::Settling, Why::new(BEING_READ, text), now);
                    decided.files.push(told);
                }
                return Ok(true);
            }
            Progress::Later => return Ok(true),
        };
        match read {
            Reading::Stopped => Ok(false),
            Reading::Changed => {
                let mut again = file;
                again.since = now;
                again.stand(
                    FileState::Settling,
                    Why::new("being_written", "It is still being written."),
                    now,
                );
                decided.files.push(again);
                Ok(false)
            }
            Reading::Refused(why) => {
                let mut refused = file;
                refused.stand(FileState::Failed, why, now);
                decided.files.push(refused);
                Ok(false)
            }
            Reading::Whole(content) => {
                let twins = self.twins(&file, &content, decided).await?;
                let older = self.ledger().older(self.watch.id, &content).await?;
                let plan = plan::compare(&self.watch, &file, Some(content), &twins, older.as_ref(), self.now());
                let held = plan.verdict == plan::Verdict::Wait;
                let taken = plan.takes_older;
                self.take_down(plan, decided);
                if taken {
                    // No other name may take it as well.
                    self.remember(std::mem::take(decided)).await?;
                }
                Ok(held)
            }
        }
    }

    fn take_down(&self, plan: Plan, decided: &mut Decided) {
        decided.renamed += u32::from(plan.was.is_some());
        match plan.was {
            None => {}
            Some(Was::Forget(row)) => {
                decided.files.retain(|file| file.row != row);
                decided.forgotten.push(row);
            }
            Some(Was::Keeps(old)) => {
                decided.files.retain(|file| file.name != old.name);
                decided.files.push(*old);
            }
        }
        decided.files.push(plan.file);
    }

    /// Whoever else is known to have this content; what is decided and not stored yet goes before what is stored.
    async fn twins(&self, file: &WatchFile, content: &Content, decided: &Decided) -> Result<Vec<Twin>> {
        // Those that were given new names just now are among what is stored.
        let most = TWINS + decided.renamed;
        let mut found = self.ledger().twins(self.watch.account, file, content, most).await?;
        found.retain(|twin| !decided.forgotten.contains(&twin.row));
        let newer: HashSet<_> = decided.files.iter().map(|file| &file.name).collect();
        found.retain(|twin| twin.watch != self.watch.id || !newer.contains(&twin.name));
        let has = |twin: &&WatchFile| {
            twin.content == Some(*content) || twin.sent.as_ref().is_some_and(|sent| sent.content == Some(*content))
        };
        let (linked, others): (Vec<_>, Vec<_>) = decided
            .files
            .iter()
            .filter(has)
            .partition(|twin| same_file(&twin.print, &file.print));
        found.extend(linked.into_iter().cloned());
        found.extend(others.into_iter().take(TWINS as usize).cloned());
        found.retain(|twin| (twin.watch, &twin.name) != (file.watch, &file.name));
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let watches = self.ledger().watches().await?;
        let (file, content) = (file.clone(), *content);
        super::blocking(move || judged(&file, &content, found, &watches)).await
    }
}

/// What a plan has to know of each of them. Blocking.
pub(super) fn judged(file: &WatchFile, content: &Content, found: Vec<WatchFile>, watches: &[Watch]) -> Vec<Twin> {
    let root = |id| watches.iter().find(|watch| watch.id == id);
    let path = |file: &WatchFile| {
        let root = platform::path_from_bytes(&root(file.watch)?.root);
        Some((root.clone(), root.join(platform::path_from_bytes(&file.name))))
    };
    let own = path(file).map(|(_, path)| path);
    let key = collision_key(&platform::path_shown(&file.name));
    let judge = |twin: WatchFile| {
        let (root_of, at) = path(&twin)?;
        let stands = matches!(platform::found_at(&at), Ok(Found::File(identity))
            if crate::source::print(identity) == plan::expected(&twin, content));
        // Where two spellings are one name, only the folder's own list tells which of them stands there.
        let name = platform::path_shown(&twin.name);
        let respelt = collision_key(&name) == key;
        let there = stands && (!respelt || stands_exactly(&root_of, &platform::path_from_bytes(&twin.name)));
        let watch = root(twin.watch)?;
        Some(Twin {
            name,
            respelt,
            watch: watch.name.clone(),
            at_work: !watch.paused,
            same_path: twin.watch != file.watch && Some(&at) == own.as_ref(),
            there,
            file: twin,
        })
    };
    found.into_iter().filter_map(judge).collect()
}

#[cfg(test)]
#[path = "settle_test.rs"]
mod tests;
