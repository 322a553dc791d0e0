//! The Unix socket.

use super::short_path::ShortPath;
use crate::modes;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect as connect_now, socket_with};
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tokio::net::{UnixListener, UnixStream};

pub(super) type Stream = UnixStream;

#[derive(Debug)]
pub(super) struct Listener {
    listener: UnixListener,
    path: PathBuf,
    /// Device and inode of the socket we made: nothing else is removed at the end.
    made: (u64, u64),
}

impl Listener {
    pub(super) fn bind(path: &Path) -> io::Result<Listener> {
        let path = std::path::absolute(path)?;
        if let Some(folder) = path.parent() {
            modes::private_dir(folder)?;
        }
        let short = ShortPath::to(&path)?;
        remove_dead(&path, short.path())?;
        let listener = UnixListener::bind(short.path())?;
        // Nobody else got in before this: the folder is closed to them.
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        let made = place(&path)?;
        Ok(Listener { listener, path, made })
    }

    pub(super) async fn accept(&self) -> io::Result<Stream> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            let other = stream.peer_cred()?.uid();
            // The socket's rights keep others out already; this holds where a file system ignores them.
            if other == rustix::process::geteuid().as_raw() || other == 0 {
                return Ok(stream);
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if place(&self.path).is_ok_and(|found| found == self.made) {
            // A socket left behind is taken away by the next who binds.
            let _ = fs::remove_file(&self.path);
        }
    }
}

pub(super) async fn connect(path: &Path) -> io::Result<Stream> {
    let path = path.to_owned();
    let short = tokio::task::spawn_blocking(move || ShortPath::to(&path))
        .await
        .map_err(io::Error::other)??;
    UnixStream::connect(short.path()).await
}

/// Takes away a socket that nobody listens at any more.
fn remove_dead(path: &Path, short: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
        Ok(found) if !found.file_type().is_socket() => {
            return Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                "something else than a socket has this name",
            ));
        }
        Ok(_) => {}
    }
    let probe = socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::empty(), None)?;
    // Without waiting: a full queue of connections is a sign of life too.
    rustix::io::ioctl_fionbio(&probe, true)?;
    match connect_now(&probe, &SocketAddrUnix::new(short)?) {
        Err(Errno::CONNREFUSED) => fs::remove_file(path),
        Err(Errno::NOENT) => Ok(()),
        Ok(()) | Err(Errno::AGAIN | Errno::INPROGRESS) => Err(io::ErrorKind::AddrInUse.into()),
        Err(error) => Err(error.into()),
    }
}

fn place(path: &Path) -> io::Result<(u64, u64)> {
    fs::symlink_metadata(path).map(|found| (found.dev(), found.ino()))
}
