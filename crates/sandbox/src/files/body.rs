//! The body of a file on its way to the connection: made up as it goes, paced, and broken off where asked.

use std::collections::VecDeque;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use tokio::time::Instant;

use crate::content::Content;
use crate::counters::Sending;
use crate::wire::Line;

/// Most bytes made at a time.
const CHUNK: u64 = 256 * 1024;

/// A piece of a body.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Text(Bytes),
    /// `len` bytes of content from an offset on.
    Content {
        content: Content,
        from: u64,
        len: u64,
    },
    /// The same bytes so many times.
    Repeated(Bytes, u64),
    /// `len` bytes of a file on disk from an offset on.
    Kept {
        path: Arc<Path>,
        from: u64,
        len: u64,
    },
    /// So many bytes that are promised and never come.
    Never(u64),
}

impl Piece {
    fn len(&self) -> u64 {
        match self {
            Self::Text(bytes) => bytes.len() as u64,
            Self::Content { len, .. } | Self::Kept { len, .. } => *len,
            Self::Repeated(bytes, times) => (bytes.len() as u64).saturating_mul(*times),
            Self::Never(len) => *len,
        }
    }

    /// Takes up to `most` bytes off its front.
    async fn take(&mut self, most: u64) -> std::io::Result<Bytes> {
        Ok(match self {
            Self::Text(bytes) => {
                let count = usize::try_from(most).unwrap_or(usize::MAX).min(bytes.len());
                bytes.split_to(count)
            }
            Self::Content { content, from, len } => {
                let count = most.min(*len);
                let bytes = content.bytes(*from, usize::try_from(count).unwrap_or_default());
                *from = from.wrapping_add(count);
                *len -= count;
                bytes.into()
            }
            Self::Repeated(bytes, times) => {
                let whole = bytes.clone();
                *times = times.saturating_sub(1);
                whole
            }
            Self::Kept { path, from, len } => {
                let (file, at) = (path.clone(), *from);
                let count = most.min(*len);
                *from += count;
                *len -= count;
                let read = move || read_at(&file, at, usize::try_from(count).unwrap_or_default());
                tokio::task::spawn_blocking(read).await??
            }
            Self::Never(_) => Bytes::new(),
        })
    }
}

fn read_at(path: &Path, at: u64, count: usize) -> std::io::Result<Bytes> {
    let mut file = std::fs::File::open(path)?;
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = vec![0; count];
    file.read_exact(&mut bytes)?;
    Ok(bytes.into())
}

/// How a body ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Break {
    /// The connection is closed once everything up to there has left.
    Closed,
    /// The same, by a reset.
    Reset,
}

/// A body and how it is sent.
pub(super) struct Plan {
    pub(super) pieces: VecDeque<Piece>,
    /// Bytes a second.
    pub(super) rate: Option<u64>,
    /// After how many bytes it breaks off.
    pub(super) breaks: Option<(u64, Break)>,
    pub(super) line: Line,
    pub(super) sending: Option<Sending>,
    /// Held while the body lives.
    pub(super) _slot: Option<Box<dyn Send + Sync>>,
}

impl Plan {
    /// Bytes of a body of these pieces.
    pub(super) fn length(pieces: &VecDeque<Piece>) -> u64 {
        pieces.iter().fold(0, |sum, p| sum.saturating_add(p.len()))
    }

    /// Ends the body after `bytes`.
    pub(super) fn truncate(&mut self, bytes: u64) {
        let mut left = bytes;
        for piece in &mut self.pieces {
            let keep = piece.len().min(left);
            if let Piece::Content { len, .. } | Piece::Kept { len, .. } = piece {
                *len = keep;
            } else if let Piece::Text(text) = piece {
                text.truncate(usize::try_from(keep).unwrap_or(usize::MAX));
            }
            left -= keep;
        }
    }

    pub(super) fn into_body(self) -> Body {
        let flow = Flow {
            plan: self,
            since: Instant::now(),
            sent: 0,
        };
        Body::from_stream(stream::unfold(flow, |mut flow| async move {
            flow.next().await.map(|item| (item, flow))
        }))
    }
}

struct Flow {
    plan: Plan,
    since: Instant,
    sent: u64,
}

impl Flow {
    async fn next(&mut self) -> Option<std::io::Result<Bytes>> {
        let mut most = CHUNK;
        if let Some(rate) = self.plan.rate {
            // Some twenty pieces a second, so that it flows and doesn't come in heaps.
            most = (rate / 20).clamp(1, CHUNK);
            let due = self.since + Duration::from_secs_f64(self.sent as f64 / rate.max(1) as f64);
            tokio::time::sleep_until(due).await;
        }
        if let Some((after, how)) = self.plan.breaks {
            most = most.min(after.saturating_sub(self.sent));
            if most == 0 {
                self.plan.line.flushed().await;
                if how == Break::Reset {
                    self.plan.line.end_by_reset();
                }
                return Some(Err(std::io::ErrorKind::ConnectionReset.into()));
            }
        }
        while self.plan.pieces.front().is_some_and(|p| p.len() == 0) {
            self.plan.pieces.pop_front();
        }
        if matches!(self.plan.pieces.front(), Some(Piece::Never(_))) {
            return std::future::pending().await;
        }
        let bytes = match self.plan.pieces.front_mut()?.take(most).await {
            Ok(bytes) => bytes,
            Err(error) => return Some(Err(error)),
        };
        self.sent += bytes.len() as u64;
        if let Some(sending) = &self.plan.sending {
            sending.sent(bytes.len() as u64);
        }
        Some(Ok(bytes))
    }
}
