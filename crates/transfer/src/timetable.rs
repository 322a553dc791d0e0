//! The weekly timetable: which rates hold from when on, as people write it: `08:00 512K:1M, 18:00 off, Sat-08:00 off`.
//!
//! Entries stand in any order, divided by commas or spaces. Each is a time and rates, and holds until the next one, over
//! midnight and over the end of the week. A time is `08:00`, for every day, or `Mon-08:00`, for one; where both are there
//! for the same minute, the one for the day holds. Rates are `up:down`, or one for both; a rate is as everywhere
//! ([`read_rate`]), `off` for no limit, or `pause` (also `0`) when nothing may move.
//!
//! Local time comes in as weekday and minute of the day; which time zone that is, and when its clocks are turned, is the
//! caller's to know.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::rates::{Rates, rate_text, read_rate};

const DAY: u32 = 24 * 60;
const WEEK: u32 = 7 * DAY;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// All of them, the week's first one first.
    pub const ALL: [Self; 7] = [
        Self::Mon,
        Self::Tue,
        Self::Wed,
        Self::Thu,
        Self::Fri,
        Self::Sat,
        Self::Sun,
    ];

    fn read(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|day| format!("{day:?}").eq_ignore_ascii_case(text))
    }
}

/// What somebody wrote: from this time on, these rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Start {
    /// Every day without it.
    day: Option<Weekday>,
    /// From 0 up to 1440.
    minute: u32,
}

/// When which rates hold. An empty one limits nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timetable {
    entries: BTreeMap<Start, Rates>,
    /// The same by the minute of the week, for every day.
    week: BTreeMap<u32, Rates>,
}

/// A piece of a day in which the same rates hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Minutes of the day, within 0 up to 1440.
    pub minutes: Range<u32>,
    /// What holds in them.
    pub rates: Rates,
}

/// What is wrong with a timetable, and in which entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The timetable can't be read at “{entry}”: {why}.")]
pub struct TimetableError {
    /// As it was written.
    pub entry: String,
    /// The end of a sentence.
    pub why: String,
}

impl Timetable {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The rates that hold on this day at this minute (from 0 up to 1440).
    #[must_use]
    pub fn at(&self, day: Weekday, minute: u32) -> Rates {
        let now = minute_of_week(day, minute);
        let last = self.week.range(..=now).next_back();
        // Before the week's first entry, its last one holds.
        last.or_else(|| self.week.last_key_value())
            .map_or(Rates::FREE, |(_, rates)| *rates)
    }

    /// In how many minutes other rates begin to hold, and which; `None` when they never change.
    #[must_use]
    pub fn next_change(&self, day: Weekday, minute: u32) -> Option<(u32, Rates)> {
        let now = self.at(day, minute);
        self.next(day, minute, |rates| rates != now)
    }

    /// In how many minutes rates that are `wanted` begin to hold, and which, those of this minute apart.
    #[must_use]
    pub fn next(&self, day: Weekday, minute: u32, wanted: impl Fn(Rates) -> bool) -> Option<(u32, Rates)> {
        let now = minute_of_week(day, minute);
        let later = self.week.range(now + 1..).chain(self.week.range(..=now));
        later
            .map(|(at, rates)| ((at + WEEK - now - 1) % WEEK + 1, *rates))
            .find(|(_, rates)| wanted(*rates))
    }

    /// The day from its first minute to its last, in pieces that differ from their neighbours.
    #[must_use]
    pub fn day(&self, day: Weekday) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut start = 0;
        while start < DAY {
            let (end, rates) = match self.next_change(day, start) {
                Some((minutes, _)) => ((start + minutes).min(DAY), self.at(day, start)),
                None => (DAY, self.at(day, start)),
            };
            spans.push(Span {
                minutes: start..end,
                rates,
            });
            start = end;
        }
        spans
    }

    fn of(entries: BTreeMap<Start, Rates>) -> Self {
        // Entries for every day are first in order, so that those for one day replace them.
        let week = entries.iter().flat_map(|(from, rates)| {
            let days = Weekday::ALL
                .into_iter()
                .filter(|day| from.day.is_none_or(|only| only == *day));
            days.map(|day| (minute_of_week(day, from.minute), *rates))
        });
        Self {
            week: week.collect(),
            entries,
        }
    }
}

fn minute_of_week(day: Weekday, minute: u32) -> u32 {
    day as u32 * DAY + minute.min(DAY - 1)
}

impl FromStr for Timetable {
    type Err = TimetableError;

    fn from_str(text: &str) -> Result<Self, TimetableError> {
        let mut words = text
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|word| !word.is_empty());
        let mut entries = BTreeMap::new();
        while let Some(time) = words.next() {
            let wrong = |entry: &str, why: &str| TimetableError {
                entry: entry.to_owned(),
                why: why.to_owned(),
            };
            let from = read_time(time).map_err(|why| wrong(time, why))?;
            let rates = words.next().ok_or_else(|| wrong(time, "its rates are missing"))?;
            let entry = format!("{time} {rates}");
            let rates = read_rates(rates).map_err(|why| wrong(&entry, why))?;
            if entries.insert(from, rates).is_some() {
                return Err(wrong(&entry, "there is another entry for the same time"));
            }
        }
        Ok(Self::of(entries))
    }
}

fn read_time(word: &str) -> Result<Start, &'static str> {
    const TIME: &str = "an entry begins with a time such as 08:00 or Mon-08:00, from 00:00 to 23:59";
    let (day, time) = match word.split_once('-') {
        Some((day, time)) => {
            let day = Weekday::read(day).ok_or("days are Mon, Tue, Wed, Thu, Fri, Sat and Sun")?;
            (Some(day), time)
        }
        None => (None, word),
    };
    let (hour, minute) = time.split_once(':').ok_or(TIME)?;
    let number = |text: &str, below: u32| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
        let number = text.parse::<u32>().ok().filter(|number| digits && *number < below);
        number.ok_or(TIME)
    };
    if minute.len() != 2 {
        return Err(TIME);
    }
    Ok(Start {
        day,
        minute: number(hour, 24)? * 60 + number(minute, 60)?,
    })
}

fn read_rates(word: &str) -> Result<Rates, &'static str> {
    let (up, down) = word.split_once(':').unwrap_or((word, word));
    Ok(Rates {
        up: read_one(up)?,
        down: read_one(down)?,
    })
}

fn read_one(text: &str) -> Result<Option<u64>, &'static str> {
    match text {
        "off" => Ok(None),
        "pause" => Ok(Some(0)),
        "" => Err("rates are written up:down, or one for both"),
        rate => read_rate(rate)
            .map(Some)
            .map_err(|_| "a rate reads like 512K, 4MiB or 1GB, or is off or pause"),
    }
}

impl fmt::Display for Timetable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (from, rates)) in self.entries.iter().enumerate() {
            let divider = if index > 0 { ", " } else { "" };
            let day = from.day.map_or_else(String::new, |day| format!("{day:?}-"));
            write!(f, "{divider}{day}{:02}:{:02} ", from.minute / 60, from.minute % 60)?;
            write!(f, "{}", one_text(rates.up))?;
            if rates.down != rates.up {
                write!(f, ":{}", one_text(rates.down))?;
            }
        }
        Ok(())
    }
}

fn one_text(rate: Option<u64>) -> String {
    match rate {
        None => "off".to_owned(),
        Some(0) => "pause".to_owned(),
        Some(rate) => rate_text(rate),
    }
}

#[cfg(test)]
#[path = "timetable_test.rs"]
mod tests;
