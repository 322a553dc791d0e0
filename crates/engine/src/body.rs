//! The bytes of one part: read afresh, held back by the limits, hashed in the same read, counted.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use futures_util::stream;
use tokio::sync::oneshot;
use transfer::error::{Failure, Result};
use transfer::provider::PartBody;
use transfer::source::Reader;
use transfer::{PartPlan, TransferId};

use crate::engine::{Inner, locked};
use crate::hash::PartHash;
use crate::throttle::Pace;

/// What reading found: the MD5 of all bytes, or why they could not be read.
pub(crate) type Read = oneshot::Receiver<Result<Option<String>>>;

struct State {
    inner: Arc<Inner>,
    transfer: TransferId,
    part: u32,
    reader: Box<dyn Reader>,
    at: u64,
    end: u64,
    pace: Pace,
    hash: Option<PartHash>,
    found: Option<oneshot::Sender<Result<Option<String>>>>,
    /// Set before the last byte is handed over.
    handed_over: Arc<AtomicBool>,
}

/// The body of `part`, and what reading it will have found.
pub(crate) fn body(
    inner: &Arc<Inner>,
    transfer: TransferId,
    part: PartPlan,
    reader: Box<dyn Reader>,
    pace: Pace,
    handed_over: Arc<AtomicBool>,
) -> (PartBody, Read) {
    let (found, read) = oneshot::channel();
    if part.is_empty() {
        // Nobody asks for a byte of it.
        handed_over.store(true, Ordering::Relaxed);
    }
    let state = State {
        inner: Arc::clone(inner),
        transfer,
        part: part.number,
        reader,
        at: part.start,
        end: part.end,
        pace,
        hash: Some(inner.world.hasher.part()),
        found: Some(found),
        handed_over,
    };
    (
        PartBody {
            len: part.len(),
            stream: Box::pin(stream::unfold(state, next)),
        },
        read,
    )
}

async fn next(mut state: State) -> Option<(io::Result<Bytes>, State)> {
    if state.at >= state.end {
        state.handed_over.store(true, Ordering::Relaxed);
        state.close().await;
        return None;
    }
    let left = usize::try_from(state.end - state.at).unwrap_or(usize::MAX);
    // Before they are read: what waits can still be cut anew when a limit changes.
    let size = state.pace.grant(left).await;
    let bytes = match state.reader.read(state.at, size).await {
        Ok(bytes) => bytes,
        Err(failure) => {
            state.tell(Err(failure));
            state.at = state.end;
            return Some((Err(io::Error::other("the source could not be read")), state));
        }
    };
    let count = bytes.len() as u64;
    if let Some(hash) = &mut state.hash {
        hash.update(&bytes).await;
    }
    if let Some(meter) = locked(&state.inner.meters).get_mut(&state.transfer) {
        meter.moved(state.part, count);
    }
    state.at += count;
    if state.at >= state.end {
        state.handed_over.store(true, Ordering::Relaxed);
        // Some clients never ask again after the announced length.
        state.close().await;
    }
    Some((Ok(bytes), state))
}

impl State {
    async fn close(&mut self) {
        if let Some(hash) = self.hash.take() {
            let md5 = hash.finish().await;
            self.tell(Ok(md5));
        }
    }

    fn tell(&mut self, found: Result<Option<String>, Failure>) {
        if let Some(channel) = self.found.take() {
            // The sender of the part may have given up by now.
            let _ = channel.send(found);
        }
    }
}
