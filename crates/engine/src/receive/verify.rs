//! The check that follows the contiguous front of a download, so that it ends with the last byte.

use transfer::download::Checksum;
use transfer::error::{Failure, Kind, Result};
use transfer::target::TargetFile;

use super::board::Board;
use crate::engine::Inner;

/// Bytes read back at a time.
const PIECE: usize = 1024 * 1024;

/// Reads `file` back as it grows to `total` bytes, and answers the checksum of what it holds, in the form of `expected`.
pub(super) async fn follow(
    inner: &Inner,
    file: &dyn TargetFile,
    board: &Board,
    total: u64,
    expected: &Checksum,
) -> Result<Checksum> {
    let Checksum::Md5(_) = expected;
    let mut hash = inner.world.hasher.part();
    let mut at = 0;
    while at < total {
        let front = loop {
            let written = board.written.notified();
            let front = board.front();
            // Small bites cost more than they bring, except the last one.
            if front >= total || front - at >= PIECE as u64 {
                break front;
            }
            written.await;
        };
        while at < front {
            let len = usize::try_from(front - at).unwrap_or(PIECE).min(PIECE);
            let bytes = file.read(at, len).await?;
            if bytes.is_empty() {
                return Err(shrunk());
            }
            at += bytes.len() as u64;
            hash.update(&bytes).await;
        }
    }
    hash.finish().await.map(Checksum::Md5).ok_or_else(|| {
        Failure::new(
            Kind::Bug,
            "hash_stopped",
            "Computing the checksum of the file was stopped.",
        )
    })
}

/// The checksum of a file that is all there.
pub(crate) async fn whole(inner: &Inner, file: &dyn TargetFile, total: u64, expected: &Checksum) -> Result<Checksum> {
    let all = transfer::segments::Segment {
        number: 1,
        start: 0,
        end: total,
        done: total,
    };
    follow(inner, file, &Board::new(&[all]), total, expected).await
}

fn shrunk() -> Failure {
    Failure::new(
        Kind::SessionGone,
        "part_changed",
        "The partial file is shorter than what was written to it. It is fetched again from the start.",
    )
}
