//! The queue: gives slots, sends parts, settles lost answers, and recovers after anything.
//!
//! # Layout
//! - [`engine`]: what the application calls. [`world`]: what it must bring along.
//! - `queue`: all rows in memory, in order. `commit`: the only place where a row changes.
//! - `scheduler`: who goes next, and when. `runner`: works on one transfer until it rests. `recover`: the start.
//! - `download`: the steps of one download before its bytes. `receive`: its bytes. `name`: how they become the file.
//! - `origin`: where the bytes of an upload come from. `gather`: copies between services that have to lie here on their way.
//! - [`target`]: local folders. `upload`: the steps of one upload. `send`: its parts. `body`: the bytes of one part.
//! - [`hash`]: MD5 of many parts at once. [`budget`]: requests per window.
//! - [`throttle`]: bytes per second, shared. `pacing`: whose limits there are.
//! - [`watch`]: watched folders.
//! - `live`: what moves right now, speed and time left. `janitor`: sessions nobody needs. [`source`]: local files.

pub mod budget;
pub mod engine;
mod follow;
pub mod hash;
pub mod source;
pub mod target;
pub mod throttle;
pub mod watch;
pub mod world;

mod accept;
mod body;
mod buffers;
mod change;
mod commit;
mod download;
mod gather;
mod janitor;
mod live;
mod name;
mod origin;
mod pacing;
mod queue;
mod receive;
mod recover;
mod runner;
mod scheduler;
mod send;
mod upload;

pub use change::Change;
pub use engine::Engine;
pub use hash::Hasher;
pub use live::{Live, LivePart};
pub use queue::Place;
pub use source::LocalSources;
pub use target::LocalTargets;
pub use watch::Watches;
pub use world::{Accounts, Holds, Ids, Limits, NewAcross, NewDownload, NewUpload, World};
