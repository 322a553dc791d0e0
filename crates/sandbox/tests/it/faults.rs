//! Every fault does what its name says.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use sandbox::{BadPlan, Fault, FaultRule, Route, Unreachable};
use serde_json::{Value, json};

use crate::client::*;

fn rule(fault: Fault) -> FaultRule {
    fault.into()
}

#[tokio::test]
async fn an_answer_lost_is_a_closed_connection_after_the_deed() {
    let w = world().await;
    let file = bytes(CHUNK);
    w.sandbox.add_fault(rule(Fault::AnswerLost).on(Route::Signed).times(1));
    assert!(w.sign("a", CHUNK).send().await.is_err());
    assert_eq!(w.sandbox.counters().sessions_opened, 1);

    let session = w.session("b", CHUNK).await;
    w.sandbox.add_fault(rule(Fault::AnswerLost).on(Route::Part).times(1));
    assert!(w.put(session.url(1), &file).await.is_err());
    assert_eq!(w.sandbox.counters().uploads[&session.upload].parts[&1].stored, 1);

    let parts = w.put_all(&session, &file).await;
    w.sandbox
        .add_fault(rule(Fault::AnswerLost).on(Route::Uploaded).times(1));
    assert!(w.confirm(&session, &parts).send().await.is_err());
    assert_eq!(w.show(&session.id).await.status(), StatusCode::OK);

    let other = w.session("c", CHUNK).await;
    w.sandbox.add_fault(rule(Fault::AnswerLost).on(Route::Cancel).times(1));
    assert!(w.cancel(&other).send().await.is_err());
    assert_eq!(w.sandbox.counters().cancels, 1);
    assert_eq!(w.sandbox.counters().faults["answer_lost"], 4);
}

#[tokio::test]
async fn an_answer_that_is_late_comes_after_the_deed() {
    let w = world().await;
    w.sandbox
        .add_fault(rule(Fault::AnswerLate { ms: 400 }).on(Route::Signed));
    let asked = Instant::now();
    let mut answer = std::pin::pin!(w.sign("a", 1).send());
    tokio::select! {
        biased;
        _ = w.sandbox.until(|c| c.sessions_opened == 1) => {}
        _ = &mut answer => panic!("answered before it was done"),
    }
    assert_eq!(answer.await.unwrap().status(), StatusCode::OK);
    assert!(asked.elapsed() >= Duration::from_millis(400));
}

#[tokio::test]
async fn what_is_carried_out_late_happens_after_the_asker_left() {
    let w = world().await;
    w.sandbox
        .add_fault(rule(Fault::CarriedOutLate { ms: 1000 }).on(Route::Signed));
    assert!(w.sign("a", 1).timeout(Duration::from_millis(50)).send().await.is_err());
    assert_eq!(w.sandbox.counters().sessions_opened, 0);
    w.sandbox.until(|c| c.sessions_opened == 1).await;
}

#[tokio::test]
async fn an_answer_is_cut_in_its_middle() {
    let w = world().await;
    w.sandbox.add_fault(rule(Fault::AnswerCut).on(Route::Signed));
    let answer = w.sign("a", 1).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.bytes().await.is_err());
}

#[tokio::test]
async fn what_was_done_is_answered_as_refused() {
    let w = world().await;
    let file = bytes(CHUNK);
    let session = w.session("a", CHUNK).await;
    let parts = w.put_all(&session, &file).await;
    w.sandbox.add_fault(rule(Fault::DoneButRefused { status: 500 }));
    assert_eq!(w.confirm(&session, &parts).send().await.unwrap().status().as_u16(), 500);
    w.sandbox.clear_faults();
    assert_eq!(w.sandbox.counters().completions, 1);
}

#[tokio::test]
async fn a_refusal_comes_as_often_as_asked_after_as_many_as_asked_and_does_nothing() {
    let w = world().await;
    for status in [401, 402, 404, 429, 500, 502, 503] {
        let refused = Fault::Refused {
            status,
            retry_after: Some(3),
        };
        w.sandbox.add_fault(rule(refused).on(Route::Signed).after(1).times(2));
        let mut answers = Vec::new();
        for _ in 0..4 {
            let answer = w.sign("a", 1).send().await.unwrap();
            let wait = answer
                .headers()
                .get("retry-after")
                .map(|v| v.to_str().unwrap().to_owned());
            answers.push((answer.status().as_u16(), wait));
        }
        let bad = (status, Some("3".to_owned()));
        assert_eq!(answers, [(200, None), bad.clone(), bad, (200, None)]);
    }
    assert_eq!(w.sandbox.counters().sessions_opened, 2 * 7);
    assert!(w.sandbox.faults().is_empty());
}

#[tokio::test]
async fn a_fault_stays_on_its_route_and_part() {
    let w = world().await;
    w.sandbox.add_fault(
        rule(Fault::Refused {
            status: 503,
            retry_after: None,
        })
        .on(Route::Api),
    );
    w.sandbox.add_fault(rule(Fault::SlowDown).part(2));
    assert_eq!(
        w.call(Method::GET, "/assets").send().await.unwrap().status().as_u16(),
        503
    );
    w.sandbox.clear_fault(1);
    let session = w.session("a", 2 * CHUNK).await;
    assert_eq!(
        w.put(session.url(1), &bytes(CHUNK)).await.unwrap().status(),
        StatusCode::OK
    );
    assert_eq!(
        w.put(session.url(2), &bytes(CHUNK)).await.unwrap().status().as_u16(),
        503
    );
}

#[tokio::test]
async fn pages_empty_answers_and_errors_come_with_200_and_nothing_done() {
    let w = world().await;
    for (fault, expected) in [
        (Fault::HtmlPage, "<!DOCTYPE html>"),
        (Fault::EmptyAnswer, ""),
        (Fault::ErrorInside200, "{\"error\""),
    ] {
        w.sandbox.add_fault(rule(fault).on(Route::Signed).times(1));
        let answer = w.sign("a", 1).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let text = answer.text().await.unwrap();
        assert!(
            text.starts_with(expected) && text.is_empty() == expected.is_empty(),
            "{text}"
        );
    }
    assert_eq!(w.sandbox.counters().sessions_opened, 0);
    let file = bytes(CHUNK);
    let session = w.session("a", CHUNK).await;
    let parts = w.put_all(&session, &file).await;
    w.sandbox.add_fault(rule(Fault::ErrorInside200).times(2));
    let part = w.put(session.url(1), &file).await.unwrap();
    assert_eq!(refusal(part).await, (200, "InternalError".into()));
    assert_eq!(
        w.confirm(&session, &parts).send().await.unwrap().status(),
        StatusCode::OK
    );
    let c = w.sandbox.counters();
    assert_eq!((c.completions, c.uploads[&session.upload].parts[&1].stored), (0, 1));
}

#[tokio::test]
async fn a_hang_lasts_until_it_is_cleared() {
    let w = world().await;
    w.sandbox
        .add_fault(rule(Fault::Hang { bytes: 0 }).on(Route::Signed).times(1));
    let (answer, ()) = tokio::join!(w.sign("a", 1).send(), async {
        w.sandbox.until(|c| c.faults.contains_key("hang")).await;
        w.sandbox.clear_faults();
    });
    assert!(answer.is_err());
    let session = w.session("a", CHUNK).await;
    w.sandbox.add_fault(rule(Fault::Hang { bytes: 1000 }).on(Route::Part));
    let file = bytes(CHUNK);
    let (answer, ()) = tokio::join!(w.put(session.url(1), &file), async {
        w.sandbox.until(|c| c.payload.received >= 1000).await;
        w.sandbox.clear_faults();
    });
    assert!(answer.is_err());
    assert_eq!(
        w.put(session.url(1), &bytes(CHUNK)).await.unwrap().status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_dropped_request_is_not_carried_out() {
    let w = world().await;
    w.sandbox.add_fault(rule(Fault::Dropped).on(Route::Any).times(2));
    assert!(w.sign("a", 1).send().await.is_err());
    assert!(w.call(Method::GET, "/assets").send().await.is_err());
    let c = w.sandbox.counters();
    assert_eq!(
        (c.sessions_opened, c.requests[&Route::Signed], c.requests[&Route::List]),
        (0, 1, 1)
    );
}

#[tokio::test]
async fn a_redirect_leads_to_the_host_that_counts_visits() {
    let w = world().await;
    let session = w.session("a", CHUNK).await;
    w.sandbox.add_fault(rule(Fault::Redirected { status: 307 }).times(2));
    let to_part = w.put(session.url(1), &bytes(CHUNK)).await.unwrap();
    let to_call = w.sign("a", 1).send().await.unwrap();
    for answer in [to_part, to_call] {
        assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT);
        let to = answer.headers()["location"].to_str().unwrap().to_owned();
        assert!(to.starts_with(&format!("{}/", w.sandbox.urls().elsewhere)), "{to}");
        w.http.get(to).bearer_auth("secret").send().await.unwrap();
    }
    let elsewhere = w.sandbox.counters().elsewhere;
    assert_eq!(
        (elsewhere.requests, elsewhere.with_authorization, elsewhere.with_referer),
        (2, 2, 0)
    );
}

#[tokio::test]
async fn storage_answers_a_part_as_the_fault_says() {
    let w = world().await;
    let session = w.session("a", CHUNK).await;
    for (fault, status, code) in [
        (Fault::SlowDown, 503, "SlowDown"),
        (Fault::RequestTimeout, 400, "RequestTimeout"),
        (Fault::LinkExpired, 403, "AccessDenied"),
        (Fault::UploadGone, 404, "NoSuchUpload"),
    ] {
        w.sandbox.add_fault(rule(fault).times(1));
        let answer = w.put(session.url(1), &bytes(CHUNK)).await.unwrap();
        assert_eq!(refusal(answer).await, (status, code.to_owned()));
    }
    assert_eq!(
        w.put(session.url(1), &bytes(CHUNK)).await.unwrap().status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_cut_part_breaks_after_so_many_bytes_and_is_not_stored() {
    let w = world().await;
    w.sandbox.change_settings(|s| s.chunk_size = 8 << 20);
    let session = w.session("a", 8 << 20).await;
    w.sandbox.add_fault(Fault::Cut { bytes: 1 << 20 });
    assert!(w.put(session.url(1), &bytes(8 << 20)).await.is_err());
    let c = w.sandbox.until(|c| c.payload.now == 0).await;
    let part = c.uploads[&session.upload].parts[&1];
    assert_eq!(part.stored, 0);
    assert!(((1 << 20)..(4 << 20)).contains(&part.received), "{part:?}");
    assert!(w.sandbox.uploads().await.unwrap()[0].parts.is_empty());
}

#[tokio::test]
async fn a_truncated_part_is_answered_as_if_it_were_whole() {
    let w = world().await;
    let file = bytes(CHUNK);
    let session = w.session("a", CHUNK).await;
    w.sandbox.add_fault(rule(Fault::Truncated { bytes: 1000 }).times(1));
    let answer = w.put(session.url(1), &file).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let short = tag(&answer).unwrap();
    assert_eq!(w.sandbox.uploads().await.unwrap()[0].parts[&1], 1000);
    let whole = tag(&w.put(session.url(1), &file).await.unwrap()).unwrap();
    assert_ne!(short, whole);
    let part = w.sandbox.counters().uploads[&session.upload].parts[&1];
    assert_eq!((part.stored, part.bytes), (2, 1000 + CHUNK as u64));
}

#[tokio::test]
async fn a_tag_lies_or_is_missing_once() {
    let w = world().await;
    let file = bytes(CHUNK);
    let session = w.session("a", CHUNK).await;
    w.sandbox.add_fault(rule(Fault::TagLies).times(1));
    let lie = tag(&w.put(session.url(1), &file).await.unwrap()).unwrap();
    w.sandbox.add_fault(rule(Fault::TagMissing).times(1));
    assert_eq!(tag(&w.put(session.url(1), &file).await.unwrap()), None);
    let truth = tag(&w.put(session.url(1), &file).await.unwrap()).unwrap();
    assert_ne!(lie, truth);
    let parts = json!([{"ETag": truth, "PartNumber": 1}]);
    assert_eq!(
        w.confirm(&session, &parts).send().await.unwrap().status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_slow_storage_takes_its_time() {
    let w = world().await;
    let session = w.session("a", CHUNK).await;
    w.sandbox.add_fault(Fault::Slow {
        bytes_per_s: 4 * CHUNK as u64,
    });
    let asked = Instant::now();
    assert_eq!(
        w.put(session.url(1), &bytes(CHUNK)).await.unwrap().status(),
        StatusCode::OK
    );
    assert!(asked.elapsed() >= Duration::from_millis(240), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_part_that_stalls_gets_a_request_timeout() {
    let w = world().await;
    w.sandbox.change_settings(|s| s.idle_timeout_s = 0);
    let session = w.session("a", CHUNK).await;
    let stalled = futures_util::stream::once(async { Ok::<_, std::io::Error>(vec![0; 10]) });
    let stalled = futures_util::StreamExt::chain(stalled, futures_util::stream::pending());
    let request = w.http.put(session.url(1)).header("content-length", CHUNK);
    let answer = request.body(reqwest::Body::wrap_stream(stalled)).send().await.unwrap();
    assert_eq!(refusal(answer).await, (400, "RequestTimeout".into()));
}

#[tokio::test]
async fn a_bad_plan_is_bad_in_the_way_it_is_called() {
    let w = world().await;
    let size = 3 * CHUNK - 10;
    let bad = async |kind| {
        w.sandbox.clear_faults();
        w.sandbox.add_fault(Fault::PartTable { kind });
        w.session("a", size).await.urls
    };
    let (chunk, size) = (CHUNK as u64, size as u64);
    let ends = |urls: &[Value]| (urls[2]["start"].as_u64().unwrap(), urls[2]["end"].as_u64().unwrap());
    assert_eq!(ends(&bad(BadPlan::Gap).await), (2 * chunk + 1, size));
    assert_eq!(ends(&bad(BadPlan::Overlap).await), (2 * chunk - 1, size));
    assert_eq!(ends(&bad(BadPlan::Short).await), (2 * chunk, size - 1));
    assert_eq!(ends(&bad(BadPlan::Beyond).await), (2 * chunk, size + 1));
    assert_eq!(ends(&bad(BadPlan::Backwards).await), (size, 2 * chunk));
    assert_eq!(bad(BadPlan::RepeatedNumber).await[2]["part"], 1);
    let elsewhere = w.sandbox.urls().elsewhere;
    assert!(
        bad(BadPlan::OtherHost).await[2]["url"]
            .as_str()
            .unwrap()
            .starts_with(&elsewhere)
    );
    assert!(
        bad(BadPlan::OtherScheme).await[2]["url"]
            .as_str()
            .unwrap()
            .starts_with("ftp://")
    );
    assert!(bad(BadPlan::NoUrl).await[2].get("url").is_none());
    assert!(bad(BadPlan::NoParts).await.is_empty());
    assert_eq!(bad(BadPlan::Reversed).await[0]["part"], 3);
}

#[tokio::test]
async fn an_unreachable_host_comes_back_at_the_same_address() {
    let w = world().await;
    let session = w.session("a", CHUNK).await;
    let file = bytes(CHUNK);
    for how in [Unreachable::Refuse, Unreachable::Drop, Unreachable::Silent] {
        for fault in [Fault::StorageUnreachable { how }, Fault::ServiceUnreachable { how }] {
            let storage = matches!(fault, Fault::StorageUnreachable { .. });
            let id = w.sandbox.add_fault(fault);
            w.sandbox.settled().await;
            let patience = |cut_off: bool| Duration::from_millis(if cut_off { 150 } else { 30_000 });
            let put = w
                .http
                .put(session.url(1))
                .body(file.clone())
                .timeout(patience(storage))
                .send();
            let list = w.call(Method::GET, "/assets").timeout(patience(!storage)).send();
            let (put, list) = tokio::join!(put, list);
            assert_eq!((put.is_err(), list.is_err()), (storage, !storage), "{how:?}");
            let refused = if storage { put.err() } else { list.err() };
            assert_eq!(refused.unwrap().is_timeout(), how == Unreachable::Silent);
            w.sandbox.clear_fault(id);
            w.sandbox.settled().await;
            let put = w.put(session.url(1), &file).await.unwrap();
            assert_eq!(put.status(), StatusCode::OK, "{how:?}");
            let list = w.call(Method::GET, "/assets").send().await.unwrap();
            assert_eq!(list.status(), StatusCode::OK, "{how:?}");
        }
    }
}

#[tokio::test]
async fn a_fault_for_some_time_goes_by_itself() {
    let w = world().await;
    let mut outage = rule(Fault::StorageUnreachable {
        how: Unreachable::Silent,
    });
    outage.for_ms = Some(100);
    w.sandbox.add_fault(outage);
    let session = w.session("a", CHUNK).await;
    // Taken while silent, so it is cut when that ends; a new connection is served.
    let _ = w.put(session.url(1), &bytes(CHUNK)).await;
    assert!(w.sandbox.faults().is_empty());
    assert_eq!(
        w.put(session.url(1), &bytes(CHUNK)).await.unwrap().status(),
        StatusCode::OK
    );
}
