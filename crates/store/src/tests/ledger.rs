//! What the ledger promises, call by call.

use std::collections::BTreeSet;
use std::sync::Arc;

use transfer::account::{AccountInfo, Tags};
use transfer::source::Fingerprint;
use transfer::transfer::{Ended, Remote};
use transfer::{Account, Direction, Endpoint, Kind, Outcome, Proof, Question, Reason, State, Wish};

use super::*;

fn full() -> Transfer {
    let mut row = row(3);
    row.revision = 9;
    row.direction = Direction::Across;
    row.source = Endpoint::Remote {
        account: AccountId(Uuid::from_u128(5)),
        id: Some("remote".into()),
    };
    row.target = Endpoint::Link {
        url: "https://example.net/a".into(),
        account: None,
    };
    row.size = Some(1 << 40);
    row.fingerprint = Some(Fingerprint {
        device: u64::MAX,
        file: u128::MAX,
        size: 1 << 40,
        modified_ns: -1,
        changed_ns: i128::from(i64::MAX) * 7,
    });
    row.state = State::Completed;
    row.step = Step::Finished;
    row.outcome = Outcome::Unknown;
    row.wish = Wish::Cancel;
    row.reason = Some(Reason::new("offline", "No way to the host.").until(NOW));
    row.question = Some(Question::maybe_arrived("Is it there?"));
    row.ended = Some(Ended {
        code: "refused".into(),
        message: "No.".into(),
        action: Some("Ask.".into()),
    });
    row.proof = Some(Proof::PartTags);
    row.session = Some(SessionId(Uuid::from_u128(4)));
    row.remote = Some(Remote {
        id: "asset".into(),
        url: Some("https://example.net/asset".into()),
    });
    row.sent = 77;
    row.parts_done = 3;
    row.parts_total = 40;
    row.priority = -2;
    row.position = -5;
    row.attempt = 2;
    row.failures = 1;
    row.looks = 6;
    row.version_of = Some(TransferId(Uuid::from_u128(6)));
    row.limit = Some(51_200);
    row.options = words();
    row.started_at = Some(Time(5));
    row.finished_at = Some(Time(6));
    row
}

#[tokio::test]
async fn a_full_row_comes_back_as_it_was() {
    let (home, store) = fresh().await;
    let mut raw = row(1);
    raw.source = Endpoint::Local {
        path: vec![b'/', 0xff, 0xfe, b'a'],
    };
    let mut link = row(2);
    link.source = Endpoint::Link {
        url: "https://example.net/b".into(),
        account: None,
    };
    link.target = Endpoint::Local { path: b"/b".to_vec() };
    store
        .insert(&[row(0), raw.clone(), link.clone(), full()], &[], &note("added"))
        .await
        .unwrap();
    // The full row has the lowest priority.
    let expected = vec![row(0), raw, link, full()];
    assert_eq!(store.transfers().await.unwrap(), expected);
    let mut changed = full();
    changed.revision = 1;
    changed.id = row(0).id;
    changed.position = 0;
    assert!(store.write(&row(0), &changed, None, None).await.unwrap());
    store.close().await.unwrap();
    let reopened = open(&home).await;
    assert!(reopened.restored().is_none());
    assert!(reopened.transfers().await.unwrap().contains(&changed));
}

#[tokio::test]
async fn an_older_revision_or_another_state_is_refused_and_changes_nothing() {
    let (_home, store) = fresh().await;
    store.insert(&[row(0)], &[], &note("added")).await.unwrap();
    let first = moved(&row(0));
    assert!(store.write(&row(0), &first, Some(&note("first")), None).await.unwrap());
    let change = SessionChange::Asked(session_row(0, SessionStatus::Asked));
    let late = store.write(&row(0), &first, Some(&note("late")), Some(&change)).await;
    assert!(!late.unwrap());
    let mut elsewhere = first.clone();
    elsewhere.state = State::Paused;
    assert!(!store.write(&elsewhere, &moved(&elsewhere), None, None).await.unwrap());
    assert_eq!(store.transfers().await.unwrap(), vec![first.clone()]);
    assert!(store.open_sessions().await.unwrap().is_empty());
    let told: Vec<_> = store.journal(first.id).await.unwrap();
    assert_eq!(told, vec![note("added"), note("first")]);
}

#[tokio::test]
async fn transfers_are_accepted_all_or_none() {
    let (_home, store) = fresh().await;
    store.insert(&[row(5)], &[], &note("added")).await.unwrap();
    let failure = store.insert(&rows(10), &[], &note("added")).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Disk);
    assert_eq!(store.transfers().await.unwrap(), vec![row(5)]);
    assert!(store.journal(row(0).id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_write_whose_session_does_not_fit_changes_nothing() {
    let (_home, store) = fresh().await;
    store.insert(&[row(0)], &[], &note("added")).await.unwrap();
    let change = SessionChange::Moved(SessionId(Uuid::from_u128(99)), SessionStatus::Closing);
    let failure = store
        .write(&row(0), &moved(&row(0)), None, Some(&change))
        .await
        .unwrap_err();
    assert_eq!(failure.kind, Kind::Disk);
    assert_eq!(store.transfers().await.unwrap(), vec![row(0)]);
    // The writing task goes on.
    assert!(store.write(&row(0), &moved(&row(0)), None, None).await.unwrap());
}

#[tokio::test]
async fn a_row_in_work_does_not_undo_its_new_place() {
    let (_home, store) = fresh().await;
    store.insert(&rows(3), &[], &note("added")).await.unwrap();
    store.place(&[(row(2).id, -1), (row(0).id, 9)]).await.unwrap();
    assert!(store.write(&row(2), &moved(&row(2)), None, None).await.unwrap());
    let line: Vec<_> = store.transfers().await.unwrap().iter().map(|row| row.id).collect();
    assert_eq!(line, vec![row(2).id, row(1).id, row(0).id]);
}

#[tokio::test]
async fn a_receipt_takes_the_place_of_the_one_before() {
    let (_home, store) = fresh().await;
    let (_, id) = with_session(&store, "body").await;
    for (number, tag) in [(2, "b"), (1, "old"), (1, "new")] {
        store.add_receipt(id, &receipt(number, tag)).await.unwrap();
    }
    assert_eq!(
        store.receipts(id).await.unwrap(),
        vec![receipt(1, "new"), receipt(2, "b")]
    );
    let nowhere = SessionId(Uuid::from_u128(5));
    assert!(store.add_receipt(nowhere, &receipt(1, "a")).await.is_err());
}

#[tokio::test]
async fn only_sessions_that_may_still_exist_are_listed() {
    let (_home, store) = fresh().await;
    store.insert(&rows(6), &[], &note("added")).await.unwrap();
    let all = ["asked", "open", "closing", "left", "finished", "aborted"];
    for (n, status) in all.iter().enumerate() {
        let session = session_row(n as u128, SessionStatus::Asked);
        let (id, before) = (session.id, row(n as u64));
        let change = SessionChange::Asked(session);
        assert!(
            store
                .write(&before, &moved(&before), None, Some(&change))
                .await
                .unwrap()
        );
        store
            .move_session(id, SessionStatus::parse(status).unwrap())
            .await
            .unwrap();
    }
    let listed = store.open_sessions().await.unwrap();
    let found: BTreeSet<_> = listed.iter().map(|session| session.status.text()).collect();
    assert_eq!(found, BTreeSet::from(["asked", "open", "closing", "left"]));
    assert_eq!(listed.len(), 4);
}

#[tokio::test]
async fn a_removed_transfer_leaves_the_sessions_that_may_still_exist() {
    let (_home, store) = fresh().await;
    let (after, id) = with_session(&store, "body").await;
    store.add_receipt(id, &receipt(1, "a")).await.unwrap();
    store.remove(&[after.id]).await.unwrap();
    assert!(store.transfers().await.unwrap().is_empty());
    assert!(store.journal(after.id).await.unwrap().is_empty());
    assert_eq!(store.open_sessions().await.unwrap().len(), 1);
    assert_eq!(store.receipts(id).await.unwrap().len(), 1);
    // One that is over goes with its transfer.
    store.move_session(id, SessionStatus::Aborted).await.unwrap();
    store.remove(&[after.id]).await.unwrap();
    assert!(store.session(id).await.unwrap().is_none());
    assert!(store.receipts(id).await.unwrap().is_empty());
}

#[tokio::test]
async fn accounts_and_settings_are_replaced_and_forgotten() {
    let (_home, store) = fresh().await;
    let mut account = Account {
        id: AccountId(Uuid::from_u128(1)),
        provider: "fileflare".into(),
        name: "work".into(),
        base_url: "https://app.digital-downloads.com/api/v1".into(),
        allow_http: false,
        options: words(),
        tags: Tags::Unlearnt,
        info: None,
        last_answer: None,
        created_at: NOW,
    };
    store.put_account(&account).await.unwrap();
    account.tags = Tags::Opaque;
    account.allow_http = true;
    account.info = Some(AccountInfo {
        quota: Some(u64::MAX),
        ..AccountInfo::default()
    });
    account.last_answer = Some(NOW);
    store.put_account(&account).await.unwrap();
    assert_eq!(store.accounts().await.unwrap(), vec![account.clone()]);
    let mut same_name = account.clone();
    same_name.id = AccountId(Uuid::from_u128(2));
    assert!(store.put_account(&same_name).await.is_err());
    store.remove_account(account.id).await.unwrap();
    assert!(store.accounts().await.unwrap().is_empty());

    store.put_setting("slots", Some("3")).await.unwrap();
    store.put_setting("slots", Some("4")).await.unwrap();
    assert_eq!(store.setting("slots").await.unwrap().as_deref(), Some("4"));
    store.put_setting("slots", None).await.unwrap();
    assert_eq!(store.setting("slots").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_writers_to_one_row_one_wins_and_none_is_lost() {
    let (_home, store) = fresh().await;
    let store = Arc::new(store);
    store.insert(&rows(2), &[], &note("added")).await.unwrap();
    let writers: Vec<_> = (0..40)
        .map(|n| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                store.note(row(1).id, &note(&n.to_string())).await.unwrap();
                store.write(&row(0), &moved(&row(0)), None, None).await.unwrap()
            })
        })
        .collect();
    let mut won = 0;
    for writer in writers {
        won += u32::from(writer.await.unwrap());
    }
    assert_eq!(won, 1);
    assert_eq!(store.journal(row(1).id).await.unwrap().len(), 41);
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_no_transaction_open() {
    let (_home, store) = fresh().await;
    for n in 0..50 {
        let (one, told) = ([row(n)], note("added"));
        let mut insert = store.insert(&one, &[], &told);
        // Polled once: the change is in line, then the caller is gone.
        let polled = std::future::poll_fn(|context| std::task::Poll::Ready(insert.as_mut().poll(context))).await;
        assert!(polled.is_pending());
        drop(insert);
    }
    store.put_setting("after", Some("all")).await.unwrap();
    assert_eq!(store.transfers().await.unwrap().len(), 50);
}
