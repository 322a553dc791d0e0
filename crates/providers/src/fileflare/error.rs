//! What Fileflare's refusals mean.

use transfer::{Failure, Kind};

use super::LABEL;
use super::types::RefusalDto;
use crate::http::{Answer, Http};

/// The fault behind an answer that is none of the expected.
pub(super) fn refusal(http: &Http, answer: &Answer) -> Failure {
    let mut failure = http.refusal(answer);
    match answer.status.as_u16() {
        404 | 410 => {
            failure.kind = Kind::NotFound;
        }
        402 => {}
        422 | 400 | 403 | 409 => {
            if let Some(said) = said(http, answer) {
                failure.message = format!("{LABEL} refused: {said}");
            }
        }
        _ => {}
    }
    failure
}

/// The service's own sentence, fit to be shown.
fn said(http: &Http, answer: &Answer) -> Option<String> {
    let message = answer.json::<RefusalDto>()?.message?;
    let shown = http.shown(&message);
    (!shown.is_empty()).then_some(shown)
}

/// A refusal to make the file of its parts. Only a clear no is certain; anything that may mean "it is made already"
/// is left open, so that it is looked up.
pub(super) fn finish_refusal(http: &Http, answer: &Answer) -> Failure {
    let failure = refusal(http, answer);
    let says = |words: &[&str]| says(answer, words);
    let status = answer.status.as_u16();
    let a_no = (400..500).contains(&status);
    if !is_gone(answer) && a_no && says(&["invalidpart", "invalid part", "entitytoosmall"]) {
        return Failure::new(
            Kind::Integrity,
            "parts_refused",
            format!("{LABEL} does not make a file of these parts: it has others."),
        );
    }
    let unclear = is_gone(answer) || says(&["already", "not found", "does not exist"]);
    if matches!(status, 404 | 409 | 410) || (a_no && unclear) {
        return Failure::new(
            Kind::SessionGone,
            "session_gone",
            format!("{LABEL} no longer knows this upload: it is finished, or dropped."),
        )
        .maybe_done(true);
    }
    failure
}

/// A refusal that names an upload which is not there (any more).
pub(super) fn is_gone(answer: &Answer) -> bool {
    answer.status.is_client_error() && says(answer, &["nosuchupload", "no such upload"])
}

fn says(answer: &Answer, words: &[&str]) -> bool {
    let text = String::from_utf8_lossy(&answer.body).to_ascii_lowercase();
    words.iter().any(|word| text.contains(word))
}
