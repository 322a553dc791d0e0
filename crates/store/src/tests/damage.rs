//! A damaged database: moved aside, its last backup restored, open rows settled first.

use std::path::PathBuf;

use transfer::{Outcome, State, Wish};

use super::*;
use crate::backup;

fn database(home: &TempDir) -> PathBuf {
    home.path().join("data/queue.db")
}

fn overwrite(home: &TempDir, from: usize) {
    let mut bytes = std::fs::read(database(home)).unwrap();
    for byte in bytes.iter_mut().skip(from) {
        *byte ^= 0x5a;
    }
    std::fs::write(database(home), bytes).unwrap();
}

#[tokio::test]
async fn a_damaged_database_is_moved_aside_and_its_backup_restored() {
    for from in [0, 4096] {
        let (home, store) = fresh().await;
        store.insert(&rows(200), &[], &note("added")).await.unwrap();
        let made = Time(NOW.0 - 5);
        store.backup(made).await.unwrap();
        store.insert(&[row(500)], &[], &note("later")).await.unwrap();
        store.close().await.unwrap();
        overwrite(&home, from);
        let damaged = std::fs::read(database(&home)).unwrap();

        let store = open(&home).await;
        let restored = store.restored().unwrap().clone();
        assert_eq!(restored.backup, Some(made));
        assert_eq!(restored.open, 200);
        let aside = restored.aside.unwrap();
        assert_eq!(aside, home.path().join(format!("data/corrupt-{}", NOW.0)));
        assert_eq!(std::fs::read(aside.join("queue.db")).unwrap(), damaged);
        assert_eq!(store.transfers().await.unwrap().len(), 200);
        store.close().await.unwrap();
        assert!(open(&home).await.restored().is_none(), "told once");
    }
}

#[tokio::test]
async fn without_a_backup_the_queue_starts_empty_and_says_so() {
    let (home, store) = fresh().await;
    store.insert(&rows(3), &[], &note("added")).await.unwrap();
    store.close().await.unwrap();
    overwrite(&home, 0);
    let store = open(&home).await;
    let restored = store.restored().unwrap();
    assert_eq!((restored.backup, restored.open), (None, 0));
    assert!(restored.aside.as_ref().unwrap().join("queue.db").exists());
    assert!(store.transfers().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_database_that_vanished_comes_back_from_its_backup() {
    let (home, store) = fresh().await;
    store.insert(&rows(3), &[], &note("added")).await.unwrap();
    store.backup(NOW).await.unwrap();
    store.close().await.unwrap();
    std::fs::remove_file(database(&home)).unwrap();
    let store = open(&home).await;
    assert_eq!(store.restored().unwrap().aside, None);
    assert_eq!(store.transfers().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_damaged_backup_gives_way_to_the_one_before() {
    let (home, store) = fresh().await;
    store.insert(&rows(3), &[], &note("added")).await.unwrap();
    store.backup(Time(1)).await.unwrap();
    let newest = store.backup(Time(2)).await.unwrap();
    store.close().await.unwrap();
    std::fs::write(newest, b"no database at all").unwrap();
    overwrite(&home, 0);
    let store = open(&home).await;
    assert_eq!(store.restored().unwrap().backup, Some(Time(1)));
    assert_eq!(store.transfers().await.unwrap().len(), 3);
}

#[tokio::test]
async fn the_copy_before_an_upgrade_serves_when_there_is_no_other() {
    let (home, store) = fresh().await;
    store.insert(&rows(3), &[], &note("added")).await.unwrap();
    store.close().await.unwrap();
    std::fs::copy(database(&home), home.path().join("data/queue.db.before-1")).unwrap();
    overwrite(&home, 0);
    let store = open(&home).await;
    assert!(store.restored().unwrap().backup.unwrap() > Time(0));
    assert_eq!(store.transfers().await.unwrap().len(), 3);
}

#[tokio::test]
async fn only_the_last_three_backups_are_kept() {
    let (home, store) = fresh().await;
    for time in 1..=5 {
        store.backup(Time(time)).await.unwrap();
    }
    let kept = backup::found(&home.path().join("data")).unwrap();
    let times: Vec<_> = kept.iter().map(|(time, _)| time.0).collect();
    assert_eq!(times, vec![5, 4, 3]);
}

#[tokio::test]
async fn after_a_restore_nothing_open_is_taken_at_its_word() {
    let (home, store) = fresh().await;
    let mut sent = at_step(Step::Sent, 0);
    sent.state = State::Finishing;
    let mut waiting = at_step(Step::FinishAsked, 1);
    waiting.state = State::Waiting;
    waiting.outcome = Outcome::Asked;
    let queued = row(2);
    let mut sending = at_step(Step::Opened, 3);
    sending.state = State::Transferring;
    sending.wish = Wish::Cancel;
    let mut asking = at_step(Step::OpenAsked, 4);
    asking.state = State::NeedsYou;
    asking.outcome = Outcome::Unknown;
    let mut cancelling = at_step(Step::Opened, 5);
    cancelling.state = State::Cancelling;
    let mut failed = row(6);
    failed.state = State::Failed;
    let all = [
        sent,
        waiting,
        queued,
        sending,
        asking.clone(),
        cancelling.clone(),
        failed.clone(),
    ];
    store.insert(&all, &[], &note("added")).await.unwrap();
    store.backup(NOW).await.unwrap();
    store.close().await.unwrap();
    overwrite(&home, 0);

    let store = open(&home).await;
    let found = store.transfers().await.unwrap();
    for row in &found[0..2] {
        assert_eq!(
            (row.state, row.step, row.outcome, row.revision),
            (State::Queued, Step::FinishAsked, Outcome::Unknown, 1)
        );
    }
    for row in &found[2..4] {
        assert_eq!((row.state, row.revision), (State::Paused, 1));
        assert_eq!(row.reason.as_ref().unwrap().code, "restored");
    }
    assert_eq!((found[2].wish, found[3].wish), (Wish::Pause, Wish::Cancel));
    assert_eq!(found[4..], [asking, cancelling, failed]);
    assert_eq!(store.restored().unwrap().open, 4);
    assert_eq!(store.journal(found[0].id).await.unwrap()[1].event, "restored");
    assert_eq!(store.journal(found[6].id).await.unwrap().len(), 1);
}
