//! A small picture for a thumbnail: 32 by 32 points of one colour, as PNG.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

const SIDE: u32 = 32;

/// The picture of file `id`; no two neighbouring ids have the same colour.
pub(super) fn png(id: u64) -> Vec<u8> {
    let [red, green, blue, ..] = id.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes();
    let mut row = vec![0];
    row.extend((0..SIDE).flat_map(|_| [red, green, blue]));
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..SIDE {
        // Writing to a Vec does not fail.
        let _ = packed.write_all(&row);
    }
    let mut head = Vec::new();
    head.extend(SIDE.to_be_bytes());
    head.extend(SIDE.to_be_bytes());
    // Eight bits a colour, three colours, nothing unusual.
    head.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, *b"IHDR", &head);
    chunk(&mut png, *b"IDAT", &packed.finish().unwrap_or_default());
    chunk(&mut png, *b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    png.extend(kind);
    png.extend(data);
    let mut sum = Crc::new();
    sum.update(&kind);
    sum.update(data);
    png.extend(sum.sum().to_be_bytes());
}
