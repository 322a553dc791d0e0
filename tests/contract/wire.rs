//! The wire itself: services that stand in this sandbox, and a host that answers as it is told.

use std::sync::atomic::AtomicI64;

use sandbox::{Route, Running};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use transfer::provider::SignedPart;
use transfer::{Kind, PartPlan, SecretString};

use crate::bench::Bench;
use crate::content::{Content, PART};
use crate::fileflare::Fileflare;
use crate::stage::{Stage, account};

/// A stage whose service stands in a sandbox.
pub(crate) trait Behind {
    /// The call that opens a session.
    const OPEN: Route;
    /// The call that makes the file.
    const FINISH: Route;
    /// The call that finishing begins with.
    const FINISH_FIRST: Route;
    fn sandbox(&self) -> &Running;
    /// Milliseconds that our clock runs ahead of the service's.
    fn ahead(&self) -> &AtomicI64;
    /// What no fault may show.
    fn hidden(&self) -> Vec<String>;
}

impl Behind for Fileflare {
    const OPEN: Route = Route::Signed;
    const FINISH: Route = Route::Uploaded;
    const FINISH_FIRST: Route = Route::Uploaded;

    fn sandbox(&self) -> &Running {
        &self.sandbox
    }

    fn ahead(&self) -> &AtomicI64 {
        &self.ahead
    }

    fn hidden(&self) -> Vec<String> {
        vec![self.sandbox.settings().token]
    }
}

/// A host that answers its first request with `answer` as soon as the head is read; its address.
async fn host(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await?;
        read_head(&mut stream).await?;
        stream.write_all(&answer).await?;
        stream.shutdown().await?;
        // Left open, so that what is still being sent does not reset the connection; and nothing more is taken, so that
        // the sender hears the answer before it is through.
        std::future::pending::<()>().await;
        std::io::Result::Ok(())
    });
    format!("http://{address}")
}

/// POSTs a body to a service of the sandbox, as somebody would who knows nothing of it.
pub(crate) async fn post(url: &str, body: &str) {
    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .expect("a plain address");
    let mut stream = TcpStream::connect(host).await.expect("it listens");
    let request = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("it is read");
    stream.read_to_end(&mut Vec::new()).await.expect("it is answered");
}

async fn read_head(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(())
}

fn response(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// What comes of sending a large part to a host that answers at once.
async fn answered_early(answer: Vec<u8>) -> transfer::Failure {
    let bench = Bench::<Fileflare>::new().await;
    // More than the system's own buffers take while nobody reads.
    let content = Content::new("early.bin", PART * 512);
    let plan = PartPlan {
        number: 1,
        start: 0,
        end: content.size(),
    };
    let part = SignedPart {
        plan,
        url: SecretString::from(format!("{}/k", host(answer).await)),
        content_type: None,
    };
    bench
        .upload()
        .put_part(part, content.body(&plan))
        .await
        .expect_err("it was not stored")
}

#[tokio::test]
async fn a_refusal_that_comes_while_bytes_are_still_sent_is_read() {
    let body = "<Error><Code>SignatureDoesNotMatch</Code></Error>";
    let failure = answered_early(response("403 Forbidden", "", body)).await;
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::Refused, "signature"));
}

#[tokio::test]
async fn a_success_before_all_bytes_were_sent_is_none() {
    let tag = "ETag: \"0d5bf6a8d41ed4d3d8813fa27ee67b6f\"\r\n";
    let failure = answered_early(response("200 OK", tag, "")).await;
    assert!(
        matches!(failure.code.as_str(), "answered_early" | "connection_lost"),
        "{failure:?}"
    );
}

async fn checked_at(base_url: &str) -> transfer::Failure {
    let stage = Fileflare::start().await;
    let secret = SecretString::from(r#"{"token":"CANARY"}"#);
    let bench = Bench::with(stage, &account("fileflare", base_url), &secret);
    let failure = bench.provider.check_account().await.unwrap_err();
    assert!(!format!("{failure:?}").contains("CANARY"));
    failure
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_it() {
    let mut endless = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[".to_vec();
    endless.resize(17 * 1024 * 1024, b' ');
    assert_eq!(checked_at(&host(endless).await).await.code, "answer_too_large");
    let announced = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n[".to_vec();
    assert_eq!(checked_at(&host(announced).await).await.code, "answer_too_large");
}

#[tokio::test]
async fn a_flood_of_headers_is_refused() {
    let many: String = (0..1_000).map(|n| format!("X-{n}: 1\r\n")).collect();
    let failure = checked_at(&host(response("200 OK", &many, "[]")).await).await;
    assert_eq!(failure.kind, Kind::Unavailable, "{failure:?}");
}

#[tokio::test]
async fn an_answer_that_is_no_tls_is_not_trusted_and_got_nothing() {
    let plain = host(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()).await;
    let failure = checked_at(&plain.replacen("http://", "https://", 1)).await;
    assert!(matches!(failure.kind, Kind::Tls | Kind::Unavailable), "{failure:?}");
    assert!(!failure.maybe_done);
}

#[tokio::test]
async fn a_credential_for_another_address_is_not_sent_anywhere() {
    let stage = Fileflare::start().await;
    let mut account = stage.account();
    let secret = SecretString::from(r#"{"token":"CANARY","origin":"https://app.example"}"#);
    let tools = transfer::provider::Tools {
        budget: std::sync::Arc::new(crate::bench::Told::default()),
        clock: stage.clock(),
    };
    let registry = stage.registry();
    let door = &registry.get("fileflare").expect("it is registered").connect;
    let refused = door.connect(&account, &secret, tools.clone()).err();
    assert_eq!(refused.map(|failure| failure.code), Some("other_origin".into()));
    account.base_url = "https://app.example/api".into();
    assert!(door.connect(&account, &secret, tools).is_ok());
    assert_eq!(stage.sandbox.counters().requests.len(), 0);
}
