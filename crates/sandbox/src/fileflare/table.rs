//! The assets the service knows, kept in a JSON file where the sandbox has a home.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::held;

/// How far an asset has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// Signed, neither confirmed nor cancelled.
    Open,
    /// Its confirmation is being carried out.
    Confirming,
    /// It exists.
    Confirmed,
}

/// A file, or a link to one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Asset {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Bytes; as announced while open, as stored once confirmed.
    pub(crate) size: u64,
    /// Where storage keeps it; none for a link.
    pub(crate) key: Option<String>,
    /// The multipart upload; none for a file sent whole.
    pub(crate) upload: Option<String>,
    /// Parts in its plan.
    pub(crate) parts: usize,
    pub(crate) stage: Stage,
    /// Where a link leads.
    pub(crate) link: Option<String>,
    pub(crate) created_at: String,
}

impl Asset {
    /// What counters know it by.
    pub(crate) fn counted_as(&self) -> &str {
        self.upload.as_deref().unwrap_or(&self.id)
    }
}

/// All assets, oldest first: ids grow with time.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Mutex<BTreeMap<String, Asset>>,
    file: Option<PathBuf>,
    saving: tokio::sync::Mutex<()>,
}

impl Table {
    /// The table of `file`, empty when there is none yet; `None` keeps nothing.
    pub(crate) fn open(file: Option<PathBuf>) -> std::io::Result<Self> {
        let mut rows: BTreeMap<String, Asset> = match file.as_ref().map(std::fs::read) {
            Some(Ok(bytes)) => serde_json::from_slice(&bytes)?,
            Some(Err(e)) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
            _ => BTreeMap::new(),
        };
        // A confirmation that was cut off by the end of the sandbox may be asked for again.
        for asset in rows.values_mut().filter(|a| a.stage == Stage::Confirming) {
            asset.stage = Stage::Open;
        }
        Ok(Self {
            rows: Mutex::new(rows),
            file,
            saving: tokio::sync::Mutex::default(),
        })
    }

    /// Reads or changes the rows.
    pub(crate) fn with<T>(&self, f: impl FnOnce(&mut BTreeMap<String, Asset>) -> T) -> T {
        f(&mut held(&self.rows))
    }

    pub(crate) fn get(&self, id: &str) -> Option<Asset> {
        self.with(|rows| rows.get(id).cloned())
    }

    pub(crate) fn all(&self) -> Vec<Asset> {
        self.with(|rows| rows.values().cloned().collect())
    }

    /// Writes the file, so that the next start finds what was answered.
    pub(crate) async fn save(&self) {
        let Some(file) = self.file.clone() else {
            return;
        };
        let _one_at_a_time = self.saving.lock().await;
        let Ok(json) = self.with(|rows| serde_json::to_vec_pretty(rows)) else {
            return;
        };
        let written = tokio::task::spawn_blocking(move || {
            let draft = file.with_extension("draft");
            std::fs::write(&draft, json)?;
            std::fs::rename(draft, file)
        });
        if let Ok(Err(error)) = written.await {
            tracing::warn!(%error, "the sandbox could not keep its table of assets");
        }
    }
}
