//! Faults lived through by the real program: what the row says meanwhile, and what is at the service in the end.
//!
//! Where a fault lasts "a minute", it lasts a few seconds here; with `LONGSHORE_FULL` set, the real minute.

mod accounts;
mod full_disk;
mod limits;
mod lost_answers;
pub(crate) mod private_disk;
mod source;
mod storage;

use std::path::Path;
use std::time::Duration;

use journeys_tests::{KIB, Said, World, sha256};
use sandbox::{AssetState, Counters, Route};
use serde_json::Value;

/// Bytes of a part, so that small files have many.
const PART: usize = 256 * KIB;

/// A fault that lasts.
fn a_minute() -> Duration {
    Duration::from_secs(if std::env::var_os("LONGSHORE_FULL").is_some() {
        60
    } else {
        4
    })
}

/// The row is in this state for this reason, and tells a person so.
#[track_caller]
fn tells(row: &Value, state: &str, reason: &str) {
    assert_eq!(row["state"], state, "{row:#}");
    assert_eq!(row["reason"]["code"], reason, "{row:#}");
    is_for_people(&row["reason"]["text"]);
}

/// The row has failed for this reason, and tells a person so.
#[track_caller]
fn failed(row: &Value, code: &str) {
    assert_eq!(row["state"], "failed", "{row:#}");
    assert_eq!(row["error"]["code"], code, "{row:#}");
    is_for_people(&row["error"]["message"]);
    assert_eq!(row["error"]["action"]["key"], "retry", "{row:#}");
    assert!(row["finished_at"].is_string(), "{row:#}");
}

/// Words with a beginning and an end, and no address, no code and no secret among them.
#[track_caller]
fn is_for_people(text: &Value) {
    let text = text.as_str().unwrap_or_else(|| panic!("no text: {text}"));
    let words = text.split_whitespace().count();
    assert!(words >= 4 && text.ends_with('.'), "no sentence: {text}");
    assert!(text.starts_with(|c: char| c.is_uppercase() || c == '“'), "{text}");
    for word in ["://", "X-Amz", "Kind::", "Some(", "{", "\\"] {
        assert!(!text.contains(word), "{word} is no word for a person: {text}");
    }
}

/// When the wait is over: in the future as the row was written, and not later than that much.
#[track_caller]
fn passes_within(row: &Value, longest: Duration) {
    let until = row["reason"]["until"].as_str();
    let until: jiff::Timestamp = until.expect("it says until when").parse().unwrap();
    let left = jiff::Timestamp::now().duration_until(until);
    assert!(left.as_secs() <= longest.as_secs() as i64, "{row:#}");
}

/// The steps of the transfer's story, in order, whatever stands between them.
async fn story(world: &World, id: &Value, steps: &[&str]) -> Value {
    let shown = show(world, id).await;
    let told = shown["journal"].as_array().unwrap();
    let mut events = told.iter().map(|entry| entry["event"].as_str().unwrap());
    for step in steps {
        assert!(events.any(|event| event == *step), "no {step}: {told:#?}");
    }
    for entry in told {
        is_for_people_or_short(&entry["text"]);
    }
    shown
}

/// The story may be told in fewer words than a reason.
#[track_caller]
fn is_for_people_or_short(text: &Value) {
    let text = text.as_str().unwrap();
    assert!(text.ends_with('.') && !text.contains("://"), "{text}");
}

/// It ended well, and the service has that file once: confirmed once, cancelled never after that, nothing left open.
async fn arrived_once(world: &World, said: &Said, path: &Path) {
    assert_eq!(said.code, Some(0), "{said:?}");
    let row = said.last();
    assert_eq!(row["state"], "completed", "{row:#}");
    assert_eq!(row["sent"], row["size"]);
    is_there_once(world, path).await;
}

/// The service has that file and no other: confirmed once, cancelled never after that, nothing left open.
async fn is_there_once(world: &World, path: &Path) {
    let counters = until_nothing_is_open(world).await;
    let assets = assets(world).await;
    assert_eq!(assets.len(), 1, "{assets:?}");
    assert_eq!(assets[0].sha256, Some(sha256(path)));
    assert_eq!(counters.completions, 1, "{counters:#?}");
    assert_eq!(counters.completion_attempts, 1, "{counters:#?}");
    never_wrong(world).await;
}

/// The service has nothing of it.
async fn nothing_is_there(world: &World) {
    let counters = until_nothing_is_open(world).await;
    assert_eq!(counters.completions, 0, "{counters:#?}");
    assert_eq!(world.sandbox.uploads().await.unwrap().len(), 0);
    never_wrong(world).await;
}

/// What no fault may lead to.
pub(crate) async fn never_wrong(world: &World) {
    let counters = world.sandbox.counters();
    assert_eq!(counters.duplicate_confirmations, 0, "{counters:#?}");
    assert_eq!(counters.cancels_after_completion, 0, "{counters:#?}");
    assert_eq!(counters.elsewhere.requests, 0, "{counters:#?}");
    let storage = counters.storage;
    assert_eq!((storage.with_authorization, storage.with_referer), (0, 0));
    assert_eq!(
        (storage.chunked, storage.without_length, storage.bad_signature),
        (0, 0, 0)
    );
}

/// Works the queue until nothing can go on without a person.
async fn work(world: &World) -> Said {
    world.run(&["run", "--until-idle"]).await
}

/// The transfer with its parts and its story.
async fn show(world: &World, id: &Value) -> Value {
    let said = world.run(&["show", id.as_str().expect("an id is a text")]).await;
    said.ending(0).last().clone()
}

/// Where the service is.
fn base_url(world: &World) -> String {
    world.sandbox.description().providers["fileflare"].base_url.clone()
}

/// Waits until the service holds no unfinished upload.
async fn until_nothing_is_open(world: &World) -> Counters {
    let closed = world.sandbox.until(|counters| counters.sessions_open == 0);
    match tokio::time::timeout(Duration::from_secs(20), closed).await {
        Ok(counters) => counters,
        Err(_) => panic!("something is left at the service: {:#?}", world.sandbox.counters()),
    }
}

/// Requests to the service's API up to now, whatever came of them.
fn asked(counters: &Counters) -> u64 {
    let api = counters.requests.iter().filter(|(route, _)| **route != Route::Part);
    api.map(|(_, count)| count).sum()
}

/// Requests for parts up to now, over all uploads.
fn parts_asked(counters: &Counters) -> u64 {
    let all = counters.uploads.values().flat_map(|upload| upload.parts.values());
    all.map(|part| part.requests).sum()
}

/// The confirmed files at the service.
async fn assets(world: &World) -> Vec<AssetState> {
    let mut assets = world.sandbox.assets().await.unwrap();
    assets.retain(|asset| asset.confirmed);
    assets
}
