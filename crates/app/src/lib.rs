//! The application without a window: wiring, commands, changes, rows and secrets.

pub mod boundary;
pub mod secrets;
