//! The local socket: the list of commands and the changes, a line of JSON each way.

mod client;
mod serve;
mod wire;

pub(crate) use client::{Connection, engine_gone};
pub(crate) use serve::serve;
