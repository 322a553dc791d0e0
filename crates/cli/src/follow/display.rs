//! Shows rows as they change: bars for who looks, lines for who reads later, objects for programs.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use app::boundary::{TransferRow, TransferState};
use tokio::time::Instant;
use uuid::Uuid;

use super::is_over;
use crate::print::{self, Bars};
use crate::terminal::Terminal;

/// How often a program is told of progress.
const BEAT: Duration = Duration::from_secs(1);

/// How rows are shown.
pub(super) struct Display {
    how: How,
    /// What was shown last of each, and when.
    shown: HashMap<Uuid, (TransferState, Option<String>, u64, Instant)>,
    /// What each waited for last.
    waited: HashMap<Uuid, Option<String>>,
}

enum How {
    Bars(Bars),
    Lines,
    Objects,
}

impl Display {
    pub(super) fn new(terminal: &Terminal) -> Self {
        Self {
            how: match (terminal.json, terminal.is_watched()) {
                (true, _) => How::Objects,
                (_, true) => How::Bars(Bars::new()),
                _ => How::Lines,
            },
            shown: HashMap::new(),
            waited: HashMap::new(),
        }
    }

    pub(super) fn show(&mut self, row: &TransferRow) {
        let now = Instant::now();
        let code = row.reason.as_ref().map(|reason| reason.code.clone());
        let last = self.shown.get(&row.id);
        let other = last.is_none_or(|(state, reason, ..)| *state != row.state || *reason != code);
        let progressed = last.is_some_and(|(_, _, sent, at)| *sent != row.sent && now - *at >= BEAT);
        if let How::Bars(bars) = &mut self.how {
            bars.show(row);
        }
        let worth_an_object = progressed && matches!(self.how, How::Objects);
        if !(other || worth_an_object) {
            return;
        }
        self.shown.insert(row.id, (row.state, code, row.sent, now));
        let waits_anew = self.is_new_wait(row);
        match &self.how {
            How::Objects => print::object(&print::transfer(row)),
            How::Bars(bars) if is_worth_a_line(row.state) => bars.say(&text(row)),
            How::Lines if is_worth_a_line(row.state) || waits_anew => print::line(&text(row)),
            How::Bars(_) | How::Lines => {}
        }
    }

    /// Whoever tries again every minute and waits for the same says so once.
    fn is_new_wait(&mut self, row: &TransferRow) -> bool {
        let code = row.reason.as_ref().map(|reason| reason.code.clone());
        row.state == TransferState::Waiting && self.waited.insert(row.id, code.clone()) != Some(code)
    }

    /// Something about all of it; programs see it in the rows.
    pub(super) fn hint(&self, text: &str) {
        match &self.how {
            How::Bars(bars) => bars.say(text),
            How::Lines => print::hint(text),
            How::Objects => {}
        }
    }

    pub(super) fn show_all(&self, rows: &BTreeMap<Uuid, TransferRow>) {
        if let How::Bars(bars) = &self.how {
            bars.show_all(rows.values());
        }
    }

    pub(super) fn end(&self, rows: &BTreeMap<Uuid, TransferRow>) {
        match &self.how {
            How::Objects => {}
            How::Lines => print::line(&sum(rows)),
            How::Bars(bars) => {
                bars.clear();
                print::line(&sum(rows));
            }
        }
    }
}

fn is_worth_a_line(state: TransferState) -> bool {
    is_over(state) || matches!(state, TransferState::NeedsYou | TransferState::Paused)
}

fn text(row: &TransferRow) -> String {
    let size = row
        .size
        .map(|size| format!(" ({})", print::size(size)))
        .unwrap_or_default();
    format!("{}{size}: {}", print::plain(&row.name), print::summary(row))
}

fn sum(rows: &BTreeMap<Uuid, TransferRow>) -> String {
    let count = |matches: &dyn Fn(TransferState) -> bool| rows.values().filter(|row| matches(row.state)).count();
    let bytes = rows
        .values()
        .filter(|row| row.state == TransferState::Completed)
        .filter_map(|row| row.size)
        .sum();
    let mut parts = vec![format!(
        "{} completed ({})",
        count(&|state| state == TransferState::Completed),
        print::size(bytes)
    )];
    let others: [(&str, &dyn Fn(TransferState) -> bool); 5] = [
        ("failed", &|state| state == TransferState::Failed),
        ("cancelled", &|state| state == TransferState::Cancelled),
        ("need you", &|state| state == TransferState::NeedsYou),
        ("paused", &|state| state == TransferState::Paused),
        ("unfinished", &|state| {
            !is_over(state) && !matches!(state, TransferState::NeedsYou | TransferState::Paused)
        }),
    ];
    for (word, matches) in others {
        let number = count(matches);
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    parts.join(", ")
}
