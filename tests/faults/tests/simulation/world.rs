//! Dice, clock, trace, and a service whose every call takes time before and after it is carried out.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use engine::{Accounts, Ids};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::time::{Instant, sleep};
use transfer::account::{AccountInfo, Tags};
use transfer::error::Result;
use transfer::provider::{
    FileFacts, Finished, PartAnswer, PartBody, Provider, Settlement, SignedPart, Upload, UploadRules,
};
use transfer::time::{Clock, Now};
use transfer::{AccountId, BatchId, PartPlan, Receipt, SecretString, Time, UploadSession};
use uuid::Uuid;

/// Chance, from the seed.
#[derive(Clone)]
pub(super) struct Dice(Arc<Mutex<StdRng>>);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    pub(super) fn below(&self, end: u64) -> u64 {
        self.0.lock().unwrap().random_range(0..end.max(1))
    }

    pub(super) fn one_in(&self, count: u64) -> bool {
        self.below(count) == 0
    }
}

/// What happened, in order, with times.
#[derive(Clone)]
pub(super) struct Trace {
    lines: Arc<Mutex<Vec<String>>>,
    clock: Arc<SimulatedClock>,
}

impl Trace {
    pub(super) fn new(clock: Arc<SimulatedClock>) -> Self {
        Self {
            lines: Arc::default(),
            clock,
        }
    }

    pub(super) fn tell(&self, line: String) {
        let at = self.clock.time().0;
        self.lines.lock().unwrap().push(format!("{at} {line}"));
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

/// Time that stands still unless everybody waits. Goes on across crashes.
pub(super) struct SimulatedClock {
    base: AtomicI64,
    begun: Mutex<Option<Instant>>,
    dice: Dice,
}

impl SimulatedClock {
    pub(super) fn new(dice: Dice) -> Self {
        Self {
            base: AtomicI64::new(1_000_000),
            begun: Mutex::new(None),
            dice,
        }
    }

    /// A new life begins: called inside its runtime.
    pub(super) fn wind_up(&self) {
        *self.begun.lock().unwrap() = Some(Instant::now());
    }

    /// The life is about to end.
    pub(super) fn keep(&self) {
        let now = self.time().0;
        self.base.store(now, Ordering::SeqCst);
        *self.begun.lock().unwrap() = None;
    }

    pub(super) fn time(&self) -> Time {
        let begun = *self.begun.lock().unwrap();
        Time(self.base.load(Ordering::SeqCst)).after(begun.map_or(Duration::ZERO, |begun| begun.elapsed()))
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Now {
        Now {
            time: self.time(),
            chance: self.dice.below(1_000) as f64 / 1_000.0,
        }
    }
}

#[derive(Default)]
pub(super) struct CountedIds(AtomicU64);

impl Ids for CountedIds {
    fn uuid(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::SeqCst)) + 1)
    }
}

/// The one account, at the service that takes its time.
pub(super) struct OneAccount {
    pub(super) provider: Arc<Far>,
    pub(super) tags: Mutex<Tags>,
}

#[async_trait]
impl Accounts for OneAccount {
    async fn provider(&self, _id: AccountId) -> Result<Arc<dyn Provider>> {
        Ok(Arc::clone(&self.provider) as Arc<dyn Provider>)
    }

    async fn tags(&self, _id: AccountId) -> Tags {
        *self.tags.lock().unwrap()
    }

    async fn learn_tags(&self, _id: AccountId, tags: Tags) {
        *self.tags.lock().unwrap() = tags;
    }

    async fn learn_largest(&self, _id: AccountId, _bytes: u64) {}

    fn parts_at_once(&self, _id: AccountId) -> Option<usize> {
        None
    }

    fn connections(&self, _id: AccountId) -> Option<usize> {
        None
    }

    async fn file_password(&self, _batch: BatchId) -> Option<SecretString> {
        None
    }

    fn rates(&self, _id: AccountId) -> transfer::Rates {
        transfer::Rates::FREE
    }
}

/// A service at a distance: whoever crashes between asking and hearing does not know what was done.
pub(super) struct Far {
    pub(super) near: Arc<dyn Provider>,
    pub(super) dice: Dice,
    pub(super) trace: Trace,
}

impl Far {
    async fn away<T>(&self, what: &str, call: impl Future<Output = Result<T>>) -> Result<T> {
        sleep(Duration::from_millis(self.dice.below(80))).await;
        let answer = call.await;
        let told = answer.as_ref().err().map_or("ok", |failure| failure.code.as_str());
        self.trace.tell(format!("service {what} {told}"));
        sleep(Duration::from_millis(self.dice.below(80))).await;
        answer
    }

    fn inner(&self) -> &dyn Upload {
        self.near.upload().unwrap()
    }
}

#[async_trait]
impl Provider for Far {
    async fn check_account(&self) -> Result<AccountInfo> {
        self.near.check_account().await
    }

    fn upload(&self) -> Option<&dyn Upload> {
        Some(self)
    }
}

#[async_trait]
impl Upload for Far {
    fn rules(&self) -> UploadRules {
        self.inner().rules()
    }

    async fn limits(&self, file: &FileFacts) -> Result<()> {
        self.inner().limits(file).await
    }

    async fn open(&self, file: &FileFacts) -> Result<UploadSession> {
        self.away("open", self.inner().open(file)).await
    }

    async fn sign(&self, session: &UploadSession, parts: &[PartPlan]) -> Result<Vec<SignedPart>> {
        self.inner().sign(session, parts).await
    }

    async fn put_part(&self, part: SignedPart, body: PartBody) -> Result<PartAnswer> {
        let number = part.plan.number;
        self.away(&format!("put {number}"), self.inner().put_part(part, body))
            .await
    }

    async fn finish(&self, session: &UploadSession, receipts: &[Receipt]) -> Result<Finished> {
        self.away("finish", self.inner().finish(session, receipts)).await
    }

    async fn settle(&self, session: &UploadSession) -> Result<Settlement> {
        self.away("settle", self.inner().settle(session)).await
    }

    async fn abort(&self, session: &UploadSession) -> Result<()> {
        self.away("abort", self.inner().abort(session)).await
    }
}
