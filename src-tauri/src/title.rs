//! The window's title: how far everything is, for the task bar and for people who listen to their screen.

use std::collections::HashMap;

use app::boundary::{Change, TransferRow, TransferState};
use uuid::Uuid;

const NAME: &str = "Longshore";
/// Letters of a file's name that are shown.
const LONGEST: usize = 60;

/// What the title is made from: the transfers since nothing was left to do.
#[derive(Default)]
pub(crate) struct Title {
    rows: HashMap<Uuid, Row>,
}

struct Row {
    name: String,
    sent: u64,
    size: u64,
    unfinished: bool,
}

impl Title {
    /// Takes a change in.
    pub(crate) fn hear(&mut self, change: &Change) {
        match change {
            Change::Changed { rows } => rows.iter().for_each(|row| self.row(row)),
            Change::Removed { ids } => {
                for id in ids {
                    self.rows.remove(id);
                }
            }
            _ => return,
        }
        if !self.rows.values().any(|row| row.unfinished) {
            self.rows.clear();
        }
    }

    fn row(&mut self, row: &TransferRow) {
        use TransferState as S;
        let unfinished = match row.state {
            S::Queued | S::Preparing | S::Transferring | S::Finishing | S::Waiting => true,
            S::Completed => false,
            S::Paused | S::NeedsYou | S::Cancelling | S::Failed | S::Cancelled => {
                self.rows.remove(&row.id);
                return;
            }
        };
        // What was complete before anything began is not part of this percentage.
        if unfinished || self.rows.contains_key(&row.id) {
            let size = row.size.unwrap_or(0);
            let seen = Row {
                name: shown(&row.name),
                sent: if unfinished { row.sent.min(size) } else { size },
                size,
                unfinished,
            };
            self.rows.insert(row.id, seen);
        }
    }

    /// The title as it is to be now. 100 % is never shown: when all is done, there is nothing to show.
    pub(crate) fn text(&self) -> String {
        let mut unfinished = self.rows.values().filter(|row| row.unfinished);
        let what = match (unfinished.next(), unfinished.count()) {
            (None, _) => return NAME.to_owned(),
            (Some(row), 0) => row.name.clone(),
            (Some(_), others) => format!("{} transfers", others + 1),
        };
        let sum = |of: fn(&Row) -> u64| self.rows.values().map(|row| u128::from(of(row))).sum();
        let (sent, size): (u128, u128) = (sum(|row| row.sent), sum(|row| row.size));
        match (sent * 100).checked_div(size) {
            Some(percent) => format!("{} % · {what} – {NAME}", percent.min(99)),
            None => format!("{what} – {NAME}"),
        }
    }
}

/// A name without what could reorder or break the title, and not too long.
fn shown(name: &str) -> String {
    let harmless = |letter: &char| {
        !letter.is_control()
            && !matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut letters = name.chars().filter(harmless);
    let mut shown: String = letters.by_ref().take(LONGEST).collect();
    if letters.next().is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(title: &mut Title, id: u128, sent: u64, state: TransferState) -> String {
        let row = serde_json::json!({
            "id": Uuid::from_u128(id), "direction": "up",
            "account": {"id": Uuid::nil(), "name": "Shop", "provider": "memory"},
            "name": format!("file {id}"), "path": "/file", "size": 1000, "sent": sent, "state": state,
            "reason": null, "question": null, "proof": null, "remote_id": null, "error": null,
            "speed": 0, "eta_s": null, "limit": null, "priority": 0, "position": 1, "batch": null,
            "attempt": 1, "parts_total": 1, "parts_done": 0, "created_at": "", "finished_at": null,
        });
        let rows = vec![serde_json::from_value(row).unwrap()];
        title.hear(&Change::Changed { rows });
        title.text()
    }

    #[test]
    fn the_percentage_counts_what_is_complete_until_all_is() {
        use TransferState as S;
        let mut title = Title::default();
        assert_eq!(title.text(), "Longshore");
        assert_eq!(told(&mut title, 1, 500, S::Transferring), "50 % · file 1 – Longshore");
        assert_eq!(told(&mut title, 2, 0, S::Queued), "25 % · 2 transfers – Longshore");
        assert_eq!(
            told(&mut title, 1, 1000, S::Finishing),
            "50 % · 2 transfers – Longshore"
        );
        assert_eq!(told(&mut title, 1, 1000, S::Completed), "50 % · file 2 – Longshore");
        assert_eq!(told(&mut title, 2, 1000, S::Finishing), "99 % · file 2 – Longshore");
        assert_eq!(told(&mut title, 2, 1000, S::Completed), "Longshore");
        assert_eq!(told(&mut title, 1, 1000, S::Completed), "Longshore");
    }

    #[test]
    fn a_paused_transfer_is_not_waited_for() {
        use TransferState as S;
        let mut title = Title::default();
        told(&mut title, 1, 500, S::Transferring);
        assert_eq!(told(&mut title, 1, 500, S::Paused), "Longshore");
    }

    #[test]
    fn a_hostile_name_can_neither_break_nor_turn_the_title() {
        assert_eq!(shown("a\n\u{202e}gpj.exe"), "agpj.exe");
        assert_eq!(shown(&"x".repeat(100)).chars().count(), 61);
    }
}
