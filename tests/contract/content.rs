//! What is sent: bytes that are the same for the same size, and their way out in pieces.

use std::io;

use bytes::Bytes;
use futures_util::stream;
use md5::{Digest, Md5};
use transfer::PartPlan;
use transfer::provider::{FileFacts, OPENING, PartBody};

/// Bytes of a part on every stage.
pub(crate) const PART: u64 = 64 * 1024;
const PIECE: usize = 10_000;

/// A file to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

impl Content {
    /// `size` bytes under `name`.
    pub(crate) fn new(name: &str, size: u64) -> Self {
        let mut state = size ^ 0x9e37_79b9_7f4a_7c15;
        let next = |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        };
        Self {
            name: name.into(),
            bytes: (0..size).map(next).collect::<Vec<u8>>().into(),
        }
    }

    pub(crate) fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// What the service is told.
    pub(crate) fn facts(&self) -> FileFacts {
        FileFacts {
            name: self.name.clone(),
            size: self.size(),
            own_id: uuid::Uuid::now_v7().to_string(),
            options: std::collections::BTreeMap::new(),
            opening: self.bytes.slice(..self.bytes.len().min(OPENING)),
        }
    }

    /// The bytes of one part.
    pub(crate) fn part(&self, plan: &PartPlan) -> Bytes {
        self.bytes.slice(plan.start as usize..plan.end as usize)
    }

    /// The MD5 of one part in hexadecimal.
    pub(crate) fn md5(&self, plan: &PartPlan) -> String {
        hex::encode(Md5::digest(self.part(plan)))
    }

    /// The bytes of one part on their way out.
    pub(crate) fn body(&self, plan: &PartPlan) -> PartBody {
        body(plan.len(), self.part(plan))
    }
}

/// `bytes` in pieces, promised to be `len`.
pub(crate) fn body(len: u64, bytes: Bytes) -> PartBody {
    let pieces: Vec<io::Result<Bytes>> = (0..bytes.len())
        .step_by(PIECE)
        .map(|at| Ok(bytes.slice(at..bytes.len().min(at + PIECE))))
        .collect();
    PartBody {
        len,
        stream: Box::pin(stream::iter(pieces)),
    }
}
