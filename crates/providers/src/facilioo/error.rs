//! What facilioo's refusals mean.

use std::time::Duration;

use serde_json::Value;
use transfer::{Failure, Kind};

use super::{LABEL, names};
use crate::http::{Answer, Http};

/// Who made too many calls that made no sense is asked to stay away for about so long.
const BLOCKED: Duration = Duration::from_secs(15 * 60);

/// The fault behind an answer that is none of the expected. Nothing is asked for by whoever is blocked.
pub(super) fn refusal(http: &Http, answer: &Answer) -> Failure {
    let status = answer.status.as_u16();
    if is_block(answer) {
        http.tools.budget.exhausted(BLOCKED);
        return Failure::new(
            Kind::Later,
            "blocked",
            "facilioo turns this program away for a while, because too many calls made no sense to it.",
        )
        .retry_after(Some(BLOCKED));
    }
    let mut failure = http.refusal(answer);
    match status {
        401 => {
            failure.code = "signed_out".into();
            failure.message = "facilioo does not accept the sign-in of this account any more.".into();
            failure.action = Some("Enter the account's e-mail address and password again, or a new token.".into());
        }
        403 => {
            failure.code = "role".into();
            failure.message = "facilioo does not allow this account to do that: its role does not include it.".into();
            failure.action = Some("Ask whoever manages your facilioo, or use another account.".into());
        }
        400 | 409 | 422 => {
            if let Some(said) = said(http, answer) {
                failure.message = format!("{LABEL} refused: {said}");
            }
        }
        _ => {}
    }
    failure
}

/// The service's own sentence, fit to be shown.
pub(super) fn said(http: &Http, answer: &Answer) -> Option<String> {
    let body: Value = answer.json()?;
    let shown = http.shown(&names::text(&body, names::MESSAGE)?);
    (!shown.is_empty()).then_some(shown)
}

fn is_block(answer: &Answer) -> bool {
    let refused = matches!(answer.status.as_u16(), 403 | 429);
    refused && says(answer, &["too many connection errors"])
}

/// The answer to a sign-in that did not give a token.
pub(super) fn login_refusal(http: &Http, answer: &Answer) -> Failure {
    let status = answer.status.as_u16();
    let factor = says(
        answer,
        &["multi-factor", "multifactor", "multi factor", "two-factor", "mfa"],
    );
    match status {
        200 | 201 if answer.is_page() => answer.page(LABEL),
        // A success without a token is how a second factor shows as well.
        200 | 201 => second_factor(),
        400 | 409 if factor => second_factor(),
        400 | 401 | 409 | 422 => Failure::new(
            Kind::Unauthorized,
            "login_failed",
            "facilioo does not accept the e-mail address or the password of this account.",
        )
        .action("Enter the account's e-mail address and password again."),
        403 if !is_block(answer) => Failure::new(
            Kind::Unauthorized,
            "login_failed",
            "facilioo does not let this account in.",
        )
        .action("Look whether you can sign in to facilioo in your browser, and enter the same here."),
        _ => refusal(http, answer),
    }
}

fn second_factor() -> Failure {
    Failure::new(
        Kind::Unauthorized,
        "second_factor",
        "facilioo asks for a second factor when this account signs in, and a program that works by itself has none.",
    )
    .action("Paste an access token as the account's token instead, or use an account without a second factor.")
}

/// A pasted token that is over.
pub(super) fn token_over() -> Failure {
    Failure::new(
        Kind::Unauthorized,
        "token_over",
        "facilioo does not accept the token of this account: it has run out, or it was never one of this address.",
    )
    .action("Paste a new token, or enter the e-mail address and password, with which Longshore signs in by itself.")
}

fn says(answer: &Answer, words: &[&str]) -> bool {
    let text = String::from_utf8_lossy(&answer.body).to_ascii_lowercase();
    words.iter().any(|word| text.contains(word))
}
