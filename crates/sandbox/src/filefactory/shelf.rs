//! The files FileFactory has.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::content::Content;

/// A file at the emulated FileFactory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HostedFile {
    /// What it is known by.
    pub id: String,
    /// What it is called, lies included.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Nobody says how many: neither what is told about it, nor its link, nor the answer with its bytes, which has no ranges.
    pub size_unsaid: bool,
    /// Only the answer with its bytes says how many.
    pub size_late: bool,
    /// Of its [`Content`].
    pub seed: u64,
    /// What is said to be its MD5; `null` is the true one, an empty text is none.
    pub md5: Option<String>,
    /// Not for free accounts, nor for nobody.
    pub premium_only: bool,
    /// What must be known to have it.
    pub password: Option<String>,
    /// Whether it can be had at all.
    pub status: FileStatus,
}

/// Whether a file can be had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileStatus {
    /// It can.
    #[default]
    Online,
    /// Not now: 713.
    Offline,
    /// Not now for free accounts: 714; it is listed as online.
    Busy,
    /// It was deleted: 712.
    Deleted,
}

impl Default for HostedFile {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: "file.bin".into(),
            size: 1 << 20,
            size_unsaid: false,
            size_late: false,
            seed: 0,
            md5: None,
            premium_only: false,
            password: None,
            status: FileStatus::Online,
        }
    }
}

impl HostedFile {
    /// An ordinary file.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>, size: u64, seed: u64) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            size,
            seed,
            ..Self::default()
        }
    }

    /// What it holds.
    #[must_use]
    pub fn content(&self) -> Content {
        Content::new(self.seed)
    }

    /// The address of its page.
    #[must_use]
    pub fn page(&self) -> String {
        let name = percent_encoding::utf8_percent_encode(&self.name, percent_encoding::NON_ALPHANUMERIC);
        format!("http://www.filefactory.com/file/{}/n/{name}", self.id)
    }
}

/// What is there from the start, so that a newcomer has links to try. One needs `tulip` as its password.
pub(super) fn samples() -> BTreeMap<String, HostedFile> {
    let mut locked = HostedFile::new("3locked0tulp", "Locked.zip", 3_000_000, 3);
    locked.password = Some("tulip".into());
    let mut premium = HostedFile::new("4premium0abc", "Premium only.iso", 40_000_000, 4);
    premium.premium_only = true;
    [
        HostedFile::new("1ep92k3t0fdz", "Tulips.jpg", 620_888, 1),
        HostedFile::new("2desert0aj4k", "Desert.mp4", 25_000_000, 2),
        locked,
        premium,
    ]
    .map(|file| (file.id.clone(), file))
    .into()
}
