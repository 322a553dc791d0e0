//! Hands files to the queue by the same door as everybody, some at a time, and takes old ones off its list again.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;
use transfer::error::Result;
use transfer::library::REPLACES;
use transfer::source::Fingerprint;
use transfer::watch::{FileState, OPTION, WatchFile, placeholders};
use transfer::{Time, Watch};

use super::keeper::{Keeper, START};
use crate::world::NewUpload;

/// Transfers of one watch in the queue at once: a million files wait in the watch, not in the queue.
const OPEN: usize = 100;
/// Completed transfers of one watch on the list; what they did stays known in the watch.
const LISTED: usize = 1_000;

/// A long look at many files fills the queue up so often: it must not run dry meanwhile.
const BETWEEN: Duration = Duration::from_millis(500);

/// Nobody can say yet how new versions are sent.
const VERSIONS_WAIT: &str = "versions_wait";

impl Keeper {
    /// Fills the queue up in the middle of something longer.
    pub(super) async fn feed_between(&mut self) -> Result<()> {
        if self.fed.elapsed() < BETWEEN {
            return Ok(());
        }
        self.feed().await
    }

    /// Fills the queue up with files that are ready.
    pub(super) async fn feed(&mut self) -> Result<()> {
        self.fed = Instant::now();
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
        let replaces = self.replaces(ready).await;
        let (mut uploads, mut rows) = (Vec::with_capacity(ready.len()), HashMap::new());
        for file in ready {
            if let Some(upload) = self.upload_of(file, replaces) {
                rows.insert(upload.path.clone(), file.row);
                uploads.push(upload);
            }
        }
        let transfers = self.engine.enqueue(uploads).await?;
        let attached: Vec<_> = transfers
            .iter()
            .filter_map(|transfer| Some((*rows.get(transfer.local_source()?)?, transfer.id)))
            .collect();
        self.ledger().attach(&attached, self.now()).await?;
        self.told();
        Ok(())
    }

    /// Whether the service takes new versions under their old ids; `None` where it can't be asked now.
    async fn replaces(&self, ready: &[WatchFile]) -> Option<bool> {
        if !ready.iter().any(|file| remote(file).is_some()) {
            return Some(false);
        }
        match self.engine.takes_new_versions(self.watch.account).await {
            Ok(takes) => {
                self.goes_on(VERSIONS_WAIT);
                Some(takes)
            }
            Err(failure) => {
                self.holds(VERSIONS_WAIT, format!("New versions wait: {}", failure.message));
                None
            }
        }
    }

    /// `None` for a new version of which nobody can say yet how it is sent.
    fn upload_of(&self, file: &WatchFile, replaces: Option<bool>) -> Option<NewUpload> {
        let name = platform::path_from_bytes(&file.name);
        let there = name_there(&name);
        let mut options = said_of(&self.watch, &self.ground.root, &file.print, &there);
        if let Some(id) = remote(file)
            && replaces?
        {
            options.insert(REPLACES.to_owned(), id.to_owned());
        }
        options.insert(OPTION.to_owned(), self.watch.id.to_string());
        Some(NewUpload {
            account: self.watch.account,
            path: platform::path_to_bytes(&self.ground.root.join(&name)),
            name: there,
            size: Some(file.print.size),
            version: Some(file.print),
            options,
            limit: None,
            batch: self.watch.batch(),
        })
    }
}

/// What a file below the watched folder is called at the service.
pub(super) fn name_there(name: &Path) -> String {
    let parts: Vec<_> = name.components().map(|part| said(part.as_os_str())).collect();
    parts.join("/")
}

/// What the watch has said of a file at the service. Patterns were read before the watch was stored.
pub(super) fn said_of(watch: &Watch, root: &Path, print: &Fingerprint, path: &str) -> BTreeMap<String, String> {
    let folder = root.file_name().map(said).unwrap_or_default();
    let facts = placeholders::Facts {
        folder: &folder,
        path,
        date: day_of(print.modified_ns),
    };
    let options = watch.options.iter();
    options
        .filter_map(|(option, pattern)| Some((option.clone(), placeholders::fill(pattern, &facts).ok()?)))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// The file's id at the service.
fn remote(file: &WatchFile) -> Option<&str> {
    file.sent.as_ref()?.remote.as_deref()
}

/// Year, month and day in UTC of a time in nanoseconds; the first of 1970 for one that no calendar has.
fn day_of(ns: i128) -> (i16, i8, i8) {
    let time = jiff::Timestamp::from_nanosecond(ns).unwrap_or_default();
    let day = time.to_zoned(jiff::tz::TimeZone::UTC).date();
    (day.year(), day.month(), day.day())
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
    fn the_day_of_a_file_is_that_of_its_last_change() {
        assert_eq!(day_of(1_774_915_200_000_000_000), (2026, 3, 31));
        assert_eq!(day_of(-1), (1969, 12, 31));
        assert_eq!(day_of(i128::MAX), (1970, 1, 1));
    }

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
