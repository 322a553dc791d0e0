//! After a cut: everything acknowledged is there, and nothing is claimed that is not.

use std::path::Path;

use secrecy::ExposeSecret;
use store::Store;
use transfer::ledger::{Ledger, SessionStatus};

use super::work::{self, LAST, PART, Words};

/// Opens the store that a cut left below `root`, and compares it with what its process said. The error tells what is broken.
pub(super) async fn check(root: &Path, words: &Words) -> Result<(), String> {
    if words.wants.is_empty() {
        return Ok(());
    }
    backups(root, words).await?;
    let store = work::open(&work::data(root))
        .await
        .map_err(|error| format!("the store does not open: {error}"))?;
    if let Some(restored) = store.restored() {
        return Err(format!("the database is damaged: {}", restored.why));
    }
    let result = rows(&store, root, words).await;
    // An unfinished close would let its last words be written into a folder that is being removed.
    store.close().await.map_err(|failure| failure.message)?;
    result
}

async fn rows(store: &Store, root: &Path, words: &Words) -> Result<(), String> {
    let broken = |failure: transfer::Failure| failure.message;
    let found = store.transfers().await.map_err(broken)?;
    for (what, wanted) in &words.wants {
        let parts: Vec<&str> = what.split('/').collect();
        let did = words.did.get(what).copied();
        match parts.as_slice() {
            ["row", n] => {
                let n = n.parse().map_err(|_| what.clone())?;
                let row = found.iter().find(|row| row.id == work::transfer_id(n));
                let Some(row) = row else {
                    if did.is_some() {
                        return Err(format!("{what} is lost"));
                    }
                    continue;
                };
                if row.revision < did.unwrap_or(0) || row.revision > *wanted {
                    return Err(format!(
                        "{what} is at {}, was told to be at {did:?}, on the way to {wanted}",
                        row.revision
                    ));
                }
                if *row != work::row(n, row.revision) {
                    return Err(format!("{what} is another row than was written: {row:?}"));
                }
                whole(store, n, row.revision).await?;
            }
            ["receipt", n, number] => {
                let n: u32 = n.parse().map_err(|_| what.clone())?;
                let number = number.parse().map_err(|_| what.clone())?;
                let receipts = store.receipts(work::session_id(n)).await.map_err(broken)?;
                let receipt = receipts.iter().find(|receipt| receipt.number == number);
                match receipt {
                    None if did.is_some() => return Err(format!("{what} is lost")),
                    None => {}
                    Some(receipt) if *receipt != work::receipt(n, number) => {
                        return Err(format!("{what} is another one than was written"));
                    }
                    Some(_) => bytes(root, n, number)?,
                }
            }
            _ => {}
        }
    }
    let unheard = found
        .iter()
        .find(|row| !words.wants.contains_key(&format!("row/{}", row.name)));
    match unheard {
        Some(row) => Err(format!("nobody wanted {row:?}")),
        None => Ok(()),
    }
}

/// What was written together is there together: row, journal, session, and the receipts that the row counts.
async fn whole(store: &Store, n: u32, revision: i64) -> Result<(), String> {
    let broken = |failure: transfer::Failure| failure.message;
    let journal = store.journal(work::transfer_id(n)).await.map_err(broken)?;
    let expected: Vec<_> = (0..=revision).map(work::note).collect();
    if journal != expected {
        return Err(format!("row/{n} at {revision} has {} lines of journal", journal.len()));
    }
    let session = store.session(work::session_id(n)).await.map_err(broken)?;
    let status = session.as_ref().map(|session| session.status);
    let links = session.and_then(|session| session.session);
    let links = links.as_ref().map(|session| session.body.expose_secret());
    let given = work::session(n);
    let expected = match revision {
        0 => (None, None),
        1 => (Some(SessionStatus::Asked), None),
        LAST => (Some(SessionStatus::Finished), None),
        _ => (Some(SessionStatus::Open), Some(given.body.expose_secret())),
    };
    if (status, links) != expected {
        return Err(format!("row/{n} at {revision} has a session that is {status:?}"));
    }
    let receipts = store.receipts(work::session_id(n)).await.map_err(broken)?.len();
    let claimed = work::row(n, revision).parts_done as usize;
    if receipts < claimed {
        return Err(format!("row/{n} claims {claimed} parts and has {receipts} receipts"));
    }
    Ok(())
}

/// The payload that a receipt claims is on the disk.
fn bytes(root: &Path, n: u32, number: u32) -> Result<(), String> {
    let file = std::fs::read(work::payload_path(root, n)).unwrap_or_default();
    let from = (number as usize - 1) * PART;
    match file.get(from..from + PART) {
        Some(bytes) if bytes == work::payload(n, number) => Ok(()),
        _ => Err(format!("receipt/{n}/{number} claims bytes that are not there")),
    }
}

/// A backup that was reported is there and is a whole database.
async fn backups(root: &Path, words: &Words) -> Result<(), String> {
    let Some(time) = words.did.get("backup") else {
        return Ok(());
    };
    let made = work::data(root).join(format!("backups/queue-{time}.db"));
    let elsewhere = tempfile::tempdir().map_err(|error| error.to_string())?;
    std::fs::copy(&made, elsewhere.path().join("queue.db"))
        .map_err(|error| format!("the backup of {time} is lost: {error}"))?;
    let store = work::open(elsewhere.path())
        .await
        .map_err(|error| format!("the backup of {time} does not open: {error}"))?;
    if let Some(restored) = store.restored() {
        return Err(format!("the backup of {time} is damaged: {}", restored.why));
    }
    store.transfers().await.map_err(|failure| failure.message)?;
    store.close().await.map_err(|failure| failure.message)
}
