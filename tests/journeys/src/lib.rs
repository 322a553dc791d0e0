//! Proofs: journeys.
