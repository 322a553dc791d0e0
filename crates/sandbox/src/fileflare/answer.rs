//! The forms Fileflare answers in.

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

/// A JSON answer.
pub(super) fn json(status: u16, value: &Value) -> Response<Body> {
    typed(status, "application/json", value.to_string())
}

/// An error that is one sentence.
pub(super) fn message(status: u16, text: &str) -> Response<Body> {
    json(status, &json!({"message": text}))
}

/// 422 with what is wrong per field.
pub(super) fn invalid(errors: &[(&str, &str)]) -> Response<Body> {
    let first = errors.first().map_or("The given data was invalid.", |e| e.1);
    let map: serde_json::Map<String, Value> = errors
        .iter()
        .map(|(field, text)| ((*field).to_owned(), json!([text])))
        .collect();
    json(422, &json!({"message": first, "errors": map}))
}

/// A web page.
pub(super) fn page(status: u16) -> Response<Body> {
    typed(status, "text/html; charset=UTF-8", crate::PAGE.to_owned())
}

/// The error a bare status comes with.
pub(super) fn for_status(status: u16) -> Response<Body> {
    match status {
        401 => message(401, "Unauthenticated."),
        402 => message(402, "Not enough storage left on your plan."),
        404 => message(404, "Not found."),
        422 => invalid(&[("size", "The size is invalid.")]),
        429 => message(429, "Too many attempts."),
        502..=504 => page(status),
        _ => message(status, "Server error."),
    }
}

fn typed(status: u16, kind: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
