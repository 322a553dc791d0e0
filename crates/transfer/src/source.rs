//! Where an upload's bytes come from: a file that may change under our hands.

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// What makes a file this file in this version. Equal fingerprints: not touched in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The device or volume.
    pub device: u64,
    /// The inode or file id.
    pub file: u128,
    /// Bytes.
    pub size: u64,
    /// Content change, nanoseconds since 1970.
    pub modified_ns: i128,
    /// Change of content or attributes, nanoseconds since 1970.
    pub changed_ns: i128,
}

/// The world of local files, as the queue needs it.
#[async_trait]
pub trait Sources: Send + Sync {
    /// The fingerprint of the regular file at `path` (raw bytes of the path).
    ///
    /// # Errors
    /// [`Kind::SourceGone`](crate::Kind::SourceGone) when nothing is there,
    /// [`Kind::SourceRead`](crate::Kind::SourceRead) when it can't be looked at or is no regular file.
    async fn fingerprint(&self, path: &[u8]) -> Result<Fingerprint>;

    /// A fresh reader over the file that has `fingerprint`.
    ///
    /// # Errors
    /// As above, and [`Kind::SourceChanged`](crate::Kind::SourceChanged) when it is another file or version.
    async fn open(&self, path: &[u8], fingerprint: &Fingerprint) -> Result<Box<dyn Reader>>;
}

/// One open file. Every attempt opens its own (law 5).
#[async_trait]
pub trait Reader: Send {
    /// Up to `len` bytes from `offset`, at least one. Ending early is a fault, never an end.
    ///
    /// # Errors
    /// [`Kind::SourceChanged`](crate::Kind::SourceChanged) when the file ends before `offset`,
    /// [`Kind::SourceRead`](crate::Kind::SourceRead) when reading fails.
    async fn read(&mut self, offset: u64, len: usize) -> Result<Bytes>;
}
