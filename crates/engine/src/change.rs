//! What listeners are told. A listener that falls behind asks for everything anew.

use transfer::TransferId;

/// Something that can be seen has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// This row was written.
    Transfer(TransferId),
    /// This row is gone.
    Removed(TransferId),
    /// Bytes moved; at most ten a second.
    Progress,
    /// What holds for everything unfinished changed: whether anything can be stored, or may move.
    Status,
}
