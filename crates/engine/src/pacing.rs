//! The limits of an engine: over everything, for each account, for each transfer, and each way.

use std::collections::BTreeMap;
use std::sync::Mutex;

use transfer::rates::{Rates, Way};
use transfer::{AccountId, Transfer, TransferId};

use crate::engine::{Inner, locked};
use crate::throttle::{Pace, Throttle};

/// A throttle for each way.
#[derive(Debug)]
struct Both {
    up: Throttle,
    down: Throttle,
}

impl Both {
    fn new(rates: Rates) -> Self {
        Self {
            up: Throttle::new(rates.up),
            down: Throttle::new(rates.down),
        }
    }

    fn set(&self, rates: Rates) {
        self.up.set(rates.up);
        self.down.set(rates.down);
    }

    fn of(&self, way: Way) -> Throttle {
        match way {
            Way::Up => self.up.clone(),
            Way::Down => self.down.clone(),
        }
    }
}

/// All throttles. Those of accounts and transfers are made when they are first needed.
#[derive(Debug)]
pub(crate) struct Pacing {
    all: Both,
    accounts: Mutex<BTreeMap<AccountId, Both>>,
    transfers: Mutex<BTreeMap<TransferId, Both>>,
}

impl Pacing {
    pub(crate) fn new(all: Rates) -> Self {
        Self {
            all: Both::new(all),
            accounts: Mutex::default(),
            transfers: Mutex::default(),
        }
    }

    /// Over everything.
    pub(crate) fn set_all(&self, rates: Rates) {
        self.all.set(rates);
    }

    /// For one account.
    pub(crate) fn set_account(&self, id: AccountId, rates: Rates) {
        if let Some(both) = locked(&self.accounts).get(&id) {
            both.set(rates);
        }
    }

    /// For one transfer, either way.
    pub(crate) fn set_transfer(&self, id: TransferId, limit: Option<u64>) {
        if let Some(both) = locked(&self.transfers).get(&id) {
            both.set(either_way(limit));
        }
    }

    /// Nothing of this transfer moves any more.
    pub(crate) fn forget(&self, id: TransferId) {
        locked(&self.transfers).remove(&id);
    }
}

impl Inner {
    /// The pace of one more connection of this transfer, by the limits as they are and as they will be.
    pub(crate) fn pace(&self, row: &Transfer, way: Way) -> Pace {
        // What is set is stored before it reaches the throttles: looked up under the lock, it can't be missed.
        let own = {
            let mut transfers = locked(&self.pacing.transfers);
            let limit = || self.queue().get(row.id).map_or(row.limit, |row| row.limit);
            let both = transfers
                .entry(row.id)
                .or_insert_with(|| Both::new(either_way(limit())));
            both.of(way)
        };
        // What comes from a service counts for the account there, whoever it goes to.
        let whose = match way {
            Way::Up => row.account,
            Way::Down => row.giver().unwrap_or(row.account),
        };
        let account = {
            let mut accounts = locked(&self.pacing.accounts);
            let rates = || self.world.accounts.rates(whose);
            accounts.entry(whose).or_insert_with(|| Both::new(rates())).of(way)
        };
        Pace::new([own, account, self.pacing.all.of(way)])
    }
}

fn either_way(limit: Option<u64>) -> Rates {
    Rates { up: limit, down: limit }
}
