//! The recorded work: uploads as the queue stores them, with payload beside them, each step announced before and told after.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use store::{Options, Store};
use transfer::ledger::{Ledger, Note, Seal, SessionChange, SessionRow, SessionStatus};
use transfer::{
    AccountId, BatchId, Outcome, Proof, Receipt, SecretString, SessionId, State, Step, Time, Transfer, TransferId,
    UploadSession,
};
use uuid::Uuid;

/// Uploads, half of them before and half after the store was closed and opened again.
const UPLOADS: u32 = 8;
/// Parts of each.
pub(super) const PARTS: u32 = 6;
/// Bytes of a part.
pub(super) const PART: usize = 3_000;

/// Encryption is not what is tested here.
struct Plain;

impl Seal for Plain {
    fn seal(&self, plain: &[u8], _context: &str) -> Vec<u8> {
        plain.to_vec()
    }

    fn open(&self, sealed: &[u8], _context: &str) -> Option<Vec<u8>> {
        Some(sealed.to_vec())
    }
}

pub(super) async fn open(dir: &Path) -> Result<Store, store::OpenError> {
    Store::open(Options {
        dir: dir.to_owned(),
        seal: Arc::new(Plain),
        now: Time(1),
    })
    .await
}

/// What the process said: of each promise, how far it meant to go and how far it has come.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) wants: BTreeMap<String, i64>,
    pub(super) did: BTreeMap<String, i64>,
}

impl Words {
    pub(super) fn hear(&mut self, text: &str) {
        let mut words = text.split_whitespace();
        let (Some(verb), Some(what), Some(value)) = (words.next(), words.next(), words.next()) else {
            panic!("not understood: {text:?}");
        };
        let said = match verb {
            "wants" => &mut self.wants,
            "did" => &mut self.did,
            _ => panic!("not understood: {text:?}"),
        };
        said.insert(what.to_owned(), value.parse().unwrap());
    }
}

/// Says what it does: every word is one write, so that the recording has it in its place.
struct Voice(Mutex<File>);

impl Voice {
    fn say(&self, verb: &str, what: &str, value: i64) {
        let line = format!("{verb} {what} {value}\n");
        self.0.lock().unwrap().write_all(line.as_bytes()).unwrap();
    }
}

pub(super) fn transfer_id(n: u32) -> TransferId {
    TransferId(Uuid::from_u128(u128::from(n) + 1))
}

pub(super) fn session_id(n: u32) -> SessionId {
    SessionId(Uuid::from_u128(1_000 + u128::from(n)))
}

/// The row of upload `n` at `revision`: what a row claims follows from its revision alone.
pub(super) fn row(n: u32, revision: i64) -> Transfer {
    let account = AccountId(Uuid::from_u128(9));
    let path = format!("/files/{n}").into_bytes();
    let mut row = Transfer::upload(
        transfer_id(n),
        BatchId(Uuid::from_u128(8)),
        account,
        path,
        n.to_string(),
        Time(1),
    );
    row.revision = revision;
    row.position = n.into();
    let parts = i64::from(PARTS);
    let (state, step) = match revision {
        0 => (State::Queued, Step::Accepted),
        1 => (State::Preparing, Step::OpenAsked),
        _ if revision < parts + 3 => (State::Transferring, Step::Opened),
        _ if revision == parts + 3 => (State::Finishing, Step::FinishAsked),
        _ => (State::Completed, Step::Finished),
    };
    row.state = state;
    row.step = step;
    row.outcome = match step {
        Step::OpenAsked | Step::FinishAsked => Outcome::Asked,
        _ => Outcome::None,
    };
    row.session = (revision > 0).then(|| session_id(n));
    // Rows lag deeds: at revision 2 + k, k parts have their receipts.
    row.parts_done = u32::try_from((revision - 2).clamp(0, parts)).unwrap();
    row.sent = u64::from(row.parts_done) * PART as u64;
    row.proof = (state == State::Completed).then_some(Proof::PartTags);
    row
}

/// The revision of a finished upload.
pub(super) const LAST: i64 = PARTS as i64 + 4;

pub(super) fn note(revision: i64) -> Note {
    Note {
        at: Time(revision),
        event: "step".into(),
        text: "x".repeat(200),
    }
}

pub(super) fn session(n: u32) -> UploadSession {
    UploadSession {
        provider: "memory".into(),
        version: 1,
        remote_id: Some(n.to_string()),
        parts: transfer::parts::cut(u64::from(PARTS) * PART as u64, PART as u64),
        expires_at: None,
        body: SecretString::from(format!("links of {n} ").repeat(100)),
    }
}

pub(super) fn receipt(n: u32, number: u32) -> Receipt {
    Receipt {
        number,
        size: PART as u64,
        tag: format!("{n}-{number}"),
        md5: "d41d8cd98f00b204e9800998ecf8427e".into(),
        verified: true,
        tries: 1,
    }
}

/// The bytes of a part: never zero, so that a hole is no part.
pub(super) fn payload(n: u32, number: u32) -> Vec<u8> {
    (0..PART)
        .map(|at| u8::try_from((at + n as usize * 31 + number as usize * 7) % 250 + 1).unwrap())
        .collect()
}

pub(super) fn data(root: &Path) -> PathBuf {
    root.join("home").join("data")
}

pub(super) fn payload_path(root: &Path, n: u32) -> PathBuf {
    root.join(format!("{n}.part"))
}

/// The whole work below `root`.
pub(super) async fn work(root: &Path, words: &Path) {
    let voice = Arc::new(Voice(Mutex::new(File::create(words).unwrap())));
    for half in [0..UPLOADS / 2, UPLOADS / 2..UPLOADS] {
        voice.say("wants", "open", 1);
        let store = Arc::new(open(&data(root)).await.unwrap());
        voice.say("did", "open", 1);
        let mut uploads = Vec::new();
        for n in half.clone() {
            let (store, voice, root) = (Arc::clone(&store), Arc::clone(&voice), root.to_owned());
            uploads.push(tokio::spawn(async move { upload(&store, &voice, &root, n).await }));
        }
        voice.say("wants", "backup", half.start.into());
        store.backup(Time(half.start.into())).await.unwrap();
        voice.say("did", "backup", half.start.into());
        for upload in uploads {
            upload.await.unwrap();
        }
        store.close().await.unwrap();
    }
}

async fn upload(store: &Store, voice: &Voice, root: &Path, n: u32) {
    let what = format!("row/{n}");
    voice.say("wants", &what, 0);
    store.insert(&[row(n, 0)], &[], &note(0)).await.unwrap();
    voice.say("did", &what, 0);

    // Law 2: bytes durable before the row that claims them.
    let file = platform::create_new(&payload_path(root, n), true).unwrap();
    platform::sync_dir(root).unwrap();
    for revision in 1..=LAST {
        let part = u32::try_from(revision - 2).unwrap_or(0);
        if (1..=PARTS).contains(&part) {
            platform::write_all_at(&file, &payload(n, part), u64::from(part - 1) * PART as u64).unwrap();
            file.sync_data().unwrap();
            let what = format!("receipt/{n}/{part}");
            voice.say("wants", &what, 1);
            store.add_receipt(session_id(n), &receipt(n, part)).await.unwrap();
            voice.say("did", &what, 1);
        }
        let change = match revision {
            1 => Some(SessionChange::Asked(SessionRow {
                id: session_id(n),
                transfer: transfer_id(n),
                account: row(n, 0).account,
                name: n.to_string(),
                size: 1,
                status: SessionStatus::Asked,
                session: None,
                created_at: Time(1),
            })),
            2 => Some(SessionChange::Opened(session_id(n), session(n))),
            LAST => Some(SessionChange::Moved(session_id(n), SessionStatus::Finished)),
            _ => None,
        };
        voice.say("wants", &what, revision);
        let (before, after) = (row(n, revision - 1), row(n, revision));
        let moved = store
            .write(&before, &after, Some(&note(revision)), change.as_ref())
            .await;
        assert!(moved.unwrap());
        voice.say("did", &what, revision);
    }
}
