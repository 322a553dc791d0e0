//! What differs between operating systems, one function each.
//!
//! Nothing here knows a transfer: these are the few things that Windows, macOS and Linux do in their own way,
//! each with one name, one promise and a test on real files.

mod awake;
mod canonical;
mod create;
mod downloaded;
mod file_identity;
mod look;
mod paths;
mod positioned;
mod rename;
mod standing;
mod start_again;
mod stop;
mod sync;
mod watching;
#[cfg(windows)]
mod wide;
mod writers;

pub mod keychain;
pub mod local_socket;
pub mod lock;
pub mod login;
pub mod modes;
pub mod process;
pub mod space;
pub mod trash;

pub use awake::{Awake, stay_awake};
pub use canonical::canonical;
pub use create::create_new;
pub use downloaded::mark_as_downloaded;
pub use file_identity::{FileIdentity, identity_of, identity_of_open, open_for_reading};
pub use look::{Found, found_at, open_below};
pub use paths::{path_from_bytes, path_shown, path_to_bytes};
pub use positioned::{read_at, write_all_at};
pub use rename::{rename_new, replace};
pub use standing::{Standing, open_for_writing, standing_at, standing_of};
pub use start_again::start_again;
pub use stop::asked_to_stop;
pub use sync::sync_dir;
pub use watching::{WatchLimit, is_of_the_system, is_on_a_network, watch_limit};
pub use writers::{is_being_written, open_for_writing_now};
