//! Plants secrets, lets the program work with them, and looks for them wherever they must not be.

mod at_rest;
mod at_work;
mod planted;
mod scan;
