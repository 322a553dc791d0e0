//! A full disk, a long line, and how long things take.

use std::time::Instant;

use transfer::Kind;

use super::*;

#[tokio::test]
async fn a_full_disk_is_told_and_passes() {
    let (_home, store) = fresh().await;
    store.insert(&rows(1), &[], &note("added")).await.unwrap();
    let pages = |pages: &'static str| {
        store.writer.write(move |connection| {
            Box::pin(async move {
                sqlx::query(pages).fetch_all(connection).await?;
                Ok(())
            })
        })
    };
    // SQLite takes no limit below what is in use, so this one is just there.
    pages("PRAGMA max_page_count = 1").await.unwrap();
    let failure = store.insert(&rows(2_000)[1..], &[], &note("added")).await.unwrap_err();
    assert_eq!(failure.kind, Kind::DiskFull);
    assert!(failure.action.unwrap().contains("Free some space"));
    assert_eq!(store.transfers().await.unwrap(), rows(1));
    pages("PRAGMA max_page_count = 4294967294").await.unwrap();
    store.insert(&rows(2_000)[1..], &[], &note("added")).await.unwrap();
    assert_eq!(store.transfers().await.unwrap().len(), 2_000);
}

#[tokio::test]
async fn the_log_stays_small_under_many_writes() {
    let (home, store) = fresh().await;
    store.insert(&rows(1), &[], &note("added")).await.unwrap();
    let long = "x".repeat(20_000);
    for _ in 0..500 {
        store.note(row(0).id, &note(&long)).await.unwrap();
    }
    let log = std::fs::metadata(home.path().join("data/queue.db-wal")).unwrap().len();
    assert!(log < 8 << 20, "{log} bytes after 10 MB were written");
}

#[tokio::test]
async fn ten_thousand_rows_are_listed_at_once() {
    let (_home, store) = fresh().await;
    let started = Instant::now();
    store.insert(&rows(10_000), &[], &note("added")).await.unwrap();
    let inserted = started.elapsed();
    let (_, id) = (0, with_session_of(&store).await);
    let started = Instant::now();
    let listed = store.transfers().await.unwrap();
    let listing = started.elapsed();
    assert_eq!(listed.len(), 10_000);
    let started = Instant::now();
    for number in 1..=100 {
        store.add_receipt(id, &receipt(number, "tag")).await.unwrap();
    }
    let receipts = started.elapsed() / 100;
    println!("10,000 rows: inserted in {inserted:?}, listed in {listing:?}; a receipt takes {receipts:?}");
    // Unoptimised and on a busy machine; what a person waits for is measured by the bench.
    assert!(listing.as_secs() < 10);
}

async fn with_session_of(store: &Store) -> SessionId {
    let session = session_row(0, SessionStatus::Asked);
    let id = session.id;
    let change = SessionChange::Asked(session);
    assert!(
        store
            .write(&row(0), &moved(&row(0)), None, Some(&change))
            .await
            .unwrap()
    );
    id
}
