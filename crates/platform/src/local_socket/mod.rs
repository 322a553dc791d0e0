//! Lets programs of one person on one machine talk: a Unix socket, on Windows a named pipe; never TCP.

#[cfg(unix)]
mod short_path;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
use unix as system;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as system;

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Waits for others to connect; nobody but this person (and the administrator) can.
#[derive(Debug)]
pub struct Listener(system::Listener);

/// One connection, the same for both sides.
#[derive(Debug)]
pub struct Stream(system::Stream);

impl Listener {
    /// Listens at `path`, of any length; must be called within a Tokio runtime.
    ///
    /// The folder is made private (see [`crate::modes::private_dir`]), the socket has mode 0600, and one that a dead process
    /// left behind is taken away. On Windows the path only gives the pipe its name, and nothing is made on the disk.
    /// Dropping the listener removes the socket.
    ///
    /// # Errors
    /// [`io::ErrorKind::AddrInUse`] when somebody listens there; [`io::ErrorKind::AlreadyExists`] when something
    /// else than a socket has the name (it is left alone); otherwise what the system says.
    pub fn bind(path: &Path) -> io::Result<Listener> {
        system::Listener::bind(path).map(Listener)
    }

    /// The next connection. Dropping the future loses none.
    ///
    /// # Errors
    /// What the system says; asking again is right, after a pause when descriptors have run out.
    pub async fn accept(&self) -> io::Result<Stream> {
        self.0.accept().await.map(Stream)
    }
}

impl Stream {
    /// Connects to who listens at `path`.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] or [`io::ErrorKind::ConnectionRefused`] when nobody listens there; otherwise what the
    /// system says.
    pub async fn connect(path: &Path) -> io::Result<Stream> {
        system::connect(path).await.map(Stream)
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
