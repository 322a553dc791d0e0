//! Copies whose size nobody says: received into a file of our own first, then sent from there as any other file is.

use std::sync::Arc;

use bytesize::ByteSize;
use transfer::download::Checksum;
use transfer::error::{Failure, Kind, Result};
use transfer::provider::FileFacts;
use transfer::source::Fingerprint;
use transfer::target::Partial;
use transfer::{Direction, Event, State, Transfer, TransferId};

use crate::download::spare;
use crate::engine::{Inner, locked};
use crate::origin;
use crate::receive::{open_partial, same, whole};
use crate::runner::{Waited, Work};
use crate::upload::{no_uploads, provider};

/// What the names of these files end with; before it stands the transfer.
const ENDING: &str = ".part";
/// The disk is looked at again at the latest after so many bytes, and at the earliest.
const LOOKS: std::ops::RangeInclusive<u64> = 64 * 1024..=64 * 1024 * 1024;
/// The service is asked what it takes again at the latest after so many bytes, and at the earliest.
const ASKS: std::ops::RangeInclusive<u64> = 16 * 1024 * 1024..=1024 * 1024 * 1024;

/// No other transfer has this name, and whatever has it is this transfer's.
fn file_name(id: TransferId) -> String {
    format!("{id}{ENDING}")
}

/// Where the copy's file lies, as raw bytes of the path.
pub(crate) fn path(inner: &Inner, row: &Transfer) -> Vec<u8> {
    let folder = platform::path_from_bytes(&inner.world.copies);
    platform::path_to_bytes(&folder.join(file_name(row.id)))
}

/// Makes an empty file for the bytes.
pub(crate) async fn place(work: &mut Work, row: &Transfer) -> Result<()> {
    let event = match placing(work, row).await {
        Ok(Some(partial)) => Event::Placed(partial, Vec::new()),
        Ok(None) => return Ok(()),
        Err(failure) => Event::Failed(told(failure)),
    };
    work.commit(event).await.map(drop)
}

async fn placing(work: &mut Work, row: &Transfer) -> Result<Option<Partial>> {
    let inner = Arc::clone(&work.inner);
    let (targets, folder, name) = (&inner.world.targets, inner.world.copies.clone(), file_name(row.id));
    if work.commit(Event::PlaceAsked(row.name.clone())).await?.is_none() {
        return Ok(None);
    }
    targets.make_folder(&folder).await?;
    // Of an earlier try nothing is gone on from: a new file is known by a mark that nobody else holds.
    remove(&inner, row.id).await?;
    let Some(file) = targets.create(&folder, &name).await? else {
        let text = "Something else stands where Longshore keeps the file on its way.";
        return Err(Failure::new(Kind::TargetWrite, "copy_in_the_way", text));
    };
    Ok(Some(Partial {
        folder,
        name,
        mark: file.mark(),
        total: None,
        version: Default::default(),
    }))
}

/// All of it is here: compares it with the checksum that the source names, and has it sent.
pub(crate) async fn keep(work: &mut Work, row: &Transfer, known: Option<Checksum>) -> Result<()> {
    let inner = Arc::clone(&work.inner);
    let event = match work.or_poked(kept(&inner, row, known)).await {
        Waited::Poked => return Ok(()),
        Waited::Answered(Ok(event)) => {
            // From here on it is counted what was sent.
            if let Some(meter) = locked(&inner.meters).get_mut(&row.id) {
                meter.begin(0);
            }
            event
        }
        Waited::Answered(Err(failure)) => Event::Failed(told(failure)),
    };
    work.commit(event).await.map(drop)
}

async fn kept(inner: &Inner, row: &Transfer, known: Option<Checksum>) -> Result<Event> {
    let (partial, file) = open_partial(inner, row).await?.ok_or_else(lost)?;
    let total = partial.total.ok_or_else(lost)?;
    let expected = row.found.as_ref().and_then(|found| found.checksum.clone());
    if let Some(expected) = &expected {
        let found = match known {
            Some(found) => found,
            None => whole(inner, file.as_ref(), total, expected).await?,
        };
        if !same(&found, expected) {
            return Err(mismatch(row));
        }
    }
    let print = fingerprint(inner, row).await?;
    if print.size != total || print.file != partial.mark.file {
        return Err(lost());
    }
    Ok(Event::Gathered {
        print,
        checked: expected.is_some(),
    })
}

/// What came does not have the checksum that its source names.
pub(crate) fn mismatch(row: &Transfer) -> Failure {
    let again = row.found.as_ref().is_some_and(|found| found.mismatched);
    let then = if again {
        "So it was a second time."
    } else {
        "It is fetched again from the start."
    };
    let text = format!("The file that came is not the one that its source describes: its checksum differs. {then}");
    let failure = Failure::new(Kind::Integrity, "mismatch", text);
    if again {
        return failure.action("Try again later, or tell the service that the file comes from: it is damaged there.");
    }
    failure
}

/// The file as it is now.
///
/// # Errors
/// [`Kind::SourceChanged`] when it is gone: then it has to come once more.
pub(crate) async fn fingerprint(inner: &Inner, row: &Transfer) -> Result<Fingerprint> {
    let found = inner.world.sources.fingerprint(&path(inner, row)).await;
    found.map_err(as_lost)
}

/// That a file of our own is gone or changed is nothing that the person could mend.
pub(crate) fn as_lost(failure: Failure) -> Failure {
    match failure.kind {
        Kind::SourceGone | Kind::SourceChanged => lost(),
        _ => failure,
    }
}

/// What had come was changed or removed by somebody else.
pub(crate) fn lost() -> Failure {
    Failure::new(
        Kind::SourceChanged,
        "copy_gone",
        "What had come of the file was changed or removed in Longshore's own folder. It is received again from the start.",
    )
}

/// The same fault, in the words of a folder that is no business of the person's.
pub(crate) fn told(failure: Failure) -> Failure {
    let (message, action) = match failure.kind {
        Kind::TargetGone => return Failure { kind: Kind::SessionGone, ..lost() },
        Kind::TargetFull => (
            "The disk with Longshore's own folder has no room for this file, which has to lie there on its way. It goes on as soon as there is room.".to_owned(),
            "Free some space there.",
        ),
        Kind::Person if failure.code == "folder_denied" => (
            "Longshore may not write into its own folder, where this file has to lie on its way.".to_owned(),
            "Allow writing there, then try again.",
        ),
        Kind::TargetWrite if failure.code == "target_write" => (
            failure.message.replace("this download", "Longshore's own folder"),
            "Check the drive.",
        ),
        _ => return failure,
    };
    Failure { message, ..failure }.action(action)
}

/// Removes the copy's file. None, or something else in its place, is no fault.
pub(crate) async fn remove(inner: &Inner, id: TransferId) -> Result<()> {
    let (targets, folder, name) = (&inner.world.targets, &inner.world.copies, file_name(id));
    match targets.standing(folder, &name).await {
        Ok(Some(found)) => targets.remove(folder, &name, found.mark).await,
        Ok(None) => Ok(()),
        Err(failure) if failure.kind == Kind::TargetGone => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// Nobody works on the copy any more: its file goes, unless another try needs it.
pub(crate) async fn let_go(inner: &Inner, row: &Transfer) {
    if row.direction != Direction::Across || needs(row) {
        return;
    }
    if let Err(failure) = remove(inner, row.id).await {
        tracing::warn!(transfer = %row.id, code = failure.code, "the file of a copy that is over could not be removed yet");
    }
}

/// Removes the files of copies that are over, and of those that nobody knows: what a kill or a restored queue left.
pub(crate) async fn sweep(inner: &Inner) {
    let (targets, folder) = (&inner.world.targets, &inner.world.copies);
    let Ok(names) = targets.names(folder).await else {
        // Where there was never such a copy there is no folder.
        return;
    };
    for name in names {
        let Some(id) = name.strip_suffix(ENDING).and_then(|id| id.parse::<TransferId>().ok()) else {
            continue;
        };
        // Its mark first: a file that is made anew in the meantime is another one, and stays.
        let Ok(Some(found)) = targets.standing(folder, &name).await else {
            continue;
        };
        if inner.queue().get(id).is_some_and(needs) {
            continue;
        }
        if let Err(failure) = targets.remove(folder, &name, found.mark).await {
            tracing::warn!(transfer = %id, code = failure.code, "the file of a copy that is over could not be removed yet");
        }
    }
}

/// Its file is still good for something: also for another try, where there is something to go on from.
fn needs(row: &Transfer) -> bool {
    let more = !row.state.is_over() || (row.state == State::Failed && (row.gathered() || row.sent > 0));
    row.direction == Direction::Across && more && (row.gathers() || row.gathered())
}

/// Looks ahead of a body of which nobody knows the end: at the disk, and at what the service takes.
pub(crate) struct Ahead<'a> {
    inner: &'a Inner,
    row: &'a Transfer,
    /// Bytes that stay free for everybody else.
    spared: u64,
    look: u64,
    ask: u64,
}

impl<'a> Ahead<'a> {
    /// Looks at the disk as it is before the first byte.
    pub(crate) async fn new(inner: &'a Inner, row: &'a Transfer) -> Result<Self> {
        let free = inner.world.targets.free(&inner.world.copies).await?;
        let mut ahead = Self {
            inner,
            row,
            spared: spare(free),
            look: 0,
            ask: *ASKS.start(),
        };
        ahead.at(0).await?;
        Ok(ahead)
    }

    /// More bytes may follow the first `at`.
    ///
    /// # Errors
    /// When the disk has no room for them, or the service takes no file so large.
    pub(crate) async fn at(&mut self, at: u64) -> Result<()> {
        if at >= self.look {
            let free = self.inner.world.targets.free(&self.inner.world.copies).await?;
            let left = free.saturating_sub(self.spared);
            if left < *LOOKS.start() {
                return Err(full(at));
            }
            self.look = at + (left / 2).clamp(*LOOKS.start(), *LOOKS.end());
        }
        if at >= self.ask {
            self.ask = at + at.clamp(*ASKS.start(), *ASKS.end());
            takes(self.inner, self.row, at).await?;
        }
        Ok(())
    }
}

/// The service takes a file of so many bytes, as far as it says.
///
/// # Errors
/// [`Kind::TooLarge`] only: whatever else it may say is said once more when all is here.
pub(crate) async fn takes(inner: &Inner, row: &Transfer, size: u64) -> Result<()> {
    let facts = FileFacts {
        size,
        ..origin::bare(row)
    };
    let asked = async {
        let provider = provider(inner, row).await?;
        provider.upload().ok_or_else(no_uploads)?.limits(&facts).await
    };
    match asked.await {
        Err(failure) if failure.kind == Kind::TooLarge => Err(failure),
        _ => Ok(()),
    }
}

/// The disk is full, or nearly so, and how much is still to come nobody knows: waiting for room would be a guess.
pub(crate) fn full(came: u64) -> Failure {
    Failure::new(
        Kind::Refused,
        "copy_disk_full",
        format!(
            "The disk with Longshore's own folder is full: {} of the file came, and nobody says how much more there is. What came was removed.",
            ByteSize(came).display().si()
        ),
    )
    .action("Free space there and try again, or download it to another disk and upload it from there.")
}
