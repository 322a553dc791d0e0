//! How the engine is doing, counted from its transfers.

use engine::{Engine, Live};
use transfer::{State, Transfer, Way};

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
    let speed = speed(engine, transfers);
    EngineStatus {
        state,
        text: text.or_else(|| notice.map(str::to_owned)),
        offline: transfers.iter().any(is_offline) && !transfers.iter().any(active),
        up_speed: speed.up,
        down_speed: speed.down,
        eta_s: speed.eta_s,
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

/// Bytes a second each way, and the seconds that everything unfinished takes at that.
#[derive(Debug, Default, PartialEq, Eq)]
struct Speed {
    up: u64,
    down: u64,
    eta_s: Option<u64>,
}

fn speed(engine: Option<&Engine>, transfers: &[Transfer]) -> Speed {
    let Some(engine) = engine else {
        return Speed::default();
    };
    sum(transfers, |transfer| engine.view(transfer.id))
}

fn sum(transfers: &[Transfer], view: impl Fn(&Transfer) -> Live) -> Speed {
    let mut speed = Speed::default();
    let mut all = 0_u64;
    let mut left = Some(0_u64);
    for transfer in transfers {
        let moves = transfer.state.is_active();
        if !moves && transfer.state != State::Queued {
            continue;
        }
        let live = moves.then(|| view(transfer));
        let own = live.as_ref().map_or(0, |live| live.speed);
        all += own;
        // What goes from service to service comes in and goes out, unless it has to lie here in between.
        if transfer.goes(Way::Up) {
            speed.up += own;
        }
        if transfer.goes(Way::Down) {
            speed.down += own;
        }
        let sent = live.map_or(transfer.sent, |live| live.sent);
        left = left
            .zip(transfer.size)
            .map(|(left, size)| left.saturating_add(size.saturating_sub(sent)));
    }
    speed.eta_s = left.filter(|left| *left > 0).and_then(|left| left.checked_div(all));
    speed
}

#[cfg(test)]
mod tests {
    use transfer::{AccountId, BatchId, Direction, Time, TransferId};
    use uuid::Uuid;

    use super::*;

    fn moving(direction: Direction) -> Transfer {
        let (id, batch) = (TransferId(Uuid::now_v7()), BatchId(Uuid::now_v7()));
        Transfer {
            direction,
            state: State::Transferring,
            size: Some(1_000),
            ..Transfer::upload(id, batch, AccountId(Uuid::nil()), Vec::new(), "a".into(), Time(0))
        }
    }

    #[test]
    fn speeds_are_summed_by_the_way_the_bytes_go() {
        let all = [Direction::Up, Direction::Down, Direction::Down, Direction::Across].map(moving);
        let seen = sum(&all, |_| Live {
            speed: 10,
            ..Live::default()
        });
        assert_eq!(
            seen,
            Speed {
                up: 20,
                down: 30,
                eta_s: Some(100)
            }
        );
    }
}
