//! The forms FileFactory answers in.

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::HostedFile;
use crate::settings::{ErrorForm, Numbers};

/// A JSON answer.
pub(super) fn json(status: u16, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// An error in the form that is set.
pub(super) fn error(form: ErrorForm, code: i64) -> Response<Body> {
    let status = match code {
        705 | 704 | 717 => 429,
        706 | 709..=711 => 401,
        707 | 708 | 715 | 716 | 718 | 719 => 403,
        700 | 712 => 404,
        713 | 714 => 503,
        701 => 500,
        _ => 400,
    };
    let body = json!({"type": "error", "message": message(code), "code": code}).to_string();
    match form {
        ErrorForm::Ok => json(200, body),
        ErrorForm::Status => json(status, body),
        ErrorForm::Page => crate::files::page(status),
    }
}

/// What is said of a code; a client should read the number.
fn message(code: i64) -> &'static str {
    match code {
        1 => "This file can't be called directly",
        700 => "The requested method was invalid",
        701 => "Could not generate an answer. Please try again",
        702 => "A request parameter failed validation",
        703 => "A required request parameter was missing",
        704 => "API request limit has been hit",
        705 => "Too many failed login attempts. Please wait 15 minutes",
        706 => "Login details were incorrect",
        707 => "Account has been deleted, or is pending deletion",
        708 => "A Premium membership is required",
        709 => "The session key parameter was missing",
        710 => "The session key parameter was invalid",
        711 => "The session key has expired",
        712 => "The requested file was invalid, or has been deleted",
        713 => "The requested file is temporarily unavailable",
        714 => "The server hosting the requested file is overloaded",
        715 => "The requested file is password protected",
        716 => "The password supplied was incorrect",
        717 => "Too many failed password attempts. Try again in 5 minutes",
        718 => "This IP address has been suspended",
        719 => "This account has been suspended",
        _ => "Something went wrong",
    }
}

/// A number as the document's samples have it: a string where `text_in_sample`.
pub(super) fn number(how: Numbers, value: u64, text_in_sample: bool) -> Value {
    match how {
        Numbers::Strings => value.to_string().into(),
        Numbers::Mixed if text_in_sample => value.to_string().into(),
        Numbers::Mixed | Numbers::Numbers => value.into(),
    }
}

/// The size of a file, where it is told.
pub(super) fn size(how: Numbers, file: &HostedFile) -> Value {
    if file.size_unsaid || file.size_late {
        return Value::Null;
    }
    number(how, file.size, true)
}

/// A moment as FileFactory writes it: CET, without daylight saving.
pub(super) fn cet(ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(ms.saturating_add(3_600_000)).unwrap_or_default();
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
