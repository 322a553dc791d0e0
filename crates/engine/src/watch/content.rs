//! What is in a file: read whole, in the version that settled, by a way without links.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use transfer::source::Fingerprint;
use transfer::watch::{Content, Why};

/// Bytes read at once.
const PIECE: usize = 256 * 1024;

/// Pieces after which the version is looked at again.
const LOOK: u64 = 256;

/// What reading came to.
#[derive(Debug)]
pub(crate) enum Reading {
    /// The whole content of that version.
    Whole(Content),
    /// It is another version, or went.
    Changed,
    /// It can't be read.
    Refused(Why),
    /// Longshore is ending.
    Stopped,
}

/// Reads the file `name` below `root`, which must be the version `print` before and after. Blocking.
pub(crate) fn read(root: &Path, name: &Path, print: &Fingerprint, stop: &CancellationToken) -> Reading {
    match read_whole(root, name, print, stop) {
        Ok(read) => read,
        Err(why) if matches!(why.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidInput) => Reading::Changed,
        Err(why) if why.kind() == io::ErrorKind::PermissionDenied => Reading::Refused(Why::new(
            "source_denied",
            "Longshore may not read it. It is tried again when its rights change.",
        )),
        Err(why) => Reading::Refused(Why::new("source_read", format!("It can't be read: {why}."))),
    }
}

fn read_whole(root: &Path, name: &Path, print: &Fingerprint, stop: &CancellationToken) -> io::Result<Reading> {
    let mut file = platform::open_below(root, name)?;
    if version(&file)? != *print {
        return Ok(Reading::Changed);
    }
    let mut hash = Sha256::new();
    let mut piece = vec![0; PIECE];
    for at in 1_u64.. {
        if stop.is_cancelled() {
            return Ok(Reading::Stopped);
        }
        // Of a large file that changes nobody needs the rest.
        if at.is_multiple_of(LOOK) && version(&file)? != *print {
            return Ok(Reading::Changed);
        }
        match file.read(&mut piece)? {
            0 => break,
            count => hash.update(&piece[..count]),
        }
    }
    if version(&file)? != *print {
        return Ok(Reading::Changed);
    }
    Ok(Reading::Whole(Content(hash.finalize().into())))
}

fn version(file: &File) -> io::Result<Fingerprint> {
    platform::identity_of_open(file).map(crate::source::print)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_that_settled_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"abc").unwrap();
        let print = crate::source::print(platform::identity_of(&path).unwrap());
        let stop = CancellationToken::new();
        let Reading::Whole(content) = read(folder.path(), Path::new("a"), &print, &stop) else {
            panic!("it is there")
        };
        assert_eq!(content.0[..4], [0xba, 0x78, 0x16, 0xbf]);
        let other = Fingerprint { size: 4, ..print };
        assert!(matches!(
            read(folder.path(), Path::new("a"), &other, &stop),
            Reading::Changed
        ));
        assert!(matches!(
            read(folder.path(), Path::new("b"), &print, &stop),
            Reading::Changed
        ));
        stop.cancel();
        assert!(matches!(
            read(folder.path(), Path::new("a"), &print, &stop),
            Reading::Stopped
        ));
    }
}
