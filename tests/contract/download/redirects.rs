//! Redirects of a download over the wire: which are followed, and what the next host gets to see.

use sandbox::{Content, Fault, FileSpec};
use transfer::download::RangeAsk;
use transfer::{Kind, SecretString};

use crate::giver::{Direct, Giver, Well, part};
use crate::stage::account;

#[tokio::test]
async fn five_redirects_are_followed_and_a_sixth_is_not() {
    let well = Well::of::<Direct>().await;
    let link = Direct::add(&well.sandbox, "hops.bin", 1_000, 1);
    for hops in 1..=5 {
        well.sandbox.clear_faults();
        well.wrong(Fault::Detour { hops });
        let (_, bytes) = well.fetch(&link, &part(10, 20, 1_000)).await.unwrap();
        assert_eq!(bytes, Content::new(1).bytes(10, 10), "{hops}");
    }
    well.sandbox.clear_faults();
    well.wrong(Fault::Detour { hops: 6 });
    let failure = well.open(&link, &RangeAsk::default()).await.unwrap_err();
    assert_eq!(
        (failure.kind, failure.code.as_str()),
        (Kind::Protocol, "too_many_redirects")
    );
}

#[tokio::test]
async fn nothing_but_the_web_is_followed_to() {
    let well = Well::of::<Direct>().await;
    let link = Direct::add(&well.sandbox, "away.bin", 1_000, 2);
    for to in [
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "data:text/plain,x",
        "javascript:alert(1)",
        "gopher://127.0.0.1/x",
        "http://me@127.0.0.1:9/x",
        "http://me:pw@127.0.0.1:9/x",
        "http://",
        "http://[::1",
    ] {
        for status in [301, 302, 303, 307, 308] {
            well.sandbox.clear_faults();
            well.wrong(Fault::LedAway { to: to.into(), status });
            let failure = well.open(&link, &RangeAsk::default()).await.unwrap_err();
            assert_eq!(
                (failure.kind, failure.code.as_str()),
                (Kind::Protocol, "bad_redirect"),
                "{to}"
            );
        }
    }
    assert_eq!(well.sandbox.counters().elsewhere.requests, 0);
}

#[tokio::test]
async fn another_host_gets_the_range_and_no_secret() {
    let well = Well::with(|sandbox| {
        let secret = SecretString::from(r#"{"user":"ann","password":"CANARY","headers":{"X-Key":"CANARY"}}"#);
        (account("direct", &sandbox.urls().files), secret)
    })
    .await;
    let link = well.sandbox.add_file(FileSpec {
        login: Some("ann:CANARY".into()),
        ..FileSpec::new("signed.bin", 1_000, 3)
    });
    let (_, bytes) = well.fetch(&link, &RangeAsk::default()).await.unwrap();
    assert_eq!(bytes.len(), 1_000, "its own host gets the sign-in");
    let link = Direct::add(&well.sandbox, "led.bin", 1_000, 4);
    for status in [301, 302, 303, 307, 308] {
        well.sandbox.clear_faults();
        well.wrong(Fault::Redirected { status });
        let (_, bytes) = well.fetch(&link, &part(10, 20, 1_000)).await.unwrap();
        assert_eq!(bytes, Content::new(4).bytes(10, 10), "{status}");
    }
    let elsewhere = well.sandbox.counters().elsewhere;
    assert_eq!((elsewhere.requests, elsewhere.with_authorization), (5, 0));
    assert_eq!((elsewhere.with_cookie, elsewhere.with_referer), (0, 0));
    for visit in &elsewhere.visits {
        assert_eq!(visit.method, "GET");
        assert_eq!(visit.headers.get("range").map(String::as_str), Some("bytes=10-19"));
        assert_eq!(
            visit.headers.get("accept-encoding").map(String::as_str),
            Some("identity")
        );
        assert!(!format!("{visit:?}").contains("CANARY"), "{visit:?}");
    }
}

#[tokio::test]
async fn a_sign_in_is_not_sent_to_a_link_of_another_origin() {
    let well = Well::with(|_| {
        let secret = SecretString::from(r#"{"user":"ann","password":"secret"}"#);
        (account("direct", "https://files.example"), secret)
    })
    .await;
    let link = well.sandbox.add_file(FileSpec {
        login: Some("ann:secret".into()),
        ..FileSpec::new("other.bin", 10, 5)
    });
    let failure = well.open(&link, &RangeAsk::default()).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unauthorized);
}
