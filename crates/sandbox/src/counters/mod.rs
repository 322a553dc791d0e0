//! What happened, as the service saw it: the witness tests ask.

mod baasix;
mod down;
mod facilioo;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::faults::{Route, Taken};
use crate::held;
use crate::listen::Traffic;

pub use baasix::BaasixCount;
pub use down::{DownloadsCount, FileCount, FilefactoryCount, RangeCount, Visit};
pub(crate) use down::{Entry, Sending};
pub use facilioo::FaciliooCount;

/// Everything counted since the start or the last reset. Not kept over a restart of the sandbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counters {
    /// Requests that arrived, per route, those that met a fault included.
    pub requests: BTreeMap<Route, u64>,
    /// Sessions signed.
    pub sessions_opened: u64,
    /// Sessions neither confirmed nor cancelled, at this moment.
    pub sessions_open: u64,
    /// Calls of `uploaded` that were carried out, whatever came of them.
    pub completion_attempts: u64,
    /// Calls of `uploaded` that made an asset.
    pub completions: u64,
    /// Calls of `uploaded` for what was confirmed already, or is being confirmed.
    pub duplicate_confirmations: u64,
    /// Sessions given up by `cancel`.
    pub cancels: u64,
    /// Calls of `cancel` for what was confirmed: a client that asks this doesn't know what it did.
    pub cancels_after_completion: u64,
    /// Assets deleted.
    pub deletions: u64,
    /// Calls without the right key.
    pub auth_failures: u64,
    /// Calls answered 429 by the rate limit.
    pub rate_limited: u64,
    /// Sessions refused because the plan is full.
    pub quota_refusals: u64,
    /// Per upload id (the asset's id where the service makes one URL for the whole file).
    pub uploads: BTreeMap<String, UploadCount>,
    /// Part requests.
    pub payload: PayloadCount,
    /// What storage saw on presigned requests that it should not see.
    pub storage: StorageCount,
    /// Visits at the host that nobody should be led to.
    pub elsewhere: ElsewhereCount,
    /// Files on their way down.
    pub downloads: DownloadsCount,
    /// What FileFactory saw.
    pub filefactory: FilefactoryCount,
    /// What facilioo saw.
    pub facilioo: FaciliooCount,
    /// What Baasix saw.
    pub baasix: BaasixCount,
    /// Faults lived through, by name.
    pub faults: BTreeMap<String, u64>,
}

/// What happened to one upload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UploadCount {
    /// The asset's id.
    pub asset: String,
    /// The name it was signed with.
    pub name: String,
    /// The size it was signed with, in bytes.
    pub size: u64,
    /// Confirmations asked for.
    pub attempts: u64,
    /// Confirmations that made an asset: never more than 1.
    pub completions: u64,
    /// Confirmations asked for after the first had made it, or while it did.
    pub duplicates: u64,
    /// Times it was cancelled.
    pub cancels: u64,
    /// Per part number.
    pub parts: BTreeMap<u32, PartCount>,
}

/// What happened to one part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PartCount {
    /// Requests for it.
    pub requests: u64,
    /// Times it was stored whole.
    pub stored: u64,
    /// Bytes stored, over all those times.
    pub bytes: u64,
    /// Bytes of body read, those of broken requests included.
    pub received: u64,
}

/// Part requests as a stream of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PayloadCount {
    /// Part requests in work at this moment.
    pub now: u64,
    /// The most at a time.
    pub max: u64,
    /// Connections open to storage at this moment.
    pub connections_now: u64,
    /// The most at a time.
    pub connections_max: u64,
    /// Bytes of part bodies read, up to this moment.
    pub received: u64,
}

/// Requests with a signed URL that carried what they must not, or failed for what they carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each is what its name says")]
pub struct StorageCount {
    pub with_authorization: u64,
    pub with_cookie: u64,
    pub with_referer: u64,
    pub with_content_type: u64,
    pub with_amz_headers: u64,
    /// `Transfer-Encoding: chunked`: answered 501.
    pub chunked: u64,
    /// No `Content-Length`: answered 411.
    pub without_length: u64,
    /// 403 SignatureDoesNotMatch.
    pub bad_signature: u64,
    /// 403 Request has expired, that of a fault not counted.
    pub expired: u64,
    /// 404 NoSuchUpload, that of a fault not counted.
    pub gone: u64,
}

/// Visits at the host that only redirects and hostile part plans lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each is what its name says")]
pub struct ElsewhereCount {
    pub requests: u64,
    pub with_authorization: u64,
    pub with_cookie: u64,
    pub with_referer: u64,
    /// The visits themselves, up to a thousand.
    pub visits: Vec<Visit>,
}

/// Keeps the counters and tells who waits for them.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    counters: Mutex<Counters>,
    received: AtomicU64,
    sent: AtomicU64,
    numbers: AtomicU64,
    sending: Mutex<Vec<Entry>>,
    changed: Notify,
}

impl Tally {
    pub(crate) fn count<T>(&self, change: impl FnOnce(&mut Counters) -> T) -> T {
        let result = change(&mut held(&self.counters));
        self.changed.notify_waiters();
        result
    }

    pub(crate) fn arrived(&self, route: Route, taken: &Taken) {
        self.count(|c| {
            *c.requests.entry(route).or_default() += 1;
            for fault in &taken.list {
                *c.faults.entry(fault.name()).or_default() += 1;
            }
        });
    }

    /// Counts payload bytes; costs next to nothing while nobody waits.
    pub(crate) fn received(&self, bytes: u64) {
        self.received.fetch_add(bytes, Ordering::Relaxed);
        self.changed.notify_waiters();
    }

    /// Looks at the counters with `sessions_open` put in.
    pub(crate) fn look<T>(&self, sessions_open: u64, see: impl FnOnce(&Counters) -> T) -> T {
        let mut counters = held(&self.counters);
        counters.payload.received = self.received.load(Ordering::Relaxed);
        counters.downloads.sent = self.sent.load(Ordering::Relaxed);
        for entry in &*held(&self.sending) {
            entry.put(&mut counters);
        }
        counters.sessions_open = sessions_open;
        see(&counters)
    }

    /// Forgets everything but what is under way and the uploads' names.
    pub(crate) fn reset(&self) {
        self.received.store(0, Ordering::Relaxed);
        self.sent.store(0, Ordering::Relaxed);
        self.count(|c| {
            let payload = c.payload;
            let uploads = std::mem::take(&mut c.uploads);
            let downloads = c.downloads.under_way();
            *c = Counters::default();
            c.downloads = downloads;
            c.payload.now = payload.now;
            c.payload.max = payload.now;
            c.payload.connections_now = payload.connections_now;
            c.payload.connections_max = payload.connections_now;
            c.uploads = uploads
                .into_iter()
                .map(|(id, u)| {
                    (
                        id,
                        UploadCount {
                            asset: u.asset,
                            name: u.name,
                            size: u.size,
                            ..Default::default()
                        },
                    )
                })
                .collect();
        });
    }

    /// Returns once `enough` says so of what is counted.
    pub(crate) async fn until(&self, mut enough: impl FnMut() -> bool) {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if enough() {
                return;
            }
            changed.await;
            // Changes come in bursts, one for every piece of a body.
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Counts one more of something for as long as it lives.
pub(crate) struct Gauge<'a> {
    tally: &'a Tally,
    leave: fn(&mut Counters),
}

impl<'a> Gauge<'a> {
    pub(crate) fn part(tally: &'a Tally) -> Self {
        tally.count(|c| {
            c.payload.now += 1;
            c.payload.max = c.payload.max.max(c.payload.now);
        });
        Self {
            tally,
            leave: |c| c.payload.now = c.payload.now.saturating_sub(1),
        }
    }

    /// A connection, where such are counted.
    pub(crate) fn connection(tally: &'a Tally, traffic: Traffic) -> Option<Self> {
        match traffic {
            Traffic::Calls => None,
            Traffic::Up => {
                tally.count(|c| {
                    c.payload.connections_now += 1;
                    c.payload.connections_max = c.payload.connections_max.max(c.payload.connections_now);
                });
                Some(Self {
                    tally,
                    leave: |c| c.payload.connections_now = c.payload.connections_now.saturating_sub(1),
                })
            }
            Traffic::Down => {
                tally.count(|c| {
                    let d = &mut c.downloads;
                    d.connections_now += 1;
                    d.connections_max = d.connections_max.max(d.connections_now);
                });
                Some(Self {
                    tally,
                    leave: |c| c.downloads.connections_now = c.downloads.connections_now.saturating_sub(1),
                })
            }
        }
    }
}

impl Drop for Gauge<'_> {
    fn drop(&mut self) {
        self.tally.count(self.leave);
    }
}
