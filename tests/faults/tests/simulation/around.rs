//! What surrounds a simulated engine, put together: a service at a distance, files and ledger in memory, one account.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use engine::{Hasher, World as Around};
use providers::memory::World as Service;
use transfer::provider::{Budget, Tools};
use transfer::{Account, AccountId};
use uuid::Uuid;

use super::files::MemoryFiles;
use super::ledger::MemoryLedger;
use super::world::{CountedIds, Dice, Far, OneAccount, SimulatedClock, Trace};

struct NoBudget;

#[async_trait::async_trait]
impl Budget for NoBudget {
    async fn take(&self) -> transfer::error::Result<()> {
        Ok(())
    }

    fn exhausted(&self, _delay: Duration) {}
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
        targets: Arc::new(engine::LocalTargets),
        copies: b"/nowhere".to_vec(),
        clock: Arc::clone(clock) as _,
        ids: Arc::new(CountedIds::default()),
        hasher: Hasher::inline(),
    };
    (id, around)
}
