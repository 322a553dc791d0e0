//! What Baasix's refusals mean. A 403 means four things; which of them, the callers in [`super::api`] have found out by then.

use transfer::{Failure, Kind};

use super::LABEL;
use super::types::RefusalDto;
use crate::http::{Answer, Http};

/// The fault behind an answer that is none of the expected.
pub(super) fn refusal(http: &Http, answer: &Answer) -> Failure {
    let mut failure = http.refusal(answer);
    match answer.status.as_u16() {
        400 | 403 | 409 | 413 => {
            if let Some(said) = said(http, answer) {
                failure.message = format!("{LABEL} refused: {said}");
            }
        }
        // Its details show the server's own folders, and help nobody.
        500 => {
            failure.code = "server_error".into();
            failure.message = format!("{LABEL} could not do it (500): something went wrong inside the server.");
        }
        _ => {}
    }
    match answer.status.as_u16() {
        403 => failure.action("Look whether the account's role may do this."),
        _ => failure,
    }
}

/// The server's own sentence, fit to be shown.
pub(super) fn said(http: &Http, answer: &Answer) -> Option<String> {
    let message = answer.json::<RefusalDto>()?.said()?;
    let shown = http.shown(&message);
    (!shown.is_empty()).then_some(shown)
}

/// A 403 that is about the role, not about the file.
pub(super) fn is_about_the_role(answer: &Answer) -> bool {
    let said = answer
        .json::<RefusalDto>()
        .and_then(RefusalDto::said)
        .unwrap_or_default();
    said.contains("have permission to") && said.contains("items in")
}

/// The token is not taken, and no other can be made.
pub(super) fn token_ended() -> Failure {
    Failure::new(
        Kind::Unauthorized,
        "token_ended",
        format!("{LABEL} does not accept the token of this account: it ended, or it is another server's."),
    )
    .action("Enter a new token, or e-mail address and password.")
}

/// The name or the password is not taken.
pub(super) fn sign_in_refused(http: &Http, answer: &Answer) -> Failure {
    let said = said(http, answer).unwrap_or_else(|| "no reason given".into());
    Failure::new(
        Kind::Unauthorized,
        "sign_in_refused",
        format!("{LABEL} did not let this account sign in: {said}"),
    )
    .action("Enter e-mail address and password again, and the tenant where the server has several.")
}

/// The file is longer than the server keeps, which was learnt from a file that it cut.
pub(super) fn too_large(largest: u64) -> Failure {
    Failure::new(
        Kind::TooLarge,
        "server_limit",
        format!(
            "This {LABEL} server cuts files at {} without saying so. Nothing of this file is left there.",
            size(largest)
        ),
    )
    .action("Have the server's MAX_UPLOAD_FILE_SIZE raised, then send it with the option limit=try.")
}

/// The server could not import. It says no more than that.
pub(super) fn import_failed() -> Failure {
    Failure::new(
        Kind::Refused,
        "import_failed",
        format!(
            "{LABEL} could not take the file from this address, and does not say why: its server can't reach the address, \
             or the file is not what its name says."
        ),
    )
    .action("Open the address in your browser, and look whether the server can reach it too.")
}

/// The server lists the file and is still storing it.
pub(super) fn on_its_way() -> Failure {
    Failure::new(
        Kind::Unavailable,
        "on_its_way",
        format!("{LABEL} is still storing this file from an earlier try."),
    )
    .maybe_done(true)
}

/// Bytes, for people.
pub(super) fn size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    if bytes >= MIB && bytes.is_multiple_of(MIB) {
        format!("{} MiB", bytes / MIB)
    } else {
        format!("{bytes} bytes")
    }
}

/// The upload was given up.
pub(super) fn given_up() -> Failure {
    Failure::new(
        Kind::SessionGone,
        "session_gone",
        format!("This upload to {LABEL} was given up, and its file removed."),
    )
}
