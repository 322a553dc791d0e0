//! The files Baasix knows: their rows, and where their bytes are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::content::Content;
use crate::held;

/// A row of the table of files.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) size: u64,
    /// Its type.
    pub(super) kind: String,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) folder: Option<String>,
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
    /// Under which its bytes are kept.
    pub(super) filename: String,
    /// What it is called.
    pub(super) original: String,
    pub(super) public: bool,
    pub(super) metadata: Value,
    pub(super) tenant: Option<String>,
    pub(super) created_ms: i64,
    pub(super) updated_ms: i64,
    /// Its place in the table, which moves when it is changed.
    pub(super) place: u64,
    /// Its bytes are made up of this seed, and on no disk.
    pub(super) seed: Option<u64>,
}

impl Record {
    /// The row as it is answered.
    pub(super) fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "size": self.size,
            "type": self.kind,
            "title": self.title,
            "width": self.width,
            "height": self.height,
            "folder": self.folder,
            "storage": "local",
            "filename": self.filename,
            "originalFilename": self.original,
            "isPublic": self.public,
            "metadata": self.metadata,
            "description": self.description,
            "tenant_Id": self.tenant,
            "userCreated_Id": super::USER,
            "userUpdated_Id": null,
            "createdAt": instant(self.created_ms),
            "updatedAt": instant(self.updated_ms),
        })
    }
}

/// A point in time as it is answered.
pub(super) fn instant(ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    format!("{at:.3}")
}

/// The name under which bytes are kept: the id, and a piece of the file's own name.
pub(super) fn kept_as(id: &str, name: &str) -> String {
    let (base, extension) = match name.rsplit_once('.') {
        Some((base, extension)) if !base.is_empty() => (base, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let plain = |c: char| if matches!(c, '/' | '\\' | '\0') { '_' } else { c };
    let short: String = base.chars().take(40).map(plain).collect();
    let extension: String = extension.chars().map(plain).collect();
    format!("{id}-{short}{extension}")
}

/// The rows, and the folder with the bytes.
pub(super) struct Records {
    rows: Mutex<Rows>,
    folder: PathBuf,
    file: Option<PathBuf>,
    saving: tokio::sync::Mutex<()>,
}

#[derive(Default)]
pub(super) struct Rows {
    pub(super) all: BTreeMap<String, Record>,
    places: u64,
}

impl Rows {
    /// The next place in the table.
    pub(super) fn next_place(&mut self) -> u64 {
        self.places += 1;
        self.places
    }
}

impl Records {
    /// Bytes lie in `folder`; rows in `file`, where they are to survive a restart.
    pub(super) fn open(folder: PathBuf, file: Option<PathBuf>) -> std::io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        let all: BTreeMap<String, Record> = match file.as_ref().map(std::fs::read) {
            Some(Ok(bytes)) => serde_json::from_slice(&bytes)?,
            Some(Err(e)) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
            _ => BTreeMap::new(),
        };
        let places = all.values().map(|row| row.place).max().unwrap_or(0);
        Ok(Self {
            rows: Mutex::new(Rows { all, places }),
            folder,
            file,
            saving: tokio::sync::Mutex::default(),
        })
    }

    /// Reads or changes the rows.
    pub(super) fn with<T>(&self, f: impl FnOnce(&mut Rows) -> T) -> T {
        f(&mut held(&self.rows))
    }

    /// As the table happens to hold them.
    pub(super) fn all(&self) -> Vec<Record> {
        let mut all: Vec<_> = self.with(|rows| rows.all.values().cloned().collect());
        all.sort_by_key(|row: &Record| row.place);
        all
    }

    pub(super) fn path(&self, kept_as: &str) -> PathBuf {
        // A name of 300 characters is one of the database's, not of the disk's.
        let short = kept_as.chars().take(60);
        // Nor does a disk of Windows take each of its characters; the id in front keeps two names apart.
        let plain = |c: char| {
            if c.is_control() || r#"<>:"|?*"#.contains(c) {
                '_'
            } else {
                c
            }
        };
        let short: String = short.map(plain).collect();
        self.folder.join(short.trim_end_matches(['.', ' ']))
    }

    /// Writes bytes.
    pub(super) async fn put(&self, kept_as: &str, bytes: Vec<u8>) -> std::io::Result<()> {
        let path = self.path(kept_as);
        blocking(move || std::fs::write(path, bytes)).await
    }

    /// The bytes of a file; an error where there are none.
    pub(super) async fn bytes(&self, record: &Record) -> std::io::Result<Vec<u8>> {
        if let Some(seed) = record.seed {
            let size = usize::try_from(record.size).unwrap_or(usize::MAX);
            return blocking(move || Ok(Content::new(seed).bytes(0, size))).await;
        }
        let path = self.path(&record.filename);
        blocking(move || std::fs::read(path)).await
    }

    pub(super) fn has_bytes(&self, record: &Record) -> bool {
        record.seed.is_some() || self.path(&record.filename).exists()
    }

    pub(super) async fn remove(&self, kept_as: &str) {
        let path = self.path(kept_as);
        if let Err(error) = blocking(move || std::fs::remove_file(path)).await {
            tracing::debug!(%error, "no bytes to delete");
        }
    }

    /// Writes the rows, so that the next start finds what was answered.
    pub(super) async fn save(&self) {
        let Some(file) = self.file.clone() else { return };
        let _one_at_a_time = self.saving.lock().await;
        let Ok(json) = self.with(|rows| serde_json::to_vec_pretty(&rows.all)) else {
            return;
        };
        let written = blocking(move || replace(&file, &json)).await;
        if let Err(error) = written {
            tracing::warn!(%error, "the sandbox could not keep its table of files");
        }
    }
}

fn replace(file: &Path, json: &[u8]) -> std::io::Result<()> {
    let draft = file.with_extension("draft");
    std::fs::write(&draft, json)?;
    std::fs::rename(draft, file)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> std::io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(std::io::Error::other)
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_kept_under_the_id_and_forty_characters_of_the_name() {
        assert_eq!(kept_as("i", "letter.pdf"), "i-letter.pdf");
        assert_eq!(kept_as("i", ".hidden"), "i-.hidden");
        let long = "ü".repeat(60);
        assert_eq!(
            kept_as("i", &format!("{long}.tar.gz")),
            format!("i-{}.gz", "ü".repeat(40))
        );
    }

    #[test]
    fn a_point_in_time_has_milliseconds_and_a_zone() {
        assert_eq!(instant(1_790_000_000_007), "2026-09-21T14:13:20.007Z");
    }
}
