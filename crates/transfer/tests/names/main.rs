//! Hostile names: whatever comes in, what goes out is one harmless name on every system.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should panic")]

mod attacks;
mod properties;
mod windows;
