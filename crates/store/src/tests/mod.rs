//! Tests on real files.

mod damage;
mod ledger;
mod limits;
mod opening;
mod secrets;
mod watches;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use sqlx::SqliteConnection;
use tempfile::TempDir;
use transfer::ledger::{Ledger, Note, Seal, SessionChange, SessionRow, SessionStatus};
use transfer::{
    AccountId, BatchId, PartPlan, Receipt, SecretString, SessionId, Step, Time, Transfer, TransferId, UploadSession,
};
use uuid::Uuid;

use crate::{Options, Store, connect};

/// Stands for the real encryption: unreadable by eye and `grep`, and refuses another context or key.
pub(super) struct Scramble(pub(super) u8);

impl Seal for Scramble {
    fn seal(&self, plain: &[u8], context: &str) -> Vec<u8> {
        let mut text = vec![self.0];
        text.extend(context.bytes());
        text.push(0);
        text.extend(plain);
        text.iter().map(|byte| byte ^ 0xa5).collect()
    }

    fn open(&self, sealed: &[u8], context: &str) -> Option<Vec<u8>> {
        let text: Vec<u8> = sealed.iter().map(|byte| byte ^ 0xa5).collect();
        let rest = text.strip_prefix(&[self.0])?.strip_prefix(context.as_bytes())?;
        Some(rest.strip_prefix(&[0])?.to_vec())
    }
}

pub(super) const NOW: Time = Time(1_790_000_000_000);

pub(super) fn options(dir: &Path) -> Options {
    Options {
        dir: dir.to_owned(),
        seal: Arc::new(Scramble(1)),
        now: NOW,
    }
}

pub(super) async fn open(home: &TempDir) -> Store {
    Store::open(options(&home.path().join("data"))).await.unwrap()
}

pub(super) async fn fresh() -> (TempDir, Store) {
    let home = tempfile::tempdir().unwrap();
    let store = open(&home).await;
    (home, store)
}

/// A connection of a stranger, without our rules.
pub(super) async fn stranger(home: &TempDir) -> SqliteConnection {
    connect::writing(&home.path().join("data/queue.db")).await.unwrap()
}

pub(super) fn row(n: u64) -> Transfer {
    let mut row = Transfer::upload(
        TransferId(Uuid::from_u128(u128::from(n) + 1)),
        BatchId(Uuid::from_u128(7)),
        AccountId(Uuid::from_u128(8)),
        format!("/home/a/file {n}").into_bytes(),
        format!("file {n}"),
        NOW,
    );
    row.position = i64::try_from(n).unwrap();
    row
}

pub(super) fn rows(count: u64) -> Vec<Transfer> {
    (0..count).map(row).collect()
}

pub(super) fn note(text: &str) -> Note {
    Note {
        at: NOW,
        event: "told".into(),
        text: text.into(),
    }
}

pub(super) fn moved(before: &Transfer) -> Transfer {
    let mut after = before.clone();
    after.revision += 1;
    after
}

pub(super) fn at_step(step: Step, n: u64) -> Transfer {
    let mut row = row(n);
    row.step = step;
    row
}

pub(super) fn session_row(n: u128, status: SessionStatus) -> SessionRow {
    SessionRow {
        id: SessionId(Uuid::from_u128(1000 + n)),
        transfer: TransferId(Uuid::from_u128(1)),
        account: AccountId(Uuid::from_u128(8)),
        name: "file".into(),
        size: 5,
        status,
        session: None,
        created_at: NOW,
    }
}

pub(super) fn upload_session(body: &str) -> UploadSession {
    UploadSession {
        provider: "fileflare".into(),
        version: 1,
        remote_id: Some("asset".into()),
        parts: vec![PartPlan {
            number: 1,
            start: 0,
            end: 5,
        }],
        expires_at: Some(NOW),
        body: SecretString::from(body.to_owned()),
    }
}

/// Stores a session for the first row, which is inserted with it.
pub(super) async fn with_session(store: &Store, body: &str) -> (Transfer, SessionId) {
    store.insert(&[row(0)], &[], &note("added")).await.unwrap();
    let asked = session_row(0, SessionStatus::Asked);
    let id = asked.id;
    let (before, mut after) = (row(0), moved(&row(0)));
    after.session = Some(id);
    after.step = Step::OpenAsked;
    let change = SessionChange::Asked(asked);
    assert!(store.write(&before, &after, None, Some(&change)).await.unwrap());
    let (before, mut after) = (after.clone(), moved(&after));
    after.step = Step::Opened;
    let change = SessionChange::Opened(id, upload_session(body));
    assert!(store.write(&before, &after, None, Some(&change)).await.unwrap());
    (after, id)
}

pub(super) fn receipt(number: u32, tag: &str) -> Receipt {
    Receipt {
        number,
        size: 5,
        tag: tag.into(),
        md5: "d41d8cd98f00b204e9800998ecf8427e".into(),
        verified: true,
        tries: 1,
    }
}

pub(super) fn words() -> BTreeMap<String, String> {
    BTreeMap::from([("title".to_owned(), "Grüße".to_owned())])
}
