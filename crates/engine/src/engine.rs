//! What the application calls: accept, steer, look. Everything else happens behind it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, broadcast, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use transfer::error::{Failure, Result};
use transfer::ledger::SessionRow;
use transfer::{AccountId, BatchId, Event, SessionId, State, Time, Transfer, TransferId, WatchId, Wish};

use crate::change::Change;
use crate::commit::commit;
use crate::live::{Live, Meter};
use crate::pacing::Pacing;
use crate::queue::{Place, Queue};
use crate::receive::HeldLink;
use crate::runner::Runner;
use crate::world::{Limits, NewAcross, NewDownload, NewUpload, World};
use crate::{accept, download, follow, janitor, recover, scheduler};

/// The queue at work. Clones are the same engine.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

pub(crate) struct Inner {
    pub(crate) world: World,
    queue: Mutex<Queue>,
    pub(crate) runners: Mutex<BTreeMap<TransferId, Runner>>,
    pub(crate) meters: Mutex<BTreeMap<TransferId, Meter>>,
    /// Links that were given and may still be good.
    pub(crate) held: Mutex<BTreeMap<TransferId, HeldLink>>,
    pub(crate) pacing: Pacing,
    pub(crate) limits: watch::Sender<Limits>,
    /// One change at a time.
    pub(crate) turn: tokio::sync::Mutex<()>,
    /// One download takes a name at a time: two would take the same one.
    pub(crate) naming: tokio::sync::Mutex<()>,
    changes: broadcast::Sender<Change>,
    pub(crate) wake: Notify,
    pub(crate) janitor: Notify,
    /// A file is finished that the service measures by itself.
    pub(crate) follow: Notify,
    /// Somebody began to work.
    pub(crate) moving: Notify,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    read_only: Mutex<Option<Failure>>,
}

impl Inner {
    pub(crate) fn queue(&self) -> MutexGuard<'_, Queue> {
        locked(&self.queue)
    }

    pub(crate) fn announce(&self, change: Change) {
        // No listener is not an error: the window may be closed.
        let _ = self.changes.send(change);
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits.borrow().clone()
    }

    pub(crate) fn now(&self) -> Time {
        self.world.clock.now().time
    }

    /// From now on nothing is asked for that could not be remembered.
    pub(crate) fn cannot_store(&self, failure: &Failure) {
        tracing::error!(code = failure.code, "the state cannot be stored");
        *locked(&self.read_only) = Some(failure.clone());
        self.announce(Change::Status);
        self.wake.notify_one();
    }

    pub(crate) fn can_store_again(&self) {
        *locked(&self.read_only) = None;
        self.announce(Change::Status);
    }

    pub(crate) fn read_only(&self) -> Option<Failure> {
        locked(&self.read_only).clone()
    }

    /// Tells whoever works on the row that it has changed.
    pub(crate) fn poke(&self, id: TransferId) {
        if let Some(runner) = locked(&self.runners).get(&id) {
            runner.poke();
        }
        self.wake.notify_one();
    }
}

/// A lock that a panic elsewhere does not spoil.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    /// Takes up where the ledger stands, and begins to work.
    ///
    /// # Errors
    /// When the ledger can't be read or written.
    pub async fn start(world: World, limits: Limits) -> Result<Self> {
        let inner = Arc::new(Inner {
            world,
            queue: Mutex::default(),
            runners: Mutex::default(),
            meters: Mutex::default(),
            held: Mutex::default(),
            pacing: Pacing::new(limits.rates),
            limits: watch::Sender::new(limits),
            turn: tokio::sync::Mutex::default(),
            naming: tokio::sync::Mutex::default(),
            changes: broadcast::Sender::new(4096),
            wake: Notify::new(),
            janitor: Notify::new(),
            follow: Notify::new(),
            moving: Notify::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            read_only: Mutex::default(),
        });
        recover::recover(&inner).await?;
        inner.tasks.spawn(scheduler::run(Arc::clone(&inner)));
        inner.tasks.spawn(scheduler::measure(Arc::clone(&inner)));
        inner.tasks.spawn(janitor::run(Arc::clone(&inner)));
        inner.tasks.spawn(follow::run(Arc::clone(&inner)));
        Ok(Self { inner })
    }

    /// Accepts files; they are durable when this returns. A file that is already on its way into the same account
    /// is the same transfer: it goes on.
    ///
    /// # Errors
    /// When the ledger could not store them; then none was accepted.
    pub async fn enqueue(&self, files: Vec<NewUpload>) -> Result<Vec<Transfer>> {
        let now = self.inner.now();
        let fresh = files
            .into_iter()
            .map(|file| accept::upload(file, TransferId(self.inner.world.ids.uuid()), now));
        accept::accept_whole(&self.inner, fresh.collect()).await
    }

    /// Accepts links and remote files; they are durable when this returns. What is already on its way into the same folder
    /// is the same transfer: it goes on.
    ///
    /// # Errors
    /// When the ledger could not store them; then none was accepted.
    pub async fn enqueue_downloads(&self, files: Vec<NewDownload>) -> Result<Vec<Transfer>> {
        let now = self.inner.now();
        let fresh = files
            .into_iter()
            .map(|file| accept::download(file, TransferId(self.inner.world.ids.uuid()), now));
        accept::accept_whole(&self.inner, fresh.collect()).await
    }

    /// Accepts files that go from one service to another; they are durable when this returns. What is already on its way
    /// into the same account is the same transfer: it goes on.
    ///
    /// # Errors
    /// When the ledger could not store them; then none was accepted.
    pub async fn enqueue_across(&self, files: Vec<NewAcross>) -> Result<Vec<Transfer>> {
        let now = self.inner.now();
        let fresh = files
            .into_iter()
            .map(|file| accept::across(file, TransferId(self.inner.world.ids.uuid()), now));
        accept::accept_whole(&self.inner, fresh.collect()).await
    }

    /// Every transfer, in the order of the queue.
    #[must_use]
    pub fn transfers(&self) -> Vec<Transfer> {
        self.inner.queue().ordered().into_iter().cloned().collect()
    }

    /// One transfer.
    #[must_use]
    pub fn transfer(&self, id: TransferId) -> Option<Transfer> {
        self.inner.queue().get(id).cloned()
    }

    /// How many transfers of a batch are not over, and those of it that are completed, the oldest first.
    pub(crate) fn of_batch(&self, batch: BatchId) -> (usize, Vec<TransferId>) {
        let queue = self.inner.queue();
        let rows = || queue.all().filter(|row| row.batch == batch);
        let open = rows().filter(|row| !row.state.is_over()).count();
        let completed = rows().filter(|row| row.state == State::Completed);
        (open, completed.map(|row| row.id).collect())
    }

    /// Deletes a file that a watch sent, at a service that has a deletion [for watches](transfer::library::Delete::for_watches).
    pub(crate) async fn delete_at_service(&self, account: AccountId, id: &str) -> Result<()> {
        let provider = self.inner.world.accounts.provider(account).await?;
        let library = provider.library();
        let delete = library.and_then(|library| library.delete());
        match delete.filter(|delete| delete.for_watches()) {
            Some(delete) => delete.delete(id).await.map(drop),
            None => Err(crate::watch::mirror::no_harmless_deletion()),
        }
    }

    /// Whether this account's service takes a new version of a file under its old id.
    pub(crate) async fn takes_new_versions(&self, account: AccountId) -> Result<bool> {
        let provider = self.inner.world.accounts.provider(account).await?;
        let library = provider.library();
        Ok(library.is_some_and(|library| library.new_version().is_some()))
    }

    /// Tells listeners of a watch.
    pub(crate) fn tell_of(&self, watch: WatchId) {
        self.inner.announce(Change::Watch(watch));
    }

    /// The present, as everything here has it.
    pub(crate) fn now(&self) -> Time {
        self.inner.now()
    }

    /// What one transfer is doing at this moment.
    #[must_use]
    pub fn view(&self, id: TransferId) -> Live {
        let queue = self.inner.queue();
        let Some(row) = queue.get(id) else {
            return Live::default();
        };
        let mut live = locked(&self.inner.meters).get(&id).map_or_else(
            || Live {
                sent: row.sent,
                ..Live::default()
            },
            |meter| meter.view(row.size, Instant::now()),
        );
        live.sent = live.sent.max(row.sent);
        live.reason = match self.inner.read_only() {
            Some(failure) if row.state.is_active() || row.state == State::Queued => {
                Some(transfer::Reason::new(failure.code, failure.message))
            }
            _ => queue.why_queued(row, &self.inner.limits(), self.inner.now()),
        };
        live
    }

    /// Stores what the person wants. `false`: it makes no difference any more.
    ///
    /// # Errors
    /// When the ledger could not store it.
    pub async fn wish(&self, id: TransferId, wish: Wish) -> Result<bool> {
        self.tell(id, Event::Wished(wish)).await
    }

    /// Tries again now what failed, waits, asks or was cancelled; with it what waits for the same thing of the same account.
    ///
    /// # Errors
    /// When the ledger could not store it.
    pub async fn retry(&self, id: TransferId) -> Result<bool> {
        // Each of them holds the account: one that went on waiting would hold this one, too.
        let held = {
            let queue = self.inner.queue();
            queue.get(id).map(|row| queue.waiting_with(row)).unwrap_or_default()
        };
        for other in held {
            self.tell(other, Event::Due).await?;
        }
        self.tell(id, Event::Retried).await
    }

    /// Answers the transfer's question with the key of one of its choices. What to do with a name that is taken, and
    /// whether plain http will do, is answered for everything that was added together.
    ///
    /// # Errors
    /// When the ledger could not store it.
    pub async fn answer(&self, id: TransferId, choice: &str) -> Result<bool> {
        let asked = self.inner.queue().get(id).cloned();
        let answered = self.tell(id, Event::Answered(choice.into())).await?;
        let option = asked
            .as_ref()
            .and_then(|row| match row.question.as_ref()?.code.as_str() {
                "collision" => Some(("collision", choice)),
                "plain_http" if choice == "allow_http" => Some(("plain_http", "yes")),
                _ => None,
            });
        let (true, Some(row), Some((key, value))) = (answered, asked, option) else {
            return Ok(answered);
        };
        let batch = self.inner.queue().batch_of(&row);
        for other in batch {
            commit(&self.inner, other, Event::Chosen(key.into(), value.into())).await?;
            if self.asks(other, row.question.as_ref().map_or("", |question| &question.code)) {
                // Where this choice was not offered, the row tries again by the choice that it has now.
                self.tell(other, Event::Answered(choice.into())).await?;
            }
        }
        Ok(true)
    }

    /// The password of a batch's files was given: whoever asks for it tries again.
    ///
    /// # Errors
    /// When the ledger could not store it.
    pub async fn password_given(&self, batch: BatchId) -> Result<()> {
        let rows: Vec<_> = self
            .inner
            .queue()
            .ordered()
            .into_iter()
            .map(|row| (row.id, row.batch))
            .collect();
        for (id, _) in rows.into_iter().filter(|(_, of)| *of == batch) {
            if self.asks(id, "password") {
                self.tell(id, Event::Answered("retry".into())).await?;
            }
        }
        Ok(())
    }

    fn asks(&self, id: TransferId, code: &str) -> bool {
        let queue = self.inner.queue();
        let asked = queue.get(id).and_then(|row| row.question.as_ref());
        asked.is_some_and(|question| question.code == code)
    }

    async fn tell(&self, id: TransferId, event: Event) -> Result<bool> {
        let moved = commit(&self.inner, id, event).await?.is_some();
        self.inner.poke(id);
        Ok(moved)
    }

    /// Takes transfers that are over off the list; others are left. Answers which are gone.
    ///
    /// # Errors
    /// When the ledger could not store it.
    pub async fn remove(&self, ids: &[TransferId]) -> Result<Vec<TransferId>> {
        let _turn = self.inner.turn.lock().await;
        let over: Vec<_> = {
            let queue = self.inner.queue();
            ids.iter()
                .copied()
                .filter(|id| queue.get(*id).is_some_and(|row| row.state.is_over()))
                .collect()
        };
        for id in &over {
            let row = self.inner.queue().get(*id).cloned();
            if let Some(row) = row {
                download::leave_nothing(&self.inner, &row).await?;
            }
        }
        self.inner.world.ledger.remove(&over).await?;
        for id in &over {
            self.inner.queue().remove(*id);
            self.inner.pacing.forget(*id);
            locked(&self.inner.held).remove(id);
            self.inner.announce(Change::Removed(*id));
        }
        self.inner.janitor.notify_one();
        Ok(over)
    }

    /// Moves a transfer in line.
    ///
    /// # Errors
    /// When the ledger could not store it.
    pub async fn move_to(&self, id: TransferId, place: Place) -> Result<()> {
        let _turn = self.inner.turn.lock().await;
        let places = self.inner.queue().moved(id, place);
        self.inner.world.ledger.place(&places).await?;
        for (id, position) in places {
            self.inner.queue().place(id, position);
            self.inner.announce(Change::Transfer(id));
        }
        self.inner.wake.notify_one();
        Ok(())
    }

    /// Limits one transfer to so many bytes per second; takes effect on bytes under way.
    ///
    /// # Errors
    /// When the ledger could not store it.
    pub async fn set_limit(&self, id: TransferId, limit: Option<u64>) -> Result<()> {
        commit(&self.inner, id, Event::Limited(limit)).await?;
        self.inner.pacing.set_transfer(id, limit);
        Ok(())
    }

    /// Changes how much may happen at once; takes effect on bytes under way. Who may not move any more gives its slot
    /// back, without a fault.
    pub fn set_limits(&self, limits: Limits) {
        self.inner.pacing.set_all(limits.rates);
        if self.inner.limits.send_replace(limits) != self.inner.limits() {
            // Whoever waits may wait for something else now.
            self.inner.announce(Change::Status);
        }
        self.inner.wake.notify_one();
    }

    /// The account's limits have changed in [`World::accounts`]; takes effect on bytes under way.
    pub fn account_limited(&self, account: AccountId) {
        let rates = self.inner.world.accounts.rates(account);
        self.inner.pacing.set_account(account, rates);
    }

    /// The account can be used again: what waited for that goes on.
    ///
    /// # Errors
    /// When the ledger could not store it.
    pub async fn account_ready(&self, account: AccountId) -> Result<()> {
        const CLEARED: [&str; 5] = ["sign_in", "plan_full", "offline", "sign_in_network", "tls"];
        let waiting: Vec<_> = self
            .transfers()
            .into_iter()
            .filter(|row| row.account == account)
            .filter(|row| match row.state {
                State::NeedsYou => row
                    .question
                    .as_ref()
                    .is_some_and(|question| CLEARED.contains(&question.code.as_str())),
                State::Waiting => row
                    .reason
                    .as_ref()
                    .is_some_and(|reason| CLEARED.contains(&reason.code.as_str())),
                _ => false,
            })
            .collect();
        for row in waiting {
            let event = if row.state == State::Waiting {
                Event::Due
            } else {
                Event::Answered("retry".into())
            };
            self.tell(row.id, event).await?;
        }
        self.inner.janitor.notify_one();
        Ok(())
    }

    /// Sessions that may still exist at a service and that no transfer is working with.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub async fn orphans(&self) -> Result<Vec<SessionRow>> {
        let sessions = self.inner.world.ledger.open_sessions().await?;
        let queue = self.inner.queue();
        Ok(sessions
            .into_iter()
            .filter(|session| {
                queue
                    .get(session.transfer)
                    .is_none_or(|row| row.session != Some(session.id))
            })
            .collect())
    }

    /// Has the service drop an orphan, now.
    ///
    /// # Errors
    /// When the service can't be told, its name is not known, or the ledger could not store it.
    pub async fn abort_orphan(&self, id: SessionId) -> Result<()> {
        janitor::abort(&self.inner, id).await
    }

    /// Tells what changes. A listener that lags looks at everything anew.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// Why nothing can be stored at the moment, if so. Nothing is asked of any service then.
    #[must_use]
    pub fn read_only(&self) -> Option<Failure> {
        self.inner.read_only()
    }

    /// Stops: parts under way are given up, rows go back in line. Returns when nothing runs any more.
    pub async fn stop(&self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}
