//! What became of a file whose answer was lost: by its id, and where the server chooses ids itself, by what it looks like.

use std::time::Duration;

use serde_json::json;
use transfer::Time;
use transfer::error::Result;
use transfer::provider::Settlement;

use super::error::on_its_way;
use super::kept::{Ids, Kept, MARK};
use super::types::RecordDto;
use super::upload::is_own;
use super::{Baasix, LABEL};

/// How far two clocks may be apart although the server says what time it is.
const SLACK: Duration = Duration::from_secs(120);
/// So often a file may be listed without its bytes.
const LOOKS: u32 = 8;
/// Files that look alike are compared up to so many.
const MOST: u32 = 100;

impl Baasix {
    /// Looks; acts on nothing.
    pub(super) async fn look_for(&self, kept: &Kept) -> Result<Settlement> {
        if let Some(record) = self.record(&kept.id).await? {
            return self.found(kept, &record).await;
        }
        if self.memory.known(&kept.id).given_up {
            return Ok(Settlement::Gone);
        }
        if self.memory.ids() == Ids::Taken {
            return Ok(Settlement::NotFinished);
        }
        let alike = self.alike(kept).await?;
        if let Some(marked) = alike.iter().find(|record| is_marked(record, kept)) {
            return self.found(kept, marked).await;
        }
        Ok(self.judged(kept, &alike))
    }

    /// The file that the server keeps of this upload, under whichever id.
    pub(super) async fn marked(&self, kept: &Kept) -> Result<Option<String>> {
        let alike = self.alike(kept).await?;
        let marked = alike.into_iter().find(|record| is_marked(record, kept));
        Ok(marked.and_then(|record| record.id))
    }

    /// A record of this upload: it is the file if it has its size and its bytes.
    async fn found(&self, kept: &Kept, record: &RecordDto) -> Result<Settlement> {
        let id = record.id.clone().unwrap_or_default();
        match record.size {
            Some(seen) if seen < kept.size => {
                // Sending it again is what finds it cut, removes it and says so.
                self.memory.learn(&kept.id, |known| known.cut_at = Some(seen));
                Ok(Settlement::NotFinished)
            }
            Some(seen) if seen == kept.size => {
                // The row is made before the bytes are stored.
                if self.has_bytes(&id, seen).await? {
                    Ok(Settlement::Finished(self.finished(kept, &id, Some(seen))))
                } else {
                    self.without_bytes(kept)
                }
            }
            _ => Ok(Settlement::Unknown(format!(
                "{LABEL} lists the file with another size than its {} bytes.",
                kept.size
            ))),
        }
    }

    /// Listed, and not stored (yet): looked at again for a while, then it is for the person to say.
    fn without_bytes(&self, kept: &Kept) -> Result<Settlement> {
        self.memory.learn(&kept.id, |known| known.without_bytes += 1);
        if self.memory.known(&kept.id).without_bytes < LOOKS {
            return Err(on_its_way());
        }
        Ok(Settlement::Unknown(format!(
            "{LABEL} lists the file, but does not have its bytes."
        )))
    }

    /// Files of the same name that were made since, and have no id of ours.
    async fn alike(&self, kept: &Kept) -> Result<Vec<RecordDto>> {
        let theirs = Time(self.http.theirs(kept.since).0.saturating_sub(SLACK.as_millis() as i64));
        let since = jiff::Timestamp::from_millisecond(theirs.0).unwrap_or_default();
        let filter = json!({
            "originalFilename": {"eq": kept.name},
            "createdAt": {"gte": since.to_string()},
        });
        let mut found = self.records(&filter, MOST).await?;
        found.retain(|record| {
            let named = record.original_filename.as_deref() == Some(kept.name.as_str());
            named && record.id.as_deref().is_some_and(|id| !is_own(id))
        });
        Ok(found)
    }

    /// Without a mark: the server overwrites it for pictures, videos and sounds.
    fn judged(&self, kept: &Kept, alike: &[RecordDto]) -> Settlement {
        let same: Vec<_> = alike
            .iter()
            .filter(|record| record.size == Some(kept.size) && record.noted(MARK).is_none())
            .collect();
        match (same.as_slice(), self.memory.ids()) {
            ([], _) => Settlement::NotFinished,
            ([only], Ids::Ignored) => {
                let id = only.id.clone().unwrap_or_default();
                Settlement::Finished(self.finished(kept, &id, only.size))
            }
            _ => Settlement::Unknown(format!(
                "{LABEL} has {} of the same name and size, and it can't be told whether it is this one.",
                if same.len() == 1 { "a file" } else { "files" }
            )),
        }
    }
}

fn is_marked(record: &RecordDto, kept: &Kept) -> bool {
    record.noted(MARK).as_deref() == Some(kept.id.as_str())
}
