//! The shape of the house, kept by tests: who may import whom, what may stand where, how long a file may be, and that
//! what is generated is fresh. Every message names the culprit.

mod absent;
mod code;
mod generated;
mod house;
mod imports;
mod lock;
mod sizes;
