//! The state of every transfer, account and setting, in SQLite. The only crate that knows SQL.
//!
//! # Layout
//! - [`Store`] opens the database and is the domain's [`Ledger`](transfer::ledger::Ledger); `watch_ledger`: what it keeps for
//!   watches.
//! - One file per table: `transfers`, `sessions`, `receipts`, `journal`, `accounts`, `settings`, `watches`, `watch_files`.
//! - `connect`: how a connection is set up. `schema`: migrations. `writer`: the one task that writes.
//! - `backup` and `restore`: copies, and what happens when the database is damaged. `fault`: errors for people.
//! - `column`: how values become columns, and how they are read back without guessing.

mod accounts;
mod backup;
mod column;
mod connect;
mod fault;
mod journal;
mod ledger;
mod links;
mod open;
mod partials;
mod receipts;
mod restore;
mod schema;
mod sessions;
mod settings;
mod store;
mod transfers;
mod watch_files;
mod watch_ledger;
mod watches;
mod writer;

#[cfg(test)]
mod tests;

pub use fault::OpenError;
pub use restore::Restored;
pub use schema::known as schema;
pub use store::{Options, Store};
