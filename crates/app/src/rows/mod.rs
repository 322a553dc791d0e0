//! Transfers, as people and programs see them.

mod details;
mod status;

pub(crate) use details::details;
pub(crate) use status::status;

use std::collections::HashMap;

use engine::{Engine, Live};
use transfer::{Endpoint, State, Transfer, TransferId};

use crate::accounts::Accounts;
use crate::boundary::{
    Action, ActionKey, Choice, Direction, Failure, Follow, Proof, Question, Reason, Stage, TransferRow, TransferState,
};
use crate::failure::sentence;
use crate::present::rfc3339;

/// Makes rows of transfers as they all stand at one moment.
pub(crate) struct Rows<'a> {
    accounts: &'a Accounts,
    engine: Option<&'a Engine>,
    /// Why nobody works the queue, if nobody does.
    rest: Option<Reason>,
    places: HashMap<TransferId, u32>,
}

impl<'a> Rows<'a> {
    /// `all` in the order of the queue.
    pub(crate) fn new(
        accounts: &'a Accounts,
        engine: Option<&'a Engine>,
        rest: Option<Reason>,
        all: &[Transfer],
    ) -> Self {
        let mut counted = HashMap::new();
        let unfinished = all.iter().filter(|transfer| !transfer.state.is_over());
        let places = unfinished
            .map(|transfer| {
                let place = counted.entry(transfer.priority).or_insert(0_u32);
                *place += 1;
                (transfer.id, *place)
            })
            .collect();
        Self {
            accounts,
            engine,
            rest,
            places,
        }
    }

    pub(crate) fn row(&self, transfer: &Transfer) -> TransferRow {
        let live = self.engine.map(|engine| engine.view(transfer.id));
        let state = self.state(transfer);
        TransferRow {
            id: transfer.id.0,
            direction: direction(transfer.direction),
            account: self.accounts.name_of(transfer.account),
            name: transfer.name.clone(),
            path: path(transfer, self.accounts),
            size: transfer.size,
            sent: sent(transfer, live.as_ref()),
            state,
            stage: stage(transfer),
            reason: self.reason(transfer, state, live.as_ref()),
            question: transfer.question.as_ref().map(question),
            proof: transfer.proof.map(proof),
            follow: transfer.follow.as_ref().map(follow),
            remote_id: transfer
                .remote
                .as_ref()
                .map(|remote| remote.id.clone())
                .filter(|id| !id.is_empty()),
            remote_url: transfer.remote.as_ref().and_then(|remote| remote.url.clone()),
            error: transfer
                .ended
                .as_ref()
                .filter(|_| state == TransferState::Failed)
                .map(error),
            speed: live.as_ref().map_or(0, |live| live.speed),
            eta_s: live.as_ref().and_then(|live| live.eta_s),
            limit: transfer.limit,
            resumable: transfer.found.as_ref().and_then(|found| found.resumable),
            priority: transfer.priority,
            position: self.places.get(&transfer.id).copied().unwrap_or(0),
            batch: Some(transfer.batch.0),
            attempt: transfer.attempt.max(1),
            parts_total: transfer.parts_total,
            parts_done: transfer.parts_done,
            created_at: rfc3339(transfer.created_at),
            finished_at: transfer.finished_at.map(rfc3339),
        }
    }

    /// Without an engine nobody works on it, whatever a process that is gone wrote down.
    fn state(&self, transfer: &Transfer) -> TransferState {
        if self.engine.is_none() && transfer.state.is_active() {
            return TransferState::Queued;
        }
        state(transfer.state)
    }

    fn reason(&self, transfer: &Transfer, state: TransferState, live: Option<&Live>) -> Option<Reason> {
        if let Some(question) = &transfer.question {
            return Some(asks(question));
        }
        if state == TransferState::Queued && self.rest.is_some() {
            return self.rest.clone();
        }
        let reason = live
            .and_then(|live| live.reason.as_ref())
            .or(transfer.reason.as_ref())?;
        Some(Reason {
            code: reason.code.clone(),
            text: sentence(&reason.text, reason.action.as_deref()),
            until: reason.until.map(rfc3339),
            action: action(&reason.code, state),
        })
    }
}

fn asks(question: &transfer::Question) -> Reason {
    let (key, label) = match question.code.as_str() {
        "sign_in" => (ActionKey::EditAccount, "Enter credentials"),
        "password" => (ActionKey::Answer, "Enter the password"),
        _ => (ActionKey::Answer, "Decide"),
    };
    Reason {
        code: question.code.clone(),
        text: question.text.clone(),
        until: None,
        action: Some(Action {
            key,
            label: label.to_owned(),
        }),
    }
}

fn action(code: &str, state: TransferState) -> Option<Action> {
    let (key, label) = match (code, state) {
        ("no_slot", _) => (ActionKey::OpenSettings, "Change how many go at once"),
        ("outside_schedule", _) => (ActionKey::OpenSettings, "Change the timetable"),
        ("paused_all", _) => (ActionKey::ResumeAll, "Resume everything"),
        ("locked", _) => (ActionKey::Unlock, "Unlock"),
        (_, TransferState::Waiting) => (ActionKey::Retry, "Try now"),
        (_, TransferState::Paused) => (ActionKey::Resume, "Resume"),
        _ => return None,
    };
    Some(Action {
        key,
        label: label.to_owned(),
    })
}

fn sent(transfer: &Transfer, live: Option<&Live>) -> u64 {
    let stored = transfer.sent;
    let sent = match transfer.state {
        State::Completed => transfer.size.unwrap_or(stored),
        state if state.is_active() => live.map_or(stored, |live| live.sent.max(stored)),
        _ => stored,
    };
    transfer.size.map_or(sent, |size| sent.min(size))
}

fn error(ended: &transfer::transfer::Ended) -> Failure {
    Failure::new(&ended.code, sentence(&ended.message, ended.action.as_deref()))
        .with_action(ActionKey::Retry, "Try again")
}

fn question(question: &transfer::Question) -> Question {
    Question {
        code: question.code.clone(),
        text: question.text.clone(),
        choices: question
            .choices
            .iter()
            .map(|choice| Choice {
                key: choice.key.clone(),
                label: choice.label.clone(),
            })
            .collect(),
    }
}

/// For showing only: what is no text is replaced. A copy between services comes from a link or from an account.
fn path(transfer: &Transfer, accounts: &Accounts) -> String {
    let shown = |bytes: &[u8]| platform::path_from_bytes(bytes);
    let path = match (transfer.local_source(), transfer.folder(), &transfer.source) {
        (Some(path), _, _) => shown(path),
        (_, Some(folder), _) => shown(folder).join(&transfer.name),
        (_, _, Endpoint::Remote { account, .. }) => return accounts.name_of(*account).name,
        (_, _, Endpoint::Link { url, .. }) => return url.clone(),
        _ => return String::new(),
    };
    path.display().to_string()
}

fn direction(direction: transfer::Direction) -> Direction {
    match direction {
        transfer::Direction::Up => Direction::Up,
        transfer::Direction::Down => Direction::Down,
        transfer::Direction::Across => Direction::Across,
    }
}

fn stage(transfer: &Transfer) -> Option<Stage> {
    if transfer.state.is_over() {
        return None;
    }
    let stages = [
        (transfer.gathers(), Stage::Receiving),
        (transfer.gathered(), Stage::Sending),
    ];
    stages.into_iter().find(|(so, _)| *so).map(|(_, stage)| stage)
}

fn proof(proof: transfer::Proof) -> Proof {
    match proof {
        transfer::Proof::Size => Proof::Size,
        transfer::Proof::PartTags => Proof::PartTags,
        transfer::Proof::WholeChecksum => Proof::WholeChecksum,
        transfer::Proof::ReadBack => Proof::ReadBack,
    }
}

fn follow(follow: &transfer::Follow) -> Follow {
    match follow {
        transfer::Follow::Awaited => Follow::Awaited,
        transfer::Follow::Confirmed => Follow::Confirmed,
        transfer::Follow::Differs { .. } => Follow::Differs,
        transfer::Follow::Silent => Follow::Silent,
    }
}

fn state(state: State) -> TransferState {
    match state {
        State::Queued => TransferState::Queued,
        State::Preparing => TransferState::Preparing,
        State::Transferring => TransferState::Transferring,
        State::Finishing => TransferState::Finishing,
        State::Waiting => TransferState::Waiting,
        State::Paused => TransferState::Paused,
        State::NeedsYou => TransferState::NeedsYou,
        State::Cancelling => TransferState::Cancelling,
        State::Completed => TransferState::Completed,
        State::Failed => TransferState::Failed,
        State::Cancelled => TransferState::Cancelled,
    }
}
