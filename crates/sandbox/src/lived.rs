//! What a call lives through around being carried out: late, lost, broken off and denied answers.

use std::time::Duration;

use axum::body::Body;
use http::Response;

use crate::cut;
use crate::faults::{Fault, Taken};
use crate::listen::HangUp;

/// Carries a call out with the faults that were taken; `refused` is the service's answer of a bare status. It is carried
/// out in a task of its own, and so also when the asker hangs up meanwhile.
pub(crate) async fn through(
    taken: &Taken,
    carry_out: impl Future<Output = Response<Body>> + Send + 'static,
    refused: impl FnOnce(u16) -> Response<Body>,
) -> Result<Response<Body>, HangUp> {
    let late = taken.find(|f| match f {
        Fault::CarriedOutLate { ms } => Some(*ms),
        _ => None,
    });
    let carried_out = tokio::spawn(async move {
        if let Some(ms) = late {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        carry_out.await
    });
    let response = carried_out.await.map_err(|_| HangUp)?;
    let late = taken.find(|f| match f {
        Fault::AnswerLate { ms } => Some(*ms),
        _ => None,
    });
    if let Some(ms) = late {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    if taken.has(&Fault::AnswerLost) {
        return Err(HangUp);
    }
    if taken.has(&Fault::AnswerCut) {
        return Ok(cut::in_the_middle(response).await);
    }
    let denied = taken.find(|f| match f {
        Fault::DoneButRefused { status } => Some(*status),
        _ => None,
    });
    Ok(match denied {
        Some(status) => refused(status),
        None => response,
    })
}
