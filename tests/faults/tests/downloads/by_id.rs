//! A file of an account, fetched by the service's id of it: stored with no link, and resumed like any other.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use engine::{Engine, Hasher, Holds, Limits, LocalSources, LocalTargets, NewDownload, World as Around};
use jiff::Timestamp;
use providers::memory::{Fault, Step, World as Service};
use transfer::account::Tags;
use transfer::error::Result;
use transfer::ledger::Seal;
use transfer::provider::{Budget, Provider, Tools};
use transfer::time::{Clock, Now};
use transfer::{Account, AccountId, BatchId, Endpoint, Rates, SecretString, State, Time};
use uuid::Uuid;

const ACCOUNT: AccountId = AccountId(Uuid::from_u128(7));
const ID: &str = "film.bin";

/// Everything around the engine that this story does not need to be real.
struct Plain(Arc<dyn Provider>);

struct Present;

impl Clock for Present {
    fn now(&self) -> Now {
        Now {
            time: Time(Timestamp::now().as_millisecond()),
            chance: 0.0,
        }
    }
}

impl engine::Ids for Present {
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

impl Seal for Present {
    fn seal(&self, plain: &[u8], _: &str) -> Vec<u8> {
        plain.to_vec()
    }

    fn open(&self, sealed: &[u8], _: &str) -> Option<Vec<u8>> {
        Some(sealed.to_vec())
    }
}

#[async_trait]
impl Budget for Present {
    async fn take(&self) -> Result<()> {
        Ok(())
    }

    fn exhausted(&self, _: Duration) {}
}

#[async_trait]
impl engine::Accounts for Plain {
    async fn provider(&self, _: AccountId) -> Result<Arc<dyn Provider>> {
        Ok(Arc::clone(&self.0))
    }

    async fn tags(&self, _: AccountId) -> Tags {
        Tags::Unlearnt
    }

    async fn learn_tags(&self, _: AccountId, _: Tags) {}

    async fn learn_largest(&self, _: AccountId, _: u64) {}

    fn parts_at_once(&self, _: AccountId) -> Option<usize> {
        None
    }

    fn connections(&self, _: AccountId) -> Option<usize> {
        Some(1)
    }

    async fn file_password(&self, _: BatchId) -> Option<SecretString> {
        None
    }

    fn rates(&self, _: AccountId) -> Rates {
        Rates::FREE
    }
}

fn account() -> Account {
    Account {
        id: ACCOUNT,
        provider: "memory".into(),
        name: "mine".into(),
        base_url: "https://memory.invalid".into(),
        allow_http: false,
        options: BTreeMap::new(),
        tags: Tags::Unlearnt,
        info: None,
        last_answer: None,
        created_at: Time(0),
    }
}

/// A life of the program on the same database.
async fn engine(service: &Service, home: &Path) -> (Engine, Arc<store::Store>) {
    let options = store::Options {
        dir: home.to_owned(),
        seal: Arc::new(Present),
        now: Present.now().time,
    };
    let store = Arc::new(store::Store::open(options).await.unwrap());
    let tools = Tools {
        budget: Arc::new(Present),
        clock: Arc::new(Present),
    };
    let secret = SecretString::from(r#"{"token":"memory"}"#);
    let provider = service
        .descriptor()
        .connect
        .connect(&account(), &secret, tools)
        .unwrap();
    let world = Around {
        ledger: Arc::<store::Store>::clone(&store),
        accounts: Arc::new(Plain(provider)),
        sources: Arc::new(LocalSources::default()),
        targets: Arc::new(LocalTargets),
        copies: platform::path_to_bytes(&home.join("copies")),
        clock: Arc::new(Present),
        ids: Arc::new(Present),
        hasher: Hasher::inline(),
    };
    let limits = Limits {
        slots: 1,
        slots_per_account: 1,
        rates: Rates::FREE,
        holds: Holds::default(),
    };
    (Engine::start(world, limits).await.unwrap(), store)
}

/// Looks until the only transfer is so.
async fn until(engine: &Engine, so: impl Fn(&transfer::Transfer) -> bool) {
    let looking = async {
        loop {
            if engine.transfers().iter().any(&so) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(60), looking).await;
    assert!(ended.is_ok(), "{:?}", engine.transfers());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_fetched_by_its_id_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (home, out) = (folder.path().join("home"), folder.path().join("out"));
    std::fs::create_dir_all(&out).unwrap();
    let bytes: Vec<u8> = (0..8_000_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let service = Service::new();
    service.give(ID, Bytes::from(bytes.clone()), None);
    service.script(Step::Fetch, Fault::Cut(5_000_000));
    for _ in 0..100 {
        service.script(Step::Fetch, Fault::Dropped);
    }

    let (first, store) = engine(&service, &home).await;
    transfer::ledger::Ledger::put_account(&*store, &account())
        .await
        .unwrap();
    let source = Endpoint::Remote {
        account: ACCOUNT,
        id: Some(ID.into()),
    };
    let wanted = NewDownload {
        account: ACCOUNT,
        source: source.clone(),
        link: None,
        folder: platform::path_to_bytes(&out),
        name: "not known yet".into(),
        found: None,
        options: BTreeMap::new(),
        limit: None,
        batch: BatchId(Uuid::now_v7()),
    };
    let twice = first.enqueue_downloads(vec![wanted.clone(), wanted]).await.unwrap();
    assert_eq!(twice.len(), 1, "the same file for the same folder is the same transfer");
    until(&first, |row| row.state == State::Waiting && row.sent > 0).await;
    let kept = first.transfers()[0].sent;
    first.stop().await;
    store.close().await.unwrap();
    drop((first, store));

    service.forget_script();
    let (second, _store) = engine(&service, &home).await;
    assert_eq!(
        (&second.transfers()[0].source, second.transfers()[0].sent),
        (&source, kept)
    );
    until(&second, |row| row.state == State::Completed).await;
    assert_eq!(std::fs::read(out.join(ID)).unwrap(), bytes);
    second.stop().await;
}
