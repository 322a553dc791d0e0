//! Proofs: faults.
