//! The error documents of S3.

use axum::body::Body;
use http::{Response, StatusCode, header};

/// An error as S3 words it.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Response<Body> {
    answer(
        status,
        "application/xml",
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message>\
             <RequestId>SANDBOX</RequestId></Error>"
        ),
    )
}

/// Any answer.
pub(crate) fn answer(status: u16, kind: &'static str, text: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(text.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}

/// The error document for a bare status.
pub(crate) fn for_status(status: u16) -> Response<Body> {
    let (code, message) = match status {
        400 => ("InvalidRequest", "The request is invalid."),
        401 | 403 => ("AccessDenied", "Access Denied"),
        404 => ("NoSuchKey", "There is no such key."),
        429 => ("TooManyRequests", "Too many requests."),
        501 => ("NotImplemented", "This is not implemented."),
        503 => ("ServiceUnavailable", "The service is unavailable."),
        _ => ("InternalError", "An internal error occurred."),
    };
    error(status, code, message)
}
