//! What MD5 alone costs: one part after the other, and several parts in one pass.

use std::fs::File;
use std::hint::black_box;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use md5::{Digest, Md5};
use md5_many::{Md5Many, Md5State};

use crate::house::Stop;

/// Bytes handed over at once, as the upload does.
const CHUNK: usize = 256 << 10;
/// Hashed in memory: reading is not what is measured.
const SAMPLE: usize = 256 << 20;

/// Prints the rows. One thread works, so its wall time is its CPU time.
pub(crate) fn print(path: &Path) -> Result<(), Stop> {
    let mut sample = vec![0; SAMPLE];
    let read = File::open(path).and_then(|mut file| {
        let mut filled = 0;
        while filled < sample.len() {
            match file.read(&mut sample[filled..])? {
                0 => break,
                more => filled += more,
            }
        }
        Ok(filled)
    });
    let read = read.map_err(|error| Stop::new(format!("{} cannot be read: {error}.", path.display())))?;
    sample.truncate(read);
    let per_gib = |took: Duration| took.as_secs_f64() * (1_u64 << 30) as f64 / sample.len() as f64;
    println!("\n{:<34} {:>8} {:>8} {:>11}", "MD5 alone", "", "", "CPU s/GiB");
    let row = |name: &str, took: Duration| println!("{name:<34} {:>8} {:>8} {:>11.2}", "", "", per_gib(took));
    row("scalar, one part at a time", best(|| scalar(&sample)));
    for lanes in [1, 2, 4, 8, 16] {
        row(
            &format!("in one pass over parts: {lanes}"),
            best(|| many(&sample, lanes)),
        );
    }
    Ok(())
}

/// The best of three: what disturbs a measurement only ever makes it longer.
fn best(work: impl Fn()) -> Duration {
    let timed = || {
        let begun = Instant::now();
        work();
        begun.elapsed()
    };
    timed().min(timed()).min(timed())
}

fn scalar(bytes: &[u8]) {
    let mut hash = Md5::new();
    for chunk in bytes.chunks(CHUNK) {
        hash.update(chunk);
    }
    black_box(hash.finalize());
}

fn many(bytes: &[u8], lanes: usize) {
    let engine = Md5Many::new();
    let parts: Vec<_> = bytes.chunks_exact(bytes.len() / lanes).take(lanes).collect();
    let mut states = vec![Md5State::new(); lanes];
    let mut chunks: Vec<_> = parts.iter().map(|part| part.chunks(CHUNK)).collect();
    loop {
        let inputs: Vec<_> = chunks.iter_mut().filter_map(Iterator::next).collect();
        if inputs.is_empty() {
            break;
        }
        engine.update_many(&mut states[..inputs.len()], &inputs);
    }
    let mut digests = vec![[0; 16]; lanes];
    engine.finalize_many(&states, &mut digests);
    black_box(digests);
}
