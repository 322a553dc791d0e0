//! The file that is sent: noise, so that nobody gains by compressing it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::house::Stop;

/// Writes `mib` MiB of noise, the same in every run.
pub(crate) fn write(folder: &Path, mib: u64) -> Result<PathBuf, Stop> {
    let path = folder.join("source.bin");
    let fill = || {
        let mut file = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..mib * (1 << 20) / 8 {
            // xorshift64*: fast, and without a pattern that a filesystem or a compressor would see.
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            file.write_all(&state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_le_bytes())?;
        }
        file.flush()
    };
    fill().map_err(|error| Stop::new(format!("{} cannot be written: {error}.", path.display())))?;
    Ok(path)
}
