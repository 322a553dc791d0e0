//! A download of which nobody says how long it is: one connection, from the first byte to an end that the protocol marks.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use tokio::time::timeout;
use transfer::download::Opening;
use transfer::error::{Failure, Kind, Result};
use transfer::rates::Way;
use transfer::segments::Segment;
use transfer::{Event, Transfer};

use super::board::Board;
use super::{Ended, Receiving, still_receiving};
use crate::engine::locked;
use crate::gather::{self, Ahead};
use crate::runner::{Waited, Work};

/// A connection of which nobody knows the length is silent for so long at most.
const SILENT: Duration = Duration::from_secs(30);

impl Receiving {
    /// A file of which nobody says how long it is: one connection, to an end that the protocol marks.
    pub(super) async fn endless(&mut self, work: &mut Work, first: Option<Opening>) -> Result<Ended> {
        let Some(opening) = first else {
            return Ok(Ended::Poked);
        };
        let ended = self.until_its_end(work, opening).await;
        if self.common.row.gathers() && !matches!(ended, Ok(Ended::All(_))) {
            // It begins again at the first byte whatever is here, and the disk is wanted for other things. Where this fails the
            // next try does it.
            let _ = self.common.file.cut(0).await;
        }
        ended
    }

    async fn until_its_end(&mut self, work: &mut Work, mut opening: Opening) -> Result<Ended> {
        let row = self.common.row.clone();
        let inner = Arc::clone(&self.common.inner);
        let mut ahead = None;
        if row.gathers() {
            match Ahead::new(&inner, &row).await {
                Ok(looking) => ahead = Some(looking),
                Err(failure) => return Ok(Ended::Failed(failure)),
            }
        }
        let pace = self.common.inner.pace(&self.common.row, Way::Down);
        let (mut at, mut came) = (0, Bytes::new());
        loop {
            if !came.is_empty() {
                // A piece at a time, as the limits let it through: a wish is heard in between.
                let some = match work.or_poked(pace.grant(came.len())).await {
                    Waited::Poked if work.inner.stop.is_cancelled() || !still_receiving(work.row().as_ref()) => {
                        return Ok(Ended::Poked);
                    }
                    Waited::Poked => continue,
                    Waited::Answered(some) => came.split_to(some),
                };
                let count = some.len() as u64;
                if let Some(meter) = locked(&self.common.inner.meters).get_mut(&self.common.row.id) {
                    meter.moved(1, count);
                }
                if let Err(failure) = self.common.file.write(at, vec![some]).await {
                    return Ok(full_or(failure, &row, at));
                }
                at += count;
                if let Some(ahead) = &mut ahead
                    && let Err(failure) = ahead.at(at).await
                {
                    return Ok(Ended::Failed(failure));
                }
                continue;
            }
            let next = match work.or_poked(timeout(SILENT, opening.stream.next())).await {
                Waited::Poked if work.inner.stop.is_cancelled() || !still_receiving(work.row().as_ref()) => {
                    return Ok(Ended::Poked);
                }
                Waited::Poked => continue,
                Waited::Answered(next) => next,
            };
            match next {
                Ok(Some(Ok(bytes))) => came = bytes,
                Ok(Some(Err(failure))) => return Ok(Ended::Failed(failure)),
                Ok(None) => break,
                Err(_) => {
                    let text = "The server sends nothing any more.";
                    return Ok(Ended::Failed(Failure::new(Kind::Unavailable, "silent", text)));
                }
            }
        }
        if let Err(failure) = self.common.file.sync().await {
            return Ok(full_or(failure, &row, at));
        }
        self.partial.total = Some(at);
        let all = [Segment {
            number: 1,
            start: 0,
            end: at,
            done: at,
        }];
        self.board = Arc::new(Board::new(&all));
        work.commit(Event::Placed(self.partial.clone(), all.to_vec())).await?;
        Ok(Ended::All(None))
    }
}

/// A copy waits for no room: how much it would need nobody knows.
fn full_or(failure: Failure, row: &Transfer, came: u64) -> Ended {
    Ended::Failed(match failure.kind {
        Kind::TargetFull if row.gathers() => gather::full(came),
        _ => failure,
    })
}
