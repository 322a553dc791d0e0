//! Finished files that the service measures later, by itself: asked for with growing pauses, until it says or time is up.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use transfer::error::Result;
use transfer::provider::Followed;
use transfer::{Event, Follow, Transfer, TransferId};

use crate::commit::commit;
use crate::engine::Inner;

/// The first pause between two looks at one file; each is half as long again as the one before.
const FIRST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(60);
/// So long after it was finished a file counts as not measured.
const PATIENCE_MS: i64 = 10 * 60 * 1000;

/// When a file is looked at next, and how long the pause was.
struct Look {
    at: Instant,
    pause: Duration,
}

/// Follows every file that awaits its measure, those of earlier lives too.
pub(crate) async fn run(inner: Arc<Inner>) {
    let mut looks: BTreeMap<TransferId, Look> = BTreeMap::new();
    loop {
        let awaited = awaited(&inner);
        looks.retain(|id, _| awaited.iter().any(|row| row.id == *id));
        let now = Instant::now();
        for row in &awaited {
            looks.entry(row.id).or_insert(Look {
                at: now + FIRST,
                pause: FIRST,
            });
        }
        let due = looks.values().map(|look| look.at).min();
        tokio::select! {
            biased;
            () = inner.stop.cancelled() => return,
            () = inner.follow.notified() => continue,
            () = sleep_until(due.unwrap_or(now)), if due.is_some() => {}
        }
        let now = Instant::now();
        for row in &awaited {
            let Some(look) = looks.get_mut(&row.id).filter(|look| look.at <= now) else {
                continue;
            };
            look.pause = (look.pause * 3 / 2).min(LONGEST);
            look.at = now + look.pause;
            if let Some(follow) = tokio::select! {
                biased;
                () = inner.stop.cancelled() => return,
                found = measured(&inner, row) => found,
            } {
                // What can't be stored now is found out again later.
                let _ = commit(&inner, row.id, Event::Followed(follow)).await;
            }
        }
    }
}

fn awaited(inner: &Inner) -> Vec<Transfer> {
    let queue = inner.queue();
    let rows = queue.ordered().into_iter();
    rows.filter(|row| row.follow == Some(Follow::Awaited))
        .cloned()
        .collect()
}

/// `None`: to be asked again.
async fn measured(inner: &Arc<Inner>, row: &Transfer) -> Option<Follow> {
    let asked = async {
        let provider = inner.world.accounts.provider(row.account).await?;
        let upload = provider.upload().ok_or_else(crate::upload::no_uploads)?;
        let remote = row.remote.clone().unwrap_or_default();
        upload.follow(&remote, row.size.unwrap_or(0)).await
    };
    let answer: Result<Followed> = asked.await;
    match answer {
        Ok(Followed::Confirmed) => Some(Follow::Confirmed),
        Ok(Followed::Differs(shown)) => Some(Follow::Differs { shown }),
        Ok(Followed::NotYet) => too_late(inner, row),
        Err(failure) => {
            tracing::info!(transfer = %row.id, code = failure.code, "a finished file could not be looked at");
            too_late(inner, row)
        }
    }
}

fn too_late(inner: &Inner, row: &Transfer) -> Option<Follow> {
    let since = row.finished_at.map_or(0, |at| inner.now().0.saturating_sub(at.0));
    (since > PATIENCE_MS).then_some(Follow::Silent)
}
