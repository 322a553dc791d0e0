//! What a power cut left of an upload: its row, its session and its receipts, compared with what was said and with what the
//! service has seen.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sandbox::{Counters, Route, UploadCount};
use serde_json::Value;
use store::Store;
use transfer::Step;
use transfer::ledger::Ledger;

/// What the database says of the upload.
#[derive(Debug)]
pub(super) struct Left {
    /// How far the row is; none when it was never accepted.
    pub(super) step: Option<Step>,
    /// The MD5 of each part that has a receipt.
    pub(super) receipts: BTreeMap<u32, String>,
}

/// What the service has seen of the upload.
#[derive(Debug)]
pub(super) struct Seen {
    /// The session that has parts, and how often it was asked for each.
    pub(super) uploads: Vec<UploadCount>,
    pub(super) asked_to_finish: bool,
}

impl Seen {
    /// Of the upload called `name`, the only one that was under way since `before`.
    pub(super) fn of(name: &str, before: &Counters, now: &Counters) -> Self {
        let asked = |counters: &Counters| counters.requests.get(&Route::Uploaded).copied().unwrap_or(0);
        Self {
            uploads: now
                .uploads
                .values()
                .filter(|upload| upload.name == name)
                .cloned()
                .collect(),
            asked_to_finish: asked(now) > asked(before),
        }
    }

    /// Part numbers that storage was asked to take, with whether it has them whole.
    pub(super) fn parts(&self) -> BTreeMap<u32, bool> {
        let parts = self.uploads.iter().flat_map(|upload| &upload.parts);
        parts.map(|(number, part)| (*number, part.stored > 0)).collect()
    }
}

impl Left {
    /// Reads the database in `home`, which must be whole.
    pub(super) async fn read(home: &Path) -> Result<Self, String> {
        let store = crate::closed::open(home)
            .await
            .map_err(|error| format!("the store does not open: {error}"))?;
        if let Some(restored) = store.restored() {
            return Err(format!("the database is damaged: {}", restored.why));
        }
        let left = Self::of(&store).await.map_err(|failure| failure.message);
        store.close().await.map_err(|failure| failure.message)?;
        left
    }

    async fn of(store: &Store) -> transfer::error::Result<Self> {
        let rows = store.transfers().await?;
        assert!(rows.len() <= 1, "one file, two rows: {rows:?}");
        let Some(row) = rows.first() else {
            return Ok(Self {
                step: None,
                receipts: BTreeMap::new(),
            });
        };
        let receipts = match row.session {
            Some(session) => store.receipts(session).await?,
            None => Vec::new(),
        };
        Ok(Self {
            step: Some(row.step),
            receipts: receipts
                .into_iter()
                .map(|receipt| (receipt.number, receipt.md5))
                .collect(),
        })
    }

    /// Nothing is lost that was acknowledged to a person, or to the service by asking it for something.
    pub(super) fn kept(&self, words: &str, seen: &Seen) -> Result<(), String> {
        let lines = words
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        for line in lines {
            let owed = match line["state"].as_str() {
                Some("transferring") => Step::Opened,
                Some("finishing") => Step::Sent,
                Some("completed") => Step::Finished,
                _ => Step::Accepted,
            };
            self.reached(owed, &format!("it said it was {}", line["state"]))?;
        }
        if !seen.uploads.is_empty() {
            self.reached(Step::OpenAsked, "the service opened a session")?;
        }
        if !seen.parts().is_empty() {
            self.reached(Step::Opened, "storage was asked to take parts")?;
        }
        if seen.asked_to_finish {
            self.reached(Step::FinishAsked, "the service was asked to make the file")?;
        }
        Ok(())
    }

    fn reached(&self, owed: Step, why: &str) -> Result<(), String> {
        match self.step {
            Some(step) if step >= owed => Ok(()),
            step => Err(format!("{why}, and its row is at {step:?}")),
        }
    }

    /// Every receipt is for a part that storage has, and names its bytes.
    pub(super) fn claims_only(&self, seen: &Seen, md5: &BTreeMap<u32, String>) -> Result<(), String> {
        let stored = seen.parts();
        for (number, claimed) in &self.receipts {
            if stored.get(number) != Some(&true) {
                return Err(format!("part {number} has a receipt, and storage does not have it"));
            }
            if md5.get(number) != Some(claimed) {
                return Err(format!("the receipt of part {number} is for other bytes"));
            }
        }
        Ok(())
    }

    /// Parts that were under way: they have to be sent again, and no others.
    pub(super) fn owed(&self, seen: &Seen) -> BTreeSet<u32> {
        let asked = seen.parts().into_keys();
        asked.filter(|number| !self.receipts.contains_key(number)).collect()
    }
}
