//! Plants secrets, lets the program work with them, and looks for them wherever they must not be.

mod at_rest;
mod scan;
