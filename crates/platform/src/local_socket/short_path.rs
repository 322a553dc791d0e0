//! Reaches a socket whose path is longer than the hundred bytes the system's calls have room for.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// What fits into `sockaddr_un` on every Unix, with the zero at its end (macOS 104, Linux 108).
const ROOM: usize = 103;

/// Another, shorter way to the same place, gone when this is dropped.
#[derive(Debug)]
pub(super) struct ShortPath {
    path: PathBuf,
    detour: Option<PathBuf>,
}

impl ShortPath {
    /// For a long path: a private folder in the temporary one, with a link to the socket's folder in it. The system
    /// follows the link, so the socket itself stands where it should.
    pub(super) fn to(path: &Path) -> io::Result<ShortPath> {
        if path.as_os_str().as_bytes().len() <= ROOM {
            return Ok(ShortPath {
                path: path.to_owned(),
                detour: None,
            });
        }
        let path = std::path::absolute(path)?;
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a socket needs a name"));
        };
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
        let detour = std::env::temp_dir().join(format!("longshore-{}", hex::encode(random)));
        // Fails where anything stands, so nobody can have put a folder of theirs there.
        DirBuilder::new().mode(0o700).create(&detour)?;
        // From here on dropping it tidies up.
        let short = ShortPath {
            path: detour.join("d").join(name),
            detour: Some(detour),
        };
        std::os::unix::fs::symlink(folder, short.link())?;
        if short.path.as_os_str().as_bytes().len() > ROOM {
            return Err(io::Error::new(
                io::ErrorKind::InvalidFilename,
                "the name of the socket is too long",
            ));
        }
        Ok(short)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn link(&self) -> PathBuf {
        self.detour.as_deref().unwrap_or(Path::new("")).join("d")
    }
}

impl Drop for ShortPath {
    fn drop(&mut self) {
        if let Some(detour) = &self.detour {
            // An empty private folder left in the temporary one harms nobody.
            let _ = fs::remove_file(self.link());
            let _ = fs::remove_dir(detour);
        }
    }
}
