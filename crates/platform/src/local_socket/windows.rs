//! The named pipe of Windows.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions};
use tokio::sync::Mutex;
use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_PIPE_BUSY, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{PSECURITY_DESCRIPTOR, SECURITY_ATTRIBUTES};

/// Full access for the owner and for the system, none for anybody else; the usual list would let everybody read.
const OWNER_ONLY: &str = "D:P(A;;GA;;;OW)(A;;GA;;;SY)";

/// How often and how long a client waits for the server to offer its next instance.
const BUSY_TRIES: u32 = 40;
const BUSY_WAIT: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub(super) struct Listener {
    name: String,
    /// The instance that the next client gets; there is always one, so that no client finds the door missing.
    next: Mutex<NamedPipeServer>,
}

#[derive(Debug)]
pub(super) enum Stream {
    Server(NamedPipeServer),
    Client(NamedPipeClient),
}

impl Listener {
    pub(super) fn bind(path: &Path) -> io::Result<Listener> {
        let name = pipe_name(path)?;
        let first = offer(&name, true).map_err(|error| match error.raw_os_error() {
            // What the system answers when the first instance is somebody else's.
            Some(code) if code == ERROR_ACCESS_DENIED.cast_signed() => io::ErrorKind::AddrInUse.into(),
            _ => error,
        })?;
        Ok(Listener {
            name,
            next: Mutex::new(first),
        })
    }

    pub(super) async fn accept(&self) -> io::Result<Stream> {
        let mut next = self.next.lock().await;
        next.connect().await?;
        let following = offer(&self.name, false)?;
        Ok(Stream::Server(std::mem::replace(&mut next, following)))
    }
}

pub(super) async fn connect(path: &Path) -> io::Result<Stream> {
    let name = pipe_name(path)?;
    for _ in 0..BUSY_TRIES {
        match ClientOptions::new().open(&name) {
            Ok(client) => return Ok(Stream::Client(client)),
            Err(error) if error.raw_os_error() == Some(ERROR_PIPE_BUSY.cast_signed()) => {
                tokio::time::sleep(BUSY_WAIT).await;
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// One name per path, whatever its length: names of pipes end at 256 characters and know no folders.
fn pipe_name(path: &Path) -> io::Result<String> {
    let path = std::path::absolute(path)?;
    // Windows takes `C:\A` and `c:\a` for one place.
    let text = path.to_string_lossy().to_lowercase();
    // FNV-1a: the same in every build, and nobody gains from a collision, as the access list names the owner.
    let hash = |seed: u64| {
        text.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    };
    Ok(format!(
        r"\\.\pipe\longshore-{:016x}{:016x}",
        hash(0xcbf2_9ce4_8422_2325),
        hash(0x6c62_272e_07bb_0142)
    ))
}

/// A new instance of the pipe, for the owner alone and for this machine alone (Tokio refuses remote clients by default).
#[allow(unsafe_code)]
fn offer(name: &str, first: bool) -> io::Result<NamedPipeServer> {
    let text: Vec<u16> = OWNER_ONLY.encode_utf16().chain([0]).collect();
    let mut descriptor: PSECURITY_DESCRIPTOR = std::ptr::null_mut();
    // SAFETY: `text` ends with a zero and lives until the call returns; the call fills `descriptor` with memory of its own.
    let made = unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            text.as_ptr(),
            SDDL_REVISION_1,
            &raw mut descriptor,
            std::ptr::null_mut(),
        )
    };
    if made == 0 {
        return Err(io::Error::last_os_error());
    }
    let mut attributes = SECURITY_ATTRIBUTES {
        nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
        lpSecurityDescriptor: descriptor,
        bInheritHandle: 0,
    };
    // SAFETY: `attributes` and the descriptor in it are valid until the call returns, and the call copies them.
    let server = unsafe {
        ServerOptions::new()
            .first_pipe_instance(first)
            .create_with_security_attributes_raw(name, (&raw mut attributes).cast())
    };
    // SAFETY: the descriptor came from the call above, which asks for it to be freed so, and is not used afterwards.
    unsafe { LocalFree(descriptor) };
    server
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Server(pipe) => Pin::new(pipe).poll_read(cx, buffer),
            Stream::Client(pipe) => Pin::new(pipe).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Server(pipe) => Pin::new(pipe).poll_write(cx, bytes),
            Stream::Client(pipe) => Pin::new(pipe).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Server(pipe) => Pin::new(pipe).poll_flush(cx),
            Stream::Client(pipe) => Pin::new(pipe).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Server(pipe) => Pin::new(pipe).poll_shutdown(cx),
            Stream::Client(pipe) => Pin::new(pipe).poll_shutdown(cx),
        }
    }
}
