//! The file host: every lie and every fault does what its name says.

use std::time::{Duration, Instant};

use sandbox::{BadRange, Fault, Shown, Unreachable, Validators};

use crate::client::*;
use crate::down::*;

#[tokio::test]
async fn every_lie_about_a_range_is_told_once_and_then_the_truth() {
    let w = world().await;
    let url = w.link(1_000);
    for (kind, status, range) in [
        (BadRange::Ignored, 200, None),
        (BadRange::Shifted, 206, Some("bytes 11-19/1000")),
        (BadRange::OtherTotal, 206, Some("bytes 10-19/1001")),
        (BadRange::Unstated, 206, None),
        (BadRange::Garbled, 206, Some("bytes two-three/four")),
        (BadRange::Multipart, 206, None),
        (BadRange::Refused, 416, Some("bytes */1000")),
        (BadRange::Unasked, 206, Some("bytes 10-19/1000")),
    ] {
        w.sandbox.add_fault(rule(Fault::RangeLie { kind }).times(1));
        let lie = w.get_range(&url, "bytes=10-19").await;
        assert_eq!(lie.range(), (status, range), "{kind:?}");
        match kind {
            BadRange::Ignored => assert_eq!(lie.body, content(0, 1_000)),
            BadRange::Shifted => assert_eq!(lie.body, content(11, 20)),
            BadRange::Multipart => {
                assert!(lie.header("content-type").unwrap().starts_with("multipart/byteranges"));
                assert!(lie.body.windows(10).any(|bytes| bytes == content(10, 20)));
            }
            BadRange::Refused => assert!(lie.body.is_empty()),
            _ => assert_eq!(lie.body, content(10, 20), "{kind:?}"),
        }
        let truth = w.get_range(&url, "bytes=10-19").await;
        assert_eq!(truth.range(), (206, Some("bytes 10-19/1000")));
    }
    w.sandbox.add_fault(rule(Fault::RangeLie {
        kind: BadRange::Unasked,
    }));
    let half = w.get(&url).await;
    assert_eq!(half.range(), (206, Some("bytes 0-499/1000")));
    assert_eq!(half.body, content(0, 500));
}

#[tokio::test]
async fn a_file_changes_midway_and_is_another_from_then_on() {
    let w = world().await;
    let url = w.link(1_000);
    let before = w.get(&url).await;
    w.sandbox.add_fault(
        rule(Fault::Changed {
            at: Some(300),
            shows: Shown::All,
        })
        .times(1),
    );
    w.sandbox.add_fault(
        rule(Fault::Changed {
            at: None,
            shows: Shown::All,
        })
        .after(1),
    );
    let mixed = w.get(&url).await;
    let after = w.get(&url).await;
    assert_eq!(mixed.headers["etag"], before.headers["etag"]);
    assert_eq!(mixed.body[..300], before.body[..300]);
    assert_eq!(mixed.body[300..], after.body[300..1_000]);
    assert_ne!(mixed.body[300..], before.body[300..]);
    assert_ne!(after.headers["etag"], before.headers["etag"]);
    assert_ne!(after.headers["last-modified"], before.headers["last-modified"]);
    assert_eq!(after.body.len(), 1_001);
}

#[tokio::test]
async fn a_change_shows_only_where_it_is_to_show() {
    let w = world().await;
    let url = w.link(1_000);
    let before = w.get(&url).await;
    for (shows, tag, date, size) in [
        (Shown::Etag, true, false, 1_000),
        (Shown::Modified, false, true, 1_000),
        (Shown::Size, false, false, 1_001),
        (Shown::Nothing, false, false, 1_000),
    ] {
        w.sandbox.add_fault(rule(Fault::Changed { at: None, shows }).times(1));
        let after = w.get(&url).await;
        let differs = |name: &str| after.header(name) != before.header(name);
        assert_eq!(
            (differs("etag"), differs("last-modified"), after.body.len()),
            (tag, date, size),
            "{shows:?}"
        );
        assert_ne!(after.body[..1_000], before.body[..], "{shows:?}");
    }
    w.sandbox
        .add_fault(rule(Fault::Tagged { kind: Validators::Weak }).times(1));
    assert!(w.get(&url).await.header("etag").unwrap().starts_with("W/"));
}

#[tokio::test]
async fn a_body_is_cut_where_asked_and_all_before_it_arrives() {
    let w = world().await;
    let url = w.sandbox.file_url("b.bin", 5_000_000, SEED);
    for bytes in [0, 1, 700_001] {
        w.sandbox.add_fault(on_down(Fault::Cut { bytes }).times(1));
        let cut = w.get(&url).await;
        assert!(!cut.whole);
        assert_eq!(cut.header("content-length"), Some("5000000"));
        assert_eq!(cut.body, content(0, bytes));
    }
    let chunked = w.file(5_000_000, |f| f.chunked = true);
    w.sandbox.add_fault(on_down(Fault::Cut { bytes: 700_001 }).times(1));
    let cut = w.get(&chunked).await;
    assert_eq!((cut.whole, cut.body.len()), (false, 700_001));

    w.sandbox
        .add_fault(on_down(Fault::Truncated { bytes: 700_001 }).times(2));
    let short = w.get(&chunked).await;
    assert_eq!((short.whole, short.body.len()), (true, 700_001));
    let short = w.get(&url).await;
    assert_eq!((short.whole, short.header("content-length")), (true, Some("700001")));

    w.sandbox.add_fault(rule(Fault::Reset { bytes: 700_001 }).times(1));
    let reset = w.get(&url).await;
    assert!(!reset.whole && reset.body.len() <= 700_001, "{}", reset.body.len());
    assert_eq!(w.get(&url).await.body.len(), 5_000_000);
}

#[tokio::test]
async fn a_length_that_lies_is_more_or_less_than_what_comes() {
    let w = world().await;
    let url = w.link(1_000);
    w.sandbox.add_fault(rule(Fault::SizeLie { announced: 2_000 }).times(1));
    let more = w.get(&url).await;
    assert_eq!(
        (more.whole, more.header("content-length"), more.body.len()),
        (false, Some("2000"), 1_000)
    );
    w.sandbox.add_fault(rule(Fault::SizeLie { announced: 400 }).times(1));
    let raw = w.raw("GET", &url).await;
    let (head, body) = raw.split_at(raw.windows(4).position(|b| b == b"\r\n\r\n").unwrap() + 4);
    assert!(String::from_utf8_lossy(head).contains("content-length: 400"));
    assert_eq!(body.len(), 1_000);
}

#[tokio::test]
async fn an_endless_body_goes_on_behind_its_end() {
    let w = world().await;
    w.sandbox.add_fault(rule(Fault::Endless));
    let mut answer = w.http.get(w.link(1_000)).send().await.unwrap();
    assert!(answer.headers().get("content-length").is_none());
    let mut read = 0;
    while read < 20_000_000 {
        read += answer.chunk().await.unwrap().unwrap().len();
    }
    drop(answer);
    w.sandbox.until(|c| c.downloads.now == 0).await;
}

#[tokio::test]
async fn a_header_comes_byte_by_byte_or_is_a_flood() {
    let w = world().await;
    let url = w.link(10);
    w.sandbox.add_fault(rule(Fault::HeaderDribble { ms: 2 }).times(1));
    let began = Instant::now();
    assert_eq!(w.get(&url).await.body, content(0, 10));
    assert!(began.elapsed() > Duration::from_millis(300));

    w.sandbox.add_fault(
        rule(Fault::HeaderFlood {
            headers: 5_000,
            bytes: 10,
        })
        .times(1),
    );
    let raw = w.raw("GET", &url).await;
    assert_eq!(String::from_utf8_lossy(&raw).matches("x-flood-").count(), 5_000);
    w.sandbox.add_fault(
        rule(Fault::HeaderFlood {
            headers: 1,
            bytes: 1 << 20,
        })
        .times(1),
    );
    assert!(w.raw("GET", &url).await.len() > 1 << 20);
}

#[tokio::test]
async fn a_redirect_leads_wherever_it_is_told_to() {
    let w = world().await;
    let url = w.link(10);
    let (files, elsewhere) = (w.sandbox.urls().files, w.sandbox.urls().elsewhere);
    let path = url.strip_prefix(&files).unwrap();
    for to in [
        "http://files.example/a.bin",
        "file:///etc/passwd",
        "data:text/plain,hello",
        "ftp://127.0.0.1/a.bin",
        "http://127.0.0.1:9/a.bin",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]:9/a.bin",
        "http://user:password@127.0.0.1/a.bin",
    ] {
        w.sandbox.add_fault(
            rule(Fault::LedAway {
                to: to.into(),
                status: 302,
            })
            .times(1),
        );
        assert_eq!(w.leads(&url).await, (302, to.to_owned()));
    }
    w.sandbox.add_fault(
        rule(Fault::LedAway {
            to: "{files}{path}".into(),
            status: 307,
        })
        .times(1),
    );
    assert_eq!(w.leads(&url).await, (307, url.clone()));
    w.sandbox.add_fault(on_down(Fault::Redirected { status: 303 }).times(1));
    assert_eq!(w.leads(&url).await, (303, format!("{elsewhere}{path}")));
}

#[tokio::test]
async fn elsewhere_has_the_file_and_remembers_what_a_visitor_brought() {
    let w = world().await;
    let elsewhere = w.sandbox.urls().elsewhere;
    let url = w.link(1_000).replace(&w.sandbox.urls().files, &elsewhere);
    let visit = w
        .http
        .get(&url)
        .bearer_auth("canary")
        .header("cookie", "c=1")
        .header("referer", "http://here/")
        .header("x-own", "7");
    assert_eq!(w.read(visit).await.body, content(0, 1_000));
    let counters = w.sandbox.counters();
    let to = &counters.elsewhere;
    assert_eq!(
        (to.requests, to.with_authorization, to.with_cookie, to.with_referer),
        (1, 1, 1, 1)
    );
    assert_eq!(to.visits[0].headers["authorization"], "Bearer canary");
    assert_eq!(to.visits[0].headers["x-own"], "7");
    assert!(to.visits[0].path.starts_with("/f/a.bin?"));
    assert!(counters.downloads.files.is_empty());
}

#[tokio::test]
async fn a_detour_ends_at_the_file_after_so_many_hops() {
    let w = world().await;
    let files = w.sandbox.urls().files;
    w.sandbox.add_fault(rule(Fault::Detour { hops: 50 }));
    let mut url = w.link(1_000);
    let mut hops = 0;
    let file = loop {
        let answer = w.get(&url).await;
        match answer.header("location") {
            Some(to) => url = format!("{files}{to}"),
            None => break answer,
        }
        hops += 1;
    };
    assert_eq!((hops, file.body), (50, content(0, 1_000)));
}

#[tokio::test]
async fn pages_refusals_and_lost_answers_come_instead_of_a_file() {
    let w = world().await;
    let url = w.link(1_000);
    w.sandbox.add_fault(on_down(Fault::HtmlPage).times(1));
    let page = w.get(&url).await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    let refused = Fault::Refused {
        status: 429,
        retry_after: Some(7),
    };
    w.sandbox.add_fault(on_down(refused).times(1));
    let refused = w.get(&url).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("7")));
    for fault in [Fault::Dropped, Fault::AnswerLost] {
        w.sandbox.add_fault(on_down(fault).times(1));
        assert!(w.http.get(&url).send().await.is_err());
    }
    w.sandbox
        .add_fault(on_down(Fault::Slow { bytes_per_s: 5_000 }).times(1));
    let began = Instant::now();
    assert_eq!(w.get(&url).await.body, content(0, 1_000));
    assert!(began.elapsed() > Duration::from_millis(100));
}

#[tokio::test]
async fn a_fault_meets_only_the_file_it_names() {
    let w = world().await;
    w.sandbox.add_fault(on_down(Fault::HtmlPage).path("b.bin"));
    assert_eq!(w.get(&w.link(10)).await.body, content(0, 10));
    let other = w.sandbox.file_url("b.bin", 10, SEED);
    assert_ne!(w.get(&other).await.body, content(0, 10));
}

#[tokio::test]
async fn the_file_host_goes_away_and_comes_back() {
    let w = world().await;
    let url = w.link(10);
    w.sandbox.add_fault(rule(Fault::FilesUnreachable {
        how: Unreachable::Refuse,
    }));
    w.sandbox.settled().await;
    assert!(w.http.get(&url).send().await.unwrap_err().is_connect());
    w.sandbox.clear_faults();
    w.sandbox.settled().await;
    assert_eq!(w.get(&url).await.status, 200);
}
