//! A file of the file host: what it holds, and how its server behaves.

use serde::{Deserialize, Serialize};

use crate::content::Content;
use crate::faults::Validators;

/// A file at `/f/{name}`; every field but the name may also stand in the link's query, where it wins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileSpec {
    /// What it is known by; the last segment of its link.
    pub name: String,
    /// Bytes. Default 1 MiB.
    pub size: u64,
    /// Of its [`Content`].
    pub seed: u64,
    /// Default `application/octet-stream`.
    pub content_type: String,
    /// The value of `Content-Disposition`.
    pub disposition: Option<String>,
    /// The same as raw bytes in hexadecimal, for what is no text; any but control characters.
    pub disposition_hex: Option<String>,
    /// Whether ranges work. Default true.
    pub ranges: bool,
    /// What tells one version from another. Default `strong`.
    pub validators: Validators,
    /// Sent in chunks, without a length.
    pub chunked: bool,
    /// `user:password` that must come by basic authentication; else 401.
    pub login: Option<String>,
    /// `name: value` of a header that must come; else 403.
    pub header: Option<String>,
    /// Connections that may read it at a time; 503 for more. `null` is the setting `down_connections`.
    pub connections: Option<u64>,
    /// Bytes a second per connection. `null` is the setting `down_bandwidth`.
    pub bytes_per_s: Option<u64>,
    /// Instead of the content: a gzip body (`Content-Encoding: gzip`) that unpacks to about that many zeros.
    pub bomb: Option<u64>,
}

impl Default for FileSpec {
    fn default() -> Self {
        Self {
            name: String::new(),
            size: 1 << 20,
            seed: 0,
            content_type: "application/octet-stream".into(),
            disposition: None,
            disposition_hex: None,
            ranges: true,
            validators: Validators::Strong,
            chunked: false,
            login: None,
            header: None,
            connections: None,
            bytes_per_s: None,
            bomb: None,
        }
    }
}

impl FileSpec {
    /// A file of `size` bytes with the content of `seed`.
    #[must_use]
    pub fn new(name: impl Into<String>, size: u64, seed: u64) -> Self {
        Self {
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

    /// The file with the fields of a query put in.
    ///
    /// # Errors
    /// A sentence naming what does not fit.
    pub(super) fn with_query(&self, query: &str) -> Result<Self, String> {
        let mut all = serde_json::to_value(self).map_err(|e| e.to_string())?;
        for (field, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if matches!(field.as_ref(), "hop" | "token") {
                // What a detour, or a link that only looks secret, is told by.
                continue;
            }
            let text = serde_json::Value::from(value.as_ref());
            // Numbers and truth values are what they look like, unless the field is a text.
            let as_text = all.get(field.as_ref()).is_some_and(serde_json::Value::is_string)
                || matches!(field.as_ref(), "disposition" | "disposition_hex" | "login" | "header");
            let value = if as_text {
                text
            } else {
                serde_json::from_str(&value).unwrap_or(text)
            };
            all[field.as_ref()] = value;
        }
        serde_json::from_value(all).map_err(|e| e.to_string())
    }

    /// The bytes of `Content-Disposition`.
    pub(super) fn disposition_bytes(&self) -> Option<Vec<u8>> {
        let hex = self.disposition_hex.as_ref().and_then(|hex| hex::decode(hex).ok());
        hex.or_else(|| self.disposition.clone().map(String::into_bytes))
    }
}
