//! The application: database, vault, accounts and engine of one home, wired together.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use engine::{Engine, Limits, LocalSources, LocalTargets, Watches, World};
use jiff::Zoned;
use platform::lock::FileLock;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use transfer::ledger::{self, Ledger};
use transfer::watch::WatchLedger;
use transfer::{Time, Transfer, TransferId};

use crate::accounts::{Accounts, Standing};
use crate::boundary::{Action, ActionKey, Change, EngineStatus, Failure, PauseUntil, Reason, Settings, TransferRow};
use crate::failure::{crossed, locked};
use crate::folders;
use crate::home::Home;
use crate::hours::{Hours, Moment, Pause, keeper};
use crate::links::Known;
use crate::present::{Present, rfc3339};
use crate::pump;
use crate::remote::Pictures;
use crate::rows::{self, Rows};
use crate::secrets::{Seal, Vault, VaultState};
use crate::settings;
use crate::snapshots::Snapshots;
use crate::watches;

/// What a process wants of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Reading what is stored: neither vault nor engine is needed.
    Look,
    /// Changing the queue and the accounts, without working the queue.
    Steer,
    /// Working the queue, and letting others look and steer.
    Work,
}

/// How long commands under way may take once the application ends: a service may not answer at all.
const PATIENCE: Duration = Duration::from_secs(5);

/// Everything of one home. Whoever has it holds the lock, until it is stopped.
pub(crate) struct Application {
    pub(crate) home: Home,
    pub(crate) purpose: Purpose,
    pub(crate) ledger: Arc<dyn Ledger>,
    pub(crate) watch_ledger: Arc<dyn WatchLedger>,
    /// Our own data, which is never sent.
    pub(crate) own: Vec<PathBuf>,
    pub(crate) vault: Vault,
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) store: Arc<store::Store>,
    /// What services said about links a moment ago.
    pub(crate) known: Known,
    /// Copies of files that never stand still.
    pub(crate) snapshots: Snapshots,
    /// Small pictures of files at services.
    pub(crate) pictures: Pictures,
    /// Where downloads go unless the person chose otherwise.
    pub(crate) downloads: PathBuf,
    /// Where copies between services lie on their way that can't go without.
    copies: PathBuf,
    /// What the person should know about how it began.
    pub(crate) notice: Option<String>,
    seal: Arc<LateSeal>,
    engine: RwLock<Option<Engine>>,
    watching: RwLock<Option<Watches>>,
    settings: RwLock<Settings>,
    /// A pause of everything.
    pause: RwLock<Option<Pause>>,
    /// Limits, timetable or pause were changed by somebody.
    pub(crate) hours_set: Notify,
    changes: broadcast::Sender<Change>,
    /// Transfers that leave the list as soon as they are cancelled.
    pub(crate) leaving: Mutex<HashSet<TransferId>>,
    pub(crate) ending: CancellationToken,
    pub(crate) tasks: TaskTracker,
    /// One start at a time: two unlocks at once would start two engines.
    starting: tokio::sync::Mutex<()>,
    lock: Mutex<Option<FileLock>>,
}

impl std::fmt::Debug for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Application")
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

impl Application {
    /// Opens the home that `lock` stands for. Nothing moves before [`Self::start`].
    pub(crate) async fn open(
        home: &Home,
        purpose: Purpose,
        lock: FileLock,
        changes: broadcast::Sender<Change>,
    ) -> Result<Arc<Self>, Failure> {
        let seal = Arc::new(LateSeal::default());
        let sealing: Arc<dyn ledger::Seal> = Arc::<LateSeal>::clone(&seal);
        let store = store::Store::open(store::Options {
            dir: home.data().to_owned(),
            seal: sealing,
            now: Present.time(),
        });
        let store = Arc::new(store.await.map_err(|why| Failure::new("database", why.to_string()))?);
        let ledger: Arc<dyn Ledger> = Arc::<store::Store>::clone(&store);
        let watch_ledger: Arc<dyn WatchLedger> = Arc::<store::Store>::clone(&store);
        let notice = store.restored().map(|restored| {
            tracing::error!(why = restored.why, "the queue was damaged");
            damaged(restored)
        });
        let settings = settings::load(&*ledger).await?;
        let pause = Pause::load(&*ledger, Present.time()).await?;
        let vault = Vault::choose(home.data(), home.is_own()).await;
        let accounts = Accounts::load(Arc::clone(&ledger), vault.clone(), &settings).await?;
        Ok(Arc::new(Self {
            home: home.clone(),
            purpose,
            ledger,
            watch_ledger,
            own: own(home),
            vault,
            accounts: Arc::new(accounts),
            store,
            known: Known::default(),
            snapshots: Snapshots::at(home.data()),
            pictures: Pictures::default(),
            downloads: folders::usual(home),
            copies: home.copies(),
            notice,
            seal,
            engine: RwLock::default(),
            watching: RwLock::default(),
            settings: RwLock::new(settings),
            pause: RwLock::new(pause),
            hours_set: Notify::new(),
            changes,
            leaving: Mutex::default(),
            ending: CancellationToken::new(),
            tasks: TaskTracker::new(),
            starting: tokio::sync::Mutex::default(),
            lock: Mutex::new(Some(lock)),
        }))
    }

    /// Starts the engine, if it may: once, with an open vault, and not for one who only looks.
    pub(crate) async fn start(self: &Arc<Self>) -> Result<(), Failure> {
        let _one = self.starting.lock().await;
        if self.purpose == Purpose::Look || self.engine().is_some() || self.vault.state().await? != VaultState::Open {
            return Ok(());
        }
        self.seal.set(self.vault.seal().await?);
        let world = World {
            ledger: Arc::clone(&self.ledger),
            accounts: Arc::<Accounts>::clone(&self.accounts),
            sources: Arc::new(LocalSources::default()),
            targets: Arc::new(LocalTargets),
            copies: platform::path_to_bytes(&self.copies),
            clock: Arc::new(Present),
            ids: Arc::new(Present),
            hasher: engine::Hasher::threaded()
                .map_err(|why| Failure::new("no_thread", format!("The system gives no thread: {why}.")))?,
        };
        let engine = Engine::start(world, self.limits(&self.moment()))
            .await
            .map_err(crossed)?;
        let (changes, of_watches) = (engine.changes(), engine.changes());
        self.snapshots.load().await;
        self.snapshots.sweep(&engine).await;
        *self.engine.write().unwrap_or_else(PoisonError::into_inner) = Some(engine.clone());
        self.tasks.spawn(pump::run(Arc::clone(self), changes));
        if self.purpose == Purpose::Work {
            let watching = Watches::start(engine, Arc::clone(&self.watch_ledger), self.bounds());
            *self.watching.write().unwrap_or_else(PoisonError::into_inner) = Some(watching.await.map_err(crossed)?);
            self.tasks.spawn(watches::pump(Arc::clone(self), of_watches));
        }
        self.tasks.spawn(keeper::run(Arc::clone(self)));
        self.tell(Change::Status {
            status: self.status().await?,
        });
        Ok(())
    }

    /// Stops the work; what is under way is dropped and goes on at the next start.
    pub(crate) async fn stop(&self) {
        self.ending.cancel();
        let watching = self.watching.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(watching) = watching {
            watching.stop().await;
        }
        let engine = self.engine.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(engine) = engine {
            engine.stop().await;
        }
        self.tasks.close();
        if tokio::time::timeout(PATIENCE, self.tasks.wait()).await.is_err() {
            tracing::warn!("a command was still at work and was dropped");
        }
        if let Err(why) = self.store.close().await {
            tracing::warn!(
                code = why.code,
                "the database did not close cleanly; what was stored is safe"
            );
        }
        // Only now may another process begin.
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// The engine, unless the secrets are locked or this process only looks.
    pub(crate) fn engine(&self) -> Option<Engine> {
        self.engine.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The watches at work, where this process works.
    pub(crate) fn watching(&self) -> Option<Watches> {
        self.watching.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The engine for a command that can't do without.
    pub(crate) fn engine_or_locked(&self) -> Result<Engine, Failure> {
        self.engine().ok_or_else(locked)
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps the settings and has them obeyed.
    pub(crate) async fn set_settings(&self, settings: Settings) -> Result<(), Failure> {
        let settings = settings::store(&*self.ledger, settings).await?;
        self.accounts.obey(&settings);
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = settings.clone();
        self.have_hours_obeyed();
        self.tell(Change::Settings { settings });
        Ok(())
    }

    /// Keeps a pause of everything, or ends it, and has that obeyed.
    pub(crate) async fn pause_all(&self, until: Option<PauseUntil>) -> Result<(), Failure> {
        let pause = until.map(|until| Pause::from_now(until, &Zoned::now())).transpose()?;
        Pause::store(pause, &*self.ledger).await?;
        *self.pause.write().unwrap_or_else(PoisonError::into_inner) = pause;
        self.have_hours_obeyed();
        self.tell(Change::Status {
            status: self.status().await?,
        });
        Ok(())
    }

    /// What may move now, by limits, timetable and pause.
    pub(crate) fn moment(&self) -> Moment {
        let (fixed, timetable) = settings::bandwidth(&self.settings());
        let pause = *self.pause.read().unwrap_or_else(PoisonError::into_inner);
        let hours = Hours {
            fixed,
            timetable,
            pause,
        };
        hours.at(&Zoned::now())
    }

    /// Has the engine obey what holds now, and answers when something else may hold.
    pub(crate) fn obey_hours(&self) -> Option<Time> {
        let moment = self.moment();
        if let Some(engine) = self.engine() {
            engine.set_limits(self.limits(&moment));
        }
        moment.until
    }

    fn have_hours_obeyed(&self) {
        self.obey_hours();
        self.hours_set.notify_one();
    }

    /// As the engine takes them. Without work nothing gets a slot, and the queue can still be changed.
    fn limits(&self, moment: &Moment) -> Limits {
        let settings = self.settings();
        let works = self.purpose == Purpose::Work;
        Limits {
            slots: if works { settings.slots as usize } else { 0 },
            slots_per_account: settings.slots_per_account as usize,
            rates: moment.rates,
            holds: moment.holds.clone(),
        }
    }

    /// All transfers, in the order of the queue, finished ones last.
    pub(crate) async fn transfers(&self) -> Result<Vec<Transfer>, Failure> {
        let mut all = match self.engine() {
            Some(engine) => engine.transfers(),
            None => self.ledger.transfers().await.map_err(crossed)?,
        };
        all.sort_by_key(|transfer| transfer.state.is_over());
        Ok(all)
    }

    /// The rows of those of `all` that are wanted.
    pub(crate) fn rows(&self, all: &[Transfer], wanted: impl Fn(&Transfer) -> bool) -> Vec<TransferRow> {
        let engine = self.engine();
        let rows = Rows::new(&self.accounts, engine.as_ref(), self.rest(), all);
        all.iter()
            .filter(|transfer| wanted(transfer))
            .map(|transfer| rows.row(transfer))
            .collect()
    }

    pub(crate) async fn status(&self) -> Result<EngineStatus, Failure> {
        Ok(self.status_of(self.engine().as_ref(), &self.transfers().await?))
    }

    pub(crate) fn status_of(&self, engine: Option<&Engine>, all: &[Transfer]) -> EngineStatus {
        rows::status(engine, all, self.notice.as_deref(), self.moment().allowed)
    }

    /// Why nobody works the queue, if nobody does.
    fn rest(&self) -> Option<Reason> {
        if self.purpose != Purpose::Work {
            return Some(Reason {
                code: "no_engine".to_owned(),
                text: "No Longshore is working the queue; open the window, or use `longshore run`.".to_owned(),
                until: None,
                action: None,
            });
        }
        if self.engine().is_some() {
            return None;
        }
        Some(Reason {
            code: "locked".to_owned(),
            text: "The stored credentials are locked: nothing moves until their passphrase is given.".to_owned(),
            until: None,
            action: Some(Action {
                key: ActionKey::Unlock,
                label: "Unlock".to_owned(),
            }),
        })
    }

    /// Tells whoever listens; nobody listening is fine.
    pub(crate) fn tell(&self, change: Change) {
        let _ = self.changes.send(change);
    }

    pub(crate) fn has_listeners(&self) -> bool {
        self.changes.receiver_count() > 0
    }

    /// Tells how all accounts stand, and answers it.
    pub(crate) async fn tell_accounts(&self) -> Result<(), Failure> {
        let standing = Standing::of(&self.transfers().await?);
        self.tell(Change::Accounts {
            accounts: self.accounts.rows(&standing),
        });
        Ok(())
    }
}

/// Our own folders, as the system itself names them.
fn own(home: &Home) -> Vec<PathBuf> {
    let folders = [home.data(), home.logs()];
    folders
        .iter()
        .filter_map(|folder| platform::canonical(folder).ok())
        .collect()
}

fn damaged(restored: &store::Restored) -> String {
    let aside = restored.aside.as_ref().map_or_else(String::new, |path| {
        format!(" The damaged files are kept in {}.", path.display())
    });
    match restored.backup {
        Some(made) => format!(
            "The queue was damaged ({}); its copy of {} took its place.{aside} {} unfinished transfers are compared with their \
             services, or wait for you.",
            restored.why,
            rfc3339(made),
            restored.open
        ),
        None => format!(
            "The queue was damaged ({}) and there was no copy of it: it begins empty.{aside}",
            restored.why
        ),
    }
}

/// The seal that the store is opened with, before the vault is: until then nothing sealed is read or written.
#[derive(Default)]
struct LateSeal(OnceLock<Seal>);

impl LateSeal {
    fn set(&self, seal: Seal) {
        // It is set once; a second one would be the same.
        let _ = self.0.set(seal);
    }
}

impl ledger::Seal for LateSeal {
    fn seal(&self, plain: &[u8], context: &str) -> Vec<u8> {
        self.0.get().map(|seal| seal.seal(plain, context)).unwrap_or_default()
    }

    fn open(&self, sealed: &[u8], context: &str) -> Option<Vec<u8>> {
        self.0.get()?.open(sealed, context)
    }
}
