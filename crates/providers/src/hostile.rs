//! What a server or a person says, read as hostile input: the pure readers, open so that `fuzz/` can throw anything at them.

pub use crate::filefactory::link::{Link, recognise, recognise_for_account};
pub use crate::http::disposition::filename;
pub use crate::http::ranges::{ContentRange, Verdict, range, verdict};
pub use crate::http::versions::{Difference, RangeAsk, Version, difference, if_range, version};
