//! The application without a window: wiring, commands, changes, rows and secrets.

pub mod boundary;
pub mod secrets;

/// The window may import nothing but this crate, and needs it before anything else.
pub use platform::start_again;
