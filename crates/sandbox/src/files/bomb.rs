//! A small body that unpacks into a very large one.

use std::collections::VecDeque;
use std::io::Write;

use bytes::Bytes;
use flate2::{Compress, Compression, Crc, FlushCompress};

use super::body::Piece;

/// Zeros in one repeated piece.
const PIECE: u32 = 8 * 1024 * 1024;

/// A gzip member with `size` zeros, rounded up to whole pieces of 8 MiB.
pub(super) fn gzip(size: u64) -> std::io::Result<VecDeque<Piece>> {
    let times = size.div_ceil(u64::from(PIECE));
    let zeros = vec![0; PIECE as usize];
    let mut packed = Vec::with_capacity(64 * 1024);
    let mut compress = Compress::new(Compression::best(), false);
    // A full flush ends on a whole byte and remembers nothing, so that the piece can be repeated.
    compress
        .compress_vec(&zeros, &mut packed, FlushCompress::Full)
        .map_err(std::io::Error::other)?;
    if compress.total_in() != zeros.len() as u64 {
        return Err(std::io::Error::other("the piece did not fit its buffer"));
    }
    let mut one = Crc::new();
    one.update(&zeros);
    let mut all = Crc::new();
    for _ in 0..times {
        all.combine(&one);
    }
    // The deflate stream's last block is empty; sum and length follow, as RFC 1952 says.
    let mut end = vec![0x03, 0x00];
    end.write_all(&all.sum().to_le_bytes())?;
    let length = times.wrapping_mul(u64::from(PIECE)) & u64::from(u32::MAX);
    end.write_all(&u32::try_from(length).unwrap_or_default().to_le_bytes())?;
    Ok([
        Piece::Text(Bytes::from_static(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])),
        Piece::Repeated(packed.into(), times),
        Piece::Text(end.into()),
    ]
    .into())
}
