//! Local files as sources: read at offsets on blocking threads, and known by their fingerprint.

use std::fs::File;
use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use transfer::error::{Failure, Kind, Result};
use transfer::source::{Fingerprint, Reader, Sources};

use crate::buffers::Buffers;

/// The computer's own files.
#[derive(Debug, Clone, Default)]
pub struct LocalSources {
    buffers: Buffers,
}

#[async_trait]
impl Sources for LocalSources {
    async fn fingerprint(&self, path: &[u8]) -> Result<Fingerprint> {
        let path = platform::path_from_bytes(path);
        blocking(move || platform::identity_of(&path).map(print).map_err(|why| unreadable(&why))).await
    }

    async fn open(&self, path: &[u8], fingerprint: &Fingerprint) -> Result<Box<dyn Reader>> {
        let path = platform::path_from_bytes(path);
        let expected = *fingerprint;
        let buffers = self.buffers.clone();
        blocking(move || {
            let file = platform::open_for_reading(&path).map_err(|why| unreadable(&why))?;
            let now = platform::identity_of_open(&file)
                .map(print)
                .map_err(|why| unreadable(&why))?;
            if now != expected {
                return Err(changed());
            }
            Ok(Box::new(LocalReader {
                file: Arc::new(file),
                buffers,
            }) as Box<dyn Reader>)
        })
        .await
    }
}

struct LocalReader {
    file: Arc<File>,
    buffers: Buffers,
}

#[async_trait]
impl Reader for LocalReader {
    async fn read(&mut self, offset: u64, len: usize) -> Result<Bytes> {
        let (file, buffers) = (Arc::clone(&self.file), self.buffers.clone());
        blocking(move || {
            let read = buffers.fill(len, |buffer| fill(&file, buffer, offset));
            read.map_err(|why| unreadable(&why)).and_then(|bytes| {
                if bytes.is_empty() && len > 0 {
                    Err(changed())
                } else {
                    Ok(bytes)
                }
            })
        })
        .await
    }
}

/// Reads until the buffer is full or the file ends, and answers how many bytes that were.
fn fill(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match platform::read_at(file, &mut buffer[filled..], offset + filled as u64)? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(Failure::new(Kind::Bug, "read_stopped", "Reading the file was stopped.")))
}

pub(crate) fn print(identity: platform::FileIdentity) -> Fingerprint {
    Fingerprint {
        device: identity.device,
        file: identity.file,
        size: identity.size,
        modified_ns: identity.modified_ns,
        changed_ns: identity.changed_ns,
    }
}

/// The file is another one, or another version, than the one being sent.
pub(crate) fn changed() -> Failure {
    Failure::new(
        Kind::SourceChanged,
        "source_changed",
        "The file changed while it was being sent. It is sent again from the start once it stands still.",
    )
}

fn unreadable(why: &io::Error) -> Failure {
    match why.kind() {
        io::ErrorKind::NotFound => Failure::new(Kind::SourceGone, "source_gone", "The file is no longer where it was.")
            .action("Put it back and try again, or remove the transfer."),
        io::ErrorKind::PermissionDenied => {
            Failure::new(Kind::SourceRead, "source_denied", "Longshore may not read the file.")
                .action("Allow reading it, then try again.")
        }
        io::ErrorKind::InvalidInput => Failure::new(Kind::Refused, "not_a_file", format!("It can't be sent: {why}.")),
        _ => Failure::new(
            Kind::SourceRead,
            "source_read",
            format!("The file could not be read: {why}."),
        )
        .action("Check the drive that it is on."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_that_is_no_longer_the_same_is_not_opened() {
        let sources = LocalSources::default();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"first").unwrap();
        let name = platform::path_to_bytes(&path);
        let print = sources.fingerprint(&name).await.unwrap();
        let mut reader = sources.open(&name, &print).await.unwrap();
        assert_eq!(reader.read(1, 9).await.unwrap(), Bytes::from_static(b"irst"));
        // Another file of the same name and size: no clock is fine enough to be trusted with a second write.
        std::fs::write(folder.path().join("b"), b"other").unwrap();
        std::fs::rename(folder.path().join("b"), &path).unwrap();
        let refused = sources.open(&name, &print).await.err().unwrap();
        assert_eq!(refused.kind, Kind::SourceChanged);
    }
}
