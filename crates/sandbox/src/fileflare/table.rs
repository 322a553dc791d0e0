//! The assets the service knows, kept in a JSON file where the sandbox has a home.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

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
pub(crate) type Table = crate::table::Table<Asset>;

/// The table of `file`; `None` keeps nothing.
pub(crate) fn open(file: Option<PathBuf>) -> std::io::Result<Table> {
    let table = Table::open(file)?;
    // A confirmation that was cut off by the end of the sandbox may be asked for again.
    table.with(|rows| {
        for asset in rows.values_mut().filter(|a| a.stage == Stage::Confirming) {
            asset.stage = Stage::Open;
        }
    });
    Ok(table)
}
