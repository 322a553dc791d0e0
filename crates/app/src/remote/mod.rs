//! Files at services, as they are shown: what can be done with them, pages of them, and their small pictures.

mod abilities;
mod entries;
mod pictures;
mod sent;

pub(crate) use abilities::abilities;
pub(crate) use entries::{row, sort};
pub(crate) use pictures::{Pictures, Shown};
pub(crate) use sent::page as sent_page;
