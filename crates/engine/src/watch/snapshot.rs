//! A snapshot: what a file that never stands still holds at one moment, copied, to be sent as a file of its own.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use transfer::error::{Failure, Kind, Result};
use transfer::source::Fingerprint;
use transfer::watch::WatchFile;
use transfer::{BatchId, Watch};

use super::feed::{name_there, said_of};
use crate::source;
use crate::world::NewUpload;

/// Bytes read at once.
const PIECE: usize = 256 * 1024;
/// Bytes of the disk that a copy leaves to others.
const SPARE: u64 = 64 << 20;

/// Copies the bytes that `file` of `watch` has now to `to`, where nothing stands yet, durably, and answers the upload of the
/// copy: named and described as the file is, and no affair of the watch. The folder of `to` is ours alone, and made where it
/// is missing. Blocking. What could not be finished is removed.
///
/// The beginning is read a second time: a file that is not only added to would give a mixture of two versions.
///
/// # Errors
/// [`Kind::SourceGone`], [`Kind::SourceRead`] and [`Kind::SourceChanged`] for the file, [`Kind::DiskFull`] and [`Kind::Disk`]
/// for the copy.
pub fn take(watch: &Watch, file: &WatchFile, to: &Path, batch: BatchId, stop: &CancellationToken) -> Result<NewUpload> {
    let root = platform::path_from_bytes(&watch.root);
    let name = platform::path_from_bytes(&file.name);
    let mut from = platform::open_below(&root, &name).map_err(|why| unreadable(file, &why))?;
    let size = from.metadata().map_err(|why| unreadable(file, &why))?.len();
    let folder = to.parent().unwrap_or(to);
    platform::modes::private_dir(folder).map_err(|why| unwritable(&why))?;
    room(folder, size)?;
    let mut copy = platform::create_new(to, true).map_err(|why| unwritable(&why))?;
    let copied = read_twice(file, &mut from, size, stop, &mut |bytes| copy.write_all(bytes));
    let copied = copied.and_then(|()| durable(&copy, to).map_err(|why| unwritable(&why)));
    let print = match copied {
        Ok(print) => print,
        Err(failure) => {
            drop(copy);
            let _ = fs::remove_file(to);
            return Err(failure);
        }
    };
    let there = name_there(&name);
    Ok(NewUpload {
        account: watch.account,
        path: platform::path_to_bytes(to),
        options: said_of(watch, &root, &file.print, &there),
        name: there,
        size: Some(size),
        version: Some(print),
        limit: None,
        batch,
    })
}

/// The beginning of a file, as it was read.
#[derive(PartialEq, Eq)]
struct Prefix {
    hash: [u8; 32],
    length: u64,
}

/// Reads the first `size` bytes and has them kept, and makes sure that they are still the same afterwards.
fn read_twice(
    file: &WatchFile,
    from: &mut File,
    size: u64,
    stop: &CancellationToken,
    keep: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> Result<()> {
    let mut read = |keep: &mut dyn FnMut(&[u8]) -> io::Result<()>| -> Result<Prefix> {
        let (mut hash, mut piece, mut length) = (Sha256::new(), vec![0; PIECE], 0_u64);
        from.seek(SeekFrom::Start(0)).map_err(|why| unreadable(file, &why))?;
        while length < size {
            if stop.is_cancelled() {
                return Err(Failure::new(
                    Kind::Bug,
                    "stopped",
                    "Longshore is ending; no snapshot was made.",
                ));
            }
            let most = usize::try_from(size - length).unwrap_or(PIECE).min(PIECE);
            let count = from.read(&mut piece[..most]).map_err(|why| unreadable(file, &why))?;
            if count == 0 {
                break;
            }
            hash.update(&piece[..count]);
            keep(&piece[..count]).map_err(|why| unwritable(&why))?;
            length += count as u64;
        }
        let hash = hash.finalize().into();
        Ok(Prefix { hash, length })
    };
    let copied = read(keep)?;
    let again = read(&mut |_| Ok(()))?;
    if copied.length < size || copied != again {
        return Err(Failure::new(
            Kind::SourceChanged,
            "not_only_growing",
            format!(
                "“{}” is not only added to: what it held before changed while it was copied, so that a snapshot would be a mixture. None was made; it is sent once it stands still, or try again.",
                platform::path_shown(&file.name)
            ),
        ));
    }
    Ok(())
}

/// Bytes and name are on the disk when it returns; answers which version of the copy that is.
fn durable(copy: &File, to: &Path) -> io::Result<Fingerprint> {
    copy.sync_all()?;
    platform::sync_dir(to.parent().unwrap_or(to))?;
    platform::identity_of_open(copy).map(source::print)
}

/// Says before the copy begins that the disk has no room for it.
fn room(folder: &Path, size: u64) -> Result<()> {
    match platform::space::free(folder) {
        Ok(free) if free < size.saturating_add(SPARE) => Err(Failure::new(
            Kind::DiskFull,
            "snapshot_full",
            format!(
                "A snapshot is a copy of {size} bytes, and the disk with Longshore's own data has {free} free. None was made; make room, then try again."
            ),
        )),
        // What can't be told shows when it is written.
        _ => Ok(()),
    }
}

fn unreadable(file: &WatchFile, why: &io::Error) -> Failure {
    let name = platform::path_shown(&file.name);
    match why.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::InvalidInput => Failure::new(
            Kind::SourceGone,
            "source_gone",
            format!("“{name}” is not in its folder any more, so that there is nothing to make a snapshot of."),
        ),
        _ => Failure::new(
            Kind::SourceRead,
            "source_read",
            format!("“{name}” can't be read: {why}. No snapshot was made; when its cause is gone, try again."),
        ),
    }
}

fn unwritable(why: &io::Error) -> Failure {
    let kind = match why.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Kind::DiskFull,
        _ => Kind::Disk,
    };
    Failure::new(
        kind,
        "snapshot_write",
        format!("The copy for the snapshot can't be written: {why}. None was made; when its cause is gone, try again."),
    )
}

#[cfg(test)]
#[path = "snapshot_test.rs"]
mod tests;
