//! An answer that breaks off.

use axum::body::Body;
use futures_util::{StreamExt, stream};
use http::{HeaderValue, Response, header};
use http_body_util::BodyExt;

/// The answer, broken off in the middle of its body.
pub(crate) async fn in_the_middle(response: Response<Body>) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    let whole = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    head.headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let half = whole.slice(..whole.len() / 2);
    let first = stream::once(async { Ok(half) });
    let then = stream::once(async {
        // Lets the first half leave before the connection breaks.
        tokio::task::yield_now().await;
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    });
    Response::from_parts(head, Body::from_stream(first.chain(then)))
}
