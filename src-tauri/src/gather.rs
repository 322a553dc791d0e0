//! Changes between two messages: the newest value of each thing, cut into messages of a good size.

use std::collections::BTreeMap;

use app::boundary::{Change, TransferRow};
use uuid::Uuid;

/// Below this many bytes a message goes to the page directly; above it, the page must fetch it.
const SMALL: usize = 8_000;
/// Above this many small messages, one large one is cheaper.
const MANY: usize = 16;

/// What the page has not been told yet.
#[derive(Default)]
pub(crate) struct Gather {
    /// The newest row of each transfer, with its turn: rows go out in the order in which they changed last.
    rows: BTreeMap<Uuid, (u64, TransferRow)>,
    turn: u64,
    removed: Vec<Uuid>,
    missed: bool,
    /// The newest of each kind of which only the newest counts.
    newest: Vec<Change>,
    /// Those that count one by one.
    others: Vec<Change>,
}

impl Gather {
    /// Adds a change; an older value of the same thing is forgotten.
    pub(crate) fn add(&mut self, change: Change) {
        match change {
            Change::Changed { rows } => {
                for row in rows {
                    self.turn += 1;
                    self.rows.insert(row.id, (self.turn, row));
                }
            }
            Change::Removed { ids } => {
                for id in ids {
                    self.rows.remove(&id);
                    self.removed.push(id);
                }
            }
            Change::Missed => self.missed = true,
            Change::Offer { .. } | Change::OfferGone { .. } => self.others.push(change),
            newest => {
                let kind = std::mem::discriminant(&newest);
                self.newest.retain(|other| std::mem::discriminant(other) != kind);
                self.newest.push(newest);
            }
        }
    }

    /// Everything as JSON arrays of changes, in the order in which they are to be told.
    pub(crate) fn into_messages(self) -> Vec<String> {
        let mut rows: Vec<_> = self.rows.into_values().collect();
        rows.sort_unstable_by_key(|(turn, _)| *turn);
        let missed = self.missed.then_some(Change::Missed);
        let removed = (!self.removed.is_empty()).then_some(Change::Removed { ids: self.removed });
        let rows = rows.into_iter().map(|(_, row)| Change::Changed { rows: vec![row] });
        let changes = missed
            .into_iter()
            .chain(removed)
            .chain(rows)
            .chain(self.newest)
            .chain(self.others);
        pack(changes.filter_map(|change| serde_json::to_string(&change).ok()))
    }
}

fn pack(changes: impl Iterator<Item = String>) -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    for change in changes {
        match messages.last_mut() {
            Some(last) if last.len() + change.len() + 1 < SMALL => {
                last.push(',');
                last.push_str(&change);
            }
            _ => messages.push(change),
        }
    }
    if messages.len() > MANY {
        messages = vec![messages.join(",")];
    }
    messages.into_iter().map(|changes| format!("[{changes}]")).collect()
}

#[cfg(test)]
mod tests {
    use app::boundary::{AccountName, Direction, TransferState};

    use super::*;

    fn row(id: u128, sent: u64) -> TransferRow {
        TransferRow {
            id: Uuid::from_u128(id),
            direction: Direction::Up,
            account: AccountName {
                id: Uuid::nil(),
                name: "Shop".into(),
                provider: "memory".into(),
            },
            name: "a.bin".into(),
            path: "/a.bin".into(),
            size: Some(100),
            sent,
            state: TransferState::Transferring,
            stage: None,
            reason: None,
            question: None,
            proof: None,
            remote_id: None,
            remote_url: None,
            error: None,
            speed: 0,
            eta_s: None,
            limit: None,
            resumable: None,
            follow: None,
            priority: 0,
            position: 1,
            batch: None,
            attempt: 1,
            parts_total: 1,
            parts_done: 0,
            created_at: "2026-01-01T00:00:00Z".into(),
            finished_at: None,
        }
    }

    fn told(gather: Gather) -> Vec<Change> {
        let messages = gather.into_messages();
        messages
            .iter()
            .flat_map(|message| serde_json::from_str::<Vec<Change>>(message).unwrap())
            .collect()
    }

    fn changed(rows: Vec<TransferRow>) -> Change {
        Change::Changed { rows }
    }

    #[test]
    fn of_a_row_that_changed_often_only_the_newest_value_is_told() {
        let mut gather = Gather::default();
        gather.add(changed(vec![row(1, 10), row(2, 0)]));
        gather.add(changed(vec![row(1, 20)]));
        assert_eq!(told(gather), [changed(vec![row(2, 0)]), changed(vec![row(1, 20)])]);
    }

    #[test]
    fn a_removed_row_is_not_told_as_changed() {
        let mut gather = Gather::default();
        gather.add(changed(vec![row(1, 10)]));
        let removed = Change::Removed {
            ids: vec![Uuid::from_u128(1)],
        };
        gather.add(removed.clone());
        assert_eq!(told(gather), [removed]);
    }

    #[test]
    fn of_a_drag_only_its_newest_state_counts_and_of_offers_each() {
        let mut gather = Gather::default();
        gather.add(Change::Drag { files: Some(2) });
        gather.add(Change::OfferGone { id: Uuid::nil() });
        gather.add(Change::Drag { files: None });
        gather.add(Change::OfferGone { id: Uuid::max() });
        assert_eq!(
            told(gather),
            [
                Change::Drag { files: None },
                Change::OfferGone { id: Uuid::nil() },
                Change::OfferGone { id: Uuid::max() },
            ]
        );
    }

    #[test]
    fn messages_stay_small_until_a_large_one_is_cheaper() {
        let mut gather = Gather::default();
        gather.add(changed((0..50).map(|id| row(id, 1)).collect()));
        let messages = gather.into_messages();
        assert!(messages.len() > 1);
        assert!(messages.iter().all(|message| message.len() < 8192));

        let mut gather = Gather::default();
        gather.add(changed((0..5_000).map(|id| row(id, 1)).collect()));
        let messages = gather.into_messages();
        assert_eq!(messages.len(), 1);
        let changes: Vec<Change> = serde_json::from_str(&messages[0]).unwrap();
        assert_eq!(changes.len(), 5_000);
    }
}
