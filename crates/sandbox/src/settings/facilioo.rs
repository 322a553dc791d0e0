//! How the emulated facilioo behaves while nothing is wrong.

use serde::{Deserialize, Serialize};

/// How facilioo behaves; the field `facilioo` of the settings, changed field by field. Times are by the sandbox's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct FaciliooSettings {
    /// Life of an access token in seconds, from the next one on. Default 3,600.
    pub token_life_s: u64,
    /// Life of a refresh token in seconds; each is good for one refresh. Default 1,209,600.
    pub refresh_life_s: u64,
    /// Life of signed URLs in seconds. Default 900.
    pub link_life_s: u32,
    /// Signed upload URLs cover the Content-Type also when nobody asks for that. Default false.
    pub sign_content_type: bool,
    /// Milliseconds from the storing of a file until its size and pages are shown. Default 2,000.
    pub computed_after_ms: u64,
    /// Size and pages are never shown of what is stored from now on. Default false.
    pub never_computed: bool,
    /// Milliseconds from the storing of a picture until it has a thumbnail. Default 3,000.
    pub thumbnail_after_ms: u64,
    /// What the fields of answers are called. Default `camel`.
    pub naming: Naming,
    /// JSON comes as `text/plain`. Default false.
    pub json_as_text: bool,
    /// Files and documents can be looked up by external id. Default true; else 404.
    pub lookup: bool,
    /// Whether accounts may make documents of files; else 403. Default true.
    pub documents: bool,
    /// So many calls that make no sense block the caller. Default 100.
    pub malformed: u32,
    /// Length of that block in seconds. Default 900.
    pub block_s: u64,
}

impl Default for FaciliooSettings {
    fn default() -> Self {
        Self {
            token_life_s: 3_600,
            refresh_life_s: 1_209_600,
            link_life_s: 900,
            sign_content_type: false,
            computed_after_ms: 2_000,
            never_computed: false,
            thumbnail_after_ms: 3_000,
            naming: Naming::Camel,
            json_as_text: false,
            lookup: true,
            documents: true,
            malformed: 100,
            block_s: 900,
        }
    }
}

/// What the fields of answers are called; the document does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Naming {
    /// `fileSize`, `url`.
    Camel,
    /// `FileSize`, `Url`.
    Pascal,
    /// Other words for the same: `originalFileName`, `fileTypeId`, `preSignedUrl`; the answer stands inside `data`.
    Other,
    /// As `camel`, but an address is a bare JSON string.
    Bare,
}
