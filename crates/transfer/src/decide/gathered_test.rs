//! Copies between services of which nobody says how large they are: two stages, of which the first leaves nothing at the service.

use proptest::prelude::*;
use uuid::Uuid;

use super::tests::{NOW, PRINT, after, any_event, finished, fresh, session_row, upload_session};
use super::*;
use crate::download::{Checksum, RemoteFile};
use crate::error::{Failure, Kind};
use crate::proof::Proof;
use crate::segments::Segment;
use crate::target::{FileMark, Partial};
use crate::{AccountId, Endpoint, Way};

fn copy() -> Transfer {
    Transfer {
        direction: Direction::Across,
        source: Endpoint::Link {
            url: "https://host/a".into(),
            account: Some(AccountId(Uuid::from_u128(9))),
        },
        ..fresh()
    }
}

fn found(size: Option<u64>) -> Event {
    Event::Found {
        file: RemoteFile {
            name: "a".into(),
            size,
            ..RemoteFile::default()
        },
        name: "a".into(),
    }
}

fn placed(total: Option<u64>) -> Event {
    let partial = Partial {
        folder: b"/copies".to_vec(),
        name: "a.part".into(),
        mark: FileMark {
            device: 1,
            file: 1,
            born_ns: None,
        },
        total,
        version: crate::download::Version::default(),
    };
    let all = total.map(|total| Segment {
        number: 1,
        start: 0,
        end: total,
        done: total,
    });
    Event::Placed(partial, Vec::from_iter(all))
}

fn receiving() -> Transfer {
    let place = [Event::Picked, found(None), Event::PlaceAsked("a".into()), placed(None)];
    after(copy(), &place)
}

fn all_here() -> Event {
    Event::Gathered {
        print: PRINT,
        checked: false,
    }
}

fn sending() -> Transfer {
    let send = [
        placed(Some(PRINT.size)),
        all_here(),
        Event::Measured(PRINT),
        Event::OpenAsked(session_row()),
        Event::Opened(session_row().id, upload_session()),
    ];
    after(receiving(), &send)
}

fn failed(kind: Kind, code: &str) -> Event {
    Event::Failed(Failure::new(kind, code, "It broke."))
}

#[test]
fn it_is_received_first_and_sent_from_there_by_the_limits_of_one_way_each() {
    let described = after(copy(), &[Event::Picked, found(None)]);
    assert_eq!(effect(&described), Effect::Place);
    let row = receiving();
    assert_eq!((row.state, effect(&row)), (State::Transferring, Effect::Receive));
    assert_eq!((row.goes(Way::Down), row.goes(Way::Up)), (true, false));
    let here = after(row, &[placed(Some(PRINT.size)), all_here()]);
    assert_eq!((here.state, effect(&here)), (State::Preparing, Effect::Measure));
    assert_eq!((here.goes(Way::Down), here.goes(Way::Up)), (false, true));
    assert_eq!((here.size, here.sent), (Some(PRINT.size), 0));
    let done = [
        Event::Sent,
        Event::FinishAsked,
        Event::Finished(finished(), Proof::PartTags),
    ];
    let row = after(sending(), &done);
    assert_eq!((row.state, row.attempt), (State::Completed, 1));
}

#[test]
fn where_the_size_is_known_both_ways_go_at_once_and_nothing_lies_here() {
    let row = after(copy(), &[Event::Picked, found(Some(10))]);
    assert_eq!(effect(&row), Effect::Open);
    assert_eq!((row.goes(Way::Down), row.goes(Way::Up)), (true, true));
}

#[test]
fn what_is_here_outlives_a_session_that_is_gone_but_not_its_own_change() {
    let again = [failed(Kind::SessionGone, "gone"), Event::Due, Event::Picked];
    let row = after(sending(), &again);
    assert_eq!((effect(&row), row.fingerprint), (Effect::Measure, Some(PRINT)));
    let refused = after(sending(), &[failed(Kind::Refused, "no"), Event::Retried, Event::Picked]);
    assert_eq!((effect(&refused), refused.fingerprint), (Effect::Measure, Some(PRINT)));
    let decision = decide(&sending(), &failed(Kind::SourceChanged, "copy_gone"), NOW).unwrap();
    assert!(matches!(
        decision.session,
        Some(SessionChange::Moved(_, SessionStatus::Closing))
    ));
    assert!(decision.after.gathers() && decision.after.size.is_none());
}

#[test]
fn a_cancel_removes_the_file_in_the_first_stage_and_has_the_session_dropped_in_the_second() {
    let cancel = [Event::Wished(Wish::Cancel)];
    assert_eq!(effect(&after(receiving(), &cancel)), Effect::Unplace);
    assert_eq!(effect(&after(sending(), &cancel)), Effect::Abort);
    let row = after(
        sending(),
        &[Event::Wished(Wish::Cancel), Event::Aborted, Event::Retried],
    );
    assert!(!row.gathered(), "its file is gone by now");
}

#[test]
fn another_try_goes_on_from_what_is_here_and_begins_anew_where_that_is_nothing() {
    let full = after(receiving(), &[failed(Kind::Refused, "copy_disk_full"), Event::Retried]);
    assert_eq!(full.step, Step::Accepted);
    let sized = after(
        receiving(),
        &[placed(Some(10)), failed(Kind::NotFound, "gone"), Event::Retried],
    );
    assert_eq!((sized.step, sized.sent), (Step::Opened, 10));
}

#[test]
fn bytes_without_the_checksum_that_the_source_names_get_one_more_try() {
    let mut described = copy();
    described.found = Some(RemoteFile {
        size: Some(10),
        checksum: Some(Checksum::Md5("0".repeat(32))),
        ..RemoteFile::default()
    });
    for row in [receiving(), described] {
        let once = after(
            Transfer {
                state: State::Transferring,
                ..row
            },
            &[failed(Kind::Integrity, "mismatch")],
        );
        assert_eq!(once.state, State::Waiting);
        let file = once.found.clone().unwrap();
        let again = [
            Event::Due,
            Event::Picked,
            Event::Found { file, name: "a".into() },
            failed(Kind::Integrity, "mismatch"),
        ];
        assert_eq!(after(once, &again).state, State::Failed);
    }
}

fn any_event_of_a_copy() -> impl Strategy<Value = Event> {
    prop_oneof![
        20 => any_event(),
        4 => prop::sample::select(vec![None, None, Some(10)]).prop_map(found),
        4 => Just(Event::PlaceAsked("a".into())),
        4 => prop::sample::select(vec![None, Some(10)]).prop_map(placed),
        4 => Just(all_here()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_events_has_a_service_asked_for_what_is_not_here(events in prop::collection::vec(any_event_of_a_copy(), 0..60)) {
        let mut row = copy();
        for event in events {
            // The one who works does only what the row calls for.
            let next = effect(&row);
            let fits = match &event {
                Event::FinishAsked => next == Effect::Finish,
                Event::OpenAsked(_) => next == Effect::Open,
                Event::Measured(_) => next == Effect::Measure && !row.gathers() && row.gathered(),
                Event::Found { .. } => next == Effect::Measure && !row.gathered(),
                Event::PlaceAsked(_) => next == Effect::Place,
                Event::Placed(..) => next == Effect::Receive || (next == Effect::Place && row.step == Step::OpenAsked),
                Event::Opened(..) | Event::OpenLost { .. } | Event::OpenMissed => next == Effect::OpenLost,
                Event::MakeAsked | Event::Sent => next == Effect::Send,
                Event::Settled(..) | Event::Finished(..) => next == Effect::Settle,
                Event::Aborted | Event::AbortedInPart(_) => row.state == State::Cancelling,
                _ => true,
            };
            if !fits {
                continue;
            }
            let Ok(decision) = decide(&row, &event, NOW) else { continue };
            row = decision.after;
            if row.gathers() {
                prop_assert!(row.session.is_none() && row.outcome == Outcome::None, "{event:?} left a session: {row:?}");
            }
            if row.gathered() && row.state.is_active() {
                prop_assert!(!matches!(effect(&row), Effect::Place | Effect::Receive | Effect::Resolve), "{row:?}");
            }
            prop_assert!(!row.state.is_active() || !matches!(effect(&row), Effect::Name | Effect::Look), "{row:?}");
        }
    }
}
