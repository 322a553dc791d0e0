//! Proof: how sure we are that the bytes arrived. A status of 200 is on no list.

use serde::{Deserialize, Serialize};

/// From weakest to strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The service shows the file; its size is ours, or was never shown and every byte was acknowledged.
    Size,
    /// The storage answered every part with the checksum that we computed.
    PartTags,
    /// The storage's checksum of the whole file is ours.
    WholeChecksum,
    /// The bytes were fetched again and compared.
    ReadBack,
}

impl Proof {
    /// The stored form.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::PartTags => "part_tags",
            Self::WholeChecksum => "whole_checksum",
            Self::ReadBack => "read_back",
        }
    }

    /// The proof of a stored text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Size, Self::PartTags, Self::WholeChecksum, Self::ReadBack]
            .into_iter()
            .find(|proof| proof.text() == text)
    }

    /// What it says to a person.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Size => "The service shows the file with the right size.",
            Self::PartTags => "Every part was verified: the storage's checksum of each part is ours.",
            Self::WholeChecksum => "The storage's checksum of the whole file is ours.",
            Self::ReadBack => "The file was read back and is the same, byte for byte.",
        }
    }
}
