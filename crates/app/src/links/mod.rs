//! Pasted links: whose they are, what their services say of them, and how they come into the queue.

mod check;
mod known;
mod lines;

pub(crate) use known::Known;
pub(crate) use lines::read;
