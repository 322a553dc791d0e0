//! Where the bytes of an upload come from: a file here, or one at another service that is read as it is sent.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::time::{Duration, timeout};
use transfer::download::{ByteStream, Checksum, RangeAsk, Version};
use transfer::error::{Failure, Kind, Result};
use transfer::names::safe_name;
use transfer::provider::{FileFacts, OPENING, Provider};
use transfer::source::{Fingerprint, Reader};
use transfer::{Direction, Event, PartPlan, Receipt, Transfer, Way};

use crate::download::{self, facet};
use crate::engine::{Inner, locked};
use crate::gather;
use crate::receive::{link_for, same};
use crate::throttle::Pace;

/// A connection that is silent for so long is given up.
const SILENCE: Duration = Duration::from_secs(30);

/// The code of bytes that ended. Where their number is known, that is a broken connection.
const ENDED: &str = "source_cut";

/// What was found when the source was looked at.
pub(crate) struct Looked {
    pub(crate) event: Event,
    pub(crate) facts: FileFacts,
}

/// Looks at the source before anything is created.
pub(crate) async fn look(inner: &Arc<Inner>, row: &Transfer) -> Result<Looked> {
    if is_here(row) {
        let print = fingerprint(inner, row).await?;
        if is_another(row, &print) {
            return Err(crate::source::changed());
        }
        let seen = Transfer {
            size: Some(print.size),
            fingerprint: Some(print),
            ..row.clone()
        };
        return Ok(Looked {
            facts: facts(inner, &seen).await?,
            event: Event::Measured(print),
        });
    }
    let mut file = download::ask(inner, row).await?;
    let name = safe_name(&file.name);
    let seen = Transfer {
        size: file.size,
        found: Some(file.clone()),
        name: name.clone(),
        ..row.clone()
    };
    let mut distant = Distant::new(inner, &seen, start_of(file.size.unwrap_or(u64::MAX)));
    let facts = match file.size {
        Some(size) => FileFacts {
            opening: opening(&mut distant, size).await?,
            ..bare(&seen)
        },
        // The service is asked about as much as is known; about all of it once it lies here.
        None => {
            let opening = beginning(&mut distant).await?;
            FileFacts {
                size: opening.len() as u64,
                opening,
                ..bare(&seen)
            }
        }
    };
    if file.version.is_silent() {
        // Many services tell versions apart only with the bytes: every part must be of the one that was looked at.
        file.version = distant.version;
    }
    Ok(Looked {
        facts,
        event: Event::Found { file, name },
    })
}

/// What is read of a file of `size` bytes to tell its type by.
fn start_of(size: u64) -> PartPlan {
    PartPlan {
        number: 1,
        start: 0,
        end: size.min(OPENING as u64),
    }
}

/// The first bytes of a file of `size` bytes.
async fn opening(reader: &mut dyn Reader, size: u64) -> Result<Bytes> {
    let end = start_of(size).end;
    let mut opening = Vec::new();
    while (opening.len() as u64) < end {
        let at = opening.len() as u64;
        let left = usize::try_from(end - at).unwrap_or(OPENING);
        opening.extend_from_slice(&reader.read(at, left).await?);
    }
    Ok(opening.into())
}

/// The first bytes of a file of which nobody says how long it is: all of them where it is shorter.
async fn beginning(distant: &mut Distant) -> Result<Bytes> {
    let mut beginning = Vec::new();
    while beginning.len() < OPENING {
        match distant.read(beginning.len() as u64, OPENING - beginning.len()).await {
            Ok(bytes) => beginning.extend_from_slice(&bytes),
            Err(failure) if failure.code == ENDED => break,
            Err(failure) => return Err(failure),
        }
    }
    Ok(beginning.into())
}

/// The file that is sent lies here: the person's, or one that a copy was gathered in.
fn is_here(row: &Transfer) -> bool {
    row.direction != Direction::Across || row.gathered()
}

/// Its path, as raw bytes.
fn path(inner: &Inner, row: &Transfer) -> Result<Vec<u8>> {
    if row.gathered() {
        return Ok(gather::path(inner, row));
    }
    let path = row.local_source().map(<[u8]>::to_vec);
    path.ok_or_else(|| Failure::new(Kind::Bug, "no_source", "It has no local file."))
}

/// The version of it that stands there now. What a copy was gathered in has only one.
async fn fingerprint(inner: &Inner, row: &Transfer) -> Result<Fingerprint> {
    if !row.gathered() {
        return inner.world.sources.fingerprint(&path(inner, row)?).await;
    }
    match gather::fingerprint(inner, row).await? {
        print if Some(print) == row.fingerprint => Ok(print),
        _ => Err(gather::lost()),
    }
}

/// It is to be sent as it was when it was handed over, and is another version by now.
fn is_another(row: &Transfer, now: &Fingerprint) -> bool {
    row.options.contains_key(transfer::watch::OPTION) && row.fingerprint.is_some_and(|then| then != *now)
}

/// The person's choices; whose watch it came from is no business of the service.
fn told(row: &Transfer) -> BTreeMap<String, String> {
    let mut options = row.options.clone();
    options.remove(transfer::watch::OPTION);
    options
}

/// What the service is told about the row's file.
pub(crate) async fn facts(inner: &Arc<Inner>, row: &Transfer) -> Result<FileFacts> {
    let size = row.size.unwrap_or(0);
    let opening = if size == 0 {
        Bytes::new()
    } else {
        opening(open(inner, row, start_of(size)).await?.as_mut(), size).await?
    };
    Ok(FileFacts { opening, ..bare(row) })
}

/// As above, without a look into the file.
pub(crate) fn bare(row: &Transfer) -> FileFacts {
    FileFacts {
        name: row.name.clone(),
        size: row.size.unwrap_or(0),
        // The same over all tries of one attempt.
        own_id: format!("{}-{}", row.id, row.attempt),
        options: told(row),
        opening: Bytes::new(),
    }
}

/// A fresh reader for `part` of the version that is being sent (law 5).
pub(crate) async fn open(inner: &Arc<Inner>, row: &Transfer, part: PartPlan) -> Result<Box<dyn Reader>> {
    if !is_here(row) {
        return Ok(Box::new(Distant::new(inner, row, part)));
    }
    let print = row.fingerprint.ok_or_else(crate::source::changed)?;
    let opened = inner.world.sources.open(&path(inner, row)?, &print).await;
    opened.map_err(|failure| {
        if row.gathered() {
            gather::as_lost(failure)
        } else {
            failure
        }
    })
}

/// The source is still the file that is being sent. A distant one says so with every answer.
pub(crate) async fn unchanged(inner: &Inner, row: &Transfer) -> Result<()> {
    if !is_here(row) {
        return Ok(());
    }
    match fingerprint(inner, row).await {
        Ok(print) if Some(print) == row.fingerprint => Ok(()),
        Ok(_) => Err(crate::source::changed()),
        Err(failure) => Err(failure),
    }
}

/// Connections that the source allows; none when it is here.
pub(crate) fn connections(row: &Transfer) -> Option<usize> {
    let found = row.found.as_ref().filter(|_| !is_here(row))?;
    // What gives no ranges is read from its first byte for every part: never twice at once.
    (found.resumable != Some(true)).then_some(1)
}

/// A copy that went over in one part was hashed on its way: it is compared with the checksum that its source names. A part
/// alone says nothing of the whole; what was gathered here was compared already.
pub(crate) fn as_described(row: &Transfer, receipts: &[Receipt]) -> Result<()> {
    let expected = row.found.as_ref().and_then(|found| found.checksum.as_ref());
    let (Some(expected), [all], false) = (expected, receipts, is_here(row)) else {
        return Ok(());
    };
    if Some(all.size) != row.size || same(&Checksum::Md5(all.md5.clone()), expected) {
        return Ok(());
    }
    Err(gather::mismatch(row))
}

/// The service that gives the bytes.
pub(crate) async fn giver(inner: &Inner, row: &Transfer) -> Result<Arc<dyn Provider>> {
    inner.world.accounts.provider(row.giver().unwrap_or(row.account)).await
}

/// A file at another service, read in order by one connection, at the pace of what comes in.
struct Distant {
    inner: Arc<Inner>,
    row: Transfer,
    end: u64,
    at: u64,
    stream: Option<ByteStream>,
    left: Bytes,
    pace: Pace,
    /// What the last answer said of itself.
    version: Version,
}

impl Distant {
    fn new(inner: &Arc<Inner>, row: &Transfer, part: PartPlan) -> Self {
        Self {
            inner: Arc::clone(inner),
            row: row.clone(),
            end: part.end,
            at: part.start,
            stream: None,
            left: Bytes::new(),
            pace: inner.pace(row, Way::Down),
            version: Version::default(),
        }
    }

    /// Opens the bytes from `at` on; what comes before them, where the server gives no ranges, is passed over.
    async fn connect(&mut self) -> Result<ByteStream> {
        let provider = giver(&self.inner, &self.row).await?;
        let link = link_for(&self.inner, &self.row, &provider).await?;
        let found = self.row.found.clone().unwrap_or_default();
        let ask = RangeAsk {
            start: self.at,
            end: Some(self.end).filter(|end| self.at > 0 || Some(*end) != self.row.size),
            total: self.row.size,
            version: Some(found.version).filter(|version| !version.is_silent()),
        };
        let opened = timeout(SILENCE, facet(&provider)?.open(&link, &ask)).await;
        let opening = opened.unwrap_or_else(|_| Err(silent()));
        let mut opening = opening.map_err(|failure| self.unlinked(failure))?;
        if opening
            .total
            .is_some_and(|total| self.row.size.is_some_and(|size| size != total))
        {
            return Err(changed());
        }
        self.version.clone_from(&opening.version);
        let mut before = self.at.checked_sub(opening.start).ok_or_else(changed)?;
        while before > 0 {
            let mut bytes = next(&mut opening.stream).await?;
            let passed = usize::try_from(before).unwrap_or(usize::MAX).min(bytes.len());
            self.pace.take(passed).await;
            self.left = bytes.split_off(passed);
            before -= passed as u64;
        }
        Ok(opening.stream)
    }

    /// A link that ran out is forgotten: the next try asks for another one, and what was sent stays.
    fn unlinked(&self, failure: Failure) -> Failure {
        if failure.kind != Kind::Expired {
            return failure;
        }
        locked(&self.inner.held).remove(&self.row.id);
        Failure {
            kind: Kind::Unavailable,
            ..failure
        }
    }
}

#[async_trait]
impl Reader for Distant {
    async fn read(&mut self, offset: u64, len: usize) -> Result<Bytes> {
        if self.stream.is_none() || offset != self.at {
            self.at = offset;
            self.left = Bytes::new();
            self.stream = Some(self.connect().await?);
        }
        if self.left.is_empty() {
            let Some(stream) = &mut self.stream else {
                return Err(silent());
            };
            self.left = next(stream).await?;
        }
        let some = self.pace.grant(len.min(self.left.len())).await;
        let bytes = self.left.split_to(some);
        self.at += bytes.len() as u64;
        Ok(bytes)
    }
}

/// The next bytes, at least one.
async fn next(stream: &mut ByteStream) -> Result<Bytes> {
    loop {
        match timeout(SILENCE, stream.next()).await {
            Err(_) => return Err(silent()),
            Ok(None) => {
                return Err(Failure::new(
                    Kind::Unavailable,
                    ENDED,
                    "The connection to the server that the file comes from broke.",
                ));
            }
            Ok(Some(bytes)) => {
                let bytes = bytes?;
                if !bytes.is_empty() {
                    return Ok(bytes);
                }
            }
        }
    }
}

fn silent() -> Failure {
    Failure::new(
        Kind::Unavailable,
        "source_silent",
        "The server that the file comes from sends nothing any more.",
    )
}

fn changed() -> Failure {
    Failure::new(
        Kind::SourceChanged,
        "source_changed",
        "The file at the other service changed while it was being sent. It is sent again from the start.",
    )
}
