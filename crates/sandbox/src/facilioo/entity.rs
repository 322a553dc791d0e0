//! A File entity: the metadata shell around bytes that storage keeps, and what is computed of them in the background.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::kinds::FileType;

/// A File entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entity {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) type_id: u64,
    pub(crate) external_id: Option<String>,
    /// The party that made it.
    pub(crate) party: u32,
    /// The hash that storage knows it by.
    pub(crate) key: String,
    pub(crate) created_ms: i64,
    pub(crate) modified_ms: i64,
    /// What is stored, once something is.
    pub(crate) stored: Option<Stored>,
    /// What was computed of what was stored before that.
    pub(crate) before: Option<Computed>,
}

/// An object that storage has taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) at_ms: i64,
    pub(crate) size: u64,
    /// Its tag, without quotes.
    pub(crate) tag: String,
    pub(crate) content_type: Option<String>,
    /// From when on its size and pages are shown; `None` for what can't be read.
    pub(crate) computed_at_ms: Option<i64>,
}

/// Size and pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Computed {
    pub(crate) size: u64,
    pub(crate) at_ms: i64,
}

impl Entity {
    pub(super) fn kind(&self) -> &'static FileType {
        FileType::get(self.type_id).unwrap_or_else(|| FileType::of_name(""))
    }

    /// The size that is shown now, and since when: that of an earlier upload until the last one was looked at.
    pub(super) fn computed(&self, now_ms: i64) -> Option<Computed> {
        let stored = self.stored.as_ref();
        let last = stored.and_then(|s| {
            Some(Computed {
                size: s.size,
                at_ms: s.computed_at_ms?,
            })
        });
        last.filter(|last| now_ms >= last.at_ms).or(self.before)
    }

    /// The entity as the API shows it.
    pub(super) fn shown(&self, now_ms: i64) -> Value {
        let computed = self.computed(now_ms);
        let paged = matches!(self.kind().extension, "pdf" | "tif");
        json!({
            "id": self.id,
            "name": self.name,
            "typeId": self.type_id,
            "externalId": self.external_id,
            "fileSize": computed.map(|c| c.size),
            "pageCount": computed.filter(|_| paged).map(|c| 1 + c.size / 50_000),
            "created": moment(self.created_ms),
            "lastModified": moment(computed.map_or(self.modified_ms, |c| c.at_ms.max(self.modified_ms))),
            "deleted": null,
        })
    }

    /// What it is called when it is downloaded: its name, with its type's extension.
    pub(super) fn download_name(&self) -> String {
        let extension = self.kind().extension;
        match self.name.rsplit_once('.') {
            Some((_, has)) if has.eq_ignore_ascii_case(extension) => self.name.clone(),
            _ => format!("{}.{extension}", self.name),
        }
    }
}

/// A point in time without an offset, as the service writes it: UTC.
pub(super) fn moment(ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%S%.3f").to_string()
}
