//! The sandbox, asked over the wire by a client that knows only the published contract.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should panic")]

mod baasix;
mod client;
mod contract;
mod control;
mod down;
mod facilioo;
mod faults;
mod filefactory;
mod files;
mod lies;
mod links;
mod uploads;
