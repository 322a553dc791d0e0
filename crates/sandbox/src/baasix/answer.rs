//! The two forms of Baasix's errors, and its other answers.

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

/// A JSON answer.
pub(super) fn json(status: u16, value: &Value) -> Response<Body> {
    typed(status, "application/json; charset=utf-8", value.to_string())
}

/// `{"data": …}`.
pub(super) fn data(value: &Value) -> Response<Body> {
    json(200, &json!({"data": value}))
}

/// The short form, which routes use for themselves.
pub(super) fn message(status: u16, text: &str) -> Response<Body> {
    json(status, &json!({"message": text}))
}

/// The long form, which the error handler uses.
pub(super) fn error(status: u16, text: &str) -> Response<Body> {
    detailed(status, text, &Value::Null)
}

/// The same for what nobody foresaw; the details show the server's own folders.
pub(super) fn broken(details: &str) -> Response<Body> {
    detailed(500, "Internal Server Error", &json!(details))
}

fn detailed(status: u16, text: &str, details: &Value) -> Response<Body> {
    json(
        status,
        &json!({"error": {"message": text, "details": details, "statusCode": status}}),
    )
}

/// 403 for the public.
pub(super) fn not_allowed(what: &str) -> Response<Body> {
    error(
        403,
        &format!("You don't have permission to {what} items in 'baasix_File'"),
    )
}

/// 403 for what is not there.
pub(super) fn missing() -> Response<Body> {
    error(403, "Item not found or you don't have permission to read it")
}

pub(super) fn page(status: u16) -> Response<Body> {
    typed(status, "text/html; charset=utf-8", crate::PAGE.to_owned())
}

pub(super) fn text(status: u16, text: &str) -> Response<Body> {
    typed(status, "text/plain; charset=utf-8", text.to_owned())
}

/// The error a bare status comes with.
pub(super) fn for_status(status: u16) -> Response<Body> {
    match status {
        400 => message(400, "Bad request."),
        403 => missing(),
        409 => error(409, "Unique constraint violation"),
        429 => text(429, "Too many requests, please try again later."),
        502..=504 => page(status),
        500 => broken("Error: EIO: i/o error, write '/srv/baasix/uploads/tmp'"),
        _ => error(status, "Something went wrong"),
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
