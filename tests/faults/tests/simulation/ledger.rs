//! A ledger in memory: slow, sometimes full, and durable exactly from the moment at which it changes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::sleep;
use transfer::error::{Failure, Kind, Result};
use transfer::ledger::{Ledger, Note, SessionChange, SessionRow, SessionStatus};
use transfer::segments::Segment;
use transfer::target::Partial;
use transfer::{Account, AccountId, Receipt, SecretString, SessionId, Transfer, TransferId, UploadSession};

use super::world::{Dice, Trace};

#[derive(Default)]
struct Held {
    rows: BTreeMap<TransferId, Transfer>,
    sessions: BTreeMap<SessionId, SessionRow>,
    receipts: BTreeMap<(SessionId, u32), Receipt>,
    journal: BTreeMap<TransferId, Vec<Note>>,
    links: BTreeMap<TransferId, SecretString>,
    partials: BTreeMap<TransferId, Partial>,
    segments: BTreeMap<TransferId, BTreeMap<u32, Segment>>,
    full: bool,
}

#[derive(Clone)]
pub(super) struct MemoryLedger {
    held: Arc<Mutex<Held>>,
    dice: Dice,
    trace: Trace,
}

impl MemoryLedger {
    pub(super) fn new(dice: Dice, trace: Trace) -> Self {
        Self {
            held: Arc::default(),
            dice,
            trace,
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap()
    }

    pub(super) fn fill(&self, full: bool) {
        self.held().full = full;
    }

    pub(super) fn rows(&self) -> Vec<Transfer> {
        self.held().rows.values().cloned().collect()
    }

    pub(super) fn sessions(&self) -> Vec<SessionRow> {
        self.held().sessions.values().cloned().collect()
    }

    pub(super) fn story(&self, id: TransferId) -> Vec<Note> {
        self.held().journal.get(&id).cloned().unwrap_or_default()
    }

    /// A write that takes time before and after the moment at which it becomes true: a crash may fall on either side.
    async fn write<T>(&self, change: impl FnOnce(&mut Held) -> T + Send) -> Result<T> {
        self.pause().await;
        let done = {
            let mut held = self.held();
            if held.full {
                return Err(Failure::new(Kind::DiskFull, "store_full", "The disk is full."));
            }
            change(&mut held)
        };
        self.pause().await;
        Ok(done)
    }

    async fn pause(&self) {
        let micros = self.dice.below(3_000);
        sleep(Duration::from_micros(micros)).await;
    }
}

fn over(status: SessionStatus) -> bool {
    matches!(status, SessionStatus::Finished | SessionStatus::Aborted)
}

fn set_session(held: &mut Held, id: SessionId, status: SessionStatus, body: Option<UploadSession>) {
    if let Some(row) = held.sessions.get_mut(&id) {
        row.status = status;
        if body.is_some() {
            row.session = body;
        }
        if over(status) {
            row.session = None;
        }
    }
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn insert(&self, rows: &[Transfer], links: &[(TransferId, SecretString)], note: &Note) -> Result<()> {
        self.write(|held| {
            held.links.extend(links.iter().cloned());
            for row in rows {
                held.rows.insert(row.id, row.clone());
                held.journal.entry(row.id).or_default().push(note.clone());
            }
        })
        .await
    }

    async fn transfers(&self) -> Result<Vec<Transfer>> {
        Ok(self.rows())
    }

    async fn write(
        &self,
        before: &Transfer,
        after: &Transfer,
        note: Option<&Note>,
        session: Option<&SessionChange>,
    ) -> Result<bool> {
        let moved = self
            .write(|held| {
                let Some(row) = held.rows.get_mut(&before.id) else {
                    return false;
                };
                if row.revision != before.revision || row.state != before.state {
                    return false;
                }
                *row = after.clone();
                held.journal.entry(after.id).or_default().extend(note.cloned());
                match session {
                    Some(SessionChange::Asked(row)) => drop(held.sessions.insert(row.id, row.clone())),
                    Some(SessionChange::Opened(id, body)) => {
                        set_session(held, *id, SessionStatus::Open, Some(body.clone()))
                    }
                    Some(SessionChange::Moved(id, status)) => set_session(held, *id, *status, None),
                    Some(SessionChange::Placed(partial, segments)) => {
                        held.partials.insert(after.id, partial.clone());
                        let numbered = segments.iter().map(|segment| (segment.number, *segment));
                        held.segments.insert(after.id, numbered.collect());
                    }
                    Some(SessionChange::Emptied) => drop(held.segments.remove(&after.id)),
                    Some(SessionChange::Unplaced) => {
                        held.partials.remove(&after.id);
                        held.segments.remove(&after.id);
                    }
                    None => {}
                }
                true
            })
            .await?;
        let told = note.map_or("", |note| note.event.as_str());
        self.trace.tell(format!(
            "{} {} {:?}->{:?} {:?}/{:?} {told} {moved}",
            after.name, after.revision, before.state, after.state, after.step, after.outcome
        ));
        Ok(moved)
    }

    async fn place(&self, places: &[(TransferId, i64)]) -> Result<()> {
        self.write(|held| {
            for (id, position) in places {
                if let Some(row) = held.rows.get_mut(id) {
                    row.position = *position;
                }
            }
        })
        .await
    }

    async fn remove(&self, ids: &[TransferId]) -> Result<()> {
        self.write(|held| ids.iter().for_each(|id| drop(held.rows.remove(id))))
            .await
    }

    async fn session(&self, id: SessionId) -> Result<Option<SessionRow>> {
        Ok(self.held().sessions.get(&id).cloned())
    }

    async fn open_sessions(&self) -> Result<Vec<SessionRow>> {
        Ok(self
            .sessions()
            .into_iter()
            .filter(|session| !over(session.status))
            .collect())
    }

    async fn move_session(&self, id: SessionId, status: SessionStatus) -> Result<()> {
        self.trace.tell(format!("session {status:?}"));
        self.write(|held| set_session(held, id, status, None)).await
    }

    async fn add_receipt(&self, session: SessionId, receipt: &Receipt) -> Result<()> {
        self.write(|held| drop(held.receipts.insert((session, receipt.number), receipt.clone())))
            .await
    }

    async fn receipts(&self, session: SessionId) -> Result<Vec<Receipt>> {
        let held = self.held();
        Ok(held
            .receipts
            .iter()
            .filter(|((of, _), _)| *of == session)
            .map(|(_, receipt)| receipt.clone())
            .collect())
    }

    async fn link(&self, id: TransferId) -> Result<Option<SecretString>> {
        Ok(self.held().links.get(&id).cloned())
    }

    async fn partial(&self, id: TransferId) -> Result<Option<Partial>> {
        Ok(self.held().partials.get(&id).cloned())
    }

    async fn segments(&self, id: TransferId) -> Result<Vec<Segment>> {
        let held = self.held();
        Ok(held
            .segments
            .get(&id)
            .map(|all| all.values().copied().collect())
            .unwrap_or_default())
    }

    async fn put_segments(&self, id: TransferId, segments: &[Segment]) -> Result<()> {
        let numbered: Vec<_> = segments.iter().map(|segment| (segment.number, *segment)).collect();
        self.write(|held| held.segments.entry(id).or_default().extend(numbered))
            .await
    }

    async fn note(&self, id: TransferId, note: &Note) -> Result<()> {
        self.write(|held| held.journal.entry(id).or_default().push(note.clone()))
            .await
    }

    async fn journal(&self, id: TransferId) -> Result<Vec<Note>> {
        Ok(self.story(id))
    }

    async fn accounts(&self) -> Result<Vec<Account>> {
        Ok(Vec::new())
    }

    async fn put_account(&self, _account: &Account) -> Result<()> {
        Ok(())
    }

    async fn remove_account(&self, _id: AccountId) -> Result<()> {
        Ok(())
    }

    async fn setting(&self, _key: &str) -> Result<Option<String>> {
        Ok(None)
    }

    async fn put_setting(&self, _key: &str, _value: Option<&str>) -> Result<()> {
        self.write(|_| ()).await
    }
}
