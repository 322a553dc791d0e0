//! What FileFactory's codes mean: all that are documented, those that its file hosts use, and any other.

use std::time::Duration;

use transfer::{Failure, Kind};

use super::LABEL;

/// No login before this has passed.
pub(super) const LOGIN_WAIT: Duration = Duration::from_secs(15 * 60);
/// No try with a file's password before this has passed.
pub(super) const PASSWORD_WAIT: Duration = Duration::from_secs(5 * 60);
/// Maintenance, and servers that are busy.
const BUSY: Duration = Duration::from_secs(10 * 60);

fn later(code: &str, message: &str, wait: Duration) -> Failure {
    Failure::new(Kind::Later, code, message).retry_after(Some(wait))
}

/// The fault behind an error `code`. `message` is the service's own, fit to be shown; `hour` is what is left of the hour.
pub(super) fn fault(code: u64, message: &str, hour: Duration) -> Failure {
    match code {
        702 if speaks_of_the_authkey(message) => authkey(),
        700 | 702 | 703 => Failure::new(
            Kind::Bug,
            "bad_request",
            format!("{LABEL} does not understand what was asked ({code}): {message}"),
        ),
        701 => Failure::new(
            Kind::Unavailable,
            "internal_error",
            format!("{LABEL} has an error of its own (701)."),
        ),
        704 => Failure::new(
            Kind::RateLimited,
            "request_limit",
            format!("{LABEL} takes no more requests of this account in this hour."),
        )
        .retry_after(Some(hour)),
        705 => logins_blocked(LOGIN_WAIT),
        706 => Failure::new(
            Kind::Unauthorized,
            "login_failed",
            format!("{LABEL} does not accept the e-mail address or the password of this account."),
        )
        .action("Enter the account's e-mail address and password again."),
        707 => Failure::new(
            Kind::Unauthorized,
            "account_deleted",
            format!("{LABEL} has deleted this account, or is about to."),
        )
        .action("Ask FileFactory, or use another account."),
        708 => premium_required(),
        709..=711 => Failure::new(
            Kind::Unauthorized,
            "session_ended",
            format!("{LABEL} ended the session of this account, and a new one at once again."),
        )
        .action("Try again. If it goes on, sign out of FileFactory elsewhere."),
        712 => gone(),
        713 => later(
            "file_offline",
            "FileFactory says that the file is not available for a while, such as during maintenance.",
            BUSY,
        ),
        714 => later(
            "server_busy",
            "FileFactory's server with this file is too busy for free downloads. It is asked again later.",
            BUSY,
        ),
        715 => Failure::new(
            Kind::Password,
            "password_needed",
            "This file needs a password, which only those know who share it.",
        )
        .action("Enter the file's password."),
        716 => Failure::new(
            Kind::Password,
            "password_wrong",
            "The password is wrong: FileFactory does not accept it for this file.",
        )
        .action("Enter the file's password again."),
        717 => password_blocked(PASSWORD_WAIT),
        718 => Failure::new(
            Kind::Person,
            "ip_suspended",
            format!("{LABEL} has suspended this internet address, and answers nothing from here."),
        )
        .action("Ask FileFactory why, or try from another connection."),
        719 => Failure::new(
            Kind::Unauthorized,
            "account_suspended",
            format!("{LABEL} has suspended this account."),
        )
        .action("Ask FileFactory why, or use another account."),
        _ => Failure::new(
            Kind::Unavailable,
            "unknown_code",
            format!("{LABEL} answered with an error that it does not document ({code}): {message}"),
        ),
    }
}

/// The fault behind the `code` in an address that a file host leads to.
pub(super) fn site_fault(code: u64) -> Failure {
    match code {
        251 | 252 | 254 => gone(),
        257 => later(
            "no_slot_there",
            "FileFactory has no free slot for this file right now.",
            BUSY,
        ),
        258 => premium_required(),
        263 | 265 => expired(),
        266 => later(
            "not_ready",
            "FileFactory says that the wait before a free download is not over yet.",
            Duration::from_secs(120),
        ),
        275 => later(
            "free_limit",
            "FileFactory gives free downloads no more in this hour, or one at a time.",
            Duration::from_secs(300),
        ),
        _ => Failure::new(
            Kind::Unavailable,
            "site_error",
            format!("{LABEL} did not give the file ({code})."),
        ),
    }
}

/// The service's word on the key that it assigns to programs.
fn speaks_of_the_authkey(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    message.contains("authorization key") || message.contains("authorisation key") || message.contains("authkey")
}

pub(super) fn authkey() -> Failure {
    Failure::new(
        Kind::Unauthorized,
        "bad_authkey",
        format!("{LABEL} does not accept the authorization key of this account."),
    )
    .action("Enter the authorization key that FileFactory assigned to you.")
}

pub(super) fn logins_blocked(left: Duration) -> Failure {
    later(
        "logins_blocked",
        "FileFactory takes no logins of this account for 15 minutes, because there were too many.",
        left,
    )
}

pub(super) fn password_blocked(left: Duration) -> Failure {
    later(
        "password_attempts",
        "There were too many wrong passwords for this file: FileFactory takes the next one in 5 minutes.",
        left,
    )
}

pub(super) fn too_many_logins() -> Failure {
    Failure::new(
        Kind::Person,
        "too_many_logins",
        format!(
            "{LABEL} ended the session of this account again and again. No more logins are made, since it suspends accounts that log in too often."
        ),
    )
    .action("Wait a quarter of an hour and look whether another program uses the account, then try again.")
}

pub(super) fn expired() -> Failure {
    Failure::new(
        Kind::Expired,
        "link_expired",
        format!("The link that {LABEL} gave for this file holds no longer."),
    )
}

fn premium_required() -> Failure {
    Failure::new(
        Kind::Person,
        "premium_required",
        "The owner of this file gives it to premium accounts only.",
    )
    .action("Choose a premium account for it.")
}

pub(super) fn gone() -> Failure {
    Failure::new(
        Kind::NotFound,
        "not_found",
        format!("{LABEL} does not have this file (any more)."),
    )
    .action("Look whether the link is complete.")
}

pub(super) fn offline() -> Failure {
    fault(713, "", Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_code_has_a_kind_and_a_sentence() {
        let minutes = |m: u64| Some(Duration::from_secs(60 * m));
        for (code, kind, wait) in [
            (700, Kind::Bug, None),
            (701, Kind::Unavailable, None),
            (702, Kind::Bug, None),
            (703, Kind::Bug, None),
            (704, Kind::RateLimited, minutes(7)),
            (705, Kind::Later, minutes(15)),
            (706, Kind::Unauthorized, None),
            (707, Kind::Unauthorized, None),
            (708, Kind::Person, None),
            (709, Kind::Unauthorized, None),
            (710, Kind::Unauthorized, None),
            (711, Kind::Unauthorized, None),
            (712, Kind::NotFound, None),
            (713, Kind::Later, minutes(10)),
            (714, Kind::Later, minutes(10)),
            (715, Kind::Password, None),
            (716, Kind::Password, None),
            (717, Kind::Later, minutes(5)),
            (718, Kind::Person, None),
            (719, Kind::Unauthorized, None),
            (1, Kind::Unavailable, None),
            (99_999, Kind::Unavailable, None),
        ] {
            let failure = fault(code, "It says so.", Duration::from_secs(420));
            assert_eq!((failure.kind, failure.retry_after), (kind, wait), "{code}");
            assert!(failure.message.len() > 20 && !failure.maybe_done, "{code}");
        }
        let authkey = fault(702, "Your authorization key is invalid", Duration::ZERO);
        assert_eq!(
            (authkey.kind, authkey.code.as_str()),
            (Kind::Unauthorized, "bad_authkey")
        );
    }

    #[test]
    fn a_file_hosts_codes_mean_what_was_seen_of_them() {
        for (code, kind, seconds) in [
            (251, Kind::NotFound, None),
            (252, Kind::NotFound, None),
            (254, Kind::NotFound, None),
            (257, Kind::Later, Some(600)),
            (258, Kind::Person, None),
            (263, Kind::Expired, None),
            (265, Kind::Expired, None),
            (266, Kind::Later, Some(120)),
            (275, Kind::Later, Some(300)),
            (105, Kind::Unavailable, None),
            (274, Kind::Unavailable, None),
            (300, Kind::Unavailable, None),
        ] {
            let failure = site_fault(code);
            assert_eq!(failure.kind, kind, "{code}");
            assert_eq!(failure.retry_after.map(|wait| wait.as_secs()), seconds, "{code}");
        }
    }
}
