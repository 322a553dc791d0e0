//! What the service measures later: whether a size that it shows is that of what was sent, or of what was there before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use transfer::error::Result;
use transfer::provider::Followed;

use super::file::FileRead;
use super::sent::Before;
use super::{Facilioo, LABEL};

/// After a restart nobody knows what was shown before: what was changed earlier than this, in milliseconds, is not
/// believed. Files are followed for less than that.
const RECENT: i64 = 15 * 60 * 1000;

/// Files whose measure is awaited, with what was shown of each before.
#[derive(Default)]
pub(super) struct Awaited(Mutex<BTreeMap<String, Option<Before>>>);

/// Files for which storage did not accept a link's signature once already.
#[derive(Default)]
pub(super) struct Signatures(Mutex<BTreeSet<String>>);

impl Signatures {
    /// Whether this is the first time for the file `id`.
    pub(super) fn first(&self, id: &str) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.to_owned())
    }

    pub(super) fn forget(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

impl Facilioo {
    pub(super) fn await_measure(&self, id: &str, before: Option<Before>) {
        let mut awaited = self.awaited.0.lock().unwrap_or_else(PoisonError::into_inner);
        awaited.insert(id.to_owned(), before);
    }

    pub(super) async fn measured(&self, id: &str, size: u64) -> Result<Followed> {
        let Some(file) = self.file(id).await? else {
            return Ok(Followed::Differs(format!("{LABEL} does not have the file any more.")));
        };
        let known = {
            let awaited = self.awaited.0.lock().unwrap_or_else(PoisonError::into_inner);
            awaited.get(id).copied()
        };
        let fresh = match known {
            Some(before) => is_fresh(before, &file, size),
            None => {
                let now = self.http.tools.clock.now().time;
                let changed = file.modified.map(|at| self.http.ours(at));
                changed.is_none_or(|at| now.0.saturating_sub(at.0) < RECENT)
            }
        };
        let followed = shown(&file, size, fresh);
        if followed != Followed::NotYet {
            let mut awaited = self.awaited.0.lock().unwrap_or_else(PoisonError::into_inner);
            awaited.remove(id);
        }
        Ok(followed)
    }
}

/// What the service shows was measured since `sent` bytes were sent, and is not left from before.
pub(super) fn is_fresh(before: Option<Before>, file: &FileRead, sent: u64) -> bool {
    let Some((earlier, before)) = before.and_then(|before| Some((before.size?, before))) else {
        // It had never been measured.
        return true;
    };
    let changed = before.modified.zip(file.modified).is_some_and(|(then, now)| now > then);
    // Where the size is the same as before, only the date can tell; and where another was sent, it is left from before.
    file.size != Some(earlier) || (earlier == sent && changed)
}

fn shown(file: &FileRead, size: u64, fresh: bool) -> Followed {
    match file.size {
        Some(_) if !fresh => Followed::NotYet,
        Some(shown) if shown == size => Followed::Confirmed,
        Some(shown) => Followed::Differs(format!("{LABEL} shows {shown} bytes, and {size} were sent.")),
        None => Followed::NotYet,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use transfer::Time;

    use super::*;

    fn file(size: Option<u64>, modified: i64) -> FileRead {
        let read = FileRead::read(&json!({"id": 7, "fileSize": size}));
        FileRead {
            modified: Some(Time(modified)),
            ..read.unwrap()
        }
    }

    #[test]
    fn a_size_that_was_shown_before_is_not_believed() {
        let before = Before {
            size: Some(10),
            modified: Some(Time(5)),
        };
        let fresh = |size, modified, sent| is_fresh(Some(before), &file(Some(size), modified), sent);
        assert!(!fresh(10, 5, 12), "nothing has changed");
        assert!(!fresh(10, 6, 12), "the date has, and the size is left from before");
        assert!(fresh(12, 5, 12), "another size");
        assert!(!fresh(10, 5, 10), "the same size, from before");
        assert!(fresh(10, 6, 10), "the same size, measured again");
        let never = Before {
            size: None,
            modified: Some(Time(5)),
        };
        assert!(is_fresh(Some(never), &file(Some(10), 5), 10));
        assert!(is_fresh(None, &file(Some(10), 5), 10));
        assert_eq!(shown(&file(Some(10), 5), 12, false), Followed::NotYet);
        assert_eq!(shown(&file(Some(12), 6), 12, true), Followed::Confirmed);
        assert_eq!(shown(&file(None, 6), 12, true), Followed::NotYet);
        assert!(matches!(shown(&file(Some(11), 6), 12, true), Followed::Differs(_)));
    }
}
