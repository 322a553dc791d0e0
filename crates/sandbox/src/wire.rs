//! A connection's bytes on their way out: counted as the socket takes them, dribbled, or broken off hard.

use std::io::{self, IoSlice};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::Sleep;

use crate::controls::Controls;
use crate::timeline::Direction;

/// Zeros sent behind a body that was announced too short, in one go.
const SURPLUS: [u8; 4096] = [0; 4096];

/// What a request knows of its connection; found among its extensions.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Who asks.
    pub(crate) peer: IpAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    dribble_ms: AtomicU64,
    reset: AtomicBool,
    surplus: AtomicU64,
    flushed: Notify,
}

impl Line {
    pub(crate) fn new(peer: IpAddr) -> Self {
        Self {
            peer,
            state: Arc::default(),
        }
    }

    /// The header of the next response leaves byte by byte, this far apart.
    pub(crate) fn dribble_header(&self, ms: u64) {
        self.state.dribble_ms.store(ms, Ordering::Relaxed);
    }

    /// The connection ends with a reset: what the other side has not read yet may be lost.
    pub(crate) fn end_by_reset(&self) {
        self.state.reset.store(true, Ordering::Relaxed);
    }

    /// Sends that many bytes more when the connection is closed.
    pub(crate) fn add_surplus(&self, bytes: u64) {
        self.state.surplus.store(bytes, Ordering::Relaxed);
    }

    /// Returns once everything written up to now is the socket's.
    pub(crate) async fn flushed(&self) {
        self.state.flushed.notified().await;
    }
}

/// The socket under the HTTP server.
pub(crate) struct Wire {
    stream: TcpStream,
    line: Line,
    /// Set for payload on its way down.
    counted: Option<Arc<Controls>>,
    pause: Option<Pin<Box<Sleep>>>,
    /// The last four bytes of a header that is dribbled.
    tail: u32,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream, line: Line, counted: Option<Arc<Controls>>) -> Self {
        Self {
            stream,
            line,
            counted,
            pause: None,
            tail: 0,
        }
    }

    fn count(&self, bytes: usize) {
        if let Some(controls) = &self.counted {
            controls.timelines.passed(Direction::Down, bytes as u64);
        }
    }

    /// Writes one byte after a pause.
    fn dribble(&mut self, cx: &mut Context<'_>, byte: u8, ms: u64) -> Poll<io::Result<usize>> {
        let pause = self
            .pause
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(Duration::from_millis(ms))));
        ready!(pause.as_mut().poll(cx));
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &[byte]))?;
        self.pause = None;
        self.tail = (self.tail << 8) | u32::from(byte);
        if self.tail == u32::from_be_bytes(*b"\r\n\r\n") {
            self.tail = 0;
            self.line.dribble_header(0);
        }
        Poll::Ready(Ok(written))
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let ms = self.line.state.dribble_ms.load(Ordering::Relaxed);
        if let (1.., Some(&byte)) = (ms, buf.first()) {
            return self.dribble(cx, byte, ms);
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, buf))?;
        self.count(written);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.line.state.dribble_ms.load(Ordering::Relaxed) > 0 {
            let first = bufs.iter().find(|buf| !buf.is_empty());
            return self.poll_write(cx, first.map_or(&[], |buf| &**buf));
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, bufs))?;
        self.count(written);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The server flushes only what it has written whole.
        self.line.state.flushed.notify_waiters();
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let left = self.line.state.surplus.load(Ordering::Relaxed);
            let count = usize::try_from(left).unwrap_or(usize::MAX).min(SURPLUS.len());
            if count == 0 {
                return Pin::new(&mut self.stream).poll_shutdown(cx);
            }
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &SURPLUS[..count]))?;
            self.line.add_surplus(left.saturating_sub(written as u64));
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.line.state.reset.load(Ordering::Relaxed) {
            // Nothing to do about a socket that is gone already.
            let _ = socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        }
    }
}
