//! The person: changes their mind at random while there is trouble, and answers honestly afterwards.

use engine::Engine;
use providers::memory::World;
use transfer::{State, Transfer, Wish};

use super::world::Dice;

/// One change of mind.
pub(super) async fn meddle(engine: &Engine, dice: &Dice) {
    let rows = engine.transfers();
    let Some(row) = rows.get(usize::try_from(dice.below(rows.len() as u64)).unwrap()) else {
        return;
    };
    // A full disk may refuse to store the wish: then it was not accepted.
    let _ = match dice.below(8) {
        0..3 => engine.wish(row.id, Wish::Pause).await,
        3..6 => engine.wish(row.id, Wish::Run).await,
        6 => engine.retry(row.id).await,
        _ if dice.one_in(3) => engine.wish(row.id, Wish::Cancel).await,
        _ => Ok(false),
    };
}

/// What is left to the person once the troubles are over. `false` when nothing is.
pub(super) async fn help(engine: &Engine, service: &World, row: &Transfer) -> bool {
    match row.state {
        State::Paused => engine.wish(row.id, Wish::Run).await.unwrap(),
        State::NeedsYou => {
            let question = row.question.clone().unwrap();
            let there = row
                .remote
                .as_ref()
                .is_some_and(|remote| service.files().iter().any(|file| file.id == remote.id));
            let choice = match question.code.as_str() {
                "maybe_arrived" if there => "it_is_there",
                "maybe_arrived" => "send_again",
                _ => "retry",
            };
            engine.answer(row.id, choice).await.unwrap()
        }
        _ => false,
    }
}
