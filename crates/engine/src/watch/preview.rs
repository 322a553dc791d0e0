//! What a watch would do, file by file with the reason, made by the plan that does it. Nothing is stored, and nothing sent.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use transfer::error::{Failure, Kind, Result};
use transfer::source::Fingerprint;
use transfer::watch::ledger::TWINS;
use transfer::watch::plan::{self, Deletions, Look, Lost, Missing, TooMany, Verdict};
use transfer::watch::{FileState, Kept, Seen, WatchFile, WatchLedger, Why};
use transfer::{Time, Watch};

use super::content::{self, Reading};
use super::health::Tally;
use super::scan::{Rows, files_of, walking};
use super::settle::judged;
use super::walk::Ground;

/// Files of each fate that are named; the rest is counted.
const NAMED: usize = 500;
/// Bytes read to compare contents. What is over that is taken for new.
const READ: u64 = 4 << 30;

/// What would happen.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    /// Files of each fate, in the order of [`Fate::ALL`].
    pub counts: [Kept; 5],
    /// Some of them by name.
    pub files: Vec<Foreseen>,
    /// Why nothing would be deleted at the service.
    pub held: Option<TooMany>,
}

/// What would become of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// Its path below the watched folder, for showing.
    pub name: String,
    /// Bytes, where they are known.
    pub size: Option<u64>,
    /// What.
    pub fate: Fate,
    /// Why.
    pub why: Why,
}

/// What can become of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is sent.
    Send,
    /// The service has its content.
    Known,
    /// It is known and left alone.
    Skip,
    /// It is passed by.
    LeftOut,
    /// It went here, and goes at the service.
    Delete,
}

impl Fate {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Send, Self::Known, Self::Skip, Self::LeftOut, Self::Delete];
}

impl Preview {
    /// Those of this fate.
    #[must_use]
    pub fn of(&self, fate: Fate) -> Kept {
        let at = Fate::ALL.iter().position(|other| *other == fate);
        at.map_or_else(Kept::default, |at| self.counts[at])
    }

    fn add(&mut self, name: String, size: Option<u64>, fate: Fate, why: Why) {
        for (count, other) in self.counts.iter_mut().zip(Fate::ALL) {
            if other == fate {
                if count.files < NAMED as u64 {
                    self.files.push(Foreseen { name, size, fate, why });
                }
                count.files += 1;
                count.bytes += size.unwrap_or_default();
                return;
            }
        }
    }
}

/// A look ahead.
pub(super) struct Ahead<'a> {
    pub(super) ledger: &'a dyn WatchLedger,
    pub(super) watch: &'a Watch,
    pub(super) ground: Arc<Ground>,
    pub(super) now: Time,
    /// Bytes that were read up to now.
    read: u64,
    watches: Vec<Watch>,
}

impl<'a> Ahead<'a> {
    pub(super) async fn new(
        ledger: &'a dyn WatchLedger,
        watch: &'a Watch,
        ground: Arc<Ground>,
        now: Time,
    ) -> Result<Self> {
        let mut watches = ledger.watches().await?;
        if watches.iter().all(|other| other.id != watch.id) {
            watches.push(watch.clone());
        }
        Ok(Self {
            ledger,
            watch,
            ground,
            now,
            read: 0,
            watches,
        })
    }

    /// Looks at everything.
    ///
    /// # Errors
    /// [`Kind::SourceGone`] when the folder is not there.
    pub(super) async fn look(mut self) -> Result<Preview> {
        let (mut preview, mut tally, mut blind, mut seen) = <(Preview, Tally, Vec<_>, Rows)>::default();
        let mut pages = walking(Arc::clone(&self.ground), PathBuf::new());
        while let Some(page) = pages.recv().await {
            let files = files_of(page, &mut tally, &mut blind);
            self.page(files, &mut seen, &mut preview).await?;
        }
        if blind.iter().any(|name| name.as_os_str().is_empty()) {
            return Err(Failure::new(
                Kind::SourceGone,
                "folder_gone",
                format!("The folder {} can't be read.", self.ground.root.display()),
            )
            .action("Connect its drive, or choose another folder."));
        }
        if blind.is_empty() {
            self.missing(&seen, &mut preview).await?;
        }
        let unnamed = (tally.left_out + tally.unreadable).saturating_sub(tally.examples.len() as u64);
        for passed in tally.examples {
            preview.add(passed.name, None, Fate::LeftOut, passed.why);
        }
        preview.counts[3].files += unnamed;
        Ok(preview)
    }

    async fn page(
        &mut self,
        files: BTreeMap<Vec<u8>, Fingerprint>,
        seen: &mut Rows,
        preview: &mut Preview,
    ) -> Result<()> {
        let names: Vec<_> = files.keys().cloned().collect();
        let known = self.ledger.files(self.watch.id, &names).await?;
        let known: HashMap<_, _> = known.into_iter().map(|file| (file.name.clone(), file)).collect();
        for (name, print) in files {
            let known = known.get(&name);
            if let Some(known) = known {
                seen.add(known.row);
            }
            let look = plan::look(self.watch, &name, known, &Seen { print, writer: false }, self.now);
            let (fate, why) = match (look, known) {
                (Look::Changed(file), _) if file.state == FileState::Confirmed => (Fate::Known, file.why),
                (Look::Changed(file) | Look::Compare(file), _) => self.compared(&file).await?,
                (Look::Same, Some(known)) if known.state == FileState::Settling => self.compared(known).await?,
                (Look::Same, Some(known)) => (fate_of(known.state), known.why.clone()),
                (Look::Same, None) => continue,
            };
            preview.add(platform::path_shown(&name), Some(print.size), fate, why);
        }
        Ok(())
    }

    /// As if it had settled.
    async fn compared(&mut self, file: &WatchFile) -> Result<(Fate, Why)> {
        let size = file.print.size;
        if let Some(why) = plan::asks(self.watch, size) {
            return Ok((Fate::Skip, why));
        }
        let may_be_known =
            self.read.saturating_add(size) <= READ && self.ledger.knows_size(self.watch.account, size).await?;
        let mut content = None;
        let (mut twins, mut older) = (Vec::new(), None);
        if may_be_known {
            self.read += size;
            let (ground, name, print) = (
                Arc::clone(&self.ground),
                platform::path_from_bytes(&file.name),
                file.print,
            );
            let reading =
                super::blocking(move || content::read(&ground.root, &name, &print, &CancellationToken::new()));
            match reading.await? {
                Reading::Whole(read) => {
                    content = Some(read);
                    older = self.ledger.older(self.watch.id, &read).await?;
                    let mut found = self.ledger.twins(self.watch.account, file, &read, TWINS).await?;
                    found.retain(|twin| (twin.watch, &twin.name) != (file.watch, &file.name));
                    let (file, watches) = (file.clone(), self.watches.clone());
                    twins = super::blocking(move || judged(&file, &read, found, &watches)).await?;
                }
                Reading::Refused(why) => return Ok((Fate::Skip, why)),
                Reading::Changed | Reading::Stopped => {}
            }
        }
        let plan = plan::compare(self.watch, file, content, &twins, older.as_ref(), self.now);
        let fate = match plan.verdict {
            Verdict::Send => Fate::Send,
            Verdict::Known => Fate::Known,
            Verdict::Skip | Verdict::Wait => Fate::Skip,
        };
        Ok((fate, plan.file.why))
    }

    /// What a mirror would delete.
    async fn missing(&self, seen: &Rows, preview: &mut Preview) -> Result<()> {
        if !matches!(self.watch.policy, transfer::watch::Policy::Mirror { .. }) {
            return Ok(());
        }
        let (mut after, mut lost, mut gone) = (0, Vec::new(), HashMap::new());
        loop {
            let page = self.ledger.files_after(self.watch.id, after, 1_000).await?;
            let Some(last) = page.last() else { break };
            after = last.row;
            for file in page.into_iter().filter(|file| !seen.has(file.row)) {
                if matches!(plan::missing(&file, self.now), Missing::Gone(_)) || file.state == FileState::Gone {
                    // As it will be when they have been gone for long enough.
                    lost.push(Lost {
                        row: file.row,
                        at: Time(0),
                        heir: false,
                    });
                    gone.insert(file.row, file);
                }
            }
        }
        match plan::deletions(self.watch.policy, &lost, self.now) {
            Deletions::NotYet => {}
            Deletions::TooMany(held) => preview.held = Some(held),
            Deletions::Due(rows) => {
                for file in rows.iter().filter_map(|row| gone.get(row)) {
                    let why = Why::new(
                        "gone",
                        "It is not in the folder any more: it is deleted at the service.",
                    );
                    preview.add(
                        platform::path_shown(&file.name),
                        Some(file.print.size),
                        Fate::Delete,
                        why,
                    );
                }
            }
        }
        Ok(())
    }
}

fn fate_of(state: FileState) -> Fate {
    match state {
        FileState::Settling | FileState::Ready | FileState::Queued => Fate::Send,
        FileState::Confirmed => Fate::Known,
        FileState::Failed | FileState::Skipped | FileState::Gone => Fate::Skip,
    }
}
