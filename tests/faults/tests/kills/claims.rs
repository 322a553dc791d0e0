//! What a killed program had stored by then, read from a copy: the next start finds its files as the kill left them.

use std::collections::BTreeSet;

use journeys_tests::World;
use store::Store;
use transfer::ledger::Ledger;
use transfer::{SessionId, Step};

/// What the database says of one upload.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// A session that was asked for, and whose name was not heard.
    pub(super) asked: Option<SessionId>,
    /// Parts that have a receipt.
    pub(super) receipts: BTreeSet<u32>,
}

impl Claims {
    /// Of the upload called `name`. Nobody may have the database open.
    pub(super) async fn read(world: &World, name: &str) -> Self {
        let copy = tempfile::tempdir().unwrap();
        for file in ["queue.db", "queue.db-wal"] {
            let from = world.home().join(file);
            if from.exists() {
                std::fs::copy(from, copy.path().join(file)).unwrap();
            }
        }
        let store = crate::closed::open(copy.path()).await.unwrap();
        assert!(store.restored().is_none(), "{:?}", store.restored());
        let claims = Self::of(&store, name).await;
        store.close().await.unwrap();
        claims
    }

    async fn of(store: &Store, name: &str) -> Self {
        let rows = store.transfers().await.unwrap();
        let mut rows = rows.iter().filter(|row| row.name == name);
        let row = rows.next().expect("an accepted upload is never lost");
        assert!(rows.next().is_none(), "it is there twice");
        let Some(id) = row.session else {
            return Self::default();
        };
        let receipts = store.receipts(id).await.unwrap();
        Self {
            asked: (row.step == Step::OpenAsked).then_some(id),
            receipts: receipts.iter().map(|receipt| receipt.number).collect(),
        }
    }
}
