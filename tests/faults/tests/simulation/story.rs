//! One seed's story: its troubles, its crashes, its end, and what must be true then.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use engine::{Engine, Limits, NewUpload, World as Around};
use md5::{Digest, Md5};
use providers::memory::{Evidence, Fault, Step, StoredFile, World as Service};
use transfer::ledger::SessionStatus;
use transfer::{AccountId, BatchId, Failure, Kind, State, Transfer};
use uuid::Uuid;

use super::around::around;
use super::files::MemoryFiles;
use super::ledger::MemoryLedger;
use super::person;
use super::world::{Dice, SimulatedClock, Trace};

const PART: u64 = 1_000;
/// Troubles last this long at most; then everything works.
const TROUBLES: u64 = 90_000;

pub(super) struct Story {
    pub(super) trace: Trace,
    pub(super) rows: Vec<Transfer>,
    pub(super) crashes: usize,
    files: MemoryFiles,
    service: Service,
    ledger: MemoryLedger,
    accepted: Vec<Vec<u8>>,
    unnamed_allowed: usize,
    stuck: Option<String>,
}

impl Story {
    pub(super) fn run(seed: u64) -> Self {
        let dice = Dice::new(seed);
        let clock = Arc::new(SimulatedClock::new(dice.clone()));
        let trace = Trace::new(Arc::clone(&clock));
        let service = Service::new();
        service.set(|settings| {
            settings.part_size = PART;
            settings.evidence = [
                Evidence::Exact,
                Evidence::Exact,
                Evidence::Rounded,
                Evidence::FromOpening,
            ][dice.below(4) as usize];
        });
        let files = MemoryFiles::default();
        let ledger = MemoryLedger::new(dice.clone(), trace.clone());
        let (account, around) = around(&service, &ledger, &files, &clock, &trace, &dice);
        let mut story = Self {
            trace,
            rows: Vec::new(),
            crashes: 0,
            files,
            service,
            ledger,
            accepted: Vec::new(),
            unnamed_allowed: 0,
            stuck: None,
        };
        let lives = 1 + dice.below(5);
        for life in 0..=lives {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build()
                .unwrap();
            runtime.block_on(async {
                clock.wind_up();
                if life < lives {
                    story.troubled_life(&around, &dice, account).await;
                } else {
                    story.last_life(&around).await;
                }
                clock.keep();
            });
            if life < lives {
                // Everything that was under way ends here, wherever it stood.
                story.crashes += 1;
                story.trace.tell("crash".into());
            }
        }
        story.rows = story.ledger.rows();
        story
    }

    async fn troubled_life(&mut self, around: &Around, dice: &Dice, account: AccountId) {
        // The disk may be full when the engine starts: then it tells, and nothing begins.
        let Ok(engine) = Engine::start(
            around.clone(),
            Limits {
                slots: 2,
                slots_per_account: 2,
                ..Limits::default()
            },
        )
        .await
        else {
            return;
        };
        let end = dice.below(TROUBLES / 3);
        let mut passed = 0;
        while passed < end {
            match dice.below(12) {
                0..3 if self.accepted.len() < 4 => self.add(&engine, dice, account).await,
                0..4 => self.trouble_service(dice),
                4 => self.service.set(|settings| settings.offline = dice.one_in(2)),
                5 if dice.one_in(3) => self.ledger.fill(dice.one_in(2)),
                6 if dice.one_in(3) => self.rewrite(dice),
                7 if dice.one_in(6) => self.service.expire_links(),
                8 if dice.one_in(10) => self.service.drop_sessions(),
                _ => person::meddle(&engine, dice).await,
            }
            let pause = 1 + dice.below(3_000);
            passed += pause;
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }

    async fn add(&mut self, engine: &Engine, dice: &Dice, account: AccountId) {
        let path = format!("/file-{}", self.accepted.len()).into_bytes();
        self.files.write(&path, content(dice));
        let upload = NewUpload {
            account,
            path: path.clone(),
            name: format!("file-{}", self.accepted.len()),
            size: None,
            version: None,
            options: BTreeMap::new(),
            limit: None,
            batch: BatchId(Uuid::nil()),
        };
        if engine.enqueue(vec![upload]).await.is_ok() {
            self.accepted.push(path);
        }
    }

    fn rewrite(&self, dice: &Dice) {
        if let Some(path) = self.accepted.get(dice.below(self.accepted.len() as u64) as usize) {
            let there = self
                .ledger
                .rows()
                .iter()
                .any(|row| row.local_source() == Some(path) && row.state == State::Completed);
            if !there {
                self.trace.tell("rewrite".into());
                self.files.write(path, content(dice));
            }
        }
    }

    fn trouble_service(&mut self, dice: &Dice) {
        let step = [
            Step::Open,
            Step::PutPart,
            Step::PutPart,
            Step::Finish,
            Step::Finish,
            Step::Settle,
            Step::Abort,
        ][dice.below(7) as usize];
        let broken = Failure::new(Kind::Unavailable, "broken", "Broken.").maybe_done(dice.one_in(2));
        let fault = match (dice.below(5), step) {
            (0, Step::PutPart) => Fault::Cut(dice.below(PART)),
            (1, Step::PutPart) => Fault::TagLies,
            (0, Step::Finish) => Fault::Late(1),
            (0..3, _) => Fault::Lost,
            (3, _) => Fault::Dropped,
            _ => Fault::Fails(broken),
        };
        if step == Step::Open {
            self.unnamed_allowed += 1;
        }
        self.service.script(step, fault);
    }

    async fn last_life(&mut self, around: &Around) {
        self.service.forget_script();
        self.service.set(|settings| settings.offline = false);
        self.ledger.fill(false);
        let engine = Engine::start(around.clone(), Limits::default()).await.unwrap();
        for _ in 0..400 {
            let rows = engine.transfers();
            let mut helped = false;
            for row in &rows {
                helped |= person::help(&engine, &self.service, row).await;
            }
            let closing = self
                .ledger
                .sessions()
                .iter()
                .any(|session| session.status == SessionStatus::Closing);
            if !helped && !closing && rows.iter().all(|row| row.state.is_over()) {
                engine.stop().await;
                return;
            }
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        let states: Vec<_> = engine
            .transfers()
            .iter()
            .map(|row| (row.name.clone(), row.state, row.step, row.outcome))
            .collect();
        self.stuck = Some(format!("{states:?}"));
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if let Some(stuck) = &self.stuck {
            return Err(format!("stuck: {stuck}"));
        }
        let counters = self.service.counters();
        if counters.duplicate_finishes > 0 || counters.aborts_after_finish > 0 {
            return Err(format!("{counters:?}"));
        }
        for path in &self.accepted {
            let rows: Vec<_> = self
                .rows
                .iter()
                .filter(|row| row.local_source() == Some(path))
                .collect();
            let [row] = rows.as_slice() else {
                return Err(format!("{} rows for one file", rows.len()));
            };
            let stored: Vec<_> = self
                .service
                .files()
                .into_iter()
                .filter(|file| file.name == row.name)
                .collect();
            match row.state {
                State::Completed => self.right(path, row, &stored)?,
                State::Cancelled if stored.is_empty() => {}
                State::Failed if stored.is_empty() && row.ended.is_some() => {}
                state => {
                    return Err(format!(
                        "{} ended {state:?} ({:?}) with {} files",
                        row.name,
                        row.ended,
                        stored.len()
                    ));
                }
            }
        }
        // What is left open there has no name here (a crash or a lost answer while asking), or was left to the person.
        let left = self
            .ledger
            .sessions()
            .iter()
            .filter(|session| session.status == SessionStatus::Left)
            .count();
        if counters.open > left as u64 {
            return Err(format!("{} sessions left open, {left} known", counters.open));
        }
        Ok(())
    }

    fn right(&self, path: &[u8], row: &Transfer, stored: &[StoredFile]) -> Result<(), String> {
        let [file] = stored else {
            return Err(format!("{} completed with {} files", row.name, stored.len()));
        };
        // The version that was sent; one written after the service was asked to finish is another story.
        let print = row.fingerprint.ok_or("completed without a fingerprint")?;
        let content = self.files.version(path, &print);
        let mut parts: Vec<String> = content
            .chunks(PART as usize)
            .map(|part| hex::encode(Md5::digest(part)))
            .collect();
        if parts.is_empty() {
            parts.push(hex::encode(Md5::digest([])));
        }
        if file.parts == parts && row.proof.is_some() {
            Ok(())
        } else {
            Err(format!("{} has other bytes", row.name))
        }
    }
}

fn content(dice: &Dice) -> Vec<u8> {
    let size = match dice.below(6) {
        0 => 0,
        1 => 1,
        2 => PART,
        3 => PART + 1,
        _ => dice.below(40 * PART),
    };
    let salt = dice.below(251);
    (0..size)
        .map(|index| ((index * 7 + salt * (index / 100)) % 251) as u8)
        .collect()
}
