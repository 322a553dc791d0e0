//! What listeners are told: one stream of changes, gathered to at most ten messages a second.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::{AccountRow, EngineStatus, Offer, Settings, TransferRow, Vault, WatchRow};

/// Something is different now. Each message carries the whole new value: missing one in between is
/// harmless, and the order within one kind is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// These transfers are new or different.
    Changed {
        rows: Vec<TransferRow>,
    },
    /// These transfers left the list.
    Removed {
        ids: Vec<Uuid>,
    },
    /// The listener was too slow and missed changes: it must list everything anew.
    Missed,
    /// All accounts, as they are now.
    Accounts {
        accounts: Vec<AccountRow>,
    },
    Status {
        status: EngineStatus,
    },
    Vault {
        vault: Vault,
    },
    Settings {
        settings: Settings,
    },
    /// All watches, as they are now; at most twice a second.
    Watches {
        watches: Vec<WatchRow>,
    },
    /// Unfinished uploads at the services came or went: list them anew where they are shown.
    Orphans,
    /// Files were dropped, chosen or given: the person says where they go. Window only.
    Offer {
        offer: Offer,
    },
    /// This offer was accepted, dropped or is too old. Window only.
    OfferGone {
        id: Uuid,
    },
    /// Files hang over the window, so many of them; none when they left. Window only.
    Drag {
        files: Option<u32>,
    },
}
