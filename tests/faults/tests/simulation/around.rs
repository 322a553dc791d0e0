//! What surrounds a simulated engine, put together: a service at a distance, files and ledger in memory, one account.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use engine::{Hasher, World as Around};
use providers::memory::World as Service;
use transfer::error::{Failure, Kind, Result};
use transfer::provider::{Budget, Tools};
use transfer::target::{FileMark, Naming, Standing, TargetFile, Targets};
use transfer::{Account, AccountId};
use uuid::Uuid;

use super::files::MemoryFiles;
use super::ledger::MemoryLedger;
use super::world::{CountedIds, Dice, Far, OneAccount, SimulatedClock, Trace};

struct NoBudget;

#[async_trait]
impl Budget for NoBudget {
    async fn take(&self) -> Result<()> {
        Ok(())
    }

    fn exhausted(&self, _delay: Duration) {}
}

/// No folder is there, and none is looked for on a disk, which would take its own time.
struct Nowhere;

fn gone<T>() -> Result<T> {
    Err(Failure::new(Kind::TargetGone, "folder_missing", "There is no folder."))
}

#[async_trait]
impl Targets for Nowhere {
    async fn free(&self, _: &[u8]) -> Result<u64> {
        gone()
    }

    async fn make_folder(&self, _: &[u8]) -> Result<()> {
        gone()
    }

    async fn names(&self, _: &[u8]) -> Result<Vec<String>> {
        gone()
    }

    async fn standing(&self, _: &[u8], _: &str) -> Result<Option<Standing>> {
        gone()
    }

    async fn create(&self, _: &[u8], _: &str) -> Result<Option<Box<dyn TargetFile>>> {
        gone()
    }

    async fn open(&self, _: &[u8], _: &str, _: FileMark) -> Result<Option<Box<dyn TargetFile>>> {
        gone()
    }

    async fn rename(&self, _: &[u8], _: &str, _: FileMark, _: &str, _: Option<FileMark>) -> Result<Naming> {
        gone()
    }

    async fn remove(&self, _: &[u8], _: &str, _: FileMark) -> Result<()> {
        gone()
    }

    async fn quarantine(&self, _: &[u8], _: &str, _: Option<&str>) {}
}

/// The surroundings, and the one account in them.
pub(super) fn around(
    service: &Service,
    ledger: &MemoryLedger,
    files: &MemoryFiles,
    clock: &Arc<SimulatedClock>,
    trace: &Trace,
    dice: &Dice,
) -> (AccountId, Around) {
    let account = Account {
        id: AccountId(Uuid::from_u128(7)),
        provider: "memory".into(),
        name: "memory".into(),
        base_url: "https://memory.invalid".into(),
        allow_http: false,
        options: BTreeMap::new(),
        tags: transfer::account::Tags::Unlearnt,
        info: None,
        last_answer: None,
        created_at: clock.time(),
    };
    let tools = Tools {
        budget: Arc::new(NoBudget),
        clock: Arc::clone(clock) as _,
    };
    let secret = r#"{"token":"memory"}"#.to_owned().into();
    let near = service.descriptor().connect.connect(&account, &secret, tools).unwrap();
    let far = Arc::new(Far {
        near,
        dice: dice.clone(),
        trace: trace.clone(),
    });
    let id = account.id;
    let around = Around {
        ledger: Arc::new(ledger.clone()),
        accounts: Arc::new(OneAccount {
            provider: far,
            tags: Mutex::default(),
        }),
        sources: Arc::new(files.clone()),
        targets: Arc::new(Nowhere),
        copies: b"/nowhere".to_vec(),
        clock: Arc::clone(clock) as _,
        ids: Arc::new(CountedIds::default()),
        hasher: Hasher::inline(),
    };
    (id, around)
}
