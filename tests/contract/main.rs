//! The contract of all services: one list of cases, run against each of them.
//!
//! - [`stage`]: what a case may ask of a service's world. [`fileflare`], [`facilioo`], [`baasix`], [`memory`]: the worlds.
//! - [`bench`]: a provider on its stage, with the few moves that cases are made of. [`content`], [`names`]: what is sent.
//! - [`wire`]: a host that answers as it is told, for what no service does on purpose.
//! - [`upload`]: the cases of sending, and which service runs which.
//! - [`giver`]: services that give files, on their stages. [`download`]: the cases of fetching.
//! - [`library`]: the cases of what can be done with the files that are there.

#![expect(clippy::unwrap_used, reason = "a case that cannot go on has failed")]

mod baasix;
mod bench;
mod content;
mod download;
mod facilioo;
mod fileflare;
mod giver;
mod library;
mod memory;
mod names;
mod stage;
mod upload;
mod wire;
