//! The boundary: what a page or a terminal may ask, what it is answered, and what it is told.
//!
//! Types only. `commands` holds the one list; the handlers stand in `app::commands` and implement
//! the traits that the list makes. TypeScript is made from the same types by [`typescript`].
//! Times are RFC 3339 in UTC, sizes bytes, speeds bytes a second, ids UUIDs.

mod accounts;
mod asks;
mod changes;
mod commands;
mod errors;
mod limits;
mod links;
mod login;
mod offers;
mod remote;
mod rows;
mod secret;
mod status;
mod typescript;
mod watches;

pub use accounts::*;
pub use asks::*;
pub use changes::*;
pub use commands::*;
pub use errors::*;
pub use limits::*;
pub use links::*;
pub use login::*;
pub use offers::*;
pub use remote::*;
pub use rows::*;
pub use secret::Secret;
pub use status::*;
pub use typescript::typescript;
pub use watches::*;

/// The version of this boundary: raised when an older page or terminal could misread it.
pub const PROTOCOL: u32 = 1;
