//! One watch at work: it scans, follows hints, lets files settle, and hands them to the queue, one thing after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use notify::RecommendedWatcher;
use platform::Found;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use transfer::error::Result;
use transfer::watch::plan::{self, Root, Stands};
use transfer::watch::{FileState, Mark, SETTLE, WatchLedger, Why};
use transfer::{Time, Watch};

use super::events::{self, Hints};
use super::health::{Backend, Health, Standing};
use super::mirror::Left;
use super::reading::Large;
use super::scan::Rows;
use super::walk::Ground;
use crate::engine::{Engine, locked};

/// A folder on this computer is scanned this often, unless the person chose otherwise.
const LOCAL: Duration = Duration::from_secs(600);
/// And one on another computer.
const NETWORK: Duration = Duration::from_secs(300);
/// And one whose changes the system can't tell of.
const POLLING: Duration = Duration::from_secs(60);
/// Whether the folder is there is looked at this often.
const PULSE: Duration = Duration::from_secs(5);
/// Hints are gathered so long before they are followed: changes come in crowds.
const GATHER: Duration = Duration::from_millis(250);
/// Files that are held by something else are looked at again this often.
const AGAIN: Duration = Duration::from_secs(1);
/// A new folder is looked into at once and again after each of these: what came into it before it was listened to raised
/// no event.
const HOT: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(4),
];
/// The clock went on without us for so long: the computer slept.
const SLEPT: Duration = Duration::from_secs(30);
/// After a fault of our own disk.
const FAULT: Duration = Duration::from_secs(10);
/// Known files that are looked for in a folder that is another one than before.
const SAMPLE: u32 = 50;

/// A watch at work.
pub(super) struct Keeper {
    pub(super) engine: Engine,
    pub(super) ledger: Arc<dyn WatchLedger>,
    pub(super) watch: Watch,
    pub(super) ground: Arc<Ground>,
    pub(super) hints: Arc<Hints>,
    pub(super) health: Arc<Mutex<Health>>,
    pub(super) stop: CancellationToken,
    /// Folders that are new, when they are looked into next, and how often they were.
    hot: BTreeMap<PathBuf, (Instant, usize)>,
    /// Something may have been confirmed since files were last parted with.
    pub(super) to_part: bool,
    /// Everything was scanned since files were last deleted at the service.
    to_mirror: bool,
    /// When the queue was last filled up.
    pub(super) fed: Instant,
    /// Newer versions may have been confirmed since older ones were last deleted there.
    to_replace: bool,
    listening: Option<RecommendedWatcher>,
    /// What takes long to read is read beside all else.
    pub(super) large: Option<Large>,
}

impl Keeper {
    /// `ways`: how it hears, how it tells, and how it is stopped.
    pub(super) fn new(
        (engine, ledger): (Engine, Arc<dyn WatchLedger>),
        watch: Watch,
        ground: Arc<Ground>,
        (hints, health, stop): (Arc<Hints>, Arc<Mutex<Health>>, CancellationToken),
    ) -> Self {
        Self {
            engine,
            ledger,
            watch,
            ground,
            hints,
            health,
            stop,
            hot: BTreeMap::new(),
            to_part: true,
            to_mirror: false,
            to_replace: true,
            fed: Instant::now(),
            listening: None,
            large: None,
        }
    }

    pub(super) fn ledger(&self) -> &dyn WatchLedger {
        &*self.ledger
    }

    pub(super) fn now(&self) -> Time {
        self.engine.now()
    }

    pub(super) fn tell(&self, change: impl FnOnce(&mut Health)) {
        change(&mut locked(&self.health));
        self.told();
    }

    /// Tells why something is held back.
    pub(super) fn holds(&self, code: &str, text: String) {
        self.tell(|health| health.held = Some(Why::new(code, text)));
    }

    /// What was held back for that reason is not any more.
    pub(super) fn goes_on(&self, code: &str) {
        if locked(&self.health).held.as_ref().is_some_and(|held| held.code == code) {
            self.tell(|health| health.held = None);
        }
    }

    pub(super) fn told(&self) {
        self.engine.tell_of(self.watch.id);
    }

    /// Works until it is stopped.
    pub(super) async fn run(mut self) {
        let mut next_scan = Instant::now();
        let mut last = (Instant::now(), self.now());
        while !self.stop.is_cancelled() {
            if slept(last, (Instant::now(), self.now())) {
                next_scan = Instant::now();
            }
            last = (Instant::now(), self.now());
            let pause = match self.turn(&mut next_scan).await {
                Ok(pause) => pause,
                Err(failure) => {
                    tracing::warn!(watch = %self.watch.id, code = failure.code, "a watch could not go on");
                    self.tell(|health| {
                        health.standing = Standing::Failed(Why::new(failure.code, failure.message));
                        health.busy = false;
                    });
                    next_scan = Instant::now() + FAULT;
                    FAULT
                }
            };
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                () = self.hints.wake.notified() => sleep(GATHER).await,
                () = sleep_until((Instant::now() + pause).min(next_scan.max(Instant::now()))) => {}
            }
        }
    }

    /// Does what is to be done now, and answers when to come again at the latest.
    async fn turn(&mut self, next_scan: &mut Instant) -> Result<Duration> {
        let offline = matches!(
            locked(&self.health).standing,
            Standing::Offline(_) | Standing::Failed(_)
        );
        if !self.root_stands().await? {
            self.listening = None;
            self.tell_busy(false);
            *next_scan = Instant::now() + PULSE;
            return Ok(PULSE);
        }
        let heard = self.hints.take();
        self.to_part |= heard.over;
        self.to_replace |= heard.over;
        if let Some(why) = heard.fault {
            self.listening = None;
            self.tell(|health| health.backend = Backend::Polling(why));
        }
        if heard.all || offline || Instant::now() >= *next_scan {
            self.tell(|health| health.standing = Standing::Scanning);
            // Listening first: what comes while the scan runs is told.
            self.listen().await?;
            if self.scan(&PathBuf::new()).await? {
                (self.to_part, self.to_mirror, self.to_replace) = (true, true, true);
                let every = self.every().await?;
                *next_scan = Instant::now() + every;
                let next = self.now().after(every);
                self.tell(|health| {
                    health.standing = Standing::Watching;
                    health.next_scan = Some(next);
                });
            }
        } else {
            self.follow(heard.paths).await?;
        }
        self.look_into_hot().await?;
        let held = self.settle().await?;
        self.feed().await?;
        if std::mem::take(&mut self.to_part) {
            self.part_with().await?;
        }
        let mut left = Left::Nothing;
        if self.to_replace {
            left = self.delete_replaced().await?;
            self.to_replace = left != Left::Nothing;
        }
        if self.to_mirror {
            self.to_mirror = self.mirror().await? != Left::Nothing;
        }
        let busy = !self.hot.is_empty() || self.to_mirror || self.to_replace || self.is_under_way().await?;
        self.tell_busy(busy);
        if left == Left::More {
            return Ok(Duration::ZERO);
        }
        self.pause(held).await
    }

    fn tell_busy(&self, busy: bool) {
        let before = std::mem::replace(&mut locked(&self.health).busy, busy);
        if before != busy {
            self.told();
        }
    }

    /// Whether any file is between its first look and what the service says.
    async fn is_under_way(&self) -> Result<bool> {
        for state in [FileState::Settling, FileState::Ready, FileState::Queued] {
            let first = self
                .ledger()
                .files_in(self.watch.id, state, Time(i64::MAX), START, 1)
                .await?;
            if !first.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How long nothing will have to be done by itself.
    async fn pause(&self, held: bool) -> Result<Duration> {
        let mut pause = PULSE;
        let first = self
            .ledger()
            .files_in(self.watch.id, FileState::Settling, Time(i64::MAX), START, 1)
            .await?;
        if let Some(first) = first.first() {
            let left = first.since.after(SETTLE).since(self.now());
            pause = pause.min(left.max(Duration::from_millis(20)));
        }
        if held {
            pause = pause.max(AGAIN);
        }
        if let Some(next) = self.hot.values().map(|(next, _)| *next).min() {
            pause = pause.min(next.saturating_duration_since(Instant::now()));
        }
        Ok(pause)
    }

    async fn every(&self) -> Result<Duration> {
        if let Some(every) = self.watch.every {
            return Ok(every);
        }
        let root = self.ground.root.clone();
        let network = super::blocking(move || platform::is_on_a_network(&root)).await?;
        Ok(match (&locked(&self.health).backend, network) {
            (Backend::Polling(why), _) if why.code != "chosen" => POLLING,
            (_, true) => NETWORK,
            _ => LOCAL,
        })
    }

    /// Has the system tell of changes, where it can and the person wants it.
    async fn listen(&mut self) -> Result<()> {
        if !self.watch.events {
            let why = Why::new("chosen", "You chose to have the folder looked at instead of listening.");
            self.tell(|health| health.backend = Backend::Polling(why));
            return Ok(());
        }
        if self.listening.is_some() {
            return Ok(());
        }
        let (root, hints) = (self.ground.root.clone(), Arc::clone(&self.hints));
        let folders = locked(&self.health).folders;
        let listening = super::blocking(move || events::listen(&root, hints, folders)).await?;
        match listening {
            Ok(listening) => {
                self.listening = Some(listening);
                self.tell(|health| health.backend = Backend::Events);
            }
            Err(why) => self.tell(|health| health.backend = Backend::Polling(why)),
        }
        Ok(())
    }

    /// Looks where something is said to have happened. What is new there is looked into to its end.
    async fn follow(&mut self, paths: BTreeSet<PathBuf>) -> Result<()> {
        if paths.is_empty() {
            return Ok(());
        }
        let ground = Arc::clone(&self.ground);
        let looked = super::blocking(move || {
            let below = paths
                .into_iter()
                .filter_map(|path| Some(path.strip_prefix(&ground.root).ok()?.to_owned()));
            let taken = below.filter(|name| name.as_os_str().is_empty() || may_be_taken(&ground, name));
            taken
                .map(|name| (platform::found_at(&ground.root.join(&name)), name))
                .collect::<Vec<_>>()
        });
        let (mut files, mut went) = (BTreeMap::new(), Vec::new());
        for (found, name) in looked.await? {
            match found {
                Ok(Found::File(identity)) => {
                    files.insert(platform::path_to_bytes(&name), crate::source::print(identity));
                }
                Ok(Found::Folder { .. }) if !name.as_os_str().is_empty() => {
                    self.hot.insert(name, (Instant::now(), 0));
                }
                Ok(_) => {}
                Err(_) => went.push(platform::path_to_bytes(&name)),
            }
        }
        self.look_at(files, &mut Rows::default()).await?;
        let known = self.ledger().files(self.watch.id, &went).await?;
        self.gone(known).await
    }

    async fn look_into_hot(&mut self) -> Result<()> {
        let now = Instant::now();
        let due = self.hot.iter_mut().filter(|(_, (next, _))| *next <= now);
        let mut tops: Vec<PathBuf> = Vec::new();
        let mut over = Vec::new();
        for (name, (next, looks)) in due {
            match HOT.get(*looks) {
                Some(pause) => (*next, *looks) = (now + *pause, *looks + 1),
                None => over.push(name.clone()),
            }
            // What is below another one, which stands right before it, is seen with it.
            if tops.last().is_none_or(|top| !name.starts_with(top)) {
                tops.push(name.clone());
            }
        }
        self.hot.retain(|name, _| !over.contains(name));
        for name in tops {
            self.scan(&name).await?;
            self.feed_between().await?;
        }
        Ok(())
    }

    /// Whether the folder is there and the one that it was. If not, that is told, and nothing is inferred.
    pub(super) async fn root_stands(&mut self) -> Result<bool> {
        let stands = self.look_at_root().await?;
        match plan::root(&self.watch, stands) {
            Root::There(mark) => {
                if self.watch.mark != Some(mark) {
                    self.watch.mark = Some(mark);
                    self.ledger().put_watch(&self.watch).await?;
                    // What was listened to is somewhere else now.
                    self.listening = None;
                    self.hints.look_at_all();
                }
                Ok(true)
            }
            Root::Offline(why) => {
                let standing = Standing::Offline(why);
                if locked(&self.health).standing != standing {
                    self.tell(|health| {
                        health.standing = standing;
                        health.backend = Backend::None;
                    });
                }
                Ok(false)
            }
        }
    }

    async fn look_at_root(&self) -> Result<Stands> {
        let root = self.ground.root.clone();
        let mark = super::blocking(move || match platform::found_at(&root) {
            Ok(Found::Folder { device, file }) => Some(Mark { device, file }),
            _ => None,
        });
        let Some(mark) = mark.await? else {
            return Ok(Stands::Nothing);
        };
        if self.watch.mark.is_none_or(|before| before == mark) {
            return Ok(Stands::Folder { mark, known: None });
        }
        let mut known = None;
        let sample = self.ledger().files_after(self.watch.id, 0, SAMPLE).await?;
        let sample: Vec<_> = sample
            .into_iter()
            .filter(|file| file.state != FileState::Gone)
            .collect();
        if !sample.is_empty() {
            let root = self.ground.root.clone();
            let there = super::blocking(move || {
                sample.iter().any(|file| {
                    let stands = platform::found_at(&root.join(platform::path_from_bytes(&file.name)));
                    let (size, modified) = (file.print.size, file.print.modified_ns);
                    matches!(stands, Ok(Found::File(found)) if (found.size, found.modified_ns) == (size, modified))
                })
            });
            known = Some(there.await?);
        }
        Ok(Stands::Folder { mark, known })
    }
}

/// The beginning of every page of files.
pub(super) const START: (Time, i64) = (Time(i64::MIN), 0);

/// A file or a folder of this name: which of them is not known yet.
fn may_be_taken(ground: &Ground, name: &std::path::Path) -> bool {
    let above = name.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
    let mut folders = above.chain([name]);
    let open = |folder: &std::path::Path| {
        ground.patterns.left_out(folder, true).is_none() && !ground.own.contains(&ground.root.join(folder))
    };
    ground.takes(name) || folders.all(open)
}

/// The wall clock went on much further than we did.
fn slept(before: (Instant, Time), now: (Instant, Time)) -> bool {
    now.1.since(before.1) > now.0.duration_since(before.0) + SLEPT
}
