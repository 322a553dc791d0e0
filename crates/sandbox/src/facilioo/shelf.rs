//! The files of the service as a test sees and makes them: what was sent, under which type, and with which bytes.

use serde::{Deserialize, Serialize};

use super::accounts::Party;
use super::entity::{Entity, Stored};
use super::kinds::FileType;
use super::{BUCKET, Facilioo};
use crate::content::Content;
use crate::held;
use crate::storage::sha256_of;

/// A file to be put at the emulated facilioo, stored and measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaciliooFile {
    /// What it is called; its type is that of its extension.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Of its [`Content`].
    pub seed: u64,
}

impl Default for FaciliooFile {
    fn default() -> Self {
        Self {
            name: "file.bin".into(),
            size: 1 << 20,
            seed: 0,
        }
    }
}

/// A file at the emulated facilioo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileState {
    /// The entity's id.
    pub id: u64,
    /// As it was created.
    pub name: String,
    /// As it was created.
    pub type_id: u64,
    /// As it was created.
    pub external_id: Option<String>,
    /// Bytes in storage; `None` while there are none.
    pub size: Option<u64>,
    /// The Content-Type they came with.
    pub content_type: Option<String>,
    /// Of the bytes on disk, in hexadecimal.
    pub sha256: Option<String>,
    /// How many documents were made of it.
    pub documents: u64,
}

impl Facilioo {
    /// Puts a file there, as if it had been sent; its id.
    pub(crate) fn add(&self, file: &FaciliooFile) -> std::io::Result<u64> {
        let now_ms = self.controls.clock.now_ms();
        let kind = FileType::of_name(&file.name);
        let made = self.made(&file.name, kind.id, None, Party::Admin.id(), now_ms);
        let content = Content::new(file.seed);
        let size = usize::try_from(file.size).unwrap_or(usize::MAX);
        std::fs::write(self.shelf.object_of(BUCKET, &made.key), content.bytes(0, size))?;
        self.entities.with(|rows| {
            if let Some(entity) = rows.get_mut(&made.id.to_string()) {
                entity.stored = Some(Stored {
                    at_ms: now_ms,
                    size: file.size,
                    tag: content.md5(file.size),
                    content_type: Some(kind.mime.to_owned()),
                    computed_at_ms: Some(now_ms),
                });
            }
        });
        Ok(made.id)
    }

    /// Takes a file away, as if it had been deleted in the service's own window.
    pub(crate) fn remove(&self, id: u64) {
        self.entities.with(|rows| rows.remove(&id.to_string()));
    }

    /// Every file that was created. Reads the disk.
    pub(crate) async fn all(&self) -> std::io::Result<Vec<FileState>> {
        let mut states = Vec::new();
        let mut all: Vec<Entity> = self.entities.all();
        all.sort_by_key(|entity| entity.id);
        for entity in all {
            let path = self.shelf.object_of(BUCKET, &entity.key);
            let sha256 = match &entity.stored {
                Some(_) => Some(tokio::task::spawn_blocking(move || sha256_of(&path)).await??),
                None => None,
            };
            let documents = held(&self.documents).iter().filter(|d| d.file_id == entity.id).count();
            states.push(FileState {
                id: entity.id,
                name: entity.name,
                type_id: entity.type_id,
                external_id: entity.external_id,
                size: entity.stored.as_ref().map(|stored| stored.size),
                content_type: entity.stored.and_then(|stored| stored.content_type),
                sha256,
                documents: documents as u64,
            });
        }
        Ok(states)
    }
}
