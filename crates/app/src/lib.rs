//! The application without a window: wiring, commands, changes, rows and secrets.
//!
//! # Layout
//! - [`boundary`]: the list of commands and changes, as types. `commands`: how they are obeyed.
//! - [`Host`]: the door for windows and terminals, whichever process runs the engine. `socket`: between processes.
//! - `application`: what belongs to one home, wired together. `pump`: engine's changes to listeners'. `wakeful`: no sleep
//!   while bytes move.
//! - `accounts`, `rows`, `remote`, `settings`, `hours`, `login`, `walk`, `watches`,
//!   `snapshots`: the subjects.
//! - [`Offers`]: files that wait for their destination.
//! - [`secrets`]: where credentials are kept. [`log`], [`harden`]: what leaves no trace.

mod accounts;
mod application;
mod backup;
mod commands;
mod failure;
mod folders;
mod harden;
mod home;
mod host;
mod hours;
mod login;
mod offers;
mod present;
mod pump;
mod remote;
mod rows;
mod settings;
mod snapshots;
mod socket;
mod wakeful;
mod walk;
mod watches;

pub mod boundary;
mod links;
pub mod log;
pub mod secrets;

pub use application::Purpose;
pub use commands::VERSION;
pub use harden::harden;
pub use home::Home;
pub use host::{Host, Options};
pub use offers::Offers;
/// Windows and terminals import nothing of ours but this crate.
pub use platform::{asked_to_stop, start_again};
pub use transfer::rates::read_rate;
