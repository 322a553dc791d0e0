//! Commands for watched folders.

use std::path::{Path, PathBuf};
use std::time::Duration;

use engine::watch::place;
use jiff::Timestamp;
use transfer::watch::{After, FileState, Old, Policy, placeholders};
use transfer::{AccountId, Time, Watch, WatchId};
use uuid::Uuid;

use super::Obey;
use crate::boundary::*;
use crate::failure::crossed;
use crate::present::Present;
use crate::watches::{file_row, left_out};

/// Files that a mirror may delete in one run, unless the person chose otherwise.
const MOST: u32 = 50;
/// Decisions in one answer.
const PAGE: u32 = 500;
const LONGEST_NAME: usize = 100;
/// Larger files, in bytes, are asked about unless the person chose otherwise.
const ASK_ABOVE: u64 = 100 << 30;
/// Seconds between two scans, at least and at most.
const EVERY: std::ops::RangeInclusive<u64> = 1..=86_400;

impl Obey {
    pub(super) async fn watches(&self) -> Result<Vec<WatchRow>, Failure> {
        self.0.watch_rows().await
    }

    pub(super) async fn details_of(&self, ask: WatchRef) -> Result<WatchDetails, Failure> {
        let row = self.0.watch_row(WatchId(ask.id)).await?;
        let health = self.0.watching().and_then(|watching| watching.health(WatchId(ask.id)));
        Ok(WatchDetails {
            row,
            left_out: health.as_ref().map(left_out).unwrap_or_default(),
        })
    }

    pub(super) async fn decisions(&self, ask: WatchLog) -> Result<Vec<WatchFileRow>, Failure> {
        let id = WatchId(ask.id);
        self.0.watch(id).await?;
        let before = match ask.before {
            None => None,
            Some(place) => {
                let at: Timestamp = place
                    .decided_at
                    .parse()
                    .map_err(|_| Failure::new("bad_place", "This is no time."))?;
                Some((Time(at.as_millisecond()), place.row))
            }
        };
        let state = ask.state.map(domain_state);
        let files = self.0.watch_ledger.decisions(id, state, before, ask.most.min(PAGE));
        Ok(files.await.map_err(crossed)?.iter().map(file_row).collect())
    }

    pub(super) async fn preview_of(&self, ask: WatchRef) -> Result<WatchPreview, Failure> {
        let watch = self.0.watch(WatchId(ask.id)).await?;
        self.0.preview(&watch).await
    }

    pub(super) async fn preview_new(&self, ask: AddWatch) -> Result<WatchPreview, Failure> {
        let watch = self.made(ask).await?;
        self.0.preview(&watch).await
    }

    pub(super) async fn watch_new(&self, ask: AddWatch) -> Result<WatchRow, Failure> {
        let watch = self.made(ask).await?;
        self.0.put_watch(watch).await
    }

    pub(super) async fn edit_one(&self, ask: EditWatch) -> Result<WatchRow, Failure> {
        let mut watch = self.0.watch(WatchId(ask.id)).await?;
        let before = (watch.policy, watch.old);
        if let Some(text) = ask.name {
            watch.name = self.free_name(&text, Some(watch.id)).await?;
        }
        watch.include = ask.include.unwrap_or(watch.include);
        watch.exclude = ask.exclude.unwrap_or(watch.exclude);
        watch.events = ask.events.unwrap_or(watch.events);
        if let Some(size) = ask.ask_above {
            watch.ask_above = Some(size).filter(|size| *size > 0);
        }
        if let Some(every) = ask.every_s {
            watch.every = every_of(Some(every).filter(|every| *every > 0))?;
        }
        watch.policy = match (ask.policy, watch.policy) {
            (None, Policy::Mirror { most }) => policy(WatchPolicy::Mirror, ask.most.or(Some(most)))?,
            (None, kept) => kept,
            (Some(wanted), _) => policy(wanted, ask.most)?,
        };
        watch.old = match ask.old {
            Some(old) => old_of(old),
            // Whoever asks for new files only has no older versions to be asked about.
            None if watch.policy == Policy::New => Old::Keep,
            None => watch.old,
        };
        watch.options = ask.options.unwrap_or(watch.options);
        match (ask.after, &watch.after) {
            (None, _) | (Some(WatchAfter::Move), After::Move { .. }) => {}
            (Some(WatchAfter::Move), _) => {
                return Err(Failure::new(
                    "no_folder",
                    "Say where confirmed files are moved: choose a folder for them.",
                ));
            }
            (Some(WatchAfter::Keep), _) => watch.after = After::Keep,
            (Some(WatchAfter::Trash), After::Trash) => {}
            (Some(WatchAfter::Trash), _) => {
                watch.after = After::Trash;
                watch.after_since = Present.time();
            }
        }
        self.fits(&watch).await?;
        if (watch.policy, watch.old) != before {
            self.may_delete(&watch).await?;
        }
        self.0.put_watch(watch).await
    }

    pub(super) async fn move_confirmed(&self, ask: MoveAfter) -> Result<WatchRow, Failure> {
        let mut watch = self.0.watch(WatchId(ask.id)).await?;
        watch.after = After::Move {
            folder: moved_to(&PathBuf::from(ask.folder)).await?,
        };
        watch.after_since = Present.time();
        self.fits(&watch).await?;
        self.0.put_watch(watch).await
    }

    /// A watch that goes on takes what stands at its path for its folder.
    pub(super) async fn set_paused(&self, ask: WatchRef, paused: bool) -> Result<WatchRow, Failure> {
        let mut watch = self.0.watch(WatchId(ask.id)).await?;
        watch.paused = paused;
        if !paused {
            watch.mark = None;
        }
        self.0.put_watch(watch).await
    }

    pub(super) async fn scan_now(&self, ask: WatchRef) -> Result<WatchRow, Failure> {
        let watch = self.0.watch(WatchId(ask.id)).await?;
        let looks = self.0.watching().is_some_and(|watching| watching.look_now(watch.id));
        if !looks {
            return Err(Failure::new(
                "not_at_work",
                format!(
                    "“{}” is not at work: it is paused, or no Longshore is running.",
                    watch.name
                ),
            ));
        }
        self.0.watch_row(watch.id).await
    }

    pub(super) async fn forget_watch(&self, ask: WatchRef) -> Result<Nothing, Failure> {
        let watch = self.0.watch(WatchId(ask.id)).await?;
        match self.0.watching() {
            Some(watching) => watching.remove(watch.id).await,
            None => self.0.watch_ledger.remove_watch(watch.id).await,
        }
        .map_err(crossed)?;
        self.0.tell_watches().await?;
        Ok(Nothing {})
    }

    /// The watch that is asked for, if it may be.
    async fn made(&self, ask: AddWatch) -> Result<Watch, Failure> {
        let account = self.0.accounts.find(&ask.to)?;
        self.0.accounts.check_taker(&account)?;
        let folder = absolute(&PathBuf::from(ask.folder))?;
        let bounds = self.0.bounds();
        let root = blocking(move || bounds.accept(&folder)).await?.map_err(crossed)?;
        let WatchWishes {
            name,
            include,
            exclude,
            policy: wanted,
            most,
            old,
            options,
            after,
            ask_above,
            every_s,
            events,
        } = ask.wishes;
        let name = match name {
            Some(name) => self.free_name(&name, None).await?,
            None => self.numbered(&root).await?,
        };
        let now = Present.time();
        let after = match (after, ask.after_folder) {
            (WatchAfter::Keep, None) => After::Keep,
            (WatchAfter::Trash, None) => After::Trash,
            (WatchAfter::Move, Some(folder)) => After::Move {
                folder: moved_to(&PathBuf::from(folder)).await?,
            },
            (WatchAfter::Move, None) => {
                return Err(Failure::new("no_folder", "Say where confirmed files are moved."));
            }
            (_, Some(_)) => {
                return Err(Failure::new("bad_after", "A folder is for files that are moved."));
            }
        };
        let root = platform::path_to_bytes(&root);
        // What is known of a folder that was watched before is known still.
        let before = self
            .0
            .watch_ledger
            .removed_watch(account.id, &root)
            .await
            .map_err(crossed)?;
        let watch = Watch {
            id: before
                .as_ref()
                .map_or_else(|| WatchId(Uuid::now_v7()), |before| before.id),
            name,
            account: account.id,
            root,
            include,
            exclude,
            policy: policy(wanted, most)?,
            old: old_of(old),
            options,
            after,
            after_since: now,
            ask_above: Some(ask_above.unwrap_or(ASK_ABOVE)).filter(|size| *size > 0),
            every: every_of(every_s)?,
            events: events.unwrap_or(true),
            paused: false,
            mark: before.as_ref().and_then(|before| before.mark),
            scanned_at: before.and_then(|before| before.scanned_at),
            created_at: now,
        };
        engine::watch::check(&watch).map_err(crossed)?;
        self.fits(&watch).await?;
        self.may_delete(&watch).await?;
        Ok(watch)
    }

    /// A name that no other watch has.
    async fn free_name(&self, text: &str, own: Option<WatchId>) -> Result<String, Failure> {
        let name = text.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(Failure::new(
                "bad_name",
                format!("A watch's name is a line of 1 to {LONGEST_NAME} characters."),
            ));
        }
        let all = self.0.watches().await?;
        if all.iter().any(|watch| watch.name == name && Some(watch.id) != own) {
            return Err(Failure::new(
                "name_taken",
                format!("There is a watch named “{name}” already. Choose another name."),
            ));
        }
        Ok(name.to_owned())
    }

    /// The folder's name, or the first of its kind that is free.
    async fn numbered(&self, root: &Path) -> Result<String, Failure> {
        let own = root.file_name().unwrap_or(root.as_os_str()).to_string_lossy();
        let own: String = own.chars().filter(|c| !c.is_control()).take(LONGEST_NAME - 8).collect();
        let all = self.0.watches().await?;
        let free = |name: &String| all.iter().all(|watch| watch.name != *name);
        let names = (1_u32..).map(|n| if n == 1 { own.clone() } else { format!("{own} ({n})") });
        Ok(names.into_iter().find(free).unwrap_or(own))
    }

    /// Refuses what would take files away under somebody's feet.
    async fn fits(&self, watch: &Watch) -> Result<(), Failure> {
        let all = self.0.watches().await?;
        let root = platform::path_from_bytes(&watch.root);
        let account = self.0.accounts.get(watch.account);
        if let Some(account) = account {
            self.0.accounts.check_options(&account, &watch.options)?;
        }
        for pattern in watch.options.values() {
            placeholders::check(pattern).map_err(crossed)?;
        }
        let takes_away = |watch: &Watch| watch.after != After::Keep || watch.deletes_old();
        for other in all.iter().filter(|other| other.id != watch.id) {
            let lies = place::overlap(&root, &platform::path_from_bytes(&other.root));
            if lies.is_some() && (takes_away(watch) || takes_away(other)) {
                return Err(Failure::new(
                    "overlap",
                    format!(
                        "“{}” watches some of the same files, and one of both would move or delete them. Leave them where they are, or choose another folder.",
                        other.name
                    ),
                ));
            }
        }
        if let After::Move { folder } = &watch.after {
            let folder = platform::path_from_bytes(folder);
            let roots = all
                .iter()
                .map(|other| platform::path_from_bytes(&other.root))
                .chain([root]);
            if roots.into_iter().any(|root| folder.starts_with(root)) {
                return Err(Failure::new(
                    "bad_after",
                    "Confirmed files can't be moved into a watched folder: they would be found there again.",
                ));
            }
        }
        match watch.policy {
            Policy::Mirror { .. } if watch.after != After::Keep => Err(Failure::new(
                "bad_after",
                "A mirror keeps its files here: what goes here goes at the service.",
            )),
            Policy::New if watch.old == Old::Delete => Err(Failure::new(
                "bad_old",
                "A watch of new files sends no newer versions, so there are no older ones to delete. Choose “changed”.",
            )),
            _ => Ok(()),
        }
    }

    /// Asks the account, where the watch deletes anything there: only where that is documented and takes nothing else along.
    async fn may_delete(&self, watch: &Watch) -> Result<(), Failure> {
        if !watch.deletes_old() {
            return Ok(());
        }
        let provider = engine::Accounts::provider(&*self.0.accounts, watch.account).await;
        let provider = provider.map_err(crossed)?;
        let name = self.0.accounts.name_of(watch.account).name;
        let mirror = matches!(watch.policy, Policy::Mirror { .. });
        let replaces = provider.library().and_then(|library| library.new_version());
        if let (Some(text), false) = (replaces, mirror) {
            return Err(Failure::new(
                "no_old",
                format!("At “{name}” no older version is left to delete. {text}"),
            ));
        }
        let delete = provider.library().and_then(|library| library.delete());
        let why = match delete.map(|delete| (delete.for_watches(), delete.consequence())) {
            Some((true, _)) => return Ok(()),
            Some((false, consequence)) => format!(
                "Deleting there is nothing to be done unasked. {}",
                consequence.unwrap_or_default()
            ),
            None => "Its service has no documented way to delete files.".to_owned(),
        };
        Err(if mirror {
            Failure::new(
                "no_mirror",
                format!("“{name}” can't be mirrored. {why} Choose “new” or “changed” instead."),
            )
        } else {
            Failure::new(
                "no_old",
                format!("Older versions can't be deleted at “{name}”. {why} Choose to keep them."),
            )
        })
    }
}

fn policy(wanted: WatchPolicy, most: Option<u32>) -> Result<Policy, Failure> {
    match (wanted, most) {
        (WatchPolicy::New, None) => Ok(Policy::New),
        (WatchPolicy::Changed, None) => Ok(Policy::Changed),
        (WatchPolicy::Mirror, Some(0)) => Err(Failure::new("bad_limit", "A mirror's limit is at least 1 file.")),
        (WatchPolicy::Mirror, most) => Ok(Policy::Mirror {
            most: most.unwrap_or(MOST),
        }),
        (_, Some(_)) => Err(Failure::new(
            "bad_limit",
            "Only a mirror deletes, and has a limit for it.",
        )),
    }
}

fn old_of(old: WatchOld) -> Old {
    match old {
        WatchOld::Keep => Old::Keep,
        WatchOld::Delete => Old::Delete,
    }
}

fn every_of(seconds: Option<u64>) -> Result<Option<Duration>, Failure> {
    match seconds {
        Some(seconds) if !EVERY.contains(&seconds) => Err(Failure::new(
            "bad_interval",
            "The time between two scans is 1 second to 24 hours.",
        )),
        seconds => Ok(seconds.map(Duration::from_secs)),
    }
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    if path.is_absolute() {
        return Ok(path.to_owned());
    }
    Err(Failure::new(
        "relative_path",
        format!("{} does not say where it begins.", path.display()),
    ))
}

/// The folder that confirmed files go to; it is made when it is missing.
async fn moved_to(folder: &Path) -> Result<Vec<u8>, Failure> {
    let folder = absolute(folder)?;
    let made = blocking(move || {
        std::fs::create_dir_all(&folder)?;
        platform::canonical(&folder)
    });
    let made = made.await?.map_err(|why| {
        Failure::new(
            "no_folder",
            format!("The folder for confirmed files can't be made: {why}."),
        )
    })?;
    Ok(platform::path_to_bytes(&made))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Failure::new("stopped", "Longshore is ending."))
}

fn domain_state(state: WatchFileState) -> FileState {
    match state {
        WatchFileState::Settling => FileState::Settling,
        WatchFileState::Ready => FileState::Ready,
        WatchFileState::Queued => FileState::Queued,
        WatchFileState::Confirmed => FileState::Confirmed,
        WatchFileState::Failed => FileState::Failed,
        WatchFileState::Skipped => FileState::Skipped,
        WatchFileState::Gone => FileState::Gone,
    }
}

/// Refuses to forget an account that a watch needs.
pub(super) async fn not_watched(obey: &Obey, account: AccountId) -> Result<(), Failure> {
    let all = obey.0.watches().await?;
    match all.iter().find(|watch| watch.account == account) {
        None => Ok(()),
        Some(watch) => Err(Failure::new(
            "account_in_use",
            format!("The watch “{}” sends its files there. Remove it first.", watch.name),
        )),
    }
}
