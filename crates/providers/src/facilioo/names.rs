//! What facilioo's document leaves open, in one table: paths, the names of what is sent, and all names under which an
//! answer may hold what is wanted.
//!
//! Names in answers count in any case, since its clients disagree about that. Numbers may come as text.

use serde_json::Value;
use transfer::Time;

// Paths, below the base URL. The upload's and the thumbnail's are documented; the others follow their form.
pub(super) const LOG_IN: &[&str] = &["api", "auth", "login"];
pub(super) const REFRESH: &[&str] = &["api", "auth", "refresh"];
pub(super) const FILE_TYPES: &[&str] = &["api", "file-types"];
pub(super) const FILES: &[&str] = &["api", "files"];
pub(super) const DOCUMENTS: &[&str] = &["api", "documents"];
/// Below [`FILES`] and an id.
pub(super) const UPLOAD: &str = "upload";
pub(super) const DOWNLOAD: &str = "download";
pub(super) const THUMBNAIL: &str = "thumbnail";

/// The files of a party.
pub(super) fn files_of_party(party: &str) -> [&str; 4] {
    ["api", "parties", party, "files"]
}

// What is sent.
pub(super) const NAME: &str = "name";
pub(super) const TYPE: &str = "typeId";
pub(super) const EXTERNAL_ID: &str = "externalId";
pub(super) const FILE_ID: &str = "fileId";
pub(super) const REFRESH_TOKEN: &str = "refreshToken";
/// Parameters of lists.
pub(super) const PAGE: &str = "PageNumber";
pub(super) const PAGE_SIZE: &str = "PageSize";
pub(super) const BY_EXTERNAL_ID: &str = "ExternalId";

/// Sent with every call.
pub(super) const HEADERS: &[(&str, &str)] = &[("api-version", "2.0")];

// What is read.
const WRAPPERS: &[&str] = &["data", "result", "value"];
const ITEMS: &[&str] = &["items", "data", "results"];
const HAS_NEXT: &[&str] = &["hasNextPage"];
const TOTAL_PAGES: &[&str] = &["totalPages"];
const TOTAL_COUNT: &[&str] = &["totalCount"];
const URLS: &[&str] = &[
    "url",
    "uploadUrl",
    "preSignedUrl",
    "signedUrl",
    "downloadUrl",
    "thumbnailUrl",
];
pub(super) const ID: &[&str] = &["id"];
pub(super) const NAMES: &[&str] = &["name", "originalName", "originalFileName", "fileName"];
pub(super) const TYPE_ID: &[&str] = &["typeId", "fileTypeId"];
pub(super) const EXTERNAL: &[&str] = &["externalId"];
pub(super) const SIZE: &[&str] = &["fileSize", "size"];
pub(super) const PAGES: &[&str] = &["pageCount", "pages"];
pub(super) const CREATED: &[&str] = &["created", "createdAt"];
pub(super) const MODIFIED: &[&str] = &["lastModified", "modified", "updatedAt"];
pub(super) const DELETED: &[&str] = &["deleted", "deletedAt"];
pub(super) const MIME: &[&str] = &["mimeType", "contentType"];
pub(super) const EXTENSION: &[&str] = &["extension", "fileExtension"];
pub(super) const ACCESS_TOKEN: &[&str] = &["accessToken", "access_token", "token"];
pub(super) const NEXT_TOKEN: &[&str] = &["refreshToken", "refresh_token"];
pub(super) const MESSAGE: &[&str] = &["detail", "message", "title"];
/// What a token says of whoever it was made for.
pub(super) const WHO: &[&str] = &["email", "unique_name", "preferred_username", "name"];
pub(super) const PARTY: &[&str] = &["partyId", "party_id"];
pub(super) const PARTY_TYPE: &[&str] = &["partyTypeId", "party_type_id", "partyType"];

/// The field under the first of `names` that is there and not null.
pub(super) fn field<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    let fields = value.as_object()?;
    names.iter().find_map(|name| {
        let found = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value).filter(|value| !value.is_null())
    })
}

/// Text, or a whole number as text.
pub(super) fn text(value: &Value, names: &[&str]) -> Option<String> {
    match field(value, names)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, also as text.
pub(super) fn number(value: &Value, names: &[&str]) -> Option<u64> {
    match field(value, names)? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A point in time.
pub(super) fn moment(value: &Value, names: &[&str]) -> Option<Time> {
    crate::http::moment(&text(value, names)?)
}

/// What stands inside a wrapper, when an answer is wrapped in one.
pub(super) fn inside(value: &Value) -> &Value {
    WRAPPERS
        .iter()
        .find_map(|wrapper| field(value, &[wrapper]).filter(|inner| inner.is_object()))
        .unwrap_or(value)
}

/// A signed address: a bare text, or the first field that may hold one.
pub(super) fn address(value: &Value) -> Option<String> {
    let web = |text: &&str| text.starts_with("https://") || text.starts_with("http://");
    let bare = value.as_str().filter(web).map(str::to_owned);
    bare.or_else(|| {
        let inner = inside(value);
        let named = URLS.iter().filter_map(|name| field(inner, &[name])?.as_str());
        named.filter(|text| web(text)).map(str::to_owned).next()
    })
    .or_else(|| {
        // Wrapped around a bare text.
        let inner = WRAPPERS.iter().find_map(|wrapper| field(value, &[wrapper])?.as_str());
        inner.filter(web).map(str::to_owned)
    })
}

/// One page of a list.
pub(super) struct Listed {
    pub(super) items: Vec<Value>,
    /// There is another page.
    pub(super) more: bool,
    /// Entries on all pages.
    pub(super) total: Option<u64>,
}

/// The page `number` of a list; `None` when the answer is none.
pub(super) fn listed(value: &Value, number: u64) -> Option<Listed> {
    if let Value::Array(items) = value {
        return Some(Listed {
            items: items.clone(),
            more: false,
            total: None,
        });
    }
    let items = ITEMS.iter().find_map(|name| field(value, &[name])?.as_array())?;
    let more = match field(value, HAS_NEXT) {
        Some(Value::Bool(more)) => *more,
        _ => self::number(value, TOTAL_PAGES).is_some_and(|pages| number < pages),
    };
    Some(Listed {
        items: items.clone(),
        more: more && !items.is_empty(),
        total: self::number(value, TOTAL_COUNT),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_is_found_under_any_name_and_bare() {
        let at = "https://s.example/k?X-Amz-Signature=a";
        for answer in [
            json!(at),
            json!({"url": at}),
            json!({"PreSignedUrl": at}),
            json!({"id": 7, "uploadUrl": null, "signedURL": at}),
            json!({"data": {"downloadUrl": at}}),
            json!({"data": at}),
        ] {
            assert_eq!(address(&answer).as_deref(), Some(at), "{answer}");
        }
        for none in [
            json!({"url": "ftp://x"}),
            json!({"id": 7}),
            json!("k"),
            json!(null),
            json!([at]),
        ] {
            assert_eq!(address(&none), None, "{none}");
        }
    }

    #[test]
    fn a_page_is_the_last_when_nothing_says_otherwise() {
        let page = json!({"Items": [1, 2], "PageNumber": 1, "HasNextPage": true, "TotalCount": "12"});
        let read = listed(&page, 1).unwrap();
        assert_eq!((read.items.len(), read.more, read.total), (2, true, Some(12)));
        assert!(!listed(&json!({"items": [], "hasNextPage": true}), 1).unwrap().more);
        assert!(listed(&json!({"items": [1], "totalPages": 3}), 2).unwrap().more);
        assert!(!listed(&json!([1, 2]), 1).unwrap().more);
        assert!(listed(&json!({"total": 3}), 1).is_none());
    }
}
