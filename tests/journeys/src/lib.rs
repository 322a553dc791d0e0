//! The real program, a home folder of its own and a sandbox: what journeys and fault proofs start from.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod binary;
mod program;
mod world;

pub use binary::longshore;
pub use program::{Program, Said};
pub use world::{KIB, MIB, World, names_in, sha256};
