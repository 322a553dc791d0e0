//! How the emulated Baasix server behaves while nothing is wrong.

use serde::{Deserialize, Serialize};

/// How Baasix behaves; the field `baasix` of the settings, changed field by field. Times are by the sandbox's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BaasixSettings {
    /// Bytes of one file; what is longer is cut there, and the answer does not say so. Default 52,428,800.
    pub max_upload_bytes: u64,
    /// Life of a token in seconds. Default 604,800.
    pub token_life_s: u64,
    /// Requests of one address and window. Default 100.
    pub rate_limit: u32,
    /// Length of that window in seconds. Default 5.
    pub rate_window_s: u64,
    /// Whether an id that the client chose is taken. Default true.
    pub own_ids: bool,
    /// Whether the account's role may read files. Default true.
    pub may_read: bool,
    /// Whether videos and sounds lie in S3: asked for without `download=true`, they are a redirect there. Default false.
    pub s3: bool,
}

impl Default for BaasixSettings {
    fn default() -> Self {
        Self {
            max_upload_bytes: 50 * 1024 * 1024,
            token_life_s: 604_800,
            rate_limit: 100,
            rate_window_s: 5,
            own_ids: true,
            may_read: true,
            s3: false,
        }
    }
}
