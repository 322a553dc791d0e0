//! Files on their way down, request by request.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use super::{Counters, Tally};
use crate::controls::Controls;
use crate::held;

/// Files on their way down, from the file host and by FileFactory's links.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DownloadsCount {
    /// Bodies on their way at this moment.
    pub now: u64,
    /// The most at a time.
    pub max: u64,
    /// Connections open to the file host at this moment.
    pub connections_now: u64,
    /// The most at a time.
    pub connections_max: u64,
    /// Bytes of bodies handed to connections, up to this moment.
    pub sent: u64,
    /// Per name (file host) or id (FileFactory).
    pub files: BTreeMap<String, FileCount>,
}

/// Requests for one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileCount {
    /// HEAD requests.
    pub heads: u64,
    /// Requests refused because too many were reading it, or it was too early.
    pub refused: u64,
    /// Bodies on their way at this moment.
    pub now: u64,
    /// The most at a time.
    pub max: u64,
    /// Every answer that had a body of this file, in order.
    pub ranges: Vec<RangeCount>,
}

/// One answer with bytes of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RangeCount {
    /// A running number over all files.
    pub number: u64,
    /// The `Range` header as it came.
    pub asked: Option<String>,
    /// Offset of the first byte asked for; 0 without a range.
    pub start: u64,
    /// The status answered.
    pub status: u16,
    /// Bytes of body handed to the connection, up to this moment.
    pub sent: u64,
    /// Whether it is over.
    pub ended: bool,
}

/// What FileFactory saw; requests per method are in `requests`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FilefactoryCount {
    /// Logins that were tried.
    pub logins: u64,
    /// Logins that made a key.
    pub logins_done: u64,
    /// Requests by GET.
    pub by_get: u64,
    /// Requests by POST.
    pub by_post: u64,
    /// Requests with a password, a key or an authorization key in the address.
    pub secrets_in_url: u64,
    /// Ids in the largest batch.
    pub largest_batch: u64,
    /// Logins tried while 705 says to wait.
    pub during_login_wait: u64,
    /// Links asked for while 717 says to wait for that file.
    pub during_password_wait: u64,
    /// Links handed out.
    pub links: u64,
    /// Error codes answered, by number.
    pub codes: BTreeMap<i64, u64>,
    /// Links that sent their visitor to an error page, by `code`.
    pub site_codes: BTreeMap<u32, u64>,
}

/// What a visitor brought to the host that nobody should be led to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Visit {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Every header by its name in small letters; several of one name are joined by commas.
    pub headers: BTreeMap<String, String>,
}

impl DownloadsCount {
    /// Only what is on its way.
    pub(super) fn under_way(&self) -> Self {
        let files = self.files.iter().filter(|(_, f)| f.now > 0).map(|(name, f)| {
            let file = FileCount {
                now: f.now,
                max: f.now,
                ..FileCount::default()
            };
            (name.clone(), file)
        });
        Self {
            now: self.now,
            max: self.now,
            connections_now: self.connections_now,
            connections_max: self.connections_now,
            sent: 0,
            files: files.collect(),
        }
    }
}

/// An answer that is being sent, as the tally keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    file: String,
    number: u64,
    sent: Arc<AtomicU64>,
}

impl Entry {
    /// Writes what was sent up to now into its range.
    pub(super) fn put(&self, counters: &mut Counters) {
        let file = counters.downloads.files.get_mut(&self.file);
        let range = file.and_then(|f| f.ranges.iter_mut().rfind(|r| r.number == self.number));
        if let Some(range) = range {
            range.sent = self.sent.load(Ordering::Relaxed);
        }
    }
}

/// Counts an answer with bytes of a file for as long as it lives.
pub(crate) struct Sending {
    controls: Arc<Controls>,
    entry: Entry,
}

impl Sending {
    /// Begins to count; `None` when `most` are reading the file already.
    pub(crate) fn begin(controls: &Arc<Controls>, file: &str, most: Option<u64>, range: RangeCount) -> Option<Self> {
        let tally = &controls.tally;
        let number = tally.next_number();
        let begun = tally.count(|c| {
            let count = c.downloads.files.entry(file.to_owned()).or_default();
            if most.is_some_and(|most| count.now >= most) {
                count.refused += 1;
                return false;
            }
            count.now += 1;
            count.max = count.max.max(count.now);
            count.ranges.push(RangeCount { number, ..range });
            c.downloads.now += 1;
            c.downloads.max = c.downloads.max.max(c.downloads.now);
            true
        });
        let entry = Entry {
            file: file.to_owned(),
            number,
            sent: Arc::default(),
        };
        begun.then(|| {
            held(&tally.sending).push(entry.clone());
            Self {
                controls: controls.clone(),
                entry,
            }
        })
    }

    /// Counts bytes; costs next to nothing while nobody waits.
    pub(crate) fn sent(&self, bytes: u64) {
        self.entry.sent.fetch_add(bytes, Ordering::Relaxed);
        self.controls.tally.sent(bytes);
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        let tally = &self.controls.tally;
        held(&tally.sending).retain(|e| e.number != self.entry.number);
        tally.count(|c| {
            self.entry.put(c);
            c.downloads.now = c.downloads.now.saturating_sub(1);
            if let Some(file) = c.downloads.files.get_mut(&self.entry.file) {
                file.now = file.now.saturating_sub(1);
                if let Some(range) = file.ranges.iter_mut().rfind(|r| r.number == self.entry.number) {
                    range.ended = true;
                }
            }
        });
    }
}

impl Tally {
    fn next_number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn sent(&self, bytes: u64) {
        self.sent.fetch_add(bytes, Ordering::Relaxed);
        self.changed.notify_waiters();
    }
}
