//! Faults of the domain, as they cross the boundary.

use transfer::Kind;

use crate::boundary::{ActionKey, Failure};
use crate::present::{Present, rfc3339};

/// The fault as a person is told it: what helps stands behind what happened.
pub(crate) fn crossed(fault: transfer::Failure) -> Failure {
    let mut failure = Failure::new(&fault.code, sentence(&fault.message, fault.action.as_deref()));
    failure.until = fault.retry_after.map(|delay| rfc3339(Present.time().after(delay)));
    match fault.kind {
        Kind::Unauthorized => failure.with_action(ActionKey::EditAccount, "Enter credentials"),
        _ => failure,
    }
}

/// What happened, and what can be done about it.
pub(crate) fn sentence(text: &str, action: Option<&str>) -> String {
    match action {
        Some(action) if !text.contains(action) => format!("{text} {action}"),
        _ => text.to_owned(),
    }
}

/// What can only be done once the credentials are readable.
pub(crate) fn locked() -> Failure {
    Failure::new(
        "vault_locked",
        "The stored credentials are locked, so that no service can be asked. Their passphrase opens them.",
    )
    .with_action(ActionKey::Unlock, "Unlock")
}
