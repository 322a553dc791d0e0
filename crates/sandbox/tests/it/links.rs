//! Signed links: what they allow, and how they are refused.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, REFERER};
use sandbox::Fault;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::*;

#[tokio::test]
async fn a_link_signs_the_host_alone_and_holds_as_long_as_the_setting_says() {
    let w = world().await;
    let session = w.session("a", CHUNK).await;
    let url = session.url(1);
    for part in [
        "X-Amz-SignedHeaders=host&",
        "X-Amz-Expires=43200&",
        "UNSIGNED-PAYLOAD",
        "partNumber=1",
    ] {
        assert!(url.contains(part), "{url} has no {part}");
    }
    w.sandbox.change_settings(|s| s.url_life_s = 7);
    assert!(w.session("a", CHUNK).await.url(1).contains("X-Amz-Expires=7&"));
}

#[tokio::test]
async fn a_tampered_link_is_refused() {
    let w = world().await;
    let session = w.session("a", 2 * CHUNK).await;
    let url = session.url(1);
    let other = w.session("b", CHUNK).await;
    let tampered = [
        url.replace("partNumber=1", "partNumber=2"),
        url.replace("X-Amz-Expires=43200", "X-Amz-Expires=604800"),
        url.replace(&session.upload, &other.upload),
        url.replace("sandbox.myshopify.com", "another.myshopify.com"),
        format!("{}{}", &url[..url.len() - 4], "0000"),
    ];
    for link in &tampered {
        assert_ne!(link, url);
        let answer = w.put(link, &bytes(CHUNK)).await.unwrap();
        assert_eq!(refusal(answer).await, (403, "SignatureDoesNotMatch".into()), "{link}");
    }
    assert_eq!(w.sandbox.counters().storage.bad_signature, tampered.len() as u64);
    assert_eq!(
        w.sandbox
            .uploads()
            .await
            .unwrap()
            .iter()
            .map(|u| u.parts.len())
            .sum::<usize>(),
        0
    );
}

#[tokio::test]
async fn an_expired_link_is_refused_by_the_sandboxs_clock() {
    let w = world().await;
    let session = w.session("a", CHUNK).await;
    w.sandbox.advance_clock(Duration::from_secs(43_199 - 60));
    assert_eq!(
        w.put(session.url(1), &bytes(CHUNK)).await.unwrap().status(),
        StatusCode::OK
    );
    w.sandbox.advance_clock(Duration::from_secs(62));
    let answer = w.put(session.url(1), &bytes(CHUNK)).await.unwrap();
    let date = httpdate_s(answer.headers()["date"].to_str().unwrap());
    assert!(
        (date - w.sandbox.clock().now_s).abs() <= 2,
        "the Date header follows the clock"
    );
    let text = answer.text().await.unwrap();
    assert!(
        text.contains("<Code>AccessDenied</Code>") && text.contains("Request has expired"),
        "{text}"
    );
    assert_eq!(w.sandbox.counters().storage.expired, 1);
    // What is signed after the clock moved holds.
    let fresh = w.session("b", CHUNK).await;
    assert_eq!(
        w.put(fresh.url(1), &bytes(CHUNK)).await.unwrap().status(),
        StatusCode::OK
    );
}

fn httpdate_s(text: &str) -> i64 {
    let date = httpdate::parse_http_date(text).unwrap();
    i64::try_from(date.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

#[tokio::test]
async fn links_that_expire_at_once_never_hold() {
    let w = world().await;
    w.sandbox.add_fault(Fault::LinksExpireAtOnce);
    let session = w.session("a", CHUNK).await;
    let answer = w.put(session.url(1), &bytes(CHUNK)).await.unwrap();
    assert_eq!(refusal(answer).await, (403, "AccessDenied".into()));
}

#[tokio::test]
async fn what_a_part_request_must_not_carry_is_counted_and_where_real_storage_does_refused() {
    let w = world().await;
    let session = w.session("a", CHUNK).await;
    let with = |name, value: &'static str| {
        w.http
            .put(session.url(1))
            .header(name, HeaderValue::from_static(value))
            .body(bytes(CHUNK))
            .send()
    };
    let answer = with(AUTHORIZATION, "Bearer secret").await.unwrap();
    assert_eq!(refusal(answer).await, (400, "InvalidArgument".into()));
    assert_eq!(
        with(REFERER, "https://example.org/").await.unwrap().status(),
        StatusCode::OK
    );
    assert_eq!(
        with(CONTENT_TYPE, "application/zip").await.unwrap().status(),
        StatusCode::OK
    );
    let answer = with("x-amz-meta-a".parse().unwrap(), "b").await.unwrap();
    assert_eq!(refusal(answer).await, (403, "AccessDenied".into()));
    let s = w.sandbox.counters().storage;
    assert_eq!(
        (
            s.with_authorization,
            s.with_referer,
            s.with_content_type,
            s.with_amz_headers
        ),
        (1, 1, 1, 1)
    );
}

#[tokio::test]
async fn a_chunked_body_gets_501_and_one_without_a_length_411() {
    let w = world().await;
    let session = w.session("a", CHUNK).await;
    let (host, rest) = session.url(1).strip_prefix("http://").unwrap().split_once('/').unwrap();
    for (header, body, expected) in [
        ("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n", "501"),
        ("", "", "411"),
    ] {
        let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
        let request = format!("PUT /{rest} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{header}\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert_eq!(answer.split(' ').nth(1), Some(expected), "{answer}");
    }
    let s = w.sandbox.counters().storage;
    assert_eq!((s.chunked, s.without_length), (1, 1));
}

#[tokio::test]
async fn a_sender_that_asks_first_learns_of_a_refusal_before_it_sends() {
    let w = world().await;
    w.sandbox.add_fault(Fault::SlowDown);
    let session = w.session("a", CHUNK).await;
    let (host, rest) = session.url(1).strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let head =
        format!("PUT /{rest} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {CHUNK}\r\nExpect: 100-continue\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 503");
    w.sandbox.clear_faults();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100");
}

#[tokio::test]
async fn a_sender_that_dies_in_the_middle_stores_nothing_but_what_it_sent_is_counted() {
    let w = world().await;
    let session = w.session("a", CHUNK).await;
    let (host, rest) = session.url(1).strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let head = format!("PUT /{rest} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {CHUNK}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&bytes(1000)).await.unwrap();
    w.sandbox.until(|c| c.payload.received == 1000).await;
    drop(stream);
    let c = w.sandbox.until(|c| c.payload.now == 0).await;
    let part = c.uploads[&session.upload].parts[&1];
    assert_eq!((part.requests, part.stored, part.received), (1, 0, 1000));
    assert!(w.sandbox.uploads().await.unwrap()[0].parts.is_empty());
}
