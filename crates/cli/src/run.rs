//! `longshore run`: works the queue.

use app::Purpose;

use crate::exit::Outcome;
use crate::follow::{Until, follow};
use crate::print;
use crate::terminal::Terminal;

pub(crate) async fn obey(terminal: &Terminal, until_idle: bool) -> Outcome {
    let host = terminal.open(Purpose::Work).await?;
    if !host.is_engine() && !terminal.json {
        print::hint("Another Longshore works the queue; this one shows what it does, and goes on when that one ends.");
    }
    let until = if until_idle { Until::Idle } else { Until::Interrupted };
    follow(terminal, &host, until).await
}
