//! Where a download's bytes go: a partial file in the target folder, which becomes the file in one step.

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::download::Version;
use crate::error::Result;

/// Which file a name stood for when it was made: a name alone proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileMark {
    /// The device or volume.
    pub device: u64,
    /// The inode or file id.
    pub file: u128,
    /// When it was made, in nanoseconds since 1970, where the system keeps that: a number that became free is given again.
    #[serde(default)]
    pub born_ns: Option<i128>,
}

/// The partial file of a download, as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partial {
    /// Its folder, as raw bytes of the path.
    pub folder: Vec<u8>,
    /// Its name there while it is partial.
    pub name: String,
    /// Which file that is.
    pub mark: FileMark,
    /// Bytes of the whole file; `None` when the server does not say.
    pub total: Option<u64>,
    /// The version that its bytes belong to.
    pub version: Version,
}

/// What stands at a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Which file; for what is no regular file the mark of that.
    pub mark: FileMark,
    /// Bytes.
    pub size: u64,
    /// It is a regular file.
    pub regular: bool,
}

/// What came of giving a file a name that must be free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// It has the name, durably.
    Named,
    /// Something else has it; nothing was changed.
    Taken,
}

/// The folders that downloads go to, as the queue needs them. `folder` is always raw bytes of a path.
///
/// # Errors
/// [`Kind::TargetGone`](crate::Kind::TargetGone) when the folder is not there, [`Kind::TargetFull`](crate::Kind::TargetFull)
/// when the disk is full, [`Kind::Person`](crate::Kind::Person) when it may not be written,
/// [`Kind::TargetWrite`](crate::Kind::TargetWrite) when the disk fails.
#[async_trait]
pub trait Targets: Send + Sync {
    /// Bytes that may still be written in `folder`.
    async fn free(&self, folder: &[u8]) -> Result<u64>;

    /// Makes the folder, one of our own and closed to everybody else, unless it is there.
    async fn make_folder(&self, folder: &[u8]) -> Result<()>;

    /// The names of what stands in the folder, those that are no text left out.
    async fn names(&self, folder: &[u8]) -> Result<Vec<String>>;

    /// What stands at `name`, compared as the system compares names; links are not followed.
    async fn standing(&self, folder: &[u8], name: &str) -> Result<Option<Standing>>;

    /// Makes a file that was not there, its name durable. `None` when something has the name.
    async fn create(&self, folder: &[u8], name: &str) -> Result<Option<Box<dyn TargetFile>>>;

    /// Opens the file with `mark` for going on with it. `None` when the name is free or stands for another file.
    async fn open(&self, folder: &[u8], name: &str, mark: FileMark) -> Result<Option<Box<dyn TargetFile>>>;

    /// Gives the file with `mark` the name `to`, durably, if nothing has it; `over` names the one file that may be replaced.
    async fn rename(
        &self,
        folder: &[u8],
        from: &str,
        mark: FileMark,
        to: &str,
        over: Option<FileMark>,
    ) -> Result<Naming>;

    /// Removes the file with `mark`; anything else at that name is left alone, and that is no fault.
    async fn remove(&self, folder: &[u8], name: &str, mark: FileMark) -> Result<()>;

    /// Marks a finished file as one that came from outside, where the system knows such a mark. `origin` is a host.
    async fn quarantine(&self, folder: &[u8], name: &str, origin: Option<&str>);
}

/// An open partial file; several may write at once, each where it belongs.
#[async_trait]
pub trait TargetFile: Send + Sync {
    /// Which file it is.
    fn mark(&self) -> FileMark;

    /// Bytes in it.
    async fn size(&self) -> Result<u64>;

    /// Makes it `len` bytes long, with room reserved on the disk where the system can do that.
    async fn reserve(&self, len: u64) -> Result<()>;

    /// Makes it `len` bytes long.
    async fn cut(&self, len: u64) -> Result<()>;

    /// Writes `pieces` one after the other from `offset` on.
    async fn write(&self, offset: u64, pieces: Vec<Bytes>) -> Result<()>;

    /// What was written is durable when this returns.
    async fn sync(&self) -> Result<()>;

    /// Up to `len` bytes from `offset`; fewer only where the file ends.
    async fn read(&self, offset: u64, len: usize) -> Result<Bytes>;
}
