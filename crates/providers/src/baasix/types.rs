//! The JSON of Baasix's API: what is used of it, with numbers that may come as text and fields that may be missing.

use serde::Deserialize;
use serde_json::Value;

use crate::http::tolerant::{number, text};

/// What most answers are wrapped in.
#[derive(Deserialize)]
pub(super) struct DataDto<T> {
    pub(super) data: T,
}

/// A page of files.
#[derive(Deserialize)]
pub(super) struct ListDto {
    pub(super) data: Vec<RecordDto>,
    #[serde(default, rename = "totalCount", deserialize_with = "number")]
    pub(super) total: Option<u64>,
}

/// A token. The answer says much more, which is not read.
#[derive(Deserialize)]
pub(super) struct TokenDto {
    pub(super) token: String,
    #[serde(default, rename = "expiresIn", deserialize_with = "number")]
    pub(super) expires_in: Option<u64>,
}

/// Whether a token is one.
#[derive(Deserialize)]
pub(super) struct CheckDto {
    pub(super) valid: bool,
}

/// Who is signed in. The answer also holds a hash of the password, which is not read.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct MeDto {
    pub(super) user: UserDto,
    pub(super) role: Option<RoleDto>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct UserDto {
    #[serde(deserialize_with = "text")]
    pub(super) email: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RoleDto {
    #[serde(deserialize_with = "text")]
    pub(super) name: Option<String>,
}

/// A file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RecordDto {
    #[serde(deserialize_with = "text")]
    pub(super) id: Option<String>,
    #[serde(deserialize_with = "number")]
    pub(super) size: Option<u64>,
    #[serde(rename = "type", deserialize_with = "text")]
    pub(super) kind: Option<String>,
    /// What the person calls it.
    #[serde(deserialize_with = "text")]
    pub(super) original_filename: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) title: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) updated_at: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) created_at: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) description: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) folder: Option<String>,
    #[serde(deserialize_with = "number")]
    pub(super) width: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) height: Option<u64>,
    /// JSON, or JSON as text.
    pub(super) metadata: Value,
    pub(super) is_public: Option<bool>,
}

impl RecordDto {
    /// A text in the metadata.
    pub(super) fn noted(&self, field: &str) -> Option<String> {
        let inside = match &self.metadata {
            Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
            other => other.clone(),
        };
        inside.get(field)?.as_str().map(str::to_owned)
    }
}

/// A refusal, in either of the forms.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RefusalDto {
    #[serde(deserialize_with = "text")]
    message: Option<String>,
    error: Option<InnerDto>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct InnerDto {
    #[serde(deserialize_with = "text")]
    message: Option<String>,
}

impl RefusalDto {
    /// The server's sentence.
    pub(super) fn said(self) -> Option<String> {
        self.error.and_then(|inner| inner.message).or(self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_refusal_are_read() {
        let said = |json: &str| serde_json::from_str::<RefusalDto>(json).unwrap().said();
        assert_eq!(said(r#"{"message":"a"}"#).as_deref(), Some("a"));
        assert_eq!(
            said(r#"{"error":{"message":"b","details":null,"statusCode":403}}"#).as_deref(),
            Some("b")
        );
        assert_eq!(said("{}"), None);
    }

    #[test]
    fn a_note_is_found_in_metadata_of_either_form() {
        for json in [
            r#"{"id":"x","size":"7","metadata":{"a":"b"}}"#,
            r#"{"id":"x","size":7,"metadata":"{\"a\":\"b\"}"}"#,
        ] {
            let record: RecordDto = serde_json::from_str(json).unwrap();
            assert_eq!(
                (record.size, record.noted("a").as_deref()),
                (Some(7), Some("b")),
                "{json}"
            );
            assert_eq!(record.noted("b"), None);
        }
        let bare: RecordDto = serde_json::from_str(r#"{"metadata":null,"size":null}"#).unwrap();
        assert_eq!(bare.noted("a"), None);
    }
}
