//! The domain: what a transfer is, which states it may take, and the traits of the world around it.
//!
//! # Layout
//! - [`transfer`]: the row of one transfer. [`id`]: names of things. [`time`]: points in time.
//! - [`state`]: the one table of states. [`event`]: what can happen. [`decide`]: the pure function over both.
//! - [`parts`]: cutting a file, receipts, sessions. [`proof`]: how sure we are that it arrived.
//! - [`provider`]: the facets of a service. [`ledger`]: what is remembered. [`source`]: where bytes come from.
//! - [`names`]: what files may be called on disk.
//! - [`error`]: why something did not work, and what helps. [`reason`]: why a transfer waits or asks.
//!
//! Nothing here touches a network, a disk, a database, a clock or an async runtime.

pub mod account;
pub mod decide;
pub mod error;
pub mod event;
pub mod id;
pub mod ledger;
pub mod names;
pub mod parts;
pub mod proof;
pub mod provider;
pub mod reason;
pub mod retry;
pub mod source;
pub mod state;
pub mod time;
pub mod transfer;

pub use account::Account;
pub use error::{Failure, Kind};
pub use event::{Event, On};
pub use id::{AccountId, BatchId, SessionId, TransferId};
pub use parts::{PartPlan, Receipt, UploadSession};
pub use proof::Proof;
pub use reason::{Question, Reason};
pub use secrecy::SecretString;
pub use state::State;
pub use time::Time;
pub use transfer::{Direction, Endpoint, Outcome, Step, Transfer, Wish};
