//! Decisions, checked against the laws for every row and event that a generator can think of.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::error::{Failure, Kind};
use crate::parts::PartPlan;
use crate::proof::Proof;
use crate::provider::{Finished, Reopen, Settlement};
use crate::source::Fingerprint;
use crate::{AccountId, BatchId, Follow, SessionId, TransferId};

pub(super) const NOW: Now = Now {
    time: Time(1_000_000),
    chance: 0.5,
};

pub(super) const PRINT: Fingerprint = Fingerprint {
    device: 1,
    file: 1,
    size: 10,
    modified_ns: 1,
    changed_ns: 1,
};

pub(super) fn fresh() -> Transfer {
    Transfer::upload(
        TransferId(Uuid::from_u128(1)),
        BatchId(Uuid::from_u128(2)),
        AccountId(Uuid::from_u128(3)),
        b"/a".to_vec(),
        "a".into(),
        Time(0),
    )
}

pub(super) fn session_row() -> SessionRow {
    SessionRow {
        id: SessionId(Uuid::from_u128(4)),
        transfer: fresh().id,
        account: fresh().account,
        name: "a".into(),
        size: 10,
        status: SessionStatus::Asked,
        session: None,
        created_at: Time(0),
    }
}

pub(super) fn upload_session() -> UploadSession {
    UploadSession {
        provider: "memory".into(),
        version: 1,
        remote_id: Some("r".into()),
        parts: vec![PartPlan {
            number: 1,
            start: 0,
            end: 10,
        }],
        expires_at: None,
        body: "{}".to_owned().into(),
    }
}

pub(super) fn finished() -> Finished {
    Finished {
        remote: Remote {
            id: "r".into(),
            url: None,
        },
        size: Some(10),
        followed: false,
        note: None,
    }
}

pub(super) fn lost() -> Failure {
    Failure::new(Kind::Unavailable, "lost", "The line broke.").maybe_done(true)
}

pub(super) fn after(row: Transfer, events: &[Event]) -> Transfer {
    events.iter().fold(row, |row, event| {
        decide(&row, event, NOW)
            .unwrap_or_else(|_| panic!("{event:?} ignored in {row:?}"))
            .after
    })
}

fn at_finish_asked() -> Transfer {
    after(
        fresh(),
        &[
            Event::Picked,
            Event::Measured(PRINT),
            Event::OpenAsked(session_row()),
            Event::Opened(session_row().id, upload_session()),
            Event::Sent,
            Event::FinishAsked,
        ],
    )
}

#[test]
fn the_straight_way_ends_completed_with_its_proof() {
    let row = after(at_finish_asked(), &[Event::Finished(finished(), Proof::PartTags)]);
    assert_eq!(
        (row.state, row.proof, row.outcome),
        (State::Completed, Some(Proof::PartTags), Outcome::None)
    );
}

#[test]
fn a_lost_answer_is_looked_into_twice_before_finishing_again() {
    let waiting = after(at_finish_asked(), &[Event::Failed(lost())]);
    assert_eq!((waiting.state, waiting.outcome), (State::Waiting, Outcome::Unknown));
    let looked = after(
        waiting,
        &[
            Event::Due,
            Event::Picked,
            Event::Joined,
            Event::Settled(Settlement::NotFinished, Proof::Size),
        ],
    );
    assert_eq!((looked.state, looked.step), (State::Waiting, Step::FinishAsked));
    let again = after(
        looked,
        &[
            Event::Due,
            Event::Picked,
            Event::Joined,
            Event::Settled(Settlement::NotFinished, Proof::Size),
        ],
    );
    assert_eq!(effect(&again), Effect::Finish);
}

#[test]
fn a_cancel_while_the_outcome_is_unknown_waits_for_the_look() {
    let waiting = after(at_finish_asked(), &[Event::Failed(lost()), Event::Wished(Wish::Cancel)]);
    assert_eq!((waiting.state, waiting.wish), (State::Waiting, Wish::Cancel));
    let arrived = after(
        waiting.clone(),
        &[
            Event::Due,
            Event::Picked,
            Event::Joined,
            Event::Settled(Settlement::Finished(finished()), Proof::Size),
        ],
    );
    assert_eq!(arrived.state, State::Completed);
    let not = Event::Settled(Settlement::NotFinished, Proof::Size);
    let cancelled = after(
        waiting,
        &[
            Event::Due,
            Event::Picked,
            Event::Joined,
            not.clone(),
            Event::Due,
            Event::Picked,
            Event::Joined,
            not,
        ],
    );
    assert_eq!(effect(&cancelled), Effect::Obey);
    assert_eq!(
        after(cancelled, &[Event::Wished(Wish::Cancel)]).state,
        State::Cancelling
    );
}

#[test]
fn a_stop_while_the_service_finishes_leaves_the_outcome_open_and_a_cancel_waiting() {
    let stopped = after(at_finish_asked(), &[Event::Interrupted]);
    assert_eq!((stopped.step, stopped.outcome), (Step::FinishAsked, Outcome::Unknown));
    let cancelled = after(stopped, &[Event::Wished(Wish::Cancel)]);
    assert_eq!((cancelled.state, cancelled.wish), (State::Queued, Wish::Cancel));
    assert_eq!(
        effect(&after(cancelled, &[Event::Picked, Event::Joined])),
        Effect::Settle
    );
}

fn closed() -> Reason {
    Reason::new("outside_schedule", "Outside schedule until 22:00.")
}

#[test]
fn when_nothing_may_move_the_slot_is_given_back_but_not_while_an_outcome_is_open() {
    let asked = at_finish_asked();
    assert!(decide(&asked, &Event::Held(closed()), NOW).is_err());
    let sending = after(
        fresh(),
        &[
            Event::Picked,
            Event::Measured(PRINT),
            Event::OpenAsked(session_row()),
            Event::Opened(session_row().id, upload_session()),
        ],
    );
    let held = decide(&sending, &Event::Held(closed()), NOW).unwrap();
    assert_eq!(
        (held.after.state, held.after.step, held.after.failures),
        (State::Queued, Step::Opened, 0)
    );
    assert_eq!(held.note.unwrap().event, "outside_schedule");
}

#[test]
fn a_cancel_kept_while_asking_for_a_session_stores_the_session_before_it_closes_it() {
    let asked = [
        Event::Picked,
        Event::Measured(PRINT),
        Event::OpenAsked(session_row()),
        Event::Wished(Wish::Cancel),
    ];
    let opened = Event::Opened(session_row().id, upload_session());
    let decision = decide(&after(fresh(), &asked), &opened, NOW).unwrap();
    assert!(matches!(decision.session, Some(SessionChange::Opened(..))));
    assert_eq!(effect(&decision.after), Effect::Obey);
}

#[test]
fn what_reading_cannot_settle_asks_the_person_and_is_never_finished_again() {
    let row = after(
        at_finish_asked(),
        &[Event::Settled(
            Settlement::Unknown("It shows it from the start.".into()),
            Proof::Size,
        )],
    );
    assert_eq!((row.state, row.outcome), (State::NeedsYou, Outcome::Unknown));
    let again = after(row.clone(), &[Event::Retried, Event::Picked, Event::Joined]);
    assert_eq!(effect(&again), Effect::Settle);
    assert_eq!(
        after(row, &[Event::Answered("it_is_there".into())]).state,
        State::Completed
    );
}

#[test]
fn what_a_person_sends_again_leaves_the_old_session_to_them() {
    let unclear = Event::Settled(Settlement::Unknown("It shows it from the start.".into()), Proof::Size);
    let asks = after(at_finish_asked(), &[unclear]);
    let decision = decide(&asks, &Event::Answered("send_again".into()), NOW).unwrap();
    assert!(matches!(
        decision.session,
        Some(SessionChange::Moved(_, SessionStatus::Left))
    ));
}

#[test]
fn a_files_type_is_the_persons_to_choose_and_the_choice_is_kept() {
    let asked = |code: &str| {
        let failure = Failure::new(Kind::Person, code, "Its name says PNG, and it is PDF.");
        after(fresh(), &[Event::Picked, Event::Failed(failure)])
    };
    for (answer, kept) in [("as_content", "content"), ("as_name", "name")] {
        let answered = after(asked("file_type"), &[Event::Answered(answer.into())]);
        let kind = answered.options.get("type").map(String::as_str);
        assert_eq!((answered.state, kind), (State::Queued, Some(kept)));
    }
    let one = asked("file_type_by_name").question.expect("it asks");
    let keys: Vec<_> = one.choices.iter().map(|choice| choice.key.as_str()).collect();
    assert_eq!((one.code.as_str(), keys), ("file_type", vec!["as_name", "skip"]));
    let skipped = after(asked("file_type_by_content"), &[Event::Answered("skip".into())]);
    assert_eq!(skipped.state, State::Cancelling);
}

#[test]
fn a_changed_source_starts_over_and_closes_the_session() {
    let changed = Failure::new(Kind::SourceChanged, "source_changed", "It changed.");
    let row = after(
        fresh(),
        &[
            Event::Picked,
            Event::Measured(PRINT),
            Event::OpenAsked(session_row()),
            Event::Opened(session_row().id, upload_session()),
        ],
    );
    let decision = decide(&row, &Event::Failed(changed), NOW).unwrap();
    assert_eq!(
        (decision.after.state, decision.after.step),
        (State::Waiting, Step::Accepted)
    );
    assert!(matches!(
        decision.session,
        Some(SessionChange::Moved(_, SessionStatus::Closing))
    ));
}

#[test]
fn a_source_that_changes_goes_back_to_its_watch_and_nothing_is_left_behind() {
    for kind in [Kind::SourceChanged, Kind::SourceGone] {
        let mut row = fresh();
        row.options.insert(crate::watch::OPTION.into(), "scans".into());
        let row = after(
            row,
            &[
                Event::Picked,
                Event::Measured(PRINT),
                Event::OpenAsked(session_row()),
                Event::Opened(session_row().id, upload_session()),
            ],
        );
        let decision = decide(
            &row,
            &Event::Failed(Failure::new(kind, "source_changed", "It changed.")),
            NOW,
        )
        .unwrap();
        assert_eq!(decision.after.state, State::Cancelling);
        assert_eq!(decision.after.ended.unwrap().code, "source_changed");
        assert!(matches!(
            decision.session,
            Some(SessionChange::Moved(_, SessionStatus::Closing))
        ));
    }
}

#[test]
fn a_network_that_wants_a_sign_in_is_waited_for_with_growing_pauses_and_no_end() {
    let opened = [
        Event::Picked,
        Event::Measured(PRINT),
        Event::OpenAsked(session_row()),
        Event::Opened(session_row().id, upload_session()),
    ];
    let mut row = after(fresh(), &opened);
    let page = Failure::new(Kind::NetworkSignIn, "web_page", "A web page came.").action("Sign in to the network.");
    let mut pauses = Vec::new();
    for _ in 0..40 {
        row = after(row, &[Event::Failed(page.clone())]);
        assert_eq!((row.state, row.step), (State::Waiting, Step::Opened), "{pauses:?}");
        let reason = row.reason.clone().unwrap();
        assert_eq!(
            (reason.code.as_str(), &reason.action),
            ("sign_in_network", &page.action)
        );
        pauses.push(reason.until.unwrap().since(NOW.time));
        row = after(row, &[Event::Due, Event::Picked, Event::Joined]);
    }
    assert!(pauses.is_sorted(), "{pauses:?}");
    assert!(
        pauses[0] <= std::time::Duration::from_secs(1) && pauses[39] <= crate::retry::LONGEST,
        "{pauses:?}"
    );
    assert!(pauses[39] >= crate::retry::LONGEST / 2, "{pauses:?}");
}

fn any_failure() -> impl Strategy<Value = Failure> {
    let kinds = [
        Kind::Offline,
        Kind::NetworkSignIn,
        Kind::Unavailable,
        Kind::RateLimited,
        Kind::Unauthorized,
        Kind::PlanFull,
        Kind::NotFound,
        Kind::Refused,
        Kind::TooLarge,
        Kind::Expired,
        Kind::SessionGone,
        Kind::Integrity,
        Kind::Protocol,
        Kind::Tls,
        Kind::SourceChanged,
        Kind::SourceGone,
        Kind::SourceRead,
        Kind::DiskFull,
        Kind::Disk,
        Kind::Bug,
    ];
    (prop::sample::select(kinds.to_vec()), any::<bool>())
        .prop_map(|(kind, maybe)| Failure::new(kind, "fault", "It broke.").maybe_done(maybe))
}

pub(super) fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => Just(Event::Picked),
        4 => Just(Event::Measured(PRINT)),
        4 => Just(Event::OpenAsked(session_row())),
        4 => Just(Event::Opened(session_row().id, upload_session())),
        2 => (prop::sample::select(vec![Reopen::Again, Reopen::Look, Reopen::Person]), any_failure())
            .prop_map(|(reopen, failure)| Event::OpenLost { reopen, failure }),
        2 => Just(Event::OpenMissed),
        3 => Just(Event::MakeAsked),
        1 => Just(Event::Unmade),
        1 => Just(Event::Followed(Follow::Confirmed)),
        6 => Just(Event::Joined),
        4 => Just(Event::Sent),
        4 => Just(Event::FinishAsked),
        2 => Just(Event::Finished(finished(), Proof::PartTags)),
        1 => Just(Event::Settled(Settlement::Finished(finished()), Proof::Size)),
        2 => Just(Event::Settled(Settlement::NotFinished, Proof::Size)),
        2 => Just(Event::Settled(Settlement::Gone, Proof::Size)),
        2 => Just(Event::Settled(Settlement::Unknown(String::new()), Proof::Size)),
        4 => any_failure().prop_map(Event::Failed),
        2 => Just(Event::Interrupted),
        2 => Just(Event::Held(closed())),
        6 => Just(Event::Due),
        2 => prop::sample::select(vec![Wish::Run, Wish::Pause, Wish::Cancel]).prop_map(Event::Wished),
        2 => Just(Event::Retried),
        2 => prop::sample::select(vec!["look_again", "it_is_there", "send_again", "retry"]).prop_map(|c| Event::Answered(c.into())),
        2 => Just(Event::Aborted),
        1 => Just(Event::AbortedInPart("A trace stays.".into())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_events_breaks_a_law(events in prop::collection::vec(any_event(), 0..60)) {
        let mut row = fresh();
        for event in events {
            // The one who works asks only what the row calls for; anybody may say anything else.
            let fits = match &event {
                Event::FinishAsked => effect(&row) == Effect::Finish,
                Event::OpenAsked(_) => effect(&row) == Effect::Open,
                Event::Measured(_) => effect(&row) == Effect::Measure,
                Event::Opened(..) | Event::OpenLost { .. } | Event::OpenMissed => row.step == Step::OpenAsked,
                Event::MakeAsked => effect(&row) == Effect::Send,
                Event::Sent => row.step == Step::Opened,
                Event::Settled(..) | Event::Finished(..) => effect(&row) == Effect::Settle,
                _ => true,
            };
            if !fits {
                continue;
            }
            let Ok(decision) = decide(&row, &event, NOW) else { continue };
            let next = decision.after;
            let unknown = row.outcome != Outcome::None;
            let closes = matches!(decision.session, Some(SessionChange::Moved(_, SessionStatus::Closing)));
            if unknown && matches!(row.step, Step::Opened | Step::FinishAsked) {
                let settled = matches!(event, Event::Settled(..) | Event::Answered(_) | Event::Sent | Event::Unmade)
                    || matches!(&event, Event::Failed(failure) if !failure.maybe_done && row.outcome == Outcome::Asked);
                prop_assert!(settled || !closes, "closed while unknown by {event:?}");
                prop_assert!(settled || !matches!(next.state, State::Cancelling | State::Cancelled | State::Paused) || row.state == State::Cancelling,
                    "{:?} while unknown by {event:?}", next.state);
            }
            prop_assert_eq!(next.state == State::Waiting, next.state == State::Waiting && next.reason.is_some(), "waits without a reason");
            prop_assert!(next.state != State::NeedsYou || next.question.is_some(), "asks without a question");
            prop_assert!(next.state != State::Failed || next.ended.is_some(), "failed without a sentence");
            prop_assert!(next.state != State::Completed || next.proof.is_some(), "completed without a proof");
            prop_assert!(row.state != State::Completed || next.state == State::Completed, "completed was left");
            prop_assert!(next.revision == row.revision + 1);
            row = next;
        }
    }
}
