//! FileFactory: files behind links, fetched through its first programming interface.
//!
//! - [`link`]: which file a link names.

pub(crate) mod link;
