//! `longshore pause` and `resume`: transfers one by one, or everything at once for a while.

use app::Purpose;
use app::boundary::{EngineStatus, Nothing, PauseAll, PauseUntil, Transfers};
use serde_json::json;

use crate::arguments::{Pause, Which};
use crate::exit::{Exit, Outcome};
use crate::print;
use crate::steer::{self, Verb};
use crate::terminal::Terminal;

pub(crate) async fn obey(terminal: &Terminal, pause: Pause) -> Outcome {
    match pause.length.or(pause.until) {
        Some(until) => everything(terminal, until).await,
        None => steer::obey(terminal, Verb::Pause, pause.which).await,
    }
}

/// Goes on with transfers; with all of them, a pause of everything ends too.
pub(crate) async fn end(terminal: &Terminal, which: Which) -> Outcome {
    if !which.all {
        return steer::obey(terminal, Verb::Resume, which).await;
    }
    let host = terminal.open(Purpose::Steer).await?;
    let was_paused = host
        .commands()
        .engine_status(Nothing {})
        .await?
        .allowed
        .paused
        .is_some();
    if was_paused {
        let status = host.commands().resume_all(Nothing {}).await?;
        tell(terminal, &status);
    }
    let outcome = host.commands().resume(Transfers::All).await?;
    if was_paused && outcome.done.is_empty() && outcome.refused.is_empty() {
        return Ok(Exit::Done);
    }
    steer::report(terminal, &host, outcome).await
}

async fn everything(terminal: &Terminal, until: PauseUntil) -> Outcome {
    // No credential is needed to stand still.
    let host = terminal.open(Purpose::Look).await?;
    let status = host.commands().pause_all(PauseAll { until }).await?;
    tell(terminal, &status);
    Ok(Exit::Done)
}

fn tell(terminal: &Terminal, status: &EngineStatus) {
    let text = match &status.allowed.paused {
        Some(paused) => match &paused.until {
            Some(until) => format!("Everything is paused until {}.", print::local(until)),
            None => "Everything is paused until `longshore resume --all`.".to_owned(),
        },
        None => "The pause of everything is over.".to_owned(),
    };
    let paused = status.allowed.paused.as_ref();
    let value = json!({ "paused_all": paused.is_some(), "until": paused.and_then(|paused| paused.until.clone()) });
    print::either(terminal.json, &value, &text);
}
