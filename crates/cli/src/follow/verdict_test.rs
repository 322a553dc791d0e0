//! Exit codes, from the rows that are left.

use std::slice::from_ref;

use app::boundary::{AccountName, Direction, Reason};
use uuid::Uuid;

use super::*;

fn row(state: TransferState, reason: Option<(&str, Option<Duration>)>) -> TransferRow {
    TransferRow {
        id: Uuid::from_u128(1),
        direction: Direction::Up,
        account: AccountName {
            id: Uuid::from_u128(2),
            name: "shop".to_owned(),
            provider: "fileflare".to_owned(),
        },
        name: "a".to_owned(),
        path: "/a".to_owned(),
        size: Some(1),
        sent: 0,
        state,
        stage: None,
        reason: reason.map(|(code, wait)| Reason {
            code: code.to_owned(),
            text: String::new(),
            until: wait.map(|wait| Timestamp::now().saturating_add(wait).unwrap().to_string()),
            action: None,
        }),
        question: None,
        proof: None,
        remote_id: None,
        remote_url: None,
        error: None,
        speed: 0,
        eta_s: None,
        limit: None,
        resumable: None,
        follow: None,
        priority: 0,
        position: 1,
        batch: None,
        attempt: 1,
        parts_total: 0,
        parts_done: 0,
        created_at: String::new(),
        finished_at: None,
    }
}

fn comes_to(rows: &[TransferRow], still: Duration, all: bool) -> Option<Exit> {
    rests(rows.iter(), still).then(|| exit(rows.iter(), all))
}

const NOW: Duration = Duration::ZERO;
const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn all_done_is_0_and_a_failure_is_1_whatever_else_there_is() {
    let done = row(TransferState::Completed, None);
    let failed = row(TransferState::Failed, None);
    let needs = row(TransferState::NeedsYou, Some(("sign_in", None)));
    assert_eq!(comes_to(&[], NOW, false), Some(Exit::Done));
    assert_eq!(comes_to(from_ref(&done), NOW, true), Some(Exit::Done));
    assert_eq!(
        comes_to(&[done.clone(), needs.clone()], NOW, true),
        Some(Exit::NeedsYou)
    );
    assert_eq!(comes_to(&[needs, done, failed], NOW, true), Some(Exit::Failed));
}

#[test]
fn nothing_ends_while_something_moves() {
    let needs = row(TransferState::NeedsYou, None);
    for moving in [
        TransferState::Transferring,
        TransferState::Finishing,
        TransferState::Queued,
    ] {
        assert_eq!(comes_to(&[needs.clone(), row(moving, None)], 99 * MINUTE, true), None);
    }
    assert_eq!(
        comes_to(&[row(TransferState::Queued, Some(("no_slot", None)))], NOW, true),
        None
    );
}

#[test]
fn waits_of_up_to_15_minutes_are_sat_out_and_longer_ones_are_4() {
    let short = row(TransferState::Waiting, Some(("offline", Some(14 * MINUTE))));
    let long = row(TransferState::Waiting, Some(("plan_full", Some(60 * MINUTE))));
    assert_eq!(comes_to(from_ref(&short), NOW, true), None);
    assert_eq!(comes_to(&[short.clone(), long.clone()], NOW, true), None);
    assert_eq!(comes_to(from_ref(&long), NOW, true), Some(Exit::Waiting));
    // Short waits that follow each other without anything moving are one long wait.
    assert_eq!(comes_to(&[short], 16 * MINUTE, true), Some(Exit::Waiting));
    let needs = row(TransferState::NeedsYou, None);
    assert_eq!(comes_to(&[long, needs], NOW, true), Some(Exit::NeedsYou));
}

#[test]
fn what_queues_behind_a_signed_out_account_needs_the_person_too() {
    let queued = row(TransferState::Queued, Some(("signed_out", None)));
    assert_eq!(comes_to(&[queued], NOW, true), Some(Exit::NeedsYou));
}

#[test]
fn a_paused_transfer_is_not_done_when_it_was_asked_for_and_no_business_of_a_run() {
    let paused = row(TransferState::Paused, None);
    assert_eq!(comes_to(from_ref(&paused), NOW, true), Some(Exit::NeedsYou));
    assert_eq!(comes_to(&[paused], NOW, false), Some(Exit::Done));
}
