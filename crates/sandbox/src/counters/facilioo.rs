//! What facilioo saw.

use serde::{Deserialize, Serialize};

/// What facilioo saw; requests per call are in `requests`, and what was stored of each file in `uploads`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FaciliooCount {
    /// Sign-ins that were tried.
    pub logins: u64,
    /// Sign-ins that made tokens.
    pub logins_done: u64,
    /// Refreshes that were tried.
    pub refreshes: u64,
    /// Refreshes by a token that had been used already.
    pub refreshes_again: u64,
    /// Calls with an access token for which another had been given.
    pub replaced_tokens: u64,
    /// Calls with an access token whose life was over.
    pub expired_tokens: u64,
    /// Calls without `api-version: 2.0`.
    pub without_version: u64,
    /// Calls that made no sense.
    pub malformed: u64,
    /// Calls turned away for too many of those.
    pub blocked: u64,
    /// File entities made.
    pub created: u64,
    /// Signed upload URLs handed out.
    pub upload_links: u64,
    /// Signed download URLs handed out.
    pub download_links: u64,
    /// Signed thumbnail URLs handed out.
    pub thumbnail_links: u64,
    /// Objects stored with another Content-Type than that of their type, or with none.
    pub wrong_content_type: u64,
    /// Documents made.
    pub documents: u64,
    /// Documents made of a file that had one.
    pub documents_again: u64,
}
