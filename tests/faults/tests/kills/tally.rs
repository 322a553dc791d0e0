//! Figures of a run, for people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use transfer::SessionId;

use super::life::Life;

/// What many lives came to.
#[derive(Debug, Default)]
pub(super) struct Tally {
    moments: BTreeMap<&'static str, usize>,
    kills: usize,
    with_parts_in_flight: usize,
    /// Per part: the kills at which it was in flight.
    in_flight: BTreeMap<u32, u64>,
    stored_whole: usize,
    /// Parts that had a receipt at some kill.
    receipts: BTreeSet<u32>,
    /// Sessions whose asking did not live to hear their name.
    asked: BTreeSet<SessionId>,
    sent_again: u64,
    unnamed: usize,
}

impl Tally {
    pub(super) fn died(&mut self, life: &Life) {
        *self.moments.entry(life.moment.name()).or_default() += 1;
        self.kills += 1;
        self.with_parts_in_flight += usize::from(!life.in_flight.is_empty());
        for part in &life.in_flight {
            assert!(
                !self.receipts.contains(part),
                "the receipt of part {part} was lost: {life:?}"
            );
            *self.in_flight.entry(*part).or_default() += 1;
        }
        self.stored_whole += life.stored_whole;
        self.receipts.extend(&life.claims.receipts);
        self.asked.extend(life.claims.asked);
    }

    /// How often part `number` was in flight at a kill: so often it has to be sent again.
    pub(super) fn owed(&self, number: u32) -> u64 {
        self.in_flight.get(&number).copied().unwrap_or(0)
    }

    /// Sessions that a kill left without a name.
    pub(super) fn asked(&self) -> usize {
        self.asked.len()
    }

    /// What the service had in the end.
    pub(super) fn ended(&mut self, sent_again: u64, unnamed: usize) {
        self.sent_again = sent_again;
        self.unnamed = unnamed;
    }

    /// The run was what it says it was: enough kills, and some of every kind that matters.
    pub(super) fn holds(&self, kills: usize) {
        assert_eq!(self.kills, kills);
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
            "looking what became of it",
        ] {
            assert!(self.moments.contains_key(moment), "no kill came {moment}");
        }
        assert!(self.with_parts_in_flight * 4 >= kills, "{self}");
        assert!(self.unnamed > 0, "no kill fell between signing and its row");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} kills of one upload of 40 parts, {} of them with parts in flight",
            self.kills, self.with_parts_in_flight
        )?;
        for (moment, count) in &self.moments {
            writeln!(f, "  {count:>4}  {moment}")?;
        }
        writeln!(
            f,
            "{} parts were in flight at a kill ({} of them stored whole, and not yet in the row), {} were sent again",
            self.in_flight.values().sum::<u64>(),
            self.stored_whole,
            self.sent_again
        )?;
        write!(
            f,
            "{} kills between asking for a session and its row, {} sessions without a name left at the service, each in our list",
            self.asked.len(),
            self.unnamed
        )
    }
}
