//! Names of things: one type per kind, so that an account is never taken for a transfer.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// One upload or download. UUIDv7, so that ids sort by age.
    TransferId,
    /// What one drop, one command or one scan put into the queue together.
    BatchId,
    /// One account at a service.
    AccountId,
    /// One attempt to create a file at a service; it outlives the transfer that asked for it.
    SessionId,
    /// One watched folder. What it puts into the queue has the same id as its batch.
    WatchId,
}
