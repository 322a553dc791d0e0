//! What the proofs share. They stand under `tests/`.
