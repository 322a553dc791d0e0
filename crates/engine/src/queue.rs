//! All rows in memory, in order: who is next, and why the others are not.

use std::collections::BTreeMap;

use transfer::names::collision_key;
use transfer::{AccountId, Direction, Outcome, Reason, State, Step, Time, Transfer, TransferId};

use crate::world::Limits;

/// A new place in line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// One forward.
    Up,
    /// One back.
    Down,
    /// First.
    Top,
    /// Last.
    Bottom,
}

/// The rows. Only `commit` and `engine` put something in.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    rows: BTreeMap<TransferId, Transfer>,
}

/// Reasons that hold for a whole account: while one transfer waits for such a one, its neighbours do not try.
const OF_THE_ACCOUNT: [&str; 4] = ["offline", "sign_in_network", "request_limit", "plan_full"];

impl Queue {
    pub(crate) fn put(&mut self, row: Transfer) {
        self.rows.insert(row.id, row);
    }

    pub(crate) fn get(&self, id: TransferId) -> Option<&Transfer> {
        self.rows.get(&id)
    }

    pub(crate) fn remove(&mut self, id: TransferId) {
        self.rows.remove(&id);
    }

    pub(crate) fn place(&mut self, id: TransferId, position: i64) {
        if let Some(row) = self.rows.get_mut(&id) {
            row.position = position;
        }
    }

    /// Rows by age.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Transfer> {
        self.rows.values()
    }

    /// Rows in the order of the queue.
    pub(crate) fn ordered(&self) -> Vec<&Transfer> {
        let mut rows: Vec<_> = self.rows.values().collect();
        rows.sort_by_key(|row| (-row.priority, row.position, row.id));
        rows
    }

    /// Another download on its way to `folder` has this name already, or one that was asked for together with it and is there;
    /// `key` as [`collision_key`] makes it.
    pub(crate) fn takes(&self, own: &Transfer, folder: &[u8], key: &str) -> bool {
        let (own, batch) = (own.id, own.batch);
        self.rows.values().any(|row| {
            row.id != own
                && (!row.state.is_over() || (row.state == State::Completed && row.batch == batch))
                && row.direction == Direction::Down
                && row.step > Step::Measured
                && row.folder() == Some(folder)
                && collision_key(&row.name) == key
        })
    }

    /// Bytes that downloads on their way to `folder` still need room for, where none is reserved yet.
    pub(crate) fn promised(&self, own: &Transfer, folder: &[u8]) -> u64 {
        self.rows
            .values()
            .filter(|row| row.id != own.id && row.state.is_active() && row.folder() == Some(folder))
            .filter(|row| row.direction == Direction::Down && row.step == Step::OpenAsked)
            .filter_map(|row| row.size)
            .sum()
    }

    /// Unfinished rows of the same batch as `row`.
    pub(crate) fn batch_of(&self, row: &Transfer) -> Vec<TransferId> {
        let same = |other: &&Transfer| other.batch == row.batch && other.id != row.id && !other.state.is_over();
        self.rows.values().filter(same).map(|other| other.id).collect()
    }

    pub(crate) fn last_position(&self) -> i64 {
        self.rows.values().map(|row| row.position).max().unwrap_or(0)
    }

    /// Rows whose wait is over at `now`.
    pub(crate) fn due(&self, now: Time) -> Vec<TransferId> {
        self.rows
            .values()
            .filter(|row| row.state == State::Waiting && until(row).is_some_and(|until| until <= now))
            .map(|row| row.id)
            .collect()
    }

    /// Cancellations that can be worked on at `now`.
    pub(crate) fn to_abort(&self, now: Time) -> Vec<TransferId> {
        self.rows
            .values()
            .filter(|row| row.state == State::Cancelling && until(row).is_none_or(|until| until <= now))
            .map(|row| row.id)
            .collect()
    }

    /// When something will be due next, after `now`.
    pub(crate) fn next_due(&self, now: Time) -> Option<Time> {
        self.rows
            .values()
            .filter(|row| matches!(row.state, State::Waiting | State::Cancelling))
            .filter_map(until)
            .filter(|until| *until > now)
            .min()
    }

    /// Who gets the next slot; `None` when all are used or nobody may.
    pub(crate) fn pick(&self, limits: &Limits, now: Time) -> Option<TransferId> {
        if self.active(None) >= limits.slots {
            return None;
        }
        self.ordered()
            .into_iter()
            .filter(|row| row.state == State::Queued && limits.held(row).is_none())
            .find(|row| {
                self.active(Some(row.account)) < limits.slots_per_account.max(1)
                    && self.gate(row.account, now).is_none()
            })
            .map(|row| row.id)
    }

    /// Who has a slot and may not move, with the reason. What is being settled goes on: no payload moves then.
    pub(crate) fn held(&self, limits: &Limits) -> Vec<(TransferId, Reason)> {
        let active = self.rows.values().filter(|row| row.state.is_active());
        active
            .filter(|row| row.outcome == Outcome::None)
            .filter_map(|row| Some((row.id, limits.held(row)?.clone())))
            .collect()
    }

    fn active(&self, account: Option<AccountId>) -> usize {
        self.rows
            .values()
            .filter(|row| row.state.is_active() && account.is_none_or(|account| row.account == account))
            .count()
    }

    /// Why nobody of this account may start: another one of it waits for something that holds for all.
    fn gate(&self, account: AccountId, now: Time) -> Option<Reason> {
        self.rows
            .values()
            .filter(|row| row.account == account)
            .find_map(|row| match row.state {
                State::NeedsYou if row.question.as_ref().is_some_and(|question| question.code == "sign_in") => {
                    Some(Reason::new(
                        "signed_out",
                        "The account is signed out. It goes on once you have signed in again.",
                    ))
                }
                State::Waiting => row.reason.clone().filter(|reason| {
                    OF_THE_ACCOUNT.contains(&reason.code.as_str()) && reason.until.is_some_and(|until| until > now)
                }),
                _ => None,
            })
    }

    /// The others that wait for the same as `row`, where that holds for its whole account.
    pub(crate) fn waiting_with(&self, row: &Transfer) -> Vec<TransferId> {
        let code = |row: &Transfer| row.reason.as_ref().map(|reason| reason.code.clone());
        let Some(held) = code(row).filter(|code| OF_THE_ACCOUNT.contains(&code.as_str())) else {
            return Vec::new();
        };
        let others = self.rows.values().filter(|other| {
            other.account == row.account && other.state == State::Waiting && code(other).as_ref() == Some(&held)
        });
        others.map(|other| other.id).filter(|id| *id != row.id).collect()
    }

    /// Why a queued row does not start.
    pub(crate) fn why_queued(&self, row: &Transfer, limits: &Limits, now: Time) -> Option<Reason> {
        if row.state != State::Queued {
            return None;
        }
        if let Some(reason) = limits.held(row) {
            return Some(reason.clone());
        }
        if let Some(reason) = self.gate(row.account, now) {
            return Some(reason);
        }
        let (used, slots) = (self.active(None), limits.slots.max(1));
        if used >= slots {
            return Some(Reason::new(
                "no_slot",
                format!("Waiting for a free place: {used} of {slots} are used."),
            ));
        }
        let (used, slots) = (self.active(Some(row.account)), limits.slots_per_account.max(1));
        (used >= slots).then(|| {
            Reason::new(
                "no_slot",
                format!("Waiting for a free place at this account: {used} of {slots} are used."),
            )
        })
    }

    /// The positions that bring `id` to its new place among the rows of its priority.
    pub(crate) fn moved(&self, id: TransferId, place: Place) -> Vec<(TransferId, i64)> {
        let Some(row) = self.rows.get(&id) else {
            return Vec::new();
        };
        let line: Vec<_> = self
            .ordered()
            .into_iter()
            .filter(|other| other.priority == row.priority)
            .collect();
        let Some(at) = line.iter().position(|other| other.id == id) else {
            return Vec::new();
        };
        let swap = |with: usize| match line.get(with) {
            Some(other) => vec![(id, other.position), (other.id, row.position)],
            None => Vec::new(),
        };
        match place {
            Place::Up => at.checked_sub(1).map_or_else(Vec::new, swap),
            Place::Down => swap(at + 1),
            Place::Top => line
                .first()
                .map_or_else(Vec::new, |first| vec![(id, first.position - 1)]),
            Place::Bottom => line.last().map_or_else(Vec::new, |last| vec![(id, last.position + 1)]),
        }
    }
}

fn until(row: &Transfer) -> Option<Time> {
    row.reason.as_ref().and_then(|reason| reason.until)
}

#[cfg(test)]
mod tests {
    use transfer::{BatchId, Rates};
    use uuid::Uuid;

    use super::*;
    use crate::world::Holds;

    fn row(n: u128, account: u128) -> Transfer {
        let mut row = Transfer::upload(
            TransferId(Uuid::from_u128(n)),
            BatchId(Uuid::nil()),
            AccountId(Uuid::from_u128(account)),
            n.to_be_bytes().to_vec(),
            n.to_string(),
            Time(0),
        );
        row.position = i64::try_from(n).unwrap();
        row
    }

    fn queue(rows: Vec<Transfer>) -> Queue {
        let mut queue = Queue::default();
        rows.into_iter().for_each(|row| queue.put(row));
        queue
    }

    fn id(n: u128) -> TransferId {
        TransferId(Uuid::from_u128(n))
    }

    const LIMITS: Limits = Limits {
        slots: 2,
        slots_per_account: 1,
        rates: Rates::FREE,
        holds: Holds { up: None, down: None },
    };

    #[test]
    fn the_next_one_is_the_first_whose_account_has_a_slot() {
        let mut first = row(1, 7);
        first.state = State::Transferring;
        let queue = queue(vec![first, row(2, 7), row(3, 8)]);
        assert_eq!(queue.pick(&LIMITS, Time(0)), Some(id(3)));
        assert_eq!(queue.why_queued(&row(2, 7), &LIMITS, Time(0)).unwrap().code, "no_slot");
    }

    #[test]
    fn priority_goes_before_position() {
        let mut urgent = row(9, 8);
        urgent.priority = 1;
        assert_eq!(queue(vec![row(1, 7), urgent]).pick(&LIMITS, Time(0)), Some(id(9)));
    }

    #[test]
    fn a_full_plan_or_a_network_without_a_way_holds_its_account_and_no_other() {
        for code in ["plan_full", "offline", "sign_in_network"] {
            let mut held = row(1, 7);
            held.state = State::Waiting;
            held.reason = Some(Reason::new(code, "It waits.").until(Time(100)));
            let queue = queue(vec![held, row(2, 7), row(3, 8)]);
            assert_eq!(queue.pick(&LIMITS, Time(50)), Some(id(3)));
            assert_eq!(queue.why_queued(&row(2, 7), &LIMITS, Time(50)).unwrap().code, code);
            assert_eq!(queue.pick(&LIMITS, Time(100)), Some(id(2)));
        }
    }

    #[test]
    fn nobody_moves_a_way_that_is_held_and_whoever_does_gives_its_slot_back_unless_it_is_being_settled() {
        let (mut moving, mut asking, mut down) = (row(1, 7), row(2, 8), row(4, 9));
        (moving.state, asking.state) = (State::Transferring, State::Finishing);
        asking.outcome = Outcome::Asked;
        down.direction = transfer::Direction::Down;
        let queue = queue(vec![moving, asking, row(3, 9), down]);
        let closed = Reason::new("outside_schedule", "Outside schedule until 22:00.").until(Time(100));
        let limits = Limits {
            slots: 9,
            holds: Holds {
                up: Some(closed.clone()),
                down: None,
            },
            ..LIMITS
        };
        assert_eq!(queue.held(&limits), [(id(1), closed.clone())]);
        assert_eq!(queue.pick(&limits, Time(0)), Some(id(4)));
        assert_eq!(queue.why_queued(&row(3, 9), &limits, Time(0)), Some(closed));
        assert_eq!(queue.held(&LIMITS), []);
    }

    #[test]
    fn moves_lead_to_the_place_they_name() {
        let mut queue = queue(vec![row(1, 7), row(2, 7), row(3, 7), row(4, 7)]);
        let order = |queue: &Queue| queue.ordered().iter().map(|row| row.id).collect::<Vec<_>>();
        for (who, place, expected) in [
            (3, Place::Up, [1, 3, 2, 4]),
            (1, Place::Down, [3, 1, 2, 4]),
            (4, Place::Top, [4, 3, 1, 2]),
            (4, Place::Bottom, [3, 1, 2, 4]),
            (3, Place::Up, [3, 1, 2, 4]),
        ] {
            for (id, position) in queue.moved(id(who), place) {
                queue.place(id, position);
            }
            assert_eq!(order(&queue), expected.map(id), "{who} {place:?}");
        }
    }
}
