//! A service that is broken or means harm: what it must not get, and what must not be believed.

use std::time::Duration;

use sandbox::{BadPlan, Fault, FaultRule, Route};
use transfer::{Failure, Kind};

use crate::bench::Bench;
use crate::content::{Content, PART};
use crate::stage::Stage;
use crate::wire::Behind;

pub(crate) async fn no_redirect_of_any_request_is_followed<S: Stage + Behind>() {
    for status in [301, 302, 303, 307, 308] {
        let bench = Bench::<S>::new().await;
        let content = Content::new("redirect.bin", PART);
        let (session, receipts) = bench.ready(&content).await;
        let redirect = || FaultRule::from(Fault::Redirected { status }).on(Route::Any);
        bench.stage.sandbox().add_fault(redirect());
        for failure in bench.fails_everywhere(&content, &session, &receipts).await {
            assert_eq!(failure.kind, Kind::Protocol, "{status}: {failure:?}");
        }
        let counters = bench.stage.sandbox().counters();
        assert_eq!(counters.elsewhere.requests, 0, "{status}");
        assert_eq!(counters.completions, 0, "{status}");
    }
}

pub(crate) async fn a_part_carries_its_bytes_and_nothing_else<S: Stage + Behind>() {
    let bench = Bench::<S>::new().await;
    bench.stage.takes_empty(true);
    for (name, size) in [("image.png", PART * 2 + 1), ("empty.png", 0)] {
        bench.send(&Content::new(name, size)).await.unwrap();
    }
    let counters = bench.stage.sandbox().counters();
    assert_eq!(counters.storage, sandbox::StorageCount::default());
    assert_eq!(counters.elsewhere, sandbox::ElsewhereCount::default());
    assert_eq!(counters.auth_failures, 0);
}

pub(crate) async fn a_part_plan_that_can_not_be_is_refused_and_cancelled<S: Stage + Behind>() {
    let bench = Bench::<S>::new().await;
    let plans = [
        BadPlan::Gap,
        BadPlan::Overlap,
        BadPlan::Short,
        BadPlan::Beyond,
        BadPlan::RepeatedNumber,
        BadPlan::Backwards,
        BadPlan::OtherHost,
        BadPlan::OtherScheme,
        BadPlan::NoUrl,
        BadPlan::NoParts,
    ];
    for kind in plans {
        bench
            .stage
            .sandbox()
            .add_fault(FaultRule::from(Fault::PartTable { kind }).times(1));
        let failure = bench.open(&Content::new("plan.bin", PART * 3)).await.unwrap_err();
        assert_eq!(failure.kind, Kind::Protocol, "{kind:?}: {failure:?}");
        assert_eq!(bench.stage.seen().open, 0, "{kind:?} left an upload behind");
    }
    assert_eq!(bench.stage.seen().aborted, plans.len() as u64);
    assert_eq!(bench.stage.sandbox().counters().elsewhere.requests, 0);
}

pub(crate) async fn a_plan_in_any_order_is_taken<S: Stage + Behind>() {
    let bench = Bench::<S>::new().await;
    let reversed = Fault::PartTable {
        kind: BadPlan::Reversed,
    };
    bench.stage.sandbox().add_fault(FaultRule::from(reversed).times(1));
    let content = Content::new("reversed.bin", PART * 3 + 1);
    bench.send(&content).await.unwrap();
    assert!(bench.stage.has(&content).await);
}

pub(crate) async fn no_fault_holds_a_key_a_link_or_an_address<S: Stage + Behind>() {
    let mut seen: Vec<Failure> = Vec::new();
    let faults = [
        Fault::AnswerLost,
        Fault::AnswerCut,
        Fault::Dropped,
        Fault::HtmlPage,
        Fault::EmptyAnswer,
        Fault::ErrorInside200,
        Fault::Redirected { status: 307 },
        Fault::Refused {
            status: 401,
            retry_after: None,
        },
        Fault::Refused {
            status: 422,
            retry_after: None,
        },
        Fault::Refused {
            status: 503,
            retry_after: Some(2),
        },
        Fault::Cut { bytes: 100 },
    ];
    let bench = Bench::<S>::new().await;
    let content = Content::new("canary.bin", PART);
    for fault in faults {
        let (session, receipts) = bench.ready(&content).await;
        let debug = format!("{session:?}");
        assert!(!debug.contains("X-Amz"), "{debug}");
        let id = bench.stage.sandbox().add_fault(FaultRule::from(fault).on(Route::Any));
        seen.extend(bench.open(&content).await.err());
        seen.extend(bench.put(&session, &session.parts[0], &content).await.err());
        seen.extend(bench.upload().finish(&session, &receipts).await.err());
        seen.extend(bench.upload().settle(&session).await.err());
        seen.extend(bench.upload().abort(&session).await.err());
        seen.extend(bench.provider.check_account().await.err());
        bench.stage.sandbox().clear_fault(id);
        // Nobody goes on being turned away for what an earlier fault was about.
        bench.stage.sandbox().advance_clock(Duration::from_secs(60));
    }
    bench.stage.unreachable();
    seen.extend(bench.open(&content).await.err());
    seen.extend(bench.provider.check_account().await.err());
    assert!(seen.len() > 50, "only {} faults were seen", seen.len());
    let own = bench.stage.hidden();
    for failure in seen {
        let text = format!("{failure:?} {failure}");
        for hidden in
            own.iter()
                .map(String::as_str)
                .chain(["127.0.0.1", "://", "X-Amz", "Signature=", "uploadId", "Bearer"])
        {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }
}
