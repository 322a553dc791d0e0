//! A watch for the tests of this folder: new files only, and nothing chosen.

use std::collections::BTreeMap;
use std::path::Path;

use transfer::watch::{After, Old, Policy};
use transfer::{AccountId, Time, Watch, WatchId};
use uuid::Uuid;

/// The watch of `root`, by the name `in`.
pub(super) fn watch(root: &Path) -> Watch {
    Watch {
        id: WatchId(Uuid::from_u128(1)),
        name: "in".into(),
        account: AccountId(Uuid::from_u128(2)),
        root: platform::path_to_bytes(root),
        include: Vec::new(),
        exclude: Vec::new(),
        policy: Policy::New,
        old: Old::Keep,
        options: BTreeMap::new(),
        after: After::Keep,
        after_since: Time(0),
        ask_above: None,
        every: None,
        events: true,
        paused: false,
        mark: None,
        scanned_at: None,
        created_at: Time(0),
    }
}
