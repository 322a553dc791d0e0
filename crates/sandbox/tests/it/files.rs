//! The file host: what a good server of files does.

use reqwest::Method;
use reqwest::header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE};
use sandbox::{Content, Direction, Validators};

use crate::client::*;
use crate::down::*;

#[tokio::test]
async fn a_file_is_the_same_from_wherever_it_is_read() {
    let w = world().await;
    let url = w.link(100_000);
    let whole = w.get(&url).await;
    assert_eq!((whole.status, whole.body.len()), (200, 100_000));
    assert_eq!(whole.body, content(0, 100_000));
    assert_eq!(sha256(&whole.body), Content::new(SEED).sha256(100_000));
    for (from, to) in [(0, 1), (1, 2), (7, 9), (8, 16), (12_345, 54_321), (99_999, 100_000)] {
        let range = w.get_range(&url, &format!("bytes={from}-{}", to - 1)).await;
        assert_eq!(range.range().0, 206);
        assert_eq!(
            range.header("content-range").unwrap(),
            format!("bytes {from}-{}/100000", to - 1)
        );
        assert_eq!(range.body, whole.body[from..to]);
    }
    assert_ne!(Content::new(1).bytes(0, 64), Content::new(2).bytes(0, 64));
}

#[tokio::test]
async fn ranges_are_open_suffixes_or_out_of_reach() {
    let w = world().await;
    let url = w.link(1_000);
    let last = w.get_range(&url, "bytes=-10").await;
    assert_eq!(last.range(), (206, Some("bytes 990-999/1000")));
    assert_eq!(last.body, content(990, 1_000));
    assert_eq!(
        w.get_range(&url, "bytes=990-").await.range(),
        (206, Some("bytes 990-999/1000"))
    );
    assert_eq!(
        w.get_range(&url, "bytes=990-5000").await.range(),
        (206, Some("bytes 990-999/1000"))
    );
    assert_eq!(
        w.get_range(&url, "bytes=1000-").await.range(),
        (416, Some("bytes */1000"))
    );
    for malformed in ["bytes=5-2", "lines=1-2", "bytes=0-1,5-6", "bytes=a-b"] {
        assert_eq!(w.get_range(&url, malformed).await.range(), (200, None), "{malformed}");
    }
}

#[tokio::test]
async fn a_head_tells_what_a_get_would() {
    let w = world().await;
    let url = w.link(1_000);
    let head = w.read(w.http.head(&url)).await;
    let get = w.get(&url).await;
    for name in [
        "content-length",
        "etag",
        "last-modified",
        "accept-ranges",
        "content-type",
    ] {
        assert_eq!(head.header(name), get.header(name), "{name}");
        assert!(head.header(name).is_some(), "{name}");
    }
    assert!(head.body.is_empty());
    let count = &w.sandbox.counters().downloads.files["a.bin"];
    assert_eq!((count.heads, count.ranges.len()), (1, 1));
}

#[tokio::test]
async fn conditions_are_kept() {
    let w = world().await;
    let url = w.link(1_000);
    let first = w.get(&url).await;
    let (tag, date) = (first.header("etag").unwrap(), first.header("last-modified").unwrap());
    let ask = async |name: http::HeaderName, value: &str| {
        let request = w.http.get(&url).header(RANGE, "bytes=5-9");
        w.read(request.header(name, value)).await
    };
    assert_eq!(ask(IF_RANGE, tag).await.status, 206);
    assert_eq!(ask(IF_RANGE, date).await.status, 206);
    assert_eq!(ask(IF_RANGE, "\"other\"").await.status, 200);
    assert_eq!(ask(IF_RANGE, "Wed, 21 Oct 2015 07:28:00 GMT").await.status, 200);
    assert_eq!(ask(IF_MATCH, tag).await.status, 206);
    assert_eq!(ask(IF_MATCH, "\"other\"").await.status, 412);
    assert_eq!(ask(IF_NONE_MATCH, tag).await.status, 304);
    assert_eq!(ask(IF_MODIFIED_SINCE, date).await.status, 304);
}

#[tokio::test]
async fn a_weak_tag_or_none_never_holds_for_a_range() {
    let w = world().await;
    for (kind, tag, date) in [
        (Validators::Weak, true, true),
        (Validators::Etag, true, false),
        (Validators::Modified, false, true),
        (Validators::None, false, false),
    ] {
        let url = w.file(1_000, |f| f.validators = kind);
        let answer = w.get(&url).await;
        let seen = (
            answer.header("etag").is_some(),
            answer.header("last-modified").is_some(),
        );
        assert_eq!(seen, (tag, date), "{kind:?}");
        if kind == Validators::Weak {
            let tag = answer.header("etag").unwrap();
            assert!(tag.starts_with("W/"));
            let ranged = w.http.get(&url).header(RANGE, "bytes=5-").header(IF_RANGE, tag);
            assert_eq!(w.read(ranged).await.status, 200);
        }
    }
}

#[tokio::test]
async fn a_file_asks_for_a_login_or_a_header() {
    let w = world().await;
    let url = w.file(10, |f| f.login = Some("ann:secret".into()));
    let refused = w.get(&url).await;
    assert_eq!(
        (refused.status, refused.header("www-authenticate").is_some()),
        (401, true)
    );
    let wrong = w.http.get(&url).basic_auth("ann", Some("wrong"));
    assert_eq!(w.read(wrong).await.status, 401);
    let right = w.http.get(&url).basic_auth("ann", Some("secret"));
    assert_eq!(w.read(right).await.status, 200);

    let url = w.file(10, |f| f.header = Some("x-token: 7".into()));
    assert_eq!(w.get(&url).await.status, 403);
    assert_eq!(w.read(w.http.get(&url).header("x-token", "7")).await.status, 200);
}

#[tokio::test]
async fn a_disposition_is_sent_byte_by_byte() {
    let w = world().await;
    let raw = b"attachment; filename=\"../\xff\xe9.exe\"";
    let url = w.file(10, |f| f.disposition_hex = Some(hex::encode(raw)));
    let answer = w.get(&url).await;
    assert_eq!(answer.headers["content-disposition"].as_bytes(), raw);
    let by_query = format!("{}&disposition=inline", w.sandbox.file_url("b.bin", 10, SEED));
    assert_eq!(w.get(&by_query).await.header("content-disposition"), Some("inline"));
}

#[tokio::test]
async fn a_file_comes_in_chunks_or_without_ranges_where_it_says_so() {
    let w = world().await;
    let url = w.file(300_000, |f| f.chunked = true);
    let answer = w.get(&url).await;
    assert_eq!(answer.header("content-length"), None);
    assert_eq!(answer.body, content(0, 300_000));
    let url = w.file(1_000, |f| f.ranges = false);
    let answer = w.get_range(&url, "bytes=5-").await;
    assert_eq!((answer.status, answer.header("accept-ranges")), (200, None));
    assert_eq!(answer.body.len(), 1_000);
}

#[tokio::test]
async fn a_bomb_is_small_on_the_wire_and_large_when_unpacked() {
    use std::io::Read;
    let w = world().await;
    let url = w.file(0, |f| f.bomb = Some(100 << 20));
    let raw = reqwest::Client::builder().no_gzip().build().unwrap();
    let answer = w.read(raw.get(&url)).await;
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    assert!(answer.body.len() < 200_000, "{}", answer.body.len());
    let mut unpacked = flate2::read::GzDecoder::new(answer.body.as_slice());
    let mut buffer = vec![0; 1 << 20];
    let mut total = 0;
    loop {
        match unpacked.read(&mut buffer).unwrap() {
            0 => break,
            count => total += count,
        }
    }
    assert_eq!(total, 104 << 20);
}

#[tokio::test]
async fn what_was_asked_and_sent_is_counted_request_by_request() {
    let w = world().await;
    let url = w.link(100_000);
    w.get(&url).await;
    w.get_range(&url, "bytes=40000-49999").await;
    let counters = w.sandbox.until(|c| c.downloads.now == 0).await;
    let file = &counters.downloads.files["a.bin"];
    let seen: Vec<_> = file
        .ranges
        .iter()
        .map(|r| (r.start, r.sent, r.status, r.ended))
        .collect();
    assert_eq!(seen, [(0, 100_000, 200, true), (40_000, 10_000, 206, true)]);
    assert_eq!(counters.downloads.sent, 110_000);
    assert_eq!((file.max, counters.downloads.max), (1, 1));
    assert!(counters.downloads.connections_max >= 1);
    w.sandbox.reset_counters();
    assert!(w.sandbox.counters().downloads.files.is_empty());
}

#[tokio::test]
async fn no_more_connections_read_a_file_than_it_allows() {
    let w = world().await;
    let url = w.file(10_000_000, |f| {
        f.connections = Some(1);
        f.bytes_per_s = Some(1_000_000);
    });
    let first = w.http.get(&url).send().await.unwrap();
    assert_eq!(w.get(&url).await.status, 503);
    assert_eq!(w.sandbox.counters().downloads.files["a.bin"].refused, 1);
    drop(first);
    w.sandbox.until(|c| c.downloads.now == 0).await;
    assert_eq!(w.get_range(&url, "bytes=0-9").await.status, 206);
}

#[tokio::test]
async fn a_slow_file_takes_its_time_and_the_timeline_shows_it() {
    let w = world().await;
    w.sandbox.change_settings(|s| s.send_buffer = Some(16 * 1024));
    w.sandbox.reset_timeline();
    let url = w.file(500_000, |f| f.bytes_per_s = Some(500_000));
    let began = std::time::Instant::now();
    assert_eq!(w.get(&url).await.body.len(), 500_000);
    assert!(began.elapsed().as_millis() >= 900);
    let line = w.sandbox.timeline(Direction::Down);
    assert!(line.total >= 500_000 && line.total < 510_000, "{line:?}");
    assert!(line.bytes.len() >= 9, "{line:?}");
    assert!(line.bytes.iter().all(|bytes| *bytes < 150_000), "{line:?}");
}

#[tokio::test]
async fn other_methods_and_unknown_files_are_refused() {
    let w = world().await;
    assert_eq!(w.read(w.http.post(w.link(1))).await.status, 405);
    let base = w.sandbox.urls().files;
    assert_eq!(w.get(&format!("{base}/f/unknown")).await.status, 404);
    assert_eq!(w.get(&format!("{base}/f/x?size=many")).await.status, 400);
    assert_eq!(
        w.read(w.http.request(Method::GET, format!("{base}/"))).await.status,
        404
    );
}
