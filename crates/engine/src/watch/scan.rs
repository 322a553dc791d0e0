//! One scan: everything that stands in the folder is compared with what is known, page by page, and what is not there is missed.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::mpsc;
use transfer::Time;
use transfer::error::Result;
use transfer::source::Fingerprint;
use transfer::watch::plan::{self, Look, Missing};
use transfer::watch::{FileState, Seen, WatchFile};

use super::health::Tally;
use super::keeper::Keeper;
use super::walk::{Ground, Met};

/// What one step of a walk, and one transaction, holds.
const PAGE: usize = 500;
/// Pages that may wait: a walk does not run ahead of what is stored.
const AHEAD: usize = 4;
/// More unreadable places than that, and nothing is missed at all.
const BLIND: usize = 1_000;

/// Rows that were seen: a bit each.
#[derive(Debug, Default)]
pub(super) struct Rows(Vec<u64>);

impl Rows {
    pub(super) fn add(&mut self, row: i64) {
        let row = usize::try_from(row).unwrap_or_default();
        if self.0.len() <= row / 64 {
            self.0.resize(row / 64 + 1, 0);
        }
        self.0[row / 64] |= 1 << (row % 64);
    }

    pub(super) fn has(&self, row: i64) -> bool {
        let row = usize::try_from(row).unwrap_or_default();
        self.0.get(row / 64).is_some_and(|bits| bits & (1 << (row % 64)) != 0)
    }
}

/// A walk on a thread of its own; it ends when nobody listens.
pub(super) fn walking(ground: Arc<Ground>, from: PathBuf) -> mpsc::Receiver<Vec<Met>> {
    let (pages, told) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut page = Vec::with_capacity(PAGE);
        let flow = ground.walk(&from, &mut |met| {
            page.push(met);
            if page.len() < PAGE {
                return ControlFlow::Continue(());
            }
            match pages.blocking_send(std::mem::take(&mut page)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        if flow.is_continue() {
            // Nobody listens any more: nobody misses the rest.
            let _ = pages.blocking_send(page);
        }
    });
    told
}

/// The files of a page of a walk; the rest is counted.
pub(super) fn files_of(page: Vec<Met>, tally: &mut Tally, blind: &mut Vec<PathBuf>) -> BTreeMap<Vec<u8>, Fingerprint> {
    let mut files = BTreeMap::new();
    for met in page {
        match met {
            Met::File { name, print } => drop(files.insert(name, print)),
            Met::Folder => tally.folders += 1,
            Met::LeftOut(name, why) => {
                tally.left_out += 1;
                tally.pass_by(&name, why);
            }
            Met::Unreadable(name, why) => {
                tally.unreadable += 1;
                tally.pass_by(&name, why);
                if blind.len() <= BLIND {
                    blind.push(name);
                }
            }
        }
    }
    files
}

impl Keeper {
    /// Looks at everything below the folder `from` (empty: all of it). `false` when it was interrupted.
    pub(super) async fn scan(&mut self, from: &Path) -> Result<bool> {
        let started = self.now();
        let whole = from.as_os_str().is_empty();
        let (mut tally, mut blind, mut seen) = (Tally::default(), Vec::new(), Rows::default());
        let mut pages = walking(Arc::clone(&self.ground), from.to_owned());
        while let Some(page) = pages.recv().await {
            if self.stop.is_cancelled() {
                return Ok(false);
            }
            let files = files_of(page, &mut tally, &mut blind);
            self.look_at(files, &mut seen).await?;
            self.feed_between().await?;
        }
        if !whole {
            return Ok(true);
        }
        // A drive that went in the middle of it leaves half a scan.
        if self.root_stands().await? && blind.len() <= BLIND && !blind.iter().any(|name| name.as_os_str().is_empty()) {
            self.miss(started, &seen, &blind).await?;
            self.watch.scanned_at = Some(self.now());
            self.ledger().put_watch(&self.watch).await?;
        }
        self.tell(|health| {
            (health.folders, health.left_out, health.unreadable) = (tally.folders, tally.left_out, tally.unreadable);
            health.examples = tally.examples;
        });
        Ok(true)
    }

    /// Compares what was seen with what is known, and stores what is news.
    pub(super) async fn look_at(&mut self, files: BTreeMap<Vec<u8>, Fingerprint>, seen: &mut Rows) -> Result<()> {
        let names: Vec<_> = files.keys().cloned().collect();
        let known: HashMap<_, _> = self
            .ledger()
            .files(self.watch.id, &names)
            .await?
            .into_iter()
            .map(|file| (file.name.clone(), file))
            .collect();
        let now = self.now();
        let mut news = Vec::new();
        for (name, print) in files {
            let known = known.get(&name);
            if let Some(known) = known {
                seen.add(known.row);
            }
            // Who writes is asked once it may have settled.
            let look = plan::look(&self.watch, &name, known, &Seen { print, writer: false }, now);
            if let Look::Changed(file) = look {
                news.push(file);
            }
        }
        self.store(news).await
    }

    /// What of the known files was not seen by a whole scan that began then.
    async fn miss(&mut self, started: Time, seen: &Rows, blind: &[PathBuf]) -> Result<()> {
        let mut after = 0;
        loop {
            let page = self.ledger().files_after(self.watch.id, after, 1_000).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.row;
            let unseen = page
                .into_iter()
                .filter(|file| !seen.has(file.row) && file.since < started);
            let unseen: Vec<_> = unseen.filter(|file| is_visible(file, blind)).collect();
            if self.stop.is_cancelled() {
                return Ok(());
            }
            self.gone(unseen).await?;
        }
    }

    /// These were not seen: looks once more, and stores what is known of those that went.
    pub(super) async fn gone(&mut self, unseen: Vec<WatchFile>) -> Result<()> {
        let unseen: Vec<_> = unseen
            .into_iter()
            .filter(|file| file.state != FileState::Gone)
            .collect();
        if unseen.is_empty() {
            return Ok(());
        }
        let ground = Arc::clone(&self.ground);
        let looked = super::blocking(move || {
            let look = |file: WatchFile| {
                let name = platform::path_from_bytes(&file.name);
                let stands = platform::found_at(&ground.root.join(&name));
                let went = matches!(stands, Err(why) if why.kind() == std::io::ErrorKind::NotFound);
                (went, ground.takes(&name), file)
            };
            unseen.into_iter().map(look).collect::<Vec<_>>()
        });
        let (mut forgotten, mut news) = (Vec::new(), Vec::new());
        let now = self.now();
        for (went, taken, file) in looked.await? {
            match plan::missing(&file, now) {
                // It is not to be sent any more; what was sent stays known.
                _ if !taken && file.sent.is_none() => forgotten.push(file.row),
                Missing::Forget if went => forgotten.push(file.row),
                Missing::Gone(gone) if went && taken => news.push(*gone),
                _ => {}
            }
        }
        self.ledger().forget_files(&forgotten).await?;
        self.store(news).await
    }

    pub(super) async fn store(&mut self, news: Vec<WatchFile>) -> Result<()> {
        if news.is_empty() {
            return Ok(());
        }
        self.ledger().put_files(&news).await?;
        self.told();
        Ok(())
    }
}

fn is_visible(file: &WatchFile, blind: &[PathBuf]) -> bool {
    let name = platform::path_from_bytes(&file.name);
    !blind.iter().any(|folder| name.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_were_seen_are_told_from_those_that_were_not() {
        let mut rows = Rows::default();
        for row in [1, 63, 64, 1_000_000] {
            rows.add(row);
        }
        for (row, seen) in [
            (1, true),
            (2, false),
            (63, true),
            (64, true),
            (65, false),
            (1_000_000, true),
            (9_999_999, false),
        ] {
            assert_eq!(rows.has(row), seen, "{row}");
        }
    }
}
