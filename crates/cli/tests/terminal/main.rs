//! The real program against the sandbox: exit codes, JSON and what arrives.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod world;

mod accounts;
mod login;
mod queue;
mod remote;
mod uploads;
mod watches;
