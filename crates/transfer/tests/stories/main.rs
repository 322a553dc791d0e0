//! Stories made by chance, told against the domain's promises.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod folder;
mod story;
