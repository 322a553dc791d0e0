//! Proofs: contract.
