//! Plants secrets, lets the program work with them, and looks for them wherever they must not be.

mod at_rest;
#[cfg(target_os = "linux")]
mod at_work;
#[cfg(target_os = "linux")]
mod planted;
mod scan;
