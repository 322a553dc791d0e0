//! The JSON of Fileflare's API, both of its published forms, with numbers that may come as text.

use serde::Deserialize;
use serde_json::Value;
use transfer::library::EntryKind;

use crate::http::tolerant::{number, text};

/// The answer to a request for links. Which form it is shows in which of its parts are there.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SignedDto {
    #[serde(deserialize_with = "text")]
    pub(super) id: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) upload_id: Option<String>,
    pub(super) urls: Option<Vec<PartDto>>,
    #[serde(deserialize_with = "text")]
    pub(super) upload_url: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) file_url: Option<String>,
    pub(super) asset: Option<AssetDto>,
}

/// One part of the plan.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PartDto {
    #[serde(deserialize_with = "number")]
    pub(super) part: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) start: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) end: Option<u64>,
    #[serde(deserialize_with = "text")]
    pub(super) url: Option<String>,
}

/// A file as the library shows it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct AssetDto {
    #[serde(deserialize_with = "text")]
    pub(super) id: Option<String>,
    /// Exact as a number or digits, or rounded like `"10MB"`.
    #[serde(deserialize_with = "text")]
    pub(super) size: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) filename: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) name: Option<String>,
    /// Where a link leads.
    #[serde(deserialize_with = "text")]
    pub(super) url: Option<String>,
    pub(super) is_link: Option<Value>,
    #[serde(rename = "type", deserialize_with = "text")]
    pub(super) form: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) mime: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) mime_type: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) created_at: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) updated_at: Option<String>,
}

impl AssetDto {
    /// What it is called.
    pub(super) fn name(&self) -> Option<&str> {
        self.filename.as_deref().or(self.name.as_deref())
    }

    /// A link says so in one of two ways.
    pub(super) fn kind(&self) -> EntryKind {
        if self.is_link == Some(Value::Bool(true)) || self.form.as_deref() == Some("link") {
            EntryKind::Link
        } else {
            EntryKind::File
        }
    }
}

/// A page of the library.
#[derive(Deserialize)]
pub(super) struct ListDto {
    pub(super) data: Vec<AssetDto>,
    #[serde(default)]
    pub(super) links: Option<LinksDto>,
    #[serde(default)]
    pub(super) meta: Option<MetaDto>,
}

/// Where else to go from a page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct LinksDto {
    #[serde(deserialize_with = "text")]
    pub(super) next: Option<String>,
}

/// What a page says about all of them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct MetaDto {
    #[serde(deserialize_with = "number")]
    pub(super) last_page: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) total: Option<u64>,
}

/// A refusal.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RefusalDto {
    #[serde(deserialize_with = "text")]
    pub(super) message: Option<String>,
    pub(super) errors: Option<Value>,
    pub(super) error: Option<Value>,
    pub(super) success: Option<Value>,
}

impl RefusalDto {
    /// The names of the fields that it complains about.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        let map = self.errors.as_ref().and_then(Value::as_object);
        map.into_iter().flatten().map(|(name, _)| name.as_str())
    }

    /// It says that something went wrong, whatever its status.
    pub(super) fn is_one(&self) -> bool {
        let says = |value: &Option<Value>| match value {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::Array(list)) => !list.is_empty(),
            Some(Value::Object(map)) => !map.is_empty(),
            Some(Value::String(text)) => !text.is_empty(),
            Some(_) => true,
        };
        says(&self.errors) || says(&self.error) || self.success == Some(Value::Bool(false))
    }
}

/// What stands inside `data` or `asset` when the answer is wrapped in it, else the answer itself.
pub(super) fn unwrapped(mut value: Value, wrappers: &[&str]) -> Value {
    for wrapper in wrappers {
        if let Some(inside @ Value::Object(_)) = value.get_mut(*wrapper).map(Value::take) {
            value = inside;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_numbers_and_from_text() {
        let part: PartDto = serde_json::from_str(r#"{"part":"2","start":5,"end":"9","url":null}"#).unwrap();
        assert_eq!((part.part, part.start, part.end), (Some(2), Some(5), Some(9)));
        assert!(part.url.is_none());
        let odd: PartDto = serde_json::from_str(r#"{"part":-1,"start":1e99,"end":"99999999999999999999"}"#).unwrap();
        assert_eq!((odd.part, odd.start, odd.end), (None, None, None));
    }

    #[test]
    fn a_repeated_field_makes_an_answer_unreadable() {
        assert!(serde_json::from_str::<PartDto>(r#"{"start":0,"start":1}"#).is_err());
    }

    #[test]
    fn wrapped_answers_are_unwrapped() {
        let value = serde_json::json!({"data": {"asset": {"id": 7}}});
        assert_eq!(unwrapped(value, &["data", "asset"]), serde_json::json!({"id": 7}));
        let plain = serde_json::json!({"id": 7, "data": null});
        assert_eq!(unwrapped(plain, &["data"])["id"], 7);
    }

    #[test]
    fn a_refusal_is_seen_inside_a_200() {
        let is = |json: &str| serde_json::from_str::<RefusalDto>(json).unwrap().is_one();
        assert!(is(r#"{"errors":{"name":["x"]}}"#) && is(r#"{"error":"x"}"#) && is(r#"{"success":false}"#));
        assert!(!is("{}") && !is(r#"{"errors":[],"error":null,"message":"done","success":true}"#));
    }
}
