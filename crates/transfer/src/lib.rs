//! The domain: what a transfer is, which states it may take, and the traits of the world around it.
//!
//! # Layout
//! - [`transfer`]: the row of one transfer. [`id`]: names of things. [`time`]: points in time.
//! - [`state`]: the one table of states. [`event`]: what can happen. [`decide`]: the pure function over both.
//! - [`parts`]: cutting a file, receipts, sessions. [`proof`]: how sure we are that it arrived.
//! - [`provider`]: the facets of a service, [`download`] and [`library`] among them. [`ledger`]: what is remembered.
//! - [`source`]: where an upload's bytes come from. [`target`]: where a download's go, cut into [`segments`].
//! - [`rates`]: bytes per second. [`timetable`]: when which of them hold.
//! - [`names`]: what files may be called on disk.
//! - [`watch`]: folders that are watched, and the one plan of what becomes of each file in them.
//! - [`error`]: why something did not work, and what helps. [`reason`]: why a transfer waits or asks.
//!
//! Nothing here touches a network, a disk, a database, a clock or an async runtime.

pub mod account;
pub mod decide;
pub mod download;
pub mod error;
pub mod event;
pub mod id;
pub mod ledger;
pub mod library;
pub mod names;
pub mod parts;
pub mod proof;
pub mod provider;
pub mod rates;
pub mod reason;
pub mod retry;
pub mod segments;
pub mod source;
pub mod state;
pub mod target;
pub mod time;
pub mod timetable;
pub mod transfer;
pub mod watch;

pub use account::Account;
pub use error::{Failure, Kind};
pub use event::{Event, On};
pub use id::{AccountId, BatchId, SessionId, TransferId, WatchId};
pub use parts::{PartPlan, Receipt, UploadSession};
pub use proof::Proof;
pub use rates::{Rates, Way};
pub use reason::{Question, Reason};
pub use secrecy::SecretString;
pub use state::State;
pub use time::Time;
pub use timetable::{Timetable, Weekday};
pub use transfer::{Direction, Endpoint, Follow, Outcome, Step, Transfer, Wish};
pub use watch::Watch;
