//! The body of a part request on its way to disk: counted, paced, cut short.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use tokio::time::Instant;

use crate::controls::Controls;
use crate::timeline::Direction;

/// How the reading of a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Not at all yet, or whole.
    Well,
    /// Nothing came for too long.
    Idle,
    /// The sender broke off.
    Broken,
}

/// What is known about a body while and after it is read.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    received: AtomicU64,
    end: AtomicU8,
}

impl Progress {
    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    pub(crate) fn end(&self) -> End {
        match self.end.load(Ordering::Relaxed) {
            1 => End::Idle,
            2 => End::Broken,
            _ => End::Well,
        }
    }

    fn ends(&self, end: u8) -> std::io::Error {
        self.end.store(end, Ordering::Relaxed);
        std::io::Error::from(std::io::ErrorKind::UnexpectedEof)
    }
}

/// How a body is read.
pub(crate) struct Reading {
    pub(crate) controls: Arc<Controls>,
    pub(crate) progress: Arc<Progress>,
    /// Bytes a second.
    pub(crate) rate: Option<u64>,
    /// Bytes that are kept; the rest is read and thrown away.
    pub(crate) keep: Option<u64>,
    pub(crate) idle: Duration,
}

impl Reading {
    /// The next bytes, or `None` at the end.
    pub(crate) async fn next(&self, body: &mut Incoming, since: Instant) -> Result<Option<Bytes>, std::io::Error> {
        loop {
            let frame = match tokio::time::timeout(self.idle, body.frame()).await {
                Err(_) => return Err(self.progress.ends(1)),
                Ok(Some(Err(_))) => return Err(self.progress.ends(2)),
                Ok(None) => return Ok(None),
                Ok(Some(Ok(frame))) => frame,
            };
            let Ok(bytes) = frame.into_data() else {
                continue;
            };
            let count = bytes.len() as u64;
            let received = self.progress.received.fetch_add(count, Ordering::Relaxed) + count;
            self.controls.tally.received(count);
            self.controls.timelines.passed(Direction::Up, count);
            if let Some(rate) = self.rate {
                let due = Duration::from_secs_f64(received as f64 / rate.max(1) as f64);
                tokio::time::sleep_until(since + due).await;
            }
            return Ok(Some(bytes));
        }
    }

    /// The body as S3 gets it.
    pub(crate) fn pass(self, body: Incoming) -> s3s::Body {
        let left = self.keep.unwrap_or(u64::MAX);
        let start = (self, body, left, Instant::now());
        let frames = stream::unfold(start, |(reading, mut body, mut left, since)| async move {
            loop {
                return match reading.next(&mut body, since).await {
                    Ok(None) => None,
                    Ok(Some(bytes)) if left == 0 && !bytes.is_empty() => continue,
                    Ok(Some(mut bytes)) => {
                        bytes.truncate(usize::try_from(left).unwrap_or(usize::MAX));
                        left -= bytes.len() as u64;
                        Some((Ok(Frame::data(bytes)), (reading, body, left, since)))
                    }
                    Err(error) => Some((Err(error), (reading, body, left, since))),
                };
            }
        });
        s3s::Body::http_body_unsync(StreamBody::new(frames))
    }

    /// Reads up to `limit` bytes and throws them away.
    pub(crate) async fn drain(&self, body: &mut Incoming, limit: u64) {
        let since = Instant::now();
        while self.progress.received() < limit {
            if !matches!(self.next(body, since).await, Ok(Some(_))) {
                return;
            }
        }
    }
}
