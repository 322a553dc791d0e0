//! Payload without a disk: every byte is a function of a seed and its offset.

use md5::Digest;

/// Odd, so that words of neighbouring offsets share nothing.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// The bytes of a made-up file: endless, cheap, and readable from anywhere.
///
/// Word `n` (8 bytes, little-endian) is SplitMix64 of `seed` after `n + 1` steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// What distinguishes one file from another.
    pub seed: u64,
}

fn word(seed: u64, index: u64) -> u64 {
    let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(STEP));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Content {
    /// The content with this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// What stands in a file of this seed once it has changed.
    #[must_use]
    pub fn changed(self) -> Self {
        Self { seed: !self.seed }
    }

    /// Fills `buffer` with the bytes from `offset` on.
    pub fn fill(&self, offset: u64, buffer: &mut [u8]) {
        let mut index = offset / 8;
        let skip = usize::try_from(offset % 8).unwrap_or(0);
        let mut rest = buffer;
        if skip > 0 {
            let count = rest.len().min(8 - skip);
            let (first, others) = rest.split_at_mut(count);
            first.copy_from_slice(&word(self.seed, index).to_le_bytes()[skip..skip + count]);
            rest = others;
            index = index.wrapping_add(1);
        }
        let mut words = rest.chunks_exact_mut(8);
        for out in &mut words {
            out.copy_from_slice(&word(self.seed, index).to_le_bytes());
            index = index.wrapping_add(1);
        }
        let last = words.into_remainder();
        let count = last.len();
        last.copy_from_slice(&word(self.seed, index).to_le_bytes()[..count]);
    }

    /// `len` bytes from `offset` on.
    #[must_use]
    pub fn bytes(&self, offset: u64, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.fill(offset, &mut bytes);
        bytes
    }

    /// SHA-256 of the first `size` bytes, in hexadecimal.
    #[must_use]
    pub fn sha256(&self, size: u64) -> String {
        self.digest::<sha2::Sha256>(size)
    }

    /// MD5 of the first `size` bytes, in hexadecimal.
    #[must_use]
    pub fn md5(&self, size: u64) -> String {
        self.digest::<md5::Md5>(size)
    }

    fn digest<D: Digest>(&self, size: u64) -> String {
        let mut digest = D::new();
        let mut buffer = vec![0; 1 << 16];
        let mut at = 0;
        while at < size {
            let count = usize::try_from(size - at).unwrap_or(usize::MAX).min(buffer.len());
            self.fill(at, &mut buffer[..count]);
            digest.update(&buffer[..count]);
            at += count as u64;
        }
        hex::encode(digest.finalize())
    }
}
