//! Odd, slow and wrong answers of a service and its storage.

use std::sync::atomic::Ordering;
use std::time::Duration;

use sandbox::{ConfirmMethod, Fault, FaultRule, Generation, Route};
use transfer::{Kind, Time};

use crate::bench::Bench;
use crate::content::{Content, PART};
use crate::stage::Stage;
use crate::wire::Behind;

pub(crate) async fn a_web_page_is_no_answer<S: Stage + Behind>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("page.bin", PART);
    let (session, receipts) = bench.ready(&content).await;
    bench
        .stage
        .sandbox()
        .add_fault(FaultRule::from(Fault::HtmlPage).on(Route::Any));
    for failure in bench.fails_everywhere(&content, &session, &receipts).await {
        assert_eq!(
            (failure.kind, failure.code.as_str()),
            (Kind::NetworkSignIn, "web_page"),
            "{failure:?}"
        );
        assert!(failure.maybe_done && failure.action.is_some());
    }
}

pub(crate) async fn an_error_inside_a_success_is_no_success<S: Stage + Behind>() {
    for fault in [Fault::ErrorInside200, Fault::EmptyAnswer] {
        let bench = Bench::<S>::new().await;
        let content = Content::new("inside.bin", PART);
        let (session, receipts) = bench.ready(&content).await;
        let id = bench
            .stage
            .sandbox()
            .add_fault(FaultRule::from(fault.clone()).on(S::FINISH));
        let failure = bench.upload().finish(&session, &receipts).await.unwrap_err();
        assert!(failure.maybe_done, "{fault:?}: {failure:?}");
        bench.stage.sandbox().clear_fault(id);
        assert_eq!(bench.stage.seen().finished, 0);
        bench.upload().finish(&session, &receipts).await.unwrap();
        assert!(bench.stage.has(&content).await);
    }
    let bench = Bench::<S>::new().await;
    let content = Content::new("part.bin", PART);
    let session = bench.open(&content).await.unwrap();
    bench
        .stage
        .sandbox()
        .add_fault(FaultRule::from(Fault::ErrorInside200).on(Route::Part));
    let failure = bench.put(&session, &session.parts[0], &content).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unavailable, "{failure:?}");
}

pub(crate) async fn too_many_requests_tell_the_budget<S: Stage + Behind>() {
    for (retry_after, expected) in [(Some(2), 2), (None, 60)] {
        let bench = Bench::<S>::new().await;
        let refused = Fault::Refused {
            status: 429,
            retry_after,
        };
        bench
            .stage
            .sandbox()
            .add_fault(FaultRule::from(refused).on(S::OPEN).times(1));
        let failure = bench.open(&Content::new("limit.bin", 1)).await.unwrap_err();
        let expected = Duration::from_secs(expected);
        assert_eq!((failure.kind, failure.maybe_done), (Kind::RateLimited, false));
        assert_eq!(failure.retry_after, Some(expected));
        assert_eq!(*bench.budget.exhausted.lock().unwrap(), [expected]);
    }
}

pub(crate) async fn every_request_takes_from_the_budget<S: Stage + Behind>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("budget.bin", PART * 3);
    let (session, receipts) = bench.ready(&content).await;
    bench.upload().finish(&session, &receipts).await.unwrap();
    bench.upload().settle(&session).await.unwrap();
    bench.provider.check_account().await.unwrap();
    let counters = bench.stage.sandbox().counters();
    let asked: u64 = counters
        .requests
        .iter()
        .filter(|(route, _)| **route != Route::Part)
        .map(|(_, count)| count)
        .sum();
    assert_eq!(
        u64::from(*bench.budget.taken.lock().unwrap()),
        asked,
        "parts do not count, all else does"
    );
    let glances = counters.requests.get(&Route::Show).copied();
    bench.send(&content).await.unwrap();
    let later = bench.stage.sandbox().counters().requests.get(&Route::Show).copied();
    assert_eq!(later, glances, "what a look is worth is learnt once per run");
}

pub(crate) async fn storages_refusals_mean_what_they_say<S: Stage + Behind>() {
    let bench = Bench::<S>::new().await;
    let content = Content::new("storage.bin", PART);
    let session = bench.open(&content).await.unwrap();
    // Where links are renewed, the next try brings a new one.
    let expired = if bench.upload().rules().links_renewed {
        Kind::Unavailable
    } else {
        Kind::Expired
    };
    for (fault, kind) in [
        (Fault::SlowDown, Kind::Unavailable),
        (Fault::RequestTimeout, Kind::Unavailable),
        (Fault::LinkExpired, expired),
        (Fault::UploadGone, Kind::SessionGone),
        (
            Fault::Refused {
                status: 500,
                retry_after: None,
            },
            Kind::Unavailable,
        ),
        (
            Fault::Refused {
                status: 501,
                retry_after: None,
            },
            Kind::Refused,
        ),
        (
            Fault::Refused {
                status: 403,
                retry_after: None,
            },
            Kind::Refused,
        ),
        (Fault::EmptyAnswer, Kind::Bug),
    ] {
        bench
            .stage
            .sandbox()
            .add_fault(FaultRule::from(fault.clone()).on(Route::Part).times(1));
        match bench.put(&session, &session.parts[0], &content).await {
            Err(failure) => assert_eq!(failure.kind, kind, "{fault:?}: {failure:?}"),
            // A bare 200 has no tag, and so proves nothing to the queue.
            Ok(answer) => assert_eq!((fault, answer.tag), (Fault::EmptyAnswer, None)),
        }
    }
}

pub(crate) async fn services_refusals_mean_what_they_say<S: Stage + Behind>() {
    for (status, kind, maybe_done) in [
        (401, Kind::Unauthorized, false),
        (402, Kind::PlanFull, false),
        (422, Kind::Refused, false),
        (500, Kind::Unavailable, true),
        (502, Kind::Unavailable, true),
        (503, Kind::Unavailable, true),
        (504, Kind::Unavailable, true),
    ] {
        let bench = Bench::<S>::new().await;
        let content = Content::new("service.bin", PART);
        let (session, receipts) = bench.ready(&content).await;
        let refused = Fault::Refused {
            status,
            retry_after: None,
        };
        bench.stage.sandbox().add_fault(FaultRule::from(refused).on(Route::Api));
        for failure in [
            bench.open(&content).await.unwrap_err(),
            bench.upload().finish(&session, &receipts).await.unwrap_err(),
        ] {
            assert_eq!(
                (failure.kind, failure.maybe_done),
                (kind, maybe_done),
                "{status}: {failure:?}"
            );
        }
        let asked = bench.stage.sandbox().counters().requests.get(&S::FINISH_FIRST).copied();
        let once = asked == Some(1) || (status == 401 && asked.is_none());
        assert!(once, "{status} is an answer, and asking again may double the file");
    }
    let bench = Bench::<S>::new().await;
    let content = Content::new("done.bin", PART);
    let (session, receipts) = bench.ready(&content).await;
    let done = Fault::DoneButRefused { status: 500 };
    bench.stage.sandbox().add_fault(FaultRule::from(done).on(S::FINISH));
    assert!(bench.upload().finish(&session, &receipts).await.unwrap_err().maybe_done);
    assert!(bench.stage.has(&content).await);
}

pub(crate) async fn a_slow_line_is_waited_for_and_a_dead_one_is_not<S: Stage + Behind>() {
    let stage = S::start().await;
    let mut account = stage.account();
    account.options.insert("timeout_s".into(), "1".into());
    let secret = stage.secret();
    let bench = Bench::with(stage, &account, &secret);
    let content = Content::new("slow.bin", PART);
    let session = bench.open(&content).await.unwrap();
    let slow = Fault::Slow { bytes_per_s: 200_000 };
    let id = bench.stage.sandbox().add_fault(FaultRule::from(slow));
    bench.put(&session, &session.parts[0], &content).await.unwrap();
    bench.stage.sandbox().clear_fault(id);

    bench
        .stage
        .sandbox()
        .add_fault(FaultRule::from(Fault::Hang { bytes: 1_000 }).on(Route::Part));
    let part = bench.put(&session, &session.parts[0], &content).await.unwrap_err();
    assert_eq!((part.kind, part.code.as_str()), (Kind::Unavailable, "stalled"));
    bench
        .stage
        .sandbox()
        .add_fault(FaultRule::from(Fault::Hang { bytes: 0 }).on(S::OPEN));
    let call = bench.open(&content).await.unwrap_err();
    assert_eq!(
        (call.kind, call.code.as_str(), call.maybe_done),
        (Kind::Unavailable, "timeout", true)
    );
}

pub(crate) async fn both_published_forms_are_spoken<S: Stage + Behind>() {
    let bench = Bench::<S>::new().await;
    bench
        .stage
        .sandbox()
        .change_settings(|settings| settings.generation = Generation::Newer);
    let content = Content::new("newer.bin", PART * 3);
    let session = bench.open(&content).await.unwrap();
    assert_eq!(session.parts.len(), 1, "one link for the whole file");
    let receipts = bench.put_all(&session, &content).await.unwrap();
    bench.upload().finish(&session, &receipts).await.unwrap();
    assert!(bench.stage.has(&content).await);
    let given_up = bench.open(&Content::new("other.bin", 9)).await.unwrap();
    bench.upload().abort(&given_up).await.unwrap();
    assert_eq!(bench.stage.seen().open, 0);
}

pub(crate) async fn confirmation_by_put_is_tried_where_post_is_not_allowed<S: Stage + Behind>() {
    let bench = Bench::<S>::new().await;
    bench
        .stage
        .sandbox()
        .change_settings(|settings| settings.confirm_method = ConfirmMethod::Put);
    let content = Content::new("put.bin", PART);
    bench.send(&content).await.unwrap();
    assert!(bench.stage.has(&content).await);
    assert_eq!(bench.stage.sandbox().counters().requests[&Route::Uploaded], 2);
}

pub(crate) async fn links_end_by_our_clock_however_wrong_it_goes<S: Stage + Behind>() {
    let bench = Bench::<S>::new().await;
    let three_hours = 3 * 3_600 * 1_000;
    for ahead in [0, three_hours, -three_hours] {
        bench.stage.ahead().store(ahead, Ordering::Relaxed);
        let session = bench.open(&Content::new("clock.bin", PART)).await.unwrap();
        let expected = (bench.stage.sandbox().clock().now_s + 43_200) * 1_000 + ahead;
        let Time(until) = session.expires_at.expect("the link says when it ends");
        assert!((until - expected).abs() <= 5_000, "{until} is not {expected}");
        bench.upload().sign(&session, &session.parts).await.unwrap();
    }
}
