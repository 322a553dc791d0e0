//! How the emulated services behave while nothing is wrong; every field can be changed at run time.

mod baasix;
mod facilioo;
mod filefactory;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use baasix::BaasixSettings;
pub use facilioo::{FaciliooSettings, Naming};
pub use filefactory::{ErrorForm, FilefactorySettings, Numbers};

/// How the sandbox behaves; changed as a whole or field by field through `POST /_sandbox/settings`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Bytes of one part in the plan of a new session. Default 100,000,000, as the service documents.
    pub chunk_size: u64,
    /// Parts below 5 MiB pass at confirmation, so that tests may use small ones. Default false.
    pub allow_small_parts: bool,
    /// Storage of the plan in bytes: what is stored and what is open count. `null`: no end. Default `null`.
    pub quota_bytes: Option<u64>,
    /// API calls per key and window. Default 60.
    pub rate_limit: u32,
    /// Length of the window in seconds, by the sandbox's clock. Default 60.
    pub rate_window_s: u64,
    /// Whether a 429 says `Retry-After`. Default true.
    pub retry_after: bool,
    /// What the library shows of a file that is being uploaded. Default `after_confirmation`.
    pub evidence: Evidence,
    /// Which of the two published contracts is spoken. Default `documented`.
    pub generation: Generation,
    /// Life of signed URLs in seconds. Default 43,200.
    pub url_life_s: u32,
    /// Bytes a second each part request is read at. `null`: as fast as it comes. Default `null`.
    pub bandwidth: Option<u64>,
    /// The tag storage answers a part with. Default `md5`.
    pub etag: TagKind,
    /// The method `uploaded` takes; any other gets 405. Default `post`.
    pub confirm_method: ConfirmMethod,
    /// What signing a file of 0 bytes does. Default `no_parts`.
    pub empty_file: EmptyFile,
    /// Seconds without a byte after which a part is answered 400 RequestTimeout. Default 20.
    pub idle_timeout_s: u64,
    /// The API key that is accepted. Default `sandbox-fileflare-key`.
    pub token: String,
    /// How FileFactory behaves.
    pub filefactory: FilefactorySettings,
    /// How facilioo behaves.
    pub facilioo: FaciliooSettings,
    /// How Baasix behaves.
    pub baasix: BaasixSettings,
    /// Bytes a second each connection of the file host sends payload at. `null`: as fast as it goes. Default `null`.
    pub down_bandwidth: Option<u64>,
    /// Connections of the file host that may read one file at a time; 503 for more. `null`: no end. Default `null`.
    pub down_connections: Option<u64>,
    /// Bytes the system holds for each connection of the file host, from the next connection on (`SO_SNDBUF`); small, so
    /// that what was sent is nearly what was read. `null`: the system's own. Default `null`.
    pub send_buffer: Option<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            chunk_size: 100_000_000,
            allow_small_parts: false,
            quota_bytes: None,
            rate_limit: 60,
            rate_window_s: 60,
            retry_after: true,
            evidence: Evidence::AfterConfirmation,
            generation: Generation::Documented,
            url_life_s: 43_200,
            bandwidth: None,
            etag: TagKind::Md5,
            confirm_method: ConfirmMethod::Post,
            empty_file: EmptyFile::NoParts,
            idle_timeout_s: 20,
            token: "sandbox-fileflare-key".into(),
            filefactory: FilefactorySettings::default(),
            facilioo: FaciliooSettings::default(),
            baasix: BaasixSettings::default(),
            down_bandwidth: None,
            down_connections: None,
            send_buffer: None,
        }
    }
}

impl Settings {
    /// These settings with the fields of `change` (a JSON object) replaced.
    ///
    /// # Errors
    /// A sentence naming the unknown field or the value that does not fit.
    pub fn with(&self, change: &Value) -> Result<Self, String> {
        let mut all = serde_json::to_value(self).map_err(|e| e.to_string())?;
        let (Some(all), Some(change)) = (all.as_object_mut(), change.as_object()) else {
            return Err("settings are a JSON object".into());
        };
        put(all, change);
        let settings: Self = serde_json::from_value(Value::Object(all.clone())).map_err(|e| e.to_string())?;
        if settings.chunk_size == 0 {
            return Err("chunk_size must be at least 1 byte".into());
        }
        Ok(settings)
    }
}

/// Puts the fields of `change` into `all`, those of inner objects one by one.
fn put(all: &mut serde_json::Map<String, Value>, change: &serde_json::Map<String, Value>) {
    for (field, value) in change {
        match (all.get_mut(field), value) {
            (Some(Value::Object(inner)), Value::Object(change)) => put(inner, change),
            _ => drop(all.insert(field.clone(), value.clone())),
        }
    }
}

/// What reading the library tells about a file before and after it was confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Absent until confirmed, then with its size in bytes.
    AfterConfirmation,
    /// There from signing on, with the announced size: being there proves nothing.
    FromSigning,
    /// Absent until confirmed, then with a size like `"10MB"`.
    RoundedSize,
    /// There from signing on, with a size like `"10MB"`.
    FromSigningRounded,
}

impl Evidence {
    pub(crate) fn shows_open(self) -> bool {
        matches!(self, Self::FromSigning | Self::FromSigningRounded)
    }

    pub(crate) fn rounded(self) -> bool {
        matches!(self, Self::RoundedSize | Self::FromSigningRounded)
    }
}

/// The two published forms of the upload contract, at the same address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Generation {
    /// `name, size, mime` → a URL per part, confirmed with the parts' tags.
    Documented,
    /// `filename, size, mime_type` → one `upload_url` for a single PUT, confirmed without a body.
    Newer,
}

/// The tag storage answers a stored part with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagKind {
    /// The quoted MD5 of the part.
    Md5,
    /// 32 hexadecimal digits that are not the MD5, as encrypted storage answers; confirmation expects these.
    Opaque,
    /// No `ETag` header; confirmation expects the MD5.
    Missing,
    /// An MD5 of something else on every part; confirmation expects the true one.
    Lying,
}

/// The method `uploaded` is taken with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmMethod {
    /// POST; PUT gets 405.
    Post,
    /// PUT; POST gets 405.
    Put,
    /// Both.
    Both,
}

/// What signing a file of 0 bytes does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmptyFile {
    /// `urls` is empty; such a session can't be confirmed.
    NoParts,
    /// One empty part is signed.
    OnePart,
    /// 422.
    Refused,
}
