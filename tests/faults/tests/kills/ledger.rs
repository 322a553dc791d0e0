//! The database and the service after all kills.

use std::sync::Arc;

use journeys_tests::World;
use store::{Options, Store};
use transfer::ledger::{Ledger, Seal, SessionStatus};
use transfer::{Outcome, State, Time};

/// Nothing sealed is read here.
struct Closed;

impl Seal for Closed {
    fn seal(&self, _plain: &[u8], _context: &str) -> Vec<u8> {
        unreachable!("nothing is written")
    }

    fn open(&self, _sealed: &[u8], _context: &str) -> Option<Vec<u8>> {
        None
    }
}

/// The database is whole and was so at every start, every row is at rest, and the service has nothing to complain of.
pub(super) async fn is_sound(world: &World, uploads: u64) {
    let aside = std::fs::read_dir(world.home()).unwrap();
    let aside: Vec<_> = aside
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("corrupt"))
        .collect();
    assert!(aside.is_empty(), "a start found a damaged database: {aside:?}");
    let store = Store::open(Options {
        dir: world.home(),
        seal: Arc::new(Closed),
        now: Time(1),
    });
    let store = store.await.unwrap();
    assert!(store.restored().is_none(), "{:?}", store.restored());
    let rows = store.transfers().await.unwrap();
    assert_eq!(rows.len() as u64, uploads);
    for row in &rows {
        assert_eq!((row.state, row.outcome), (State::Completed, Outcome::None), "{row:?}");
    }
    for session in store.open_sessions().await.unwrap() {
        assert_eq!(session.status, SessionStatus::Left, "{session:?}");
    }
    store.close().await.unwrap();

    let counters = world.sandbox.counters();
    assert_eq!(counters.completions, uploads);
    assert_eq!(counters.duplicate_confirmations, 0);
    assert_eq!((counters.cancels, counters.cancels_after_completion), (0, 0));
    assert_eq!((counters.auth_failures, counters.deletions), (0, 0));
    assert_eq!((counters.storage.bad_signature, counters.storage.gone), (0, 0));
    assert_eq!(counters.elsewhere.requests, 0);
}
