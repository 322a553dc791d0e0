//! Rows that a service keeps, in a JSON file where the sandbox has a home.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::held;

/// Rows by id.
#[derive(Debug)]
pub(crate) struct Table<R> {
    rows: Mutex<BTreeMap<String, R>>,
    file: Option<PathBuf>,
    saving: tokio::sync::Mutex<()>,
}

impl<R: Clone + Serialize + DeserializeOwned> Table<R> {
    /// The table of `file`, empty when there is none yet; `None` keeps nothing.
    pub(crate) fn open(file: Option<PathBuf>) -> std::io::Result<Self> {
        let rows: BTreeMap<String, R> = match file.as_ref().map(std::fs::read) {
            Some(Ok(bytes)) => serde_json::from_slice(&bytes)?,
            Some(Err(e)) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
            _ => BTreeMap::new(),
        };
        Ok(Self {
            rows: Mutex::new(rows),
            file,
            saving: tokio::sync::Mutex::default(),
        })
    }

    /// Reads or changes the rows.
    pub(crate) fn with<T>(&self, f: impl FnOnce(&mut BTreeMap<String, R>) -> T) -> T {
        f(&mut held(&self.rows))
    }

    pub(crate) fn get(&self, id: &str) -> Option<R> {
        self.with(|rows| rows.get(id).cloned())
    }

    pub(crate) fn all(&self) -> Vec<R> {
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
            tracing::warn!(%error, "the sandbox could not keep a table");
        }
    }
}
