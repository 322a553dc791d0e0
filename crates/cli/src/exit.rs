//! How a command ends: the exit codes are a promise.

use std::process::ExitCode;

use app::boundary::Failure;

/// What a command comes to.
pub(crate) type Outcome = Result<Exit, Failure>;

/// The exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// All done.
    Done,
    /// Something failed.
    Failed,
    /// Wrong usage.
    Usage,
    /// Something needs the person.
    NeedsYou,
    /// Still waiting for longer than 15 minutes.
    Waiting,
    /// Asked to stop.
    Interrupted,
}

impl Exit {
    /// What a refusal comes to.
    pub(crate) fn of(failure: &Failure) -> Self {
        match failure.code.as_str() {
            "unknown_account"
            | "unknown_watch"
            | "name_taken"
            | "no_folder"
            | "not_a_folder"
            | "home_folder"
            | "system_folder"
            | "own_folder"
            | "overlap"
            | "bad_pattern"
            | "bad_after"
            | "bad_interval"
            | "no_mirror"
            | "no_uploads"
            | "unknown_provider"
            | "unknown_option"
            | "unknown_field"
            | "field_missing"
            | "bad_name"
            | "bad_base_url"
            | "bad_fields"
            | "bad_limit"
            | "bad_setting"
            | "bad_timetable"
            | "bad_pause"
            | "unknown_setting"
            | "no_credentials_given"
            | "not_confirmed"
            | "not_offered"
            | "no_files" => Self::Usage,
            "vault_locked" | "vault_missing" | "wrong_passphrase" | "empty_passphrase" | "locked" => Self::NeedsYou,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::NeedsYou => 3,
            Exit::Waiting => 4,
            Exit::Interrupted => 130,
        })
    }
}

/// What the system refused to a program that has hardly begun.
pub(crate) fn system(why: &dyn std::fmt::Display) -> Failure {
    Failure::new("system", format!("The system refused: {why}."))
}
