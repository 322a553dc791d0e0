//! Watched folders, as people and programs see them.

use std::sync::Arc;
use std::time::Duration;

use engine::watch::health::{Backend, Health, Standing};
use engine::watch::place::{self, Bounds, Overlap};
use engine::watch::preview::{Fate, Preview};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use transfer::watch::{After, Counts, FileState, Kept, Old, Policy, WatchFile};
use transfer::{AccountId, Watch, WatchId};

use crate::application::Application;
use crate::boundary::*;
use crate::failure::crossed;
use crate::present::rfc3339;

/// Listeners are told so often at most.
const BEAT: Duration = Duration::from_millis(500);

impl Application {
    /// All watches, by name.
    pub(crate) async fn watches(&self) -> Result<Vec<Watch>, Failure> {
        self.watch_ledger.watches().await.map_err(crossed)
    }

    pub(crate) async fn watch(&self, id: WatchId) -> Result<Watch, Failure> {
        let all = self.watches().await?;
        all.into_iter().find(|watch| watch.id == id).ok_or_else(unknown)
    }

    /// What may not be watched.
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds {
            home: directories::UserDirs::new().map(|dirs| dirs.home_dir().to_owned()),
            own: self.own.clone(),
        }
    }

    /// Stores it and has it obeyed, if anybody works here.
    pub(crate) async fn put_watch(&self, watch: Watch) -> Result<WatchRow, Failure> {
        let id = watch.id;
        match self.watching() {
            Some(watching) => watching.put(watch).await,
            None => match engine::watch::check(&watch) {
                Ok(()) => self.watch_ledger.put_watch(&watch).await,
                Err(failure) => Err(failure),
            },
        }
        .map_err(crossed)?;
        self.tell_watches().await?;
        self.watch_row(id).await
    }

    pub(crate) async fn watch_row(&self, id: WatchId) -> Result<WatchRow, Failure> {
        let rows = self.watch_rows().await?;
        rows.into_iter().find(|row| row.id == id.0).ok_or_else(unknown)
    }

    pub(crate) async fn watch_rows(&self) -> Result<Vec<WatchRow>, Failure> {
        let all = self.watches().await?;
        let mut rows = Vec::with_capacity(all.len());
        for watch in &all {
            let counts = self.watch_ledger.counts(watch.id).await.map_err(crossed)?;
            rows.push(self.row_of(watch, &counts, &all));
        }
        Ok(rows)
    }

    fn row_of(&self, watch: &Watch, counts: &Counts, all: &[Watch]) -> WatchRow {
        let health = self.watching().and_then(|watching| watching.health(watch.id));
        let (state, reason) = match &health {
            None if watch.paused => (WatchState::Paused, None),
            None => (WatchState::Resting, Some(resting())),
            Some(health) => standing(health),
        };
        let health = health.unwrap_or_default();
        let (most, after_folder) = (most(watch.policy), after_folder(&watch.after));
        WatchRow {
            id: watch.id.0,
            name: watch.name.clone(),
            account: self.accounts.name_of(watch.account),
            folder: platform::path_from_bytes(&watch.root).display().to_string(),
            include: watch.include.clone(),
            exclude: watch.exclude.clone(),
            policy: match watch.policy {
                Policy::New => WatchPolicy::New,
                Policy::Changed => WatchPolicy::Changed,
                Policy::Mirror { .. } => WatchPolicy::Mirror,
            },
            most,
            old: match watch.old {
                Old::Keep => WatchOld::Keep,
                Old::Delete => WatchOld::Delete,
            },
            options: watch.options.clone(),
            after: match watch.after {
                After::Keep => WatchAfter::Keep,
                After::Move { .. } => WatchAfter::Move,
                After::Trash => WatchAfter::Trash,
            },
            after_folder,
            ask_above: watch.ask_above,
            every_s: watch.every.map(|every| every.as_secs()),
            events: watch.events,
            state,
            reason,
            busy: health.busy,
            backend: match health.backend {
                Backend::None => WatchBackend::None,
                Backend::Events => WatchBackend::Events,
                Backend::Polling(_) => WatchBackend::Polling,
            },
            last_scan: watch.scanned_at.map(rfc3339),
            next_scan: health.next_scan.map(rfc3339),
            folders: health.folders,
            files: sums(counts),
            left_out: health.left_out,
            unreadable: health.unreadable,
            overlaps: overlaps(watch, all),
            created_at: rfc3339(watch.created_at),
        }
    }

    /// Tells listeners how all watches stand.
    pub(crate) async fn tell_watches(&self) -> Result<(), Failure> {
        if self.has_listeners() {
            let watches = self.watch_rows().await?;
            self.tell(Change::Watches { watches });
        }
        Ok(())
    }

    /// What it would do, and how long that takes as things stand.
    pub(crate) async fn preview(&self, watch: &Watch) -> Result<WatchPreview, Failure> {
        let (bounds, now) = (self.bounds(), crate::present::Present.time());
        let preview = engine::watch::preview(&*self.watch_ledger, &bounds, watch, now);
        let preview = preview.await.map_err(crossed)?;
        Ok(foreseen(preview, self.rate_up(watch.account)))
    }

    /// The smallest limit that holds for what this account sends.
    fn rate_up(&self, account: AccountId) -> Option<u64> {
        let (all, account) = (self.moment().rates, self.accounts.get(account));
        let own = account.and_then(|account| account.rates().up);
        [all.up, own].into_iter().flatten().min()
    }
}

/// Tells listeners when a watch changed, until the application ends.
pub(crate) async fn pump(app: Arc<Application>, mut changes: Receiver<engine::Change>) {
    loop {
        let changed = tokio::select! {
            () = app.ending.cancelled() => return,
            changed = changes.recv() => changed,
        };
        match changed {
            Ok(engine::Change::Watch(_)) | Err(RecvError::Lagged(_)) => {}
            Ok(_) => continue,
            Err(RecvError::Closed) => return,
        }
        tokio::select! {
            () = app.ending.cancelled() => return,
            () = tokio::time::sleep(BEAT) => {}
        }
        // What came meanwhile is told with it.
        changes = changes.resubscribe();
        if let Err(why) = app.tell_watches().await {
            tracing::warn!(code = why.code, "how the watches stand could not be told");
        }
    }
}

pub(crate) fn unknown() -> Failure {
    Failure::new("unknown_watch", "There is no such watch any more.")
}

fn resting() -> Reason {
    reason(
        "no_engine",
        "No Longshore is watching; open the window, or use `longshore run`.",
    )
}

fn reason(code: &str, text: &str) -> Reason {
    Reason {
        code: code.to_owned(),
        text: text.to_owned(),
        until: None,
        action: None,
    }
}

fn standing(health: &Health) -> (WatchState, Option<Reason>) {
    let said = |why: &transfer::watch::Why| Some(reason(&why.code, &why.text));
    // What works, and not as well as it could.
    let hint = || match (&health.held, &health.backend) {
        (Some(held), _) => said(held),
        (None, Backend::Polling(why)) if why.code != "chosen" => said(why),
        _ => None,
    };
    match &health.standing {
        Standing::Paused => (WatchState::Paused, None),
        Standing::Starting => (WatchState::Starting, None),
        Standing::Scanning => (WatchState::Scanning, hint()),
        Standing::Watching => (WatchState::Watching, hint()),
        Standing::Offline(why) => (WatchState::Offline, said(why)),
        Standing::Failed(why) => (WatchState::Failed, said(why)),
    }
}

fn most(policy: Policy) -> Option<u32> {
    match policy {
        Policy::Mirror { most } => Some(most),
        Policy::New | Policy::Changed => None,
    }
}

fn after_folder(after: &After) -> Option<String> {
    match after {
        After::Move { folder } => Some(platform::path_from_bytes(folder).display().to_string()),
        After::Keep | After::Trash => None,
    }
}

fn sums(counts: &Counts) -> WatchCounts {
    let files = |state| counts.of(state).files;
    let moving = [FileState::Settling, FileState::Ready, FileState::Queued];
    WatchCounts {
        settling: files(FileState::Settling),
        ready: files(FileState::Ready),
        queued: files(FileState::Queued),
        confirmed: files(FileState::Confirmed),
        failed: files(FileState::Failed),
        skipped: files(FileState::Skipped),
        gone: files(FileState::Gone),
        to_send: moving.iter().map(|state| counts.of(*state).bytes).sum(),
    }
}

/// Other watches that see some of the same files, with a sentence for each.
pub(crate) fn overlaps(watch: &Watch, all: &[Watch]) -> Vec<WatchOverlap> {
    let root = platform::path_from_bytes(&watch.root);
    let others = all.iter().filter(|other| other.id != watch.id);
    others
        .filter_map(|other| {
            let lies = match place::overlap(&root, &platform::path_from_bytes(&other.root))? {
                Overlap::Same => "watches the same folder",
                Overlap::Inside => "watches a folder around this one",
                Overlap::Around => "watches a folder inside this one",
            };
            let twice = if other.account == watch.account {
                "what one of them has sent, the other does not send again"
            } else {
                "each sends the files to its own account"
            };
            Some(WatchOverlap {
                name: other.name.clone(),
                text: format!("“{}” {lies}; {twice}.", other.name),
            })
        })
        .collect()
}

fn foreseen(preview: Preview, rate: Option<u64>) -> WatchPreview {
    let sum = |fate| {
        let Kept { files, bytes } = preview.of(fate);
        WatchSum { files, bytes }
    };
    let send = sum(Fate::Send);
    let files = preview.files.iter().map(|file| WatchForeseen {
        name: file.name.clone(),
        size: file.size,
        fate: match file.fate {
            Fate::Send => WatchFate::Send,
            Fate::Known => WatchFate::Known,
            Fate::Skip => WatchFate::Skip,
            Fate::LeftOut => WatchFate::LeftOut,
            Fate::Delete => WatchFate::Delete,
        },
        code: file.why.code.clone(),
        text: file.why.text.clone(),
    });
    WatchPreview {
        send,
        known: sum(Fate::Known),
        skip: sum(Fate::Skip),
        left_out: sum(Fate::LeftOut).files,
        delete: sum(Fate::Delete),
        held: preview.held.map(|held| {
            format!(
                "{} files went, and the limit is {} at once: none of them is deleted at the service.",
                held.lost, held.most
            )
        }),
        files: files.collect(),
        rate,
        seconds: rate.filter(|rate| *rate > 0).map(|rate| send.bytes.div_ceil(rate)),
    }
}

/// What the last scan of a watch passed by.
pub(crate) fn left_out(health: &Health) -> Vec<WatchForeseen> {
    let examples = health.examples.iter().map(|passed| WatchForeseen {
        name: passed.name.clone(),
        size: None,
        fate: WatchFate::LeftOut,
        code: passed.why.code.clone(),
        text: passed.why.text.clone(),
    });
    examples.collect()
}

pub(crate) fn file_row(file: &WatchFile) -> WatchFileRow {
    WatchFileRow {
        row: file.row,
        name: platform::path_shown(&file.name),
        size: file.print.size,
        state: match file.state {
            FileState::Settling => WatchFileState::Settling,
            FileState::Ready => WatchFileState::Ready,
            FileState::Queued => WatchFileState::Queued,
            FileState::Confirmed => WatchFileState::Confirmed,
            FileState::Failed => WatchFileState::Failed,
            FileState::Skipped => WatchFileState::Skipped,
            FileState::Gone => WatchFileState::Gone,
        },
        code: file.why.code.clone(),
        text: file.why.text.clone(),
        decided_at: rfc3339(file.decided_at),
        confirmed_at: file.sent.as_ref().map(|sent| rfc3339(sent.at)),
        transfer: file.transfer.map(|id| id.0),
        remote_id: file.sent.as_ref().and_then(|sent| sent.remote.clone()),
    }
}
