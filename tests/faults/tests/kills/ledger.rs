//! The database and the service after all kills.

use journeys_tests::World;
use transfer::ledger::{Ledger, SessionStatus};
use transfer::{Outcome, State};

/// The database is whole and was so at every start, every row is at rest, and the service has nothing to complain of.
pub(super) async fn is_sound(world: &World) {
    let aside = std::fs::read_dir(world.home()).unwrap();
    let aside: Vec<_> = aside
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("corrupt"))
        .collect();
    assert!(aside.is_empty(), "a start found a damaged database: {aside:?}");
    let store = crate::closed::open(&world.home()).await.unwrap();
    assert!(store.restored().is_none(), "{:?}", store.restored());
    let rows = store.transfers().await.unwrap();
    assert_eq!(rows.len(), 1);
    for row in &rows {
        assert_eq!((row.state, row.outcome), (State::Completed, Outcome::None), "{row:?}");
    }
    for session in store.open_sessions().await.unwrap() {
        assert_eq!(session.status, SessionStatus::Left, "{session:?}");
    }
    store.close().await.unwrap();

    let counters = world.sandbox.counters();
    assert_eq!(counters.completions, 1);
    assert_eq!(counters.duplicate_confirmations, 0);
    assert_eq!((counters.cancels, counters.cancels_after_completion), (0, 0));
    assert_eq!((counters.auth_failures, counters.deletions), (0, 0));
    assert_eq!((counters.storage.bad_signature, counters.storage.gone), (0, 0));
    assert_eq!(counters.elsewhere.requests, 0);
}
