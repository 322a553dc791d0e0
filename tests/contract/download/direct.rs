//! What is particular to direct links.

use sandbox::{Fault, FileSpec};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use transfer::Kind;
use transfer::download::RangeAsk;

use crate::giver::{Direct, Giver, Well, source};

#[tokio::test]
async fn plain_http_is_asked_about_before_anything_is_sent() {
    let well = Well::of::<Direct>().await;
    let link = "http://files.invalid/x.bin";
    let failures = [well.resolve(link).await.err(), well.link(link).await.err()];
    for failure in failures.into_iter().map(Option::unwrap) {
        assert_eq!((failure.kind, failure.code.as_str()), (Kind::Person, "plain_http"));
        assert!(failure.message.contains("files.invalid"));
    }
    let mut agreed = source(link);
    agreed.plain_http = true;
    assert!(well.download().link(&agreed).await.is_ok());
}

#[tokio::test]
async fn refusals_mean_what_they_say() {
    let well = Well::of::<Direct>().await;
    let link = Direct::add(&well.sandbox, "no.bin", 10, 1);
    for (status, kind) in [
        (401, Kind::Unauthorized),
        (403, Kind::Refused),
        (404, Kind::NotFound),
        (410, Kind::NotFound),
        (408, Kind::Unavailable),
        (500, Kind::Unavailable),
        (502, Kind::Unavailable),
        (204, Kind::Protocol),
        (205, Kind::Protocol),
        (300, Kind::Protocol),
        (304, Kind::Protocol),
    ] {
        well.sandbox.clear_faults();
        well.wrong(Fault::Refused {
            status,
            retry_after: None,
        });
        let failure = well.resolve(&link).await.unwrap_err();
        assert_eq!(failure.kind, kind, "{status}: {failure:?}");
    }
}

#[tokio::test]
async fn a_name_comes_from_the_answer_before_the_address() {
    let well = Well::of::<Direct>().await;
    let link = well.sandbox.add_file(FileSpec {
        disposition: Some("attachment; filename=\"x.bin\"; filename*=UTF-8''%C3%BC.bin".into()),
        ..FileSpec::new("address.bin", 10, 1)
    });
    assert_eq!(well.resolve(&link).await.unwrap().name, "ü.bin");
}

#[tokio::test]
async fn a_page_that_is_called_one_is_a_file() {
    let well = Well::of::<Direct>().await;
    let page = |name: &str| FileSpec {
        content_type: "text/html".into(),
        ..FileSpec::new(name, 10, 1)
    };
    let link = well.sandbox.add_file(page("manual.html"));
    assert_eq!(well.resolve(&link).await.unwrap().size, Some(10));
    let link = well.sandbox.add_file(page("manual"));
    assert_eq!(well.resolve(&link).await.unwrap_err().code, "web_page");
}

#[tokio::test]
async fn what_is_packed_is_not_unpacked() {
    let well = Well::of::<Direct>().await;
    let link = well.sandbox.add_file(FileSpec {
        bomb: Some(100_000_000),
        ..FileSpec::new("bomb.bin", 10, 1)
    });
    let (opening, bytes) = well.fetch(&link, &RangeAsk::default()).await.unwrap();
    assert_eq!(opening.total, Some(bytes.len() as u64));
    assert!(bytes.starts_with(&[0x1f, 0x8b]) && bytes.len() < 1_000_000);
}

#[tokio::test]
async fn chunks_have_an_end_of_their_own_and_no_length() {
    let well = Well::of::<Direct>().await;
    let link = well.sandbox.add_file(FileSpec {
        chunked: true,
        ranges: false,
        ..FileSpec::new("chunks.bin", 100_000, 1)
    });
    let (opening, bytes) = well.fetch(&link, &RangeAsk::default()).await.unwrap();
    assert_eq!((opening.total, opening.ranges, bytes.len()), (None, false, 100_000));
    well.wrong(Fault::Cut { bytes: 50_000 });
    assert!(
        well.fetch(&link, &RangeAsk::default()).await.is_err(),
        "a cut is no end"
    );
}

#[tokio::test]
async fn an_end_that_nothing_marks_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let link = format!("http://{}/x.bin", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc")
                .await;
        }
    });
    let well = Well::of::<Direct>().await;
    let failure = well.open(&link, &RangeAsk::default()).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::Protocol, "no_end"));
    let known = RangeAsk {
        total: Some(3),
        ..RangeAsk::default()
    };
    assert_eq!(well.fetch(&link, &known).await.unwrap().1, b"abc");
}
