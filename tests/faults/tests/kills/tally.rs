//! Figures of a run, for people.

use std::collections::BTreeMap;
use std::fmt;

use super::life::Life;

/// What many lives came to.
#[derive(Debug, Default)]
pub(super) struct Tally {
    moments: BTreeMap<&'static str, usize>,
    /// Per upload: kills, and those among them in whose life the service made a session.
    uploads: BTreeMap<String, (usize, usize)>,
    with_parts_in_flight: usize,
    asked_again: u64,
    stored_again: u64,
    unnamed: usize,
}

impl Tally {
    pub(super) fn died(&mut self, upload: &str, life: &Life) {
        *self.moments.entry(life.moment.name()).or_default() += 1;
        let (kills, signed) = self.uploads.entry(upload.to_owned()).or_default();
        *kills += 1;
        *signed += usize::from(life.signed > 0);
        self.with_parts_in_flight += usize::from(life.in_flight > 0);
    }

    pub(super) fn sent_again(&mut self, asked: u64, stored: u64) {
        self.asked_again += asked;
        self.stored_again += stored;
    }

    pub(super) fn left(&mut self, unnamed: usize) {
        self.unnamed += unnamed;
    }

    pub(super) fn kills(&self) -> usize {
        self.uploads.values().map(|(kills, _)| kills).sum()
    }

    pub(super) fn kills_of(&self, upload: &str) -> usize {
        self.uploads.get(upload).map_or(0, |(kills, _)| *kills)
    }

    pub(super) fn signed(&self, upload: &str) -> usize {
        self.uploads.get(upload).map_or(0, |(_, signed)| *signed)
    }

    /// The run was what it says it was: enough kills, and some of every kind that matters.
    pub(super) fn holds(&self, kills: usize) {
        assert_eq!(self.kills(), kills);
        if kills < 10 {
            return;
        }
        for moment in [
            "asked for a session, not made",
            "session made, answer on the way",
            "session made, around its row",
            "just after a part was stored",
            "between the last part and the confirmation",
            "asked to confirm, request lost",
            "confirmed, answer on the way",
            "looking what became of it",
        ] {
            assert!(self.moments.contains_key(moment), "no kill came {moment}");
        }
        assert!(self.with_parts_in_flight > 0);
        assert!(self.unnamed > 0, "no kill fell between signing and its row");
        let most = self.uploads.values().map(|(kills, _)| *kills).max();
        assert!(most >= Some(10), "no upload lived through many");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = self.uploads.values().map(|(kills, _)| *kills).max().unwrap_or(0);
        writeln!(
            f,
            "{} kills over {} uploads of 40 parts, up to {most} of one; {} with parts in flight",
            self.kills(),
            self.uploads.len(),
            self.with_parts_in_flight
        )?;
        for (moment, count) in &self.moments {
            writeln!(f, "  {count:>4}  {moment}")?;
        }
        write!(
            f,
            "{} parts sent again ({} of them had been stored whole), {} unnamed sessions left at the service, each in our list",
            self.asked_again, self.stored_again, self.unnamed
        )
    }
}
