//! Proofs: architecture.
