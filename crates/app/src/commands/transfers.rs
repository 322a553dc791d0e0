//! Commands for transfers.

use std::sync::PoisonError;

use engine::Engine;
use transfer::{State, Transfer, TransferId, Wish};
use uuid::Uuid;

use super::Obey;
use crate::boundary::*;
use crate::failure::crossed;
use crate::rows;

/// What a person wants of transfers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Pause,
    Resume,
    Retry,
    Cancel,
}

impl Wanted {
    /// Whether “all” means this one too.
    fn applies(self, transfer: &Transfer) -> bool {
        let over = transfer.state.is_over();
        match self {
            Self::Pause => !over && !matches!(transfer.state, State::Paused | State::Cancelling),
            Self::Resume => transfer.state == State::Paused || transfer.wish == Wish::Pause,
            Self::Retry => matches!(transfer.state, State::Failed | State::Waiting | State::NeedsYou),
            Self::Cancel => !over && transfer.state != State::Cancelling,
        }
    }

    /// Whether it is as wanted already.
    fn is_so(self, transfer: &Transfer) -> bool {
        match self {
            Self::Pause => transfer.state == State::Paused || transfer.wish == Wish::Pause,
            Self::Resume => {
                transfer.wish == Wish::Run
                    && (transfer.state.is_active() || matches!(transfer.state, State::Queued | State::Waiting))
            }
            Self::Retry => transfer.state == State::Queued || transfer.state.is_active(),
            Self::Cancel => {
                matches!(transfer.state, State::Cancelling | State::Cancelled) || transfer.wish == Wish::Cancel
            }
        }
    }

    async fn ask(self, engine: &Engine, id: TransferId) -> transfer::error::Result<bool> {
        match self {
            Self::Pause => engine.wish(id, Wish::Pause).await,
            Self::Resume => engine.wish(id, Wish::Run).await,
            Self::Retry => engine.retry(id).await,
            Self::Cancel => engine.wish(id, Wish::Cancel).await,
        }
    }

    fn refusal(self, transfer: &Transfer) -> Failure {
        let verb = match self {
            Self::Pause => "paused",
            Self::Resume => "resumed",
            Self::Retry => "tried again",
            Self::Cancel => "cancelled",
        };
        let state = transfer.state.text().replace('_', " ");
        Failure::new(
            "not_now",
            format!("“{}” is {state} and can't be {verb}.", transfer.name),
        )
    }
}

impl Obey {
    pub(super) async fn list(&self, ask: ListTransfers) -> Result<Vec<TransferRow>, Failure> {
        let all = self.0.transfers().await?;
        let wanted = |transfer: &Transfer| ask.ids.as_ref().is_none_or(|ids| ids.contains(&transfer.id.0));
        let mut rows = self.0.rows(&all, wanted);
        if let Some(states) = &ask.states {
            rows.retain(|row| states.contains(&row.state));
        }
        Ok(rows)
    }

    pub(super) async fn details(&self, ask: TransferRef) -> Result<TransferDetails, Failure> {
        let id = TransferId(ask.id);
        let all = self.0.transfers().await?;
        let transfer = all
            .iter()
            .find(|transfer| transfer.id == id)
            .ok_or_else(|| unknown(ask.id))?;
        let row = self
            .0
            .rows(&all, |transfer| transfer.id == id)
            .pop()
            .ok_or_else(|| unknown(ask.id))?;
        let live = self.0.engine().map(|engine| engine.view(id));
        rows::details(&*self.0.ledger, transfer, row, live).await
    }

    pub(super) async fn wish(&self, ask: Transfers, wanted: Wanted) -> Result<Outcome, Failure> {
        let engine = self.0.engine_or_locked()?;
        let mut outcome = Outcome::default();
        for id in chosen(&engine, &ask, |transfer| wanted.applies(transfer)) {
            let before = engine.transfer(id);
            if wanted != Wanted::Cancel {
                // Whoever wants something else of it wants it to stay on the list.
                self.0
                    .leaving
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .remove(&id);
            }
            let done = wanted.ask(&engine, id).await.map_err(crossed)?;
            match engine.transfer(id).or(before) {
                None => refuse(&mut outcome, id.0, unknown(id.0)),
                Some(transfer) if !done && !wanted.is_so(&transfer) => {
                    refuse(&mut outcome, id.0, wanted.refusal(&transfer))
                }
                Some(_) => outcome.done.push(id.0),
            }
        }
        Ok(outcome)
    }

    pub(super) async fn take_off(&self, ask: Transfers) -> Result<Outcome, Failure> {
        let engine = self.0.engine_or_locked()?;
        let mut outcome = Outcome::default();
        let mut over = Vec::new();
        for id in chosen(&engine, &ask, |transfer| transfer.state.is_over()) {
            match engine.transfer(id) {
                None => refuse(&mut outcome, id.0, unknown(id.0)),
                Some(transfer) if transfer.state.is_over() => over.push(id),
                Some(_) => {
                    self.0.leaving.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
                    engine.wish(id, Wish::Cancel).await.map_err(crossed)?;
                    outcome.done.push(id.0);
                }
            }
        }
        engine.remove(&over).await.map_err(crossed)?;
        outcome.done.extend(over.iter().map(|id| id.0));
        Ok(outcome)
    }

    /// No service that is known here lets a finished file be looked at by what is kept of its upload.
    pub(super) async fn prove_again(&self, ask: Transfers) -> Result<Outcome, Failure> {
        let engine = self.0.engine_or_locked()?;
        let mut outcome = Outcome::default();
        for id in chosen(&engine, &ask, |transfer| transfer.state == State::Completed) {
            let error = match engine.transfer(id) {
                None => unknown(id.0),
                Some(transfer) => Failure::new(
                    "cannot_verify",
                    format!("The service gives no way to prove “{}” again.", transfer.name),
                ),
            };
            refuse(&mut outcome, id.0, error);
        }
        Ok(outcome)
    }

    pub(super) async fn reorder(&self, ask: MoveTo) -> Result<Outcome, Failure> {
        let engine = self.0.engine_or_locked()?;
        let place = match ask.to {
            Place::Up => engine::Place::Up,
            Place::Down => engine::Place::Down,
            Place::Top => engine::Place::Top,
            Place::Bottom => engine::Place::Bottom,
        };
        // One after the other, from the end that keeps their order among themselves.
        let order = engine.transfers();
        let mut ids: Vec<_> = order
            .iter()
            .map(|transfer| transfer.id)
            .filter(|id| ask.ids.contains(&id.0))
            .collect();
        let mut outcome = Outcome::default();
        for id in ask.ids.iter().filter(|id| !ids.contains(&TransferId(**id))) {
            refuse(&mut outcome, *id, unknown(*id));
        }
        if matches!(ask.to, Place::Top | Place::Down) {
            ids.reverse();
        }
        for id in ids {
            engine.move_to(id, place).await.map_err(crossed)?;
            outcome.done.push(id.0);
        }
        // Others made room.
        self.0.tell(Change::Missed);
        Ok(outcome)
    }

    pub(super) async fn limit(&self, ask: SetLimit) -> Result<Outcome, Failure> {
        if ask.limit == Some(0) {
            return Err(Failure::new(
                "bad_limit",
                "A limit is at least 1 byte a second; none at all is no limit.",
            ));
        }
        let engine = self.0.engine_or_locked()?;
        let mut outcome = Outcome::default();
        for id in ask.ids {
            if engine.transfer(TransferId(id)).is_none() {
                refuse(&mut outcome, id, unknown(id));
                continue;
            }
            engine.set_limit(TransferId(id), ask.limit).await.map_err(crossed)?;
            outcome.done.push(id);
        }
        Ok(outcome)
    }

    pub(super) async fn decide(&self, ask: Answer) -> Result<TransferRow, Failure> {
        let engine = self.0.engine_or_locked()?;
        let id = TransferId(ask.id);
        if !engine.answer(id, &ask.choice).await.map_err(crossed)? {
            return Err(Failure::new(
                "not_asked",
                "This transfer does not ask that any more. Its state says what it does now.",
            ));
        }
        let all = self.0.transfers().await?;
        self.0
            .rows(&all, |transfer| transfer.id == id)
            .pop()
            .ok_or_else(|| unknown(ask.id))
    }
}

fn chosen(engine: &Engine, ask: &Transfers, applies: impl Fn(&Transfer) -> bool) -> Vec<TransferId> {
    match ask {
        Transfers::Ids(ids) => ids.iter().copied().map(TransferId).collect(),
        Transfers::All => {
            let all = engine.transfers();
            all.iter()
                .filter(|transfer| applies(transfer))
                .map(|transfer| transfer.id)
                .collect()
        }
    }
}

fn refuse(outcome: &mut Outcome, id: Uuid, error: Failure) {
    outcome.refused.push(Refused { id, error });
}

fn unknown(id: Uuid) -> Failure {
    Failure::new("unknown_transfer", format!("There is no transfer {id}."))
}
