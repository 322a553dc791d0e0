//! The forms facilioo answers in.

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::settings::{FaciliooSettings, Naming};

/// A JSON answer in the words that are set.
pub(super) fn json(settings: &FaciliooSettings, status: u16, value: Value) -> Response<Body> {
    let value = match settings.naming {
        Naming::Camel | Naming::Bare => value,
        Naming::Pascal => renamed(value, &pascal),
        Naming::Other if value.get("items").is_some() => renamed(value, &other),
        Naming::Other => json!({"data": renamed(value, &other)}),
    };
    let kind = if settings.json_as_text {
        "text/plain; charset=utf-8"
    } else {
        "application/json; charset=utf-8"
    };
    typed(status, kind, value.to_string())
}

/// A signed address.
pub(super) fn link(settings: &FaciliooSettings, url: &str) -> Response<Body> {
    let value = if settings.naming == Naming::Bare {
        json!(url)
    } else {
        json!({"url": url})
    };
    json(settings, 200, value)
}

/// A refusal, as the framework behind the service words it.
pub(super) fn problem(status: u16, title: &str) -> Response<Body> {
    let body = json!({"type": "about:blank", "title": title, "status": status});
    typed(status, "application/problem+json; charset=utf-8", body.to_string())
}

/// A refusal of a bare status: a web page for a service in trouble.
pub(super) fn for_status(status: u16) -> Response<Body> {
    match status {
        400 => problem(400, "One or more validation errors occurred."),
        401 => problem(401, "Unauthorized"),
        403 => problem(403, "Forbidden"),
        404 => problem(404, "Not Found"),
        500..=599 => page(status),
        _ => problem(status, "Refused"),
    }
}

/// A web page.
pub(super) fn page(status: u16) -> Response<Body> {
    typed(status, "text/html; charset=UTF-8", crate::PAGE.to_owned())
}

pub(super) fn typed(status: u16, kind: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// The value with all its fields renamed.
fn renamed(value: Value, name: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Object(map) => {
            let renamed: Map<String, Value> = map
                .into_iter()
                .map(|(k, v)| (name(&k), self::renamed(v, name)))
                .collect();
            Value::Object(renamed)
        }
        Value::Array(list) => list.into_iter().map(|v| renamed(v, name)).collect(),
        value => value,
    }
}

fn pascal(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn other(name: &str) -> String {
    match name {
        "name" => "originalFileName",
        "typeId" => "fileTypeId",
        "url" => "preSignedUrl",
        "lastModified" => "modified",
        name => name,
    }
    .to_owned()
}
