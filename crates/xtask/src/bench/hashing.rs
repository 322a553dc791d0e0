//! What MD5 alone costs: one part after the other, and several parts in one pass.

use std::fs::File;
use std::hint::black_box;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use md5::{Digest, Md5};
use md5_many::{Md5Many, Md5State};

use super::measure;
use crate::house::Stop;

/// Bytes handed over at once, as the upload does.
const CHUNK: usize = 256 << 10;
/// Hashed in memory: reading is not what is measured.
const SAMPLE: usize = 256 << 20;

/// Prints the rows. CPU time counts, so that it holds on a machine that has other work.
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
        let name = format!("{lanes} in one pass");
        row(&name, best(|| many(&sample, lanes, lanes)));
    }
    // A vector register has room for eight: filling it with copies can be cheaper than leaving it half empty.
    for parts in [2, 4] {
        let name = format!("{parts} and copies, 8 in one pass");
        row(&name, best(|| many(&sample, parts, 8)));
    }
    Ok(())
}

/// The best of three: what disturbs a measurement only ever makes it longer.
fn best(work: impl Fn()) -> Duration {
    let timed = || {
        let begun = measure::own_cpu();
        work();
        measure::own_cpu().saturating_sub(begun)
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

/// Hashes the bytes as `parts` parts in passes over `lanes` of them, where the last part stands in for absent ones.
fn many(bytes: &[u8], parts: usize, lanes: usize) {
    let engine = Md5Many::new();
    let parts: Vec<_> = bytes.chunks_exact(bytes.len() / parts).take(parts).collect();
    let mut states = vec![Md5State::new(); lanes];
    let mut chunks: Vec<_> = parts.iter().map(|part| part.chunks(CHUNK)).collect();
    loop {
        let mut inputs: Vec<_> = chunks.iter_mut().filter_map(Iterator::next).collect();
        let Some(last) = inputs.last().copied() else {
            break;
        };
        inputs.resize(lanes, last);
        engine.update_many(&mut states, &inputs);
    }
    let mut digests = vec![[0; 16]; lanes];
    engine.finalize_many(&states, &mut digests);
    black_box(digests);
}
