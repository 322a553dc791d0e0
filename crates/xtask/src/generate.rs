//! `cargo xtask generate`: writes the files that are made from Rust.
//!
//! The writing is done by the tests that otherwise say when these files are stale: they know the texts already, and
//! this program stays small enough to be compiled before anything else.

use crate::house::{House, Stop};
use crate::run;

/// Writes the page's types and the table of states in ARCHITECTURE.md.
pub(crate) fn generate(house: &House) -> Result<(), Stop> {
    let mut test = house.cargo();
    test.args(["test", "--quiet", "--package", "architecture-tests", "--", "generated"])
        .env("LONGSHORE_GENERATE", "1");
    run::must("writing the generated files", &mut test)
}
