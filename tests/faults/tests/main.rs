//! Kills, power cuts, lost answers and leaks: what must hold when things go wrong.
#![cfg(test)]

mod across;
mod canaries;
mod closed;
mod downloads;
mod facilioo;
mod journeys;
mod kills;
mod limiter;
mod power_cuts;
mod shim;
mod simulation;
mod watches;
