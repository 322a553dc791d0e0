//! Single promises of the engine in the simulated world, for what a story with any happy end would not notice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use engine::{Engine, Limits, NewUpload};
use md5::{Digest, Md5};
use providers::memory::{Fault, Step, World as Service};
use tokio::time::{Instant, timeout};
use transfer::ledger::Ledger;
use transfer::{AccountId, BatchId, Failure, Kind, Proof, State, Transfer, TransferId, Wish};
use uuid::Uuid;

use super::around::around;
use super::files::MemoryFiles;
use super::ledger::MemoryLedger;
use super::world::{Dice, SimulatedClock, Trace};

const PART: usize = 1_000;
const PATH: &[u8] = b"/file";

struct Bench {
    engine: Engine,
    service: Service,
    files: MemoryFiles,
    ledger: MemoryLedger,
    trace: Trace,
    account: AccountId,
}

impl Bench {
    /// An engine without work, and a file of `parts` parts.
    async fn new(parts: usize) -> Self {
        let dice = Dice::new(1);
        let clock = Arc::new(SimulatedClock::new(dice.clone()));
        clock.wind_up();
        let trace = Trace::new(Arc::clone(&clock));
        let service = Service::new();
        service.set(|settings| settings.part_size = PART as u64);
        let files = MemoryFiles::default();
        files.write(PATH, vec![1; parts * PART]);
        let ledger = MemoryLedger::new(dice.clone(), trace.clone());
        let (account, around) = around(&service, &ledger, &files, &clock, &trace, &dice);
        Self {
            engine: Engine::start(around, Limits::default()).await.unwrap(),
            service,
            files,
            ledger,
            trace,
            account,
        }
    }

    fn upload(&self) -> NewUpload {
        NewUpload {
            account: self.account,
            path: PATH.to_vec(),
            size: None,
            version: None,
            name: "file".into(),
            options: BTreeMap::new(),
            limit: None,
            batch: BatchId(Uuid::nil()),
        }
    }

    async fn send(&self, upload: NewUpload) -> TransferId {
        self.engine.enqueue(vec![upload]).await.unwrap()[0].id
    }

    /// The row once it is as wanted; a day is more than enough.
    async fn once(&self, id: TransferId, wanted: impl Fn(&Transfer) -> bool) -> Transfer {
        let mut changes = self.engine.changes();
        let waiting = async {
            loop {
                if let Some(row) = self.engine.transfer(id).filter(&wanted) {
                    return row;
                }
                // One who lags has missed changes, and looks again.
                let _ = changes.recv().await;
            }
        };
        timeout(Duration::from_secs(86_400), waiting)
            .await
            .unwrap_or_else(|_| panic!("{:?}", self.engine.transfer(id)))
    }

    async fn end(&self, id: TransferId) -> Transfer {
        self.once(id, |row| row.state.is_over()).await
    }
}

fn broken() -> Fault {
    Fault::Fails(Failure::new(Kind::Unavailable, "broken", "Broken."))
}

#[tokio::test(start_paused = true)]
async fn simulated_a_part_whose_tag_lies_is_sent_again() {
    let bench = Bench::new(3).await;
    bench.service.script(Step::PutPart, Fault::TagLies);
    let row = bench.end(bench.send(bench.upload()).await).await;
    assert_eq!((row.state, row.proof), (State::Completed, Some(Proof::PartTags)));
    assert_eq!(bench.service.counters().parts_stored, 4);
}

#[tokio::test(start_paused = true)]
async fn simulated_a_part_without_a_tag_is_sent_again_and_then_refused() {
    let bench = Bench::new(1).await;
    bench
        .service
        .set(|settings| settings.tags = providers::memory::Tagging::Missing);
    let row = bench.end(bench.send(bench.upload()).await).await;
    assert_eq!(row.state, State::Failed);
    assert_eq!(bench.service.files(), []);
}

#[tokio::test(start_paused = true)]
async fn simulated_a_receipt_is_there_only_for_what_the_storage_confirmed() {
    let bench = Bench::new(1).await;
    bench.service.script(Step::PutPart, broken());
    let id = bench.send(bench.upload()).await;
    let row = bench.once(id, |row| row.state == State::Waiting).await;
    let session = row.session.unwrap();
    assert_eq!(bench.ledger.receipts(session).await.unwrap(), []);
    assert_eq!(bench.end(id).await.state, State::Completed);
    assert_eq!(bench.ledger.receipts(session).await.unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn simulated_the_same_file_twice_is_one_transfer() {
    let bench = Bench::new(2).await;
    let both = vec![bench.upload(), bench.upload()];
    let first = bench.engine.enqueue(both).await.unwrap()[0].id;
    assert_eq!(bench.send(bench.upload()).await, first);
    assert_eq!(bench.engine.transfers().len(), 1);
    bench.end(first).await;
    assert_eq!(bench.service.files().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn simulated_a_file_that_changes_before_it_is_finished_is_sent_anew() {
    let bench = Bench::new(2).await;
    bench.service.script(Step::Finish, broken());
    let id = bench.send(bench.upload()).await;
    bench.once(id, |row| row.state == State::Waiting).await;
    let changed = vec![2; PART];
    bench.files.write(PATH, changed.clone());
    assert_eq!(bench.end(id).await.state, State::Completed);
    let files = bench.service.files();
    assert_eq!(files[0].parts, [hex::encode(Md5::digest(changed))]);
    assert_eq!((files.len(), bench.service.counters().opened), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn simulated_the_limit_of_one_transfer_holds_it_back() {
    let bench = Bench::new(10).await;
    let begun = Instant::now();
    let limited = NewUpload {
        limit: Some(PART as u64),
        ..bench.upload()
    };
    bench.end(bench.send(limited).await).await;
    let took = begun.elapsed().as_secs_f64();
    assert!((8.5..12.0).contains(&took), "10 parts at one a second took {took} s");
}

#[tokio::test(start_paused = true)]
async fn simulated_one_works_on_a_transfer_and_a_cancelled_one_is_dropped_once() {
    let bench = Bench::new(20).await;
    let id = bench.send(bench.upload()).await;
    bench.once(id, |row| row.parts_done > 0 || row.sent > 0).await;
    bench.engine.wish(id, Wish::Cancel).await.unwrap();
    assert_eq!(bench.end(id).await.state, State::Cancelled);
    // Who else was at work would have been heard by now.
    tokio::time::sleep(Duration::from_secs(60)).await;
    let told = bench.trace.lines();
    let dropped = told.iter().filter(|line| line.contains("service abort")).count();
    assert_eq!((dropped, bench.service.counters().open), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn simulated_what_could_not_be_stored_did_not_happen() {
    let bench = Bench::new(5).await;
    let id = bench.send(bench.upload()).await;
    bench.ledger.fill(true);
    assert!(bench.engine.wish(id, Wish::Pause).await.is_err());
    let (held, stored) = (bench.engine.transfer(id).unwrap(), bench.ledger.rows());
    assert_eq!((held.revision, held.wish), (stored[0].revision, Wish::Run));
    bench.ledger.fill(false);
    assert_eq!(bench.end(id).await.state, State::Completed);
}
