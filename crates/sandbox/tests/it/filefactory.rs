//! FileFactory, asked by a client that knows only the published contract.

use std::collections::BTreeSet;
use std::time::Duration;

use sandbox::{Content, ErrorForm, Fault, FileStatus, Numbers, Route};

use crate::client::*;
use crate::down::*;

fn a_code(code: i64) -> Fault {
    Fault::Code { code }
}

#[tokio::test]
async fn a_file_is_logged_in_for_looked_up_linked_and_read() {
    let w = world().await;
    w.host("abc", |_| {});
    let key = w.key("premium").await;
    assert_eq!(key.len(), 40);
    let info = w.factory("getFileInfo", &[("file", "abc"), ("key", &key)]).await;
    let file = &info["result"]["files"]["abc"];
    assert_eq!((&file["status"], &file["size"]), (&"online".into(), &"100000".into()));
    assert_eq!(file["md5"], Content::new(SEED).md5(100_000));
    let link = w.hosted_link("abc", &key).await;
    assert!(link.contains("/get/p/abc/"));
    let whole = w.get(&link).await;
    assert_eq!(whole.body, content(0, 100_000));
    assert_eq!(
        whole.header("content-disposition"),
        Some("attachment; filename=\"Tulips.jpg\"")
    );
    let tag = whole.header("etag").unwrap();
    let rest = w
        .http
        .get(&link)
        .header("range", "bytes=60000-")
        .header("if-range", tag);
    let rest = w.read(rest).await;
    assert_eq!((rest.status, rest.body), (206, content(60_000, 100_000)));
    let counters = w.sandbox.counters();
    let ranges = &counters.downloads.files["abc"].ranges;
    assert_eq!((ranges[1].start, ranges[1].sent), (60_000, 40_000));
    let seen = &counters.filefactory;
    assert_eq!((seen.logins, seen.links, seen.secrets_in_url), (1, 1, 0));
    assert_eq!(counters.requests[&Route::FileInfo], 1);
}

#[tokio::test]
async fn the_methods_answer_by_get_too_and_secrets_in_the_address_are_counted() {
    let w = world().await;
    let base = w.sandbox.description().providers["filefactory"].base_url.clone();
    let account = w.account("free");
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&account)
        .finish();
    let answer = w.get(&format!("{base}/getSessionKey?{query}")).await;
    assert!(String::from_utf8_lossy(&answer.body).starts_with("{\"type\":\"success\""));
    let info = w.get(&format!("{base}/getFileInfo?file=1ep92k3t0fdz")).await;
    assert!(String::from_utf8_lossy(&info.body).contains("http:\\/\\/www.filefactory.com\\/file\\/1ep92k3t0fdz"));
    let seen = w.sandbox.counters().filefactory;
    assert_eq!((seen.by_get, seen.by_post, seen.secrets_in_url), (2, 0, 1));
    assert_eq!(code(&w.factory("getEverything", &[]).await), 700);
}

#[tokio::test]
async fn a_key_lives_from_use_to_use_and_a_wrong_one_never_did() {
    let w = world().await;
    let key = w.key("premium").await;
    for _ in 0..3 {
        w.sandbox.advance_clock(Duration::from_secs(800));
        let info = w.factory("getMemberInfo", &[("key", &key)]).await;
        assert_eq!(info["result"]["accountType"], "premium");
    }
    w.sandbox.advance_clock(Duration::from_secs(900));
    assert_eq!(code(&w.factory("getMemberInfo", &[("key", &key)]).await), 711);
    assert_eq!(code(&w.factory("getMemberInfo", &[("key", "garbage")]).await), 710);
    assert_eq!(code(&w.factory("getMemberInfo", &[]).await), 709);
    assert_eq!(w.sandbox.counters().filefactory.codes[&711], 1);
}

#[tokio::test]
async fn logins_are_checked_and_too_many_must_wait() {
    let w = world().await;
    w.sandbox.change_settings(|s| s.filefactory.logins = 3);
    let mut account = w.account("premium");
    account.insert("password".into(), "wrong".into());
    let wrong: Vec<_> = account.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(code(&w.factory("getSessionKey", &wrong).await), 706);
    assert_eq!(code(&w.factory("getSessionKey", &[("email", "x")]).await), 703);
    w.key("premium").await;
    w.key("premium").await;
    assert_eq!(code(&w.log_in("premium").await), 705);
    assert_eq!(w.sandbox.counters().filefactory.during_login_wait, 0);
    assert_eq!(code(&w.log_in("premium").await), 705);
    assert_eq!(w.sandbox.counters().filefactory.during_login_wait, 1);
    w.key("free").await;
    w.sandbox.advance_clock(Duration::from_secs(900));
    w.key("premium").await;
    // A wait that was planted is one, too.
    w.sandbox.add_fault(rule(a_code(705)).on(Route::SessionKey).times(1));
    assert_eq!(code(&w.log_in("premium").await), 705);
    assert_eq!(code(&w.log_in("premium").await), 705);
    assert_eq!(w.sandbox.counters().filefactory.during_login_wait, 2);
}

#[tokio::test]
async fn requests_of_an_hour_are_limited_per_account() {
    let w = world().await;
    w.sandbox.change_settings(|s| {
        s.filefactory.requests_per_hour = 2;
        s.filefactory.anonymous_per_hour = 3;
    });
    let key = w.key("premium").await;
    for expected in [0, 0, 704] {
        assert_eq!(code(&w.factory("getMemberInfo", &[("key", &key)]).await), expected);
    }
    for expected in [0, 0, 704] {
        assert_eq!(
            code(&w.factory("getFileInfo", &[("file", "1ep92k3t0fdz")]).await),
            expected
        );
    }
    w.sandbox.advance_clock(Duration::from_secs(3_600));
    let key = w.key("premium").await;
    assert_eq!(code(&w.factory("getMemberInfo", &[("key", &key)]).await), 0);
}

#[tokio::test]
async fn any_code_comes_where_and_as_often_as_asked() {
    let w = world().await;
    w.host("abc", |_| {});
    let key = w.key("premium").await;
    let ask = async || w.factory("getDownloadLink", &[("file", "abc"), ("key", &key)]).await;
    for given in [701, 1, 718, 719, 707, 4_711] {
        w.sandbox
            .add_fault(rule(a_code(given)).on(Route::DownloadLink).times(2));
        assert_eq!([code(&ask().await), code(&ask().await)], [given, given]);
        assert_eq!(ask().await["type"], "success");
    }
    w.sandbox.add_fault(rule(a_code(713)).path("other"));
    assert_eq!(ask().await["type"], "success");
}

#[tokio::test]
async fn errors_come_as_json_with_200_with_a_status_or_as_a_page() {
    let w = world().await;
    let base = w.sandbox.description().providers["filefactory"].base_url.clone();
    let url = format!("{base}/getMemberInfo");
    for (form, status, kind) in [
        (ErrorForm::Ok, 200, "application/json"),
        (ErrorForm::Status, 401, "application/json"),
        (ErrorForm::Page, 401, "text/html"),
    ] {
        w.sandbox.change_settings(|s| s.filefactory.errors = form);
        let answer = w.get(&url).await;
        assert_eq!(answer.status, status);
        assert!(answer.header("content-type").unwrap().starts_with(kind));
    }
}

#[tokio::test]
async fn a_batch_keeps_no_order_names_what_is_gone_and_may_lack_an_entry() {
    let w = world().await;
    let ids: Vec<String> = (0..100).map(|n| format!("id{n}")).collect();
    for id in &ids {
        w.host(id, |f| {
            if id == "id7" {
                f.status = FileStatus::Deleted;
            }
            if id == "id8" {
                f.status = FileStatus::Offline;
            }
        });
    }
    let list = ids.join(",");
    let base = w.sandbox.description().providers["filefactory"].base_url.clone();
    let raw = w.get(&format!("{base}/getFileInfo?file={list}")).await;
    let text = String::from_utf8(raw.body).unwrap();
    let places: Vec<_> = ids.iter().map(|id| text.find(&format!("\"{id}\":")).unwrap()).collect();
    assert!(!places.is_sorted());
    let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
    let files = answer["result"]["files"].as_object().unwrap();
    assert_eq!(files["id7"], serde_json::json!({"status": "invalid"}));
    assert_eq!(files["id8"]["status"], "offline");
    assert_eq!(w.sandbox.counters().filefactory.largest_batch, 100);
    let too_many = format!("{list},one_more");
    assert_eq!(code(&w.factory("getFileInfo", &[("file", &too_many)]).await), 702);

    w.sandbox
        .add_fault(rule(Fault::EntryOmitted { id: "id3".into() }).times(1));
    let lacking = w.factory("getFileInfo", &[("file", &list)]).await;
    let seen: BTreeSet<_> = lacking["result"]["files"].as_object().unwrap().keys().collect();
    assert_eq!(seen.len(), 99);
    assert!(!seen.contains(&"id3".to_owned()));
}

#[tokio::test]
async fn numbers_are_strings_or_not() {
    let w = world().await;
    let key = w.key("trafficshare").await;
    for (numbers, count, used) in [
        (Numbers::Mixed, true, false),
        (Numbers::Strings, true, true),
        (Numbers::Numbers, false, false),
    ] {
        w.sandbox.change_settings(|s| s.filefactory.numbers = numbers);
        let info = w.factory("getMemberInfo", &[("key", &key)]).await;
        let is_text = |field: &str| info["result"][field].is_string();
        assert_eq!((is_text("fileCount"), is_text("storageUsed")), (count, used));
        assert_eq!(info["result"]["trafficShare"], true);
    }
}

#[tokio::test]
async fn names_and_sums_may_lie() {
    let w = world().await;
    let hostile = "../..\\\"}{\u{202e}gpj.exe/ü\u{1f337}";
    w.host("abc", |f| {
        f.name = hostile.into();
        f.md5 = Some("0".repeat(32));
    });
    let info = w.factory("getFileInfo", &[("file", "abc")]).await;
    let file = &info["result"]["files"]["abc"];
    assert_eq!(file["name"], hostile);
    assert_eq!(file["md5"], "0".repeat(32));
    let link = w.hosted_link("abc", &w.key("premium").await).await;
    let answer = w.get(&link).await;
    let disposition = answer.headers["content-disposition"].as_bytes();
    assert!(String::from_utf8_lossy(disposition).starts_with("attachment; filename=\"../..\\\\\\\"}{"));
}

#[tokio::test]
async fn a_free_link_must_wait_knows_no_ranges_and_one_connection() {
    let w = world().await;
    w.host("abc", |f| f.size = 30_000_000);
    for key in [String::new(), w.key("free").await] {
        let answer = w.factory("getDownloadLink", &[("file", "abc"), ("key", &key)]).await;
        assert_eq!(
            (&answer["result"]["linkType"], &answer["result"]["delay"]),
            (&"free".into(), &30.into())
        );
        let link = answer["result"]["url"].as_str().unwrap().to_owned();
        let (status, to) = w.leads(&link).await;
        assert!(status == 302 && to.ends_with("?code=266"), "{to}");
        assert_eq!(
            w.get(&to).await.header("content-type"),
            Some("text/html; charset=UTF-8")
        );
        w.sandbox.advance_clock(Duration::from_secs(30));
        let first = w.http.get(&link).header("range", "bytes=5-").send().await.unwrap();
        assert_eq!(
            (first.status().as_u16(), first.content_length()),
            (200, Some(30_000_000))
        );
        assert!(first.headers().get("accept-ranges").is_none());
        assert!(w.leads(&link).await.1.ends_with("?code=257"));
        drop(first);
        w.sandbox.until(|c| c.downloads.now == 0).await;
    }
    assert_eq!(w.sandbox.counters().downloads.files["abc"].refused, 4);
    let shared = w.hosted_link("abc", &w.key("trafficshare").await).await;
    assert!(shared.contains("/get/t/"));
    assert_eq!(w.get_range(&shared, "bytes=5-9").await.status, 206);
}

#[tokio::test]
async fn a_link_ends_with_its_time_its_key_and_at_another_address() {
    let w = world().await;
    w.host("abc", |_| {});
    let key = w.key("premium").await;
    let link = w.hosted_link("abc", &key).await;
    let other = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .local_address(std::net::IpAddr::from([127, 0, 0, 2]))
        .build()
        .unwrap();
    let stolen = w.read(other.get(&link)).await;
    assert!(stolen.header("location").unwrap().ends_with("?code=265"));
    w.sandbox.advance_clock(Duration::from_secs(901));
    assert!(w.leads(&link).await.1.ends_with("?code=263"), "the key is over");

    w.sandbox.change_settings(|s| {
        s.filefactory.link_life_s = 60;
        s.filefactory.delay_s = 0;
    });
    let link = w.hosted_link("abc", "").await;
    assert_eq!(w.get(&link).await.status, 200);
    w.sandbox.advance_clock(Duration::from_secs(60));
    assert!(w.leads(&link).await.1.ends_with("?code=263"));
    assert_eq!(w.sandbox.counters().filefactory.site_codes[&263], 2);
}

#[tokio::test]
async fn a_file_may_be_locked_for_premium_offline_busy_or_gone() {
    let w = world().await;
    let (premium, free) = (w.key("premium").await, w.key("free").await);
    for (change, for_premium, for_free) in [
        (FileStatus::Offline, 713, 713),
        (FileStatus::Busy, 0, 714),
        (FileStatus::Deleted, 712, 712),
    ] {
        w.host("abc", |f| f.status = change);
        let ask = async |key: &str| {
            let answer = w.factory("getDownloadLink", &[("file", "abc"), ("key", key)]).await;
            code(&answer)
        };
        assert_eq!((ask(&premium).await, ask(&free).await), (for_premium, for_free));
    }
    w.host("abc", |f| f.premium_only = true);
    for key in ["", free.as_str()] {
        assert_eq!(
            code(&w.factory("getDownloadLink", &[("file", "abc"), ("key", key)]).await),
            708
        );
    }
    w.hosted_link("abc", &premium).await;
    assert_eq!(code(&w.factory("getDownloadLink", &[("file", "unknown")]).await), 712);
}

#[tokio::test]
async fn a_password_is_asked_for_checked_and_not_guessed() {
    let w = world().await;
    w.host("abc", |f| f.password = Some("tulip".into()));
    let info = w.factory("getFileInfo", &[("file", "abc")]).await;
    assert_eq!(info["result"]["files"]["abc"]["password"], true);
    let with = async |password: &str| {
        w.factory("getDownloadLink", &[("file", "abc"), ("password", password)])
            .await
    };
    assert_eq!(code(&with("").await), 715);
    assert_eq!(with("tulip").await["type"], "success");
    for expected in [716, 716, 716, 716, 717] {
        assert_eq!(code(&with("rose").await), expected);
    }
    assert_eq!(code(&with("tulip").await), 717);
    assert_eq!(w.sandbox.counters().filefactory.during_password_wait, 1);
    w.sandbox.advance_clock(Duration::from_secs(300));
    assert_eq!(with("tulip").await["type"], "success");
}

#[tokio::test]
async fn a_download_meets_error_pages_and_the_faults_of_files() {
    let w = world().await;
    w.host("abc", |_| {});
    let link = w.hosted_link("abc", &w.key("premium").await).await;
    w.sandbox.add_fault(rule(Fault::SiteCode { code: 274 }).times(1));
    assert!(w.leads(&link).await.1.ends_with("/filefactory/error?code=274"));
    w.sandbox.add_fault(on_down(Fault::HtmlPage).times(1));
    assert!(w.get(&link).await.header("content-disposition").is_none());
    w.sandbox.add_fault(on_down(Fault::Cut { bytes: 5_000 }).times(1));
    let cut = w.get(&link).await;
    assert_eq!((cut.whole, cut.body.len()), (false, 5_000));
    w.sandbox.add_fault(on_down(Fault::Truncated { bytes: 5_000 }).times(1));
    let short = w.get(&link).await;
    assert_eq!((short.whole, short.body.len()), (true, 5_000));
    w.sandbox
        .add_fault(rule(Fault::AnswerLost).on(Route::DownloadLink).times(1));
    let base = w.sandbox.description().providers["filefactory"].base_url.clone();
    let lost = w.http.get(format!("{base}/getDownloadLink?file=abc")).send().await;
    assert!(lost.is_err());
    assert_eq!(w.sandbox.counters().filefactory.links, 2);
}
