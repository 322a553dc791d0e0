//! What enters the queue: files and links become rows, durable before anybody is told; what is on its way already goes on.

use std::collections::HashMap;
use std::sync::Arc;

use transfer::error::{Failure, Kind, Result};
use transfer::ledger::Note;
use transfer::library::REPLACES;
use transfer::source::Fingerprint;
use transfer::{AccountId, Endpoint, Event, SecretString, State, Step, Time, Transfer, TransferId, Wish};

use crate::change::Change;
use crate::commit::commit;
use crate::engine::Inner;
use crate::queue::Queue;
use crate::world::{NewAcross, NewDownload, NewUpload};

/// A row in the making, with the link that it comes from.
pub(crate) struct Fresh {
    row: Transfer,
    link: Option<SecretString>,
}

/// What makes two transfers the same: nothing else about them matters then.
#[derive(PartialEq, Eq, Hash)]
enum Same {
    /// A file that is to take another's place is not the same as one that is to be new.
    Up(AccountId, Vec<u8>, Option<String>),
    Down(Endpoint, Vec<u8>),
    Across(Endpoint, AccountId),
}

fn key(row: &Transfer) -> Option<Same> {
    match (row.local_source(), row.folder()) {
        (Some(path), _) => Some(Same::Up(row.account, path.to_vec(), row.options.get(REPLACES).cloned())),
        (_, Some(folder)) => Some(Same::Down(row.source.clone(), folder.to_vec())),
        _ => Some(Same::Across(row.source.clone(), row.account)),
    }
}

/// A row that goes on when it is asked for again: an unfinished one that nobody gave up.
fn goes_on(row: &Transfer) -> bool {
    !matches!(row.state, State::Completed | State::Cancelled | State::Cancelling) && row.wish != Wish::Cancel
}

/// The row of a file to be sent; its id and its place are given when it is accepted.
pub(crate) fn upload(file: NewUpload, id: TransferId, now: Time) -> Fresh {
    let mut row = Transfer::upload(id, file.batch, file.account, file.path, file.name, now);
    row.size = file.size;
    row.fingerprint = file.version;
    row.options = file.options;
    row.limit = file.limit;
    Fresh { row, link: None }
}

/// The row of a file to be fetched.
pub(crate) fn download(file: NewDownload, id: TransferId, now: Time) -> Fresh {
    let mut row = Transfer::download(id, file.batch, file.account, file.source, file.folder, file.name, now);
    if let Some(found) = file.found {
        row.size = found.size;
        row.found = Some(found);
        // The service was asked a moment ago.
        row.step = Step::Measured;
    }
    row.options = file.options;
    row.limit = file.limit;
    Fresh { row, link: file.link }
}

/// The row of a file to be sent from one service to another.
pub(crate) fn across(file: NewAcross, id: TransferId, now: Time) -> Fresh {
    let mut row = Transfer::across(id, file.batch, file.source, file.account, file.name, now);
    row.size = file.size;
    row.options = file.options;
    row.limit = file.limit;
    Fresh { row, link: file.link }
}

/// Which version of which file goes to whom.
type Version = (AccountId, Vec<u8>, Fingerprint);

fn version(row: &Transfer) -> Option<Version> {
    Some((row.account, row.local_source()?.to_vec(), row.fingerprint?))
}

/// Transfers that have sent a version that is meant by what is given now.
fn sent_already(queue: &Queue, given: &[Fresh]) -> HashMap<Version, TransferId> {
    if given.iter().all(|fresh| fresh.row.fingerprint.is_none()) {
        return HashMap::new();
    }
    let ordered = queue.ordered().into_iter();
    let completed = ordered.filter(|row| row.state == State::Completed);
    completed.filter_map(|row| Some((version(row)?, row.id))).collect()
}

/// Stores what is new and lets go on what is there already: all of them, in the order in which they were given.
pub(crate) async fn accept(inner: &Arc<Inner>, given: Vec<Fresh>) -> Result<Vec<Transfer>> {
    let mut rows = Vec::with_capacity(given.len());
    let mut known = Vec::new();
    {
        let _turn = inner.turn.lock().await;
        let mut fresh = Vec::new();
        let mut links = Vec::new();
        let mut there: HashMap<_, _> = {
            let queue = inner.queue();
            let unfinished = queue.ordered().into_iter().filter(|row| goes_on(row));
            unfinished.filter_map(|row| Some((key(row)?, Some(row.id)))).collect()
        };
        let sent = sent_already(&inner.queue(), &given);
        let mut position = inner.queue().last_position();
        for Fresh { mut row, link } in given {
            if let Some(key) = key(&row) {
                match there.get(&key) {
                    Some(Some(id)) => {
                        known.push(*id);
                        continue;
                    }
                    // Twice in what was given now.
                    Some(None) => continue,
                    None => drop(there.insert(key, None)),
                }
            }
            if let Some(id) = version(&row).and_then(|version| sent.get(&version)) {
                known.push(*id);
                continue;
            }
            position += 1;
            row.position = position;
            links.extend(link.map(|link| (row.id, link)));
            fresh.push(row);
        }
        let note = Note {
            at: inner.now(),
            event: "accepted".into(),
            text: "Accepted into the queue.".into(),
        };
        if let Err(failure) = inner.world.ledger.insert(&fresh, &links, &note).await {
            if matches!(failure.kind, Kind::DiskFull | Kind::Disk) {
                inner.cannot_store(&failure);
            }
            return Err(failure);
        }
        for row in &fresh {
            inner.queue().put(row.clone());
            inner.announce(Change::Transfer(row.id));
        }
        rows.extend(fresh);
    }
    for id in known {
        let state = inner.queue().get(id).map(|row| row.state);
        let event = if state == Some(State::Failed) {
            Event::Retried
        } else {
            Event::Wished(Wish::Run)
        };
        commit(inner, id, event).await?;
        rows.extend(inner.queue().get(id).cloned());
    }
    inner.wake.notify_one();
    Ok(rows)
}

/// As [`accept`], to its end even when the caller is dropped.
pub(crate) async fn accept_whole(inner: &Arc<Inner>, given: Vec<Fresh>) -> Result<Vec<Transfer>> {
    let inner = Arc::clone(inner);
    let task = tokio::spawn(async move { accept(&inner, given).await });
    task.await.unwrap_or_else(|_| {
        Err(Failure::new(
            Kind::Bug,
            "enqueue_stopped",
            "Accepting the files was stopped.",
        ))
    })
}
