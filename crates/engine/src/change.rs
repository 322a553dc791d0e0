//! What listeners are told. A listener that falls behind asks for everything anew.

use transfer::{TransferId, WatchId};

/// Something that can be seen has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// This row was written.
    Transfer(TransferId),
    /// This row is gone.
    Removed(TransferId),
    /// Bytes moved; at most ten a second.
    Progress,
    /// How a watch stands, or what is known of its files, changed.
    Watch(WatchId),
    /// What holds for everything unfinished changed: whether anything can be stored, or may move.
    Status,
}
