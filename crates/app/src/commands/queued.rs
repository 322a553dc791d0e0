//! What became of files that were queued: new, or going on already.

use std::collections::HashSet;

use engine::Engine;
use transfer::{BatchId, Transfer, TransferId};

use crate::boundary::{Enqueued, Skipped};

/// The transfers before something was queued.
pub(super) struct Before(HashSet<TransferId>);

pub(super) fn queued(engine: &Engine) -> Before {
    Before(engine.transfers().iter().map(|transfer| transfer.id).collect())
}

impl Before {
    pub(super) fn answer(&self, batch: BatchId, transfers: &[Transfer], skipped: Vec<Skipped>) -> Enqueued {
        let ids = transfers.iter().map(|transfer| transfer.id);
        Enqueued {
            batch: batch.0,
            continued: ids.clone().filter(|id| self.0.contains(id)).map(|id| id.0).collect(),
            transfers: ids.map(|id| id.0).collect(),
            skipped,
        }
    }
}
