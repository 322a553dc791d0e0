//! What is remembered of watches, whatever keeps it.

use async_trait::async_trait;

use super::{Content, FileState, Sent, Watch, WatchFile};
use crate::error::Result;
use crate::id::{AccountId, TransferId, WatchId};
use crate::time::Time;

/// Of files that are alike there may be a million, and so many tell what becomes of another one.
pub const TWINS: u32 = 16;

/// Durable memory of watches, in the same place as that of transfers: when a transfer is over, its file follows in the same
/// transaction. A call that returned `Ok` survives a power cut; one that failed changed nothing.
///
/// # Errors
/// All fail with [`Kind::DiskFull`](crate::Kind::DiskFull) or [`Kind::Disk`](crate::Kind::Disk).
#[async_trait]
pub trait WatchLedger: Send + Sync {
    /// Every watch, by name.
    async fn watches(&self) -> Result<Vec<Watch>>;

    /// Adds or replaces a watch.
    async fn put_watch(&self, watch: &Watch) -> Result<()>;

    /// Takes a watch off the list. Its transfers stay, and so does what is known of its files, for its return.
    async fn remove_watch(&self, id: WatchId) -> Result<()>;

    /// The watch of this folder and account that was removed last; putting it again brings it back.
    async fn removed_watch(&self, account: AccountId, root: &[u8]) -> Result<Option<Watch>>;

    /// What is known of these names, in no order.
    async fn files(&self, watch: WatchId, names: &[Vec<u8>]) -> Result<Vec<WatchFile>>;

    /// Adds or replaces files by watch and name, all or none. What the queue has is left as it is: only a transfer moves it.
    async fn put_files(&self, files: &[WatchFile]) -> Result<()>;

    /// Forgets files, unless the queue has them.
    async fn forget_files(&self, rows: &[i64]) -> Result<()>;

    /// A page of a watch's files, by row, after this one.
    async fn files_after(&self, watch: WatchId, row: i64, most: u32) -> Result<Vec<WatchFile>>;

    /// A page of those in this state whose version was first seen at `until` or before, the oldest first, after this place
    /// (time and row).
    async fn files_in(
        &self,
        watch: WatchId,
        state: FileState,
        until: Time,
        after: (Time, i64),
        most: u32,
    ) -> Result<Vec<WatchFile>>;

    /// The latest decisions, newest first, in this state or in any, before this place (time and row).
    async fn decisions(
        &self,
        watch: WatchId,
        state: Option<FileState>,
        before: Option<(Time, i64)>,
        most: u32,
    ) -> Result<Vec<WatchFile>>;

    /// Files of any watch of the account whose known content, or the content that was sent, is this one: at most so many of
    /// each kind, which are names that went from the watch of `file`, others in it, names of the same file number, and files
    /// of other watches.
    async fn twins(&self, account: AccountId, file: &WatchFile, content: &Content, most: u32)
    -> Result<Vec<WatchFile>>;

    /// A version of this content that the watch left at the service when a newer one took its place, and that no file of any
    /// watch of the account counts on.
    async fn older(&self, watch: WatchId, content: &Content) -> Result<Option<Sent>>;

    /// Whether any file of a watch of the account has, or had when it was sent, so many bytes; or an older version of one.
    async fn knows_size(&self, account: AccountId, size: u64) -> Result<bool>;

    /// The queue has taken these files (by row): each stands from now on as its transfer does, which may be over already.
    async fn attach(&self, files: &[(i64, TransferId)], now: Time) -> Result<()>;

    /// Files at the service that newer versions took the place of while the watch [deleted such](Watch::deletes_old), by row,
    /// after this one. None that any watch of the account still counts on.
    async fn replaced(&self, watch: WatchId, row: i64, most: u32) -> Result<Vec<Replaced>>;

    /// These are gone at the service, or are to stay.
    async fn forget_replaced(&self, rows: &[i64]) -> Result<()>;

    /// Nothing counts any more on these [older](Self::older) versions of the account's, which are about to go at the service.
    async fn forget_older(&self, account: AccountId, remotes: &[String]) -> Result<()>;

    /// Nor on these files, whatever is known of them: a person is about to delete them at the service. What stands in a folder
    /// stays as it is there, and is sent when it changes.
    async fn forget_remotes(&self, account: AccountId, remotes: &[String]) -> Result<()>;

    /// How many files there are in each state.
    async fn counts(&self, watch: WatchId) -> Result<Counts>;
}

/// A file at the service that a newer version took the place of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// Its row.
    pub row: i64,
    /// The service's id.
    pub remote: String,
}

/// How many files of a watch stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files and bytes of each state, in the order of [`FileState::ALL`].
    pub by_state: [Kept; 7],
}

impl Counts {
    /// Those in this state.
    #[must_use]
    pub fn of(&self, state: FileState) -> Kept {
        FileState::ALL
            .iter()
            .position(|other| *other == state)
            .map_or_else(Kept::default, |at| self.by_state[at])
    }
}

/// A number of files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Files.
    pub files: u64,
    /// Bytes in all.
    pub bytes: u64,
}
