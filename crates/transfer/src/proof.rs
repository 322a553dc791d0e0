//! Proof: how sure we are that the bytes arrived. A status of 200 is on no list.

use serde::{Deserialize, Serialize};

use crate::transfer::Direction;

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

    /// What it says to a person about a file that went this way.
    #[must_use]
    pub fn sentence(self, direction: Direction) -> &'static str {
        match (self, direction) {
            (Self::Size, Direction::Down) => "Every byte that the server announced is here.",
            (Self::Size, _) => "The service shows the file with the right size.",
            (Self::PartTags, _) => "Every part was verified: the storage's checksum of each part is ours.",
            (Self::WholeChecksum, Direction::Down) => "The file has the checksum that the service names.",
            (Self::WholeChecksum, _) => "The storage's checksum of the whole file is ours.",
            (Self::ReadBack, _) => "The file was read back and is the same, byte for byte.",
        }
    }
}
