//! How the emulated FileFactory behaves while nothing is wrong.

use serde::{Deserialize, Serialize};

/// How FileFactory behaves; the field `filefactory` of the settings, changed field by field. Times are by the sandbox's
/// clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FilefactorySettings {
    /// What an error comes as. Default `ok`.
    pub errors: ErrorForm,
    /// Which numbers are JSON strings. Default `mixed`.
    pub numbers: Numbers,
    /// Life of a session key in seconds after its last use. Default 900.
    pub key_life_s: u64,
    /// Logins, right or wrong, that one account has in a window; then 705 for a whole window. Default 20.
    pub logins: u32,
    /// Length of that window in seconds. Default 900.
    pub login_window_s: u64,
    /// Requests of one account in an hour; then 704 until the hour is over. Default 5,000.
    pub requests_per_hour: u32,
    /// Requests without a key in an hour. Default 1,000.
    pub anonymous_per_hour: u32,
    /// Wrong passwords for one file; then 717. Default 5.
    pub password_tries: u32,
    /// Length of that refusal in seconds. Default 300.
    pub password_wait_s: u64,
    /// Life of a download link in seconds. Default 14,400.
    pub link_life_s: u64,
    /// Seconds a free link may not be used for after it was made. Default 30.
    pub delay_s: u64,
}

impl Default for FilefactorySettings {
    fn default() -> Self {
        Self {
            errors: ErrorForm::Ok,
            numbers: Numbers::Mixed,
            key_life_s: 900,
            logins: 20,
            login_window_s: 900,
            requests_per_hour: 5_000,
            anonymous_per_hour: 1_000,
            password_tries: 5,
            password_wait_s: 300,
            link_life_s: 14_400,
            delay_s: 30,
        }
    }
}

/// What an error comes as; the document does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorForm {
    /// JSON with status 200.
    Ok,
    /// JSON with a status of its kind: 401, 403, 404, 429, 500, 503, else 400.
    Status,
    /// A web page with that status.
    Page,
}

/// Which numbers are JSON strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numbers {
    /// As in the document's samples: some.
    Mixed,
    /// All.
    Strings,
    /// None.
    Numbers,
}
