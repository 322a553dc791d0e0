//! How the engine is doing, counted from its transfers.

use engine::Engine;
use transfer::{State, Transfer};

use crate::boundary::{Allowed, EngineState, EngineStatus};

/// `engine` is absent while the secrets are locked. `notice` is told when there is nothing more pressing.
pub(crate) fn status(
    engine: Option<&Engine>,
    transfers: &[Transfer],
    notice: Option<&str>,
    allowed: Allowed,
) -> EngineStatus {
    let count = |matches: &dyn Fn(&Transfer) -> bool| {
        u32::try_from(transfers.iter().filter(|transfer| matches(transfer)).count()).unwrap_or(u32::MAX)
    };
    let active = |transfer: &Transfer| engine.is_some() && transfer.state.is_active();
    let waits =
        |transfer: &Transfer| matches!(transfer.state, State::Queued | State::Waiting) || transfer.state.is_active();
    let (state, text) = standing(engine);
    let (up_speed, eta_s) = speed(engine, transfers);
    EngineStatus {
        state,
        text: text.or_else(|| notice.map(str::to_owned)),
        offline: transfers.iter().any(is_offline) && !transfers.iter().any(active),
        up_speed,
        down_speed: 0,
        eta_s,
        active: count(&active),
        pending: count(&|transfer| waits(transfer) && !active(transfer)),
        paused: count(&|transfer| transfer.state == State::Paused),
        needs_you: count(&|transfer| transfer.state == State::NeedsYou),
        failed: count(&|transfer| transfer.state == State::Failed),
        allowed,
    }
}

fn standing(engine: Option<&Engine>) -> (EngineState, Option<String>) {
    match engine {
        None => (
            EngineState::Locked,
            Some("The stored credentials are locked: nothing moves until their passphrase is given.".to_owned()),
        ),
        Some(engine) => match engine.read_only() {
            Some(why) => (
                EngineState::ReadOnly,
                Some(crate::failure::sentence(&why.message, why.action.as_deref())),
            ),
            None => (EngineState::Running, None),
        },
    }
}

fn is_offline(transfer: &Transfer) -> bool {
    transfer.state == State::Waiting && transfer.reason.as_ref().is_some_and(|reason| reason.code == "offline")
}

/// The sum of all speeds, and the time that everything unfinished takes at it.
fn speed(engine: Option<&Engine>, transfers: &[Transfer]) -> (u64, Option<u64>) {
    let Some(engine) = engine else {
        return (0, None);
    };
    let mut speed = 0;
    let mut left = Some(0_u64);
    for transfer in transfers {
        let moves = transfer.state.is_active();
        if !moves && transfer.state != State::Queued {
            continue;
        }
        let live = moves.then(|| engine.view(transfer.id));
        speed += live.as_ref().map_or(0, |live| live.speed);
        let sent = live.map_or(transfer.sent, |live| live.sent);
        left = left
            .zip(transfer.size)
            .map(|(left, size)| left.saturating_add(size.saturating_sub(sent)));
    }
    let eta = left.filter(|left| *left > 0).and_then(|left| left.checked_div(speed));
    (speed, eta)
}
