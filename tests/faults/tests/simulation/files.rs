//! Files in memory that may change under the engine's hands.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use transfer::error::{Failure, Kind, Result};
use transfer::source::{Fingerprint, Reader, Sources};

#[derive(Clone)]
struct File {
    content: Bytes,
    version: u64,
}

#[derive(Clone, Default)]
pub(super) struct MemoryFiles(Arc<Mutex<BTreeMap<Vec<u8>, Vec<File>>>>);

impl MemoryFiles {
    /// Writes a new version.
    pub(super) fn write(&self, path: &[u8], content: Vec<u8>) {
        let mut files = self.0.lock().unwrap();
        let versions = files.entry(path.to_vec()).or_default();
        let version = versions.len() as u64;
        versions.push(File {
            content: content.into(),
            version,
        });
    }

    /// The version that has this fingerprint.
    pub(super) fn version(&self, path: &[u8], fingerprint: &Fingerprint) -> Bytes {
        let files = self.0.lock().unwrap();
        files[path]
            .iter()
            .find(|file| print(file) == *fingerprint)
            .unwrap()
            .content
            .clone()
    }

    fn file(&self, path: &[u8]) -> Result<File> {
        let gone = || Failure::new(Kind::SourceGone, "source_gone", "Gone.");
        self.0
            .lock()
            .unwrap()
            .get(path)
            .and_then(|versions| versions.last())
            .cloned()
            .ok_or_else(gone)
    }
}

fn print(file: &File) -> Fingerprint {
    Fingerprint {
        device: 1,
        file: 1,
        size: file.content.len() as u64,
        modified_ns: i128::from(file.version),
        changed_ns: i128::from(file.version),
    }
}

fn changed() -> Failure {
    Failure::new(Kind::SourceChanged, "source_changed", "Changed.")
}

#[async_trait]
impl Sources for MemoryFiles {
    async fn fingerprint(&self, path: &[u8]) -> Result<Fingerprint> {
        Ok(print(&self.file(path)?))
    }

    async fn open(&self, path: &[u8], fingerprint: &Fingerprint) -> Result<Box<dyn Reader>> {
        if print(&self.file(path)?) != *fingerprint {
            return Err(changed());
        }
        Ok(Box::new(MemoryReader {
            files: self.clone(),
            path: path.to_vec(),
        }))
    }
}

/// Reads what is there now, as a file written in place would be read.
struct MemoryReader {
    files: MemoryFiles,
    path: Vec<u8>,
}

#[async_trait]
impl Reader for MemoryReader {
    async fn read(&mut self, offset: u64, len: usize) -> Result<Bytes> {
        let content = self.files.file(&self.path)?.content;
        let start = usize::try_from(offset).unwrap().min(content.len());
        let bytes = content.slice(start..(start + len).min(content.len()));
        if bytes.is_empty() && len > 0 {
            Err(changed())
        } else {
            Ok(bytes)
        }
    }
}
