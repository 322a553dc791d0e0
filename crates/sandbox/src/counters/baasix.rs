//! What the emulated Baasix server saw.

use serde::{Deserialize, Serialize};

/// What Baasix saw; requests per call are in `requests`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BaasixCount {
    /// Sign-ins that made a token.
    pub sign_ins: u64,
    /// Sign-ins that were refused.
    pub sign_ins_refused: u64,
    /// Tokens changed for new ones.
    pub refreshes: u64,
    /// Tokens changed for new ones while other requests with the old one were under way.
    pub refreshes_in_use: u64,
    /// Tokens given back.
    pub sign_outs: u64,
    /// Requests whose token was none: they were taken for the public's.
    pub as_public: u64,
    /// Tokens found in an address.
    pub tokens_in_url: u64,
    /// Forms with a file that were read to their end.
    pub forms: u64,
    /// Forms being read or carried out at this moment.
    pub forms_now: u64,
    /// Files made.
    pub made: u64,
    /// Files made that are shorter than what was sent.
    pub truncated: u64,
    /// Files whose content did not fit their type: taken back.
    pub refused_media: u64,
    /// Files whose id was there already.
    pub conflicts: u64,
    /// Files deleted.
    pub deletions: u64,
    /// Files to be deleted that were not there.
    pub deletions_of_nothing: u64,
    /// Imports that made a file.
    pub imports: u64,
    /// Imports that failed.
    pub imports_failed: u64,
    /// Imports under way at this moment.
    pub imports_now: u64,
    /// The most at a time.
    pub imports_max: u64,
    /// Requests with a range that begins, or ends, behind the end of the file.
    pub ranges_past_end: u64,
    /// Calls answered 429.
    pub rate_limited: u64,
}
