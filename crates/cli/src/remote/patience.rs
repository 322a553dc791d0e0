//! Waiting for a service that allows no more requests just now: a terminal has time, and says until when.

use std::time::Duration;

use app::boundary::Failure;
use jiff::Timestamp;

use crate::print;
use crate::terminal::Terminal;

/// A longer wait is the person's to decide.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Asks; where the request limit stands in the way, asks again once it is over.
///
/// # Errors
/// What the command says, and its request limit when that takes longer than 15 minutes.
pub(super) async fn patiently<T>(
    terminal: &Terminal,
    mut ask: impl AsyncFnMut() -> Result<T, Failure>,
) -> Result<T, Failure> {
    loop {
        match ask().await {
            Err(failure) if may_wait(&failure) => sit_out(terminal, &failure).await?,
            answer => return answer,
        }
    }
}

/// Whether the failure is one that ends by itself.
pub(super) fn may_wait(failure: &Failure) -> bool {
    failure.code == "request_limit" && failure.until.is_some()
}

/// Waits until the failure's own end.
///
/// # Errors
/// The failure, when that takes longer than 15 minutes.
pub(super) async fn sit_out(terminal: &Terminal, failure: &Failure) -> Result<(), Failure> {
    let until: Option<Timestamp> = failure.until.as_deref().and_then(|until| until.parse().ok());
    let delay = until.map(|until| Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or_default());
    let Some(delay) = delay.filter(|delay| *delay <= LONGEST) else {
        return Err(failure.clone());
    };
    if terminal.is_watched() {
        print::hint(&format!(
            "{} It goes on in {} s.",
            print::plain(&failure.message),
            delay.as_secs() + 1
        ));
    }
    // A clock that is a little off must not turn into a storm of questions.
    tokio::time::sleep(delay.max(Duration::from_millis(500))).await;
    Ok(())
}
