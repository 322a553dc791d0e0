//! Proofs: faults.

#[cfg(test)]
mod power_cuts;
