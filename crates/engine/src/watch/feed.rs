//! Hands files to the queue by the same door as everybody, some at a time, and takes old ones off its list again.

use std::collections::{BTreeMap, HashMap};

use transfer::Time;
use transfer::error::Result;
use transfer::watch::{FileState, OPTION, WatchFile};

use super::keeper::{Keeper, START};
use crate::world::NewUpload;

/// Transfers of one watch in the queue at once: a million files wait in the watch, not in the queue.
const OPEN: usize = 100;
/// Completed transfers of one watch on the list; what they did stays known in the watch.
const LISTED: usize = 1_000;

impl Keeper {
    /// Fills the queue up with files that are ready.
    pub(super) async fn feed(&mut self) -> Result<()> {
        if self.engine.read_only().is_some() {
            return Ok(());
        }
        let (open, mut completed) = self.engine.of_batch(self.watch.batch());
        let room = u32::try_from(OPEN.saturating_sub(open)).unwrap_or_default();
        if room > 0 {
            let ready = self
                .ledger()
                .files_in(self.watch.id, FileState::Ready, Time(i64::MAX), START, room)
                .await?;
            self.enqueue(&ready).await?;
        }
        if completed.len() > LISTED {
            completed.truncate(completed.len() - LISTED);
            self.engine.remove(&completed).await?;
        }
        Ok(())
    }

    /// A stop between the two steps is made good by the next start: the same version is the same transfer.
    async fn enqueue(&mut self, ready: &[WatchFile]) -> Result<()> {
        if ready.is_empty() {
            return Ok(());
        }
        let uploads: Vec<_> = ready.iter().map(|file| self.upload_of(file)).collect();
        let rows: HashMap<_, _> = uploads.iter().map(|upload| upload.path.clone()).zip(ready).collect();
        let transfers = self.engine.enqueue(uploads).await?;
        let attached: Vec<_> = transfers
            .iter()
            .filter_map(|transfer| Some((rows.get(transfer.local_source()?)?.row, transfer.id)))
            .collect();
        self.ledger().attach(&attached, self.now()).await?;
        self.told();
        Ok(())
    }

    fn upload_of(&self, file: &WatchFile) -> NewUpload {
        let name = platform::path_from_bytes(&file.name);
        let parts: Vec<_> = name.components().map(|part| said(part.as_os_str())).collect();
        NewUpload {
            account: self.watch.account,
            path: platform::path_to_bytes(&self.ground.root.join(&name)),
            name: parts.join("/"),
            size: Some(file.print.size),
            version: Some(file.print),
            options: BTreeMap::from([(OPTION.to_owned(), self.watch.id.to_string())]),
            limit: None,
            batch: self.watch.batch(),
        }
    }
}

/// A name as a service is told it: what is no text is written as `%` and two digits, byte by byte.
fn said(part: &std::ffi::OsStr) -> String {
    if let Some(text) = part.to_str() {
        return text.to_owned();
    }
    let mut text = String::new();
    for chunk in part.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_text_is_told_byte_by_byte() {
        assert_eq!(said("größe %.bin".as_ref()), "größe %.bin");
        let bytes = [b"a".as_slice(), &[0xff], "ü".as_bytes()].concat();
        let name = platform::path_from_bytes(&bytes);
        if name.to_str().is_none() {
            assert_eq!(said(name.as_os_str()), "a%FFü");
        }
    }
}
