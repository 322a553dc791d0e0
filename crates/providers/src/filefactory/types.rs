//! The JSON of FileFactory's API, with numbers that may come as text and fields that may be missing.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::http::tolerant::{number, text};

/// What every answer is wrapped in, whatever its status.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct EnvelopeDto {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) result: Option<Value>,
    #[serde(deserialize_with = "text")]
    pub(super) message: Option<String>,
    #[serde(deserialize_with = "number")]
    pub(super) code: Option<u64>,
}

/// A session key.
#[derive(Deserialize)]
pub(super) struct KeyDto {
    pub(super) key: String,
}

/// The account.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct MemberDto {
    #[serde(deserialize_with = "text")]
    pub(super) email: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) account_type: Option<String>,
    /// Milliseconds from now on, not a point in time.
    #[serde(deserialize_with = "number")]
    pub(super) expiry_ms: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) storage_limit: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) storage_used: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) traffic_share_used: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) traffic_share_limit: Option<u64>,
}

/// Files by their ids.
#[derive(Deserialize)]
pub(super) struct FilesDto {
    pub(super) files: BTreeMap<String, FileDto>,
}

/// One file; where it is invalid, its status alone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct FileDto {
    #[serde(deserialize_with = "text")]
    pub(super) status: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) name: Option<String>,
    #[serde(deserialize_with = "number")]
    pub(super) size: Option<u64>,
    #[serde(deserialize_with = "text")]
    pub(super) md5: Option<String>,
    #[serde(deserialize_with = "truth")]
    pub(super) premium_only: bool,
    #[serde(deserialize_with = "truth")]
    pub(super) password: bool,
}

/// A link to a file's bytes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LinkDto {
    pub(super) url: String,
    #[serde(default, deserialize_with = "number")]
    pub(super) size: Option<u64>,
    #[serde(default, deserialize_with = "text")]
    pub(super) link_type: Option<String>,
    /// Seconds.
    #[serde(default, deserialize_with = "number")]
    pub(super) delay: Option<u64>,
}

/// Yes or no, also as a number or as text; no where it is absent.
fn truth<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Bool(truth) => truth,
        Value::Number(number) => number.as_u64() == Some(1),
        Value::String(text) => matches!(text.trim(), "1" | "true"),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_truths_are_read_from_whatever_they_come_as() {
        for json in [
            r#"{"status":"online","size":"620888","premiumOnly":true,"password":0}"#,
            r#"{"status":"online","size":620888,"premiumOnly":"1","password":"false"}"#,
        ] {
            let file: FileDto = serde_json::from_str(json).unwrap();
            assert_eq!(
                (file.size, file.premium_only, file.password),
                (Some(620_888), true, false),
                "{json}"
            );
        }
        let odd: FileDto = serde_json::from_str(r#"{"status":[],"size":-1,"premiumOnly":null,"md5":{}}"#).unwrap();
        assert!(odd.status.is_none() && odd.size.is_none() && odd.md5.is_none() && !odd.premium_only);
        let invalid: FilesDto = serde_json::from_str(r#"{"files":{"a":{"status":"invalid"}}}"#).unwrap();
        assert_eq!(invalid.files["a"].status.as_deref(), Some("invalid"));
    }
}
