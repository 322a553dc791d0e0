//! What a person may sign in with at a server of direct links: headers for one origin.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Map, Value};
use transfer::error::Result;
use transfer::{Failure, Kind, SecretString};

use crate::http::{Bound, Place};

/// Headers that a request's own working rests on.
const OWN: [&str; 8] = [
    "host",
    "range",
    "if-range",
    "accept-encoding",
    "content-length",
    "transfer-encoding",
    "connection",
    "referer",
];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    user: Option<String>,
    password: Option<String>,
    /// An object, or its JSON as text.
    headers: Option<Value>,
    origin: Option<String>,
}

/// The headers in `secret`, bound to the origin of `place`; `None` for nobody.
pub(super) fn bound(secret: &SecretString, place: &Place) -> Result<Option<Bound>> {
    let text = secret.expose_secret();
    let fields: Fields = if text.trim().is_empty() {
        Fields::default()
    } else {
        serde_json::from_str(text).map_err(|_| unusable("it is not stored as expected"))?
    };
    let user = fields.user.as_deref().unwrap_or_default().trim();
    let password = fields.password.as_deref().unwrap_or_default();
    let mut headers = HeaderMap::new();
    for (name, value) in named(fields.headers)? {
        let name = HeaderName::try_from(name).map_err(|_| unusable("a header's name is none"))?;
        if OWN.contains(&name.as_str()) {
            return Err(unusable(&format!("the header {name} is set by each request itself")));
        }
        let value = value.as_str().ok_or_else(|| unusable("a header's value is no text"))?;
        headers.insert(name, sensitive(value)?);
    }
    if !user.is_empty() || !password.is_empty() {
        if user.contains(':') {
            return Err(unusable("a user name holds no colon"));
        }
        let login = STANDARD.encode(format!("{user}:{password}"));
        headers.insert(AUTHORIZATION, sensitive(&format!("Basic {login}"))?);
    }
    if headers.is_empty() {
        return Ok(None);
    }
    place.entered_for(fields.origin.as_deref())?;
    Ok(Some(Bound {
        headers,
        origin: place.origin(),
    }))
}

fn named(headers: Option<Value>) -> Result<Map<String, Value>> {
    let headers = match headers {
        Some(Value::String(text)) if text.trim().is_empty() => None,
        Some(Value::String(text)) => serde_json::from_str(&text).map_err(|_| unusable("its headers are no JSON"))?,
        other => other,
    };
    match headers {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(map)) => Ok(map),
        Some(_) => Err(unusable("its headers are no JSON object")),
    }
}

fn sensitive(value: &str) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_str(value).map_err(|_| unusable("it holds characters that no header has"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn unusable(why: &str) -> Failure {
    Failure::new(
        Kind::Refused,
        "bad_secret",
        format!("What you signed in with can't be used: {why}."),
    )
    .action("Enter it again.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::tests::account;

    fn read(json: &str) -> Result<Option<Bound>> {
        bound(
            &SecretString::from(json),
            &Place::of(&account("https://a.example")).unwrap(),
        )
    }

    #[test]
    fn a_sign_in_becomes_headers_for_its_origin() {
        let bound = read(r#"{"user":"ann","password":"s:e"}"#).unwrap().unwrap();
        assert_eq!(bound.headers["authorization"], "Basic YW5uOnM6ZQ==");
        assert_eq!(bound.origin.ascii_serialization(), "https://a.example");
        for json in [r#"{"headers":{"X-Key":"k"}}"#, r#"{"headers":"{\"X-Key\":\"k\"}"}"#] {
            assert_eq!(read(json).unwrap().unwrap().headers["x-key"], "k", "{json}");
        }
        for json in [
            "",
            "{}",
            r#"{"user":"","password":"","headers":""}"#,
            r#"{"headers":null}"#,
        ] {
            assert!(read(json).unwrap().is_none(), "{json}");
        }
    }

    #[test]
    fn what_can_not_be_sent_is_refused_without_being_shown() {
        for json in [
            "CANARY",
            r#"{"headers":"CANARY"}"#,
            r#"{"headers":{"X-Key":7}}"#,
            r#"{"headers":{"CANARY CANARY":"x"}}"#,
            r#"{"headers":{"X-Key":"CANARY\n"}}"#,
            r#"{"headers":{"Range":"CANARY"}}"#,
            r#"{"headers":{"host":"CANARY"}}"#,
            r#"{"user":"a:b","password":"CANARY"}"#,
            r#"{"user":"a","password":"CANARY","origin":"https://b.example"}"#,
        ] {
            let failure = read(json).err().expect(json);
            assert_eq!(failure.kind, Kind::Refused, "{json}");
            assert!(!format!("{failure:?}").contains("CANARY"), "{json}");
        }
    }
}
