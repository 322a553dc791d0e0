//! How a refusal crosses the boundary: a code for programs, a sentence for people.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a command was not obeyed, or why a transfer failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Failure {
    /// Stable, in lower case with underscores, for programs.
    pub code: String,
    /// What happened, why, and what happens next: free of secrets and of signed URLs.
    pub message: String,
    /// What the person can do about it from here, where there is something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub action: Option<Action>,
    /// When asking again may help, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub until: Option<String>,
}

impl Failure {
    /// A refusal without an action.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            action: None,
            until: None,
        }
    }

    /// The same refusal with a way out.
    pub fn with_action(mut self, key: ActionKey, label: &str) -> Self {
        self.action = Some(Action {
            key,
            label: label.to_owned(),
        });
        self
    }

    /// The name of the command is on no list.
    pub fn unknown_command(name: &str) -> Self {
        Self::new("unknown_command", format!("There is no command named “{name}” here."))
    }

    /// The command exists, and this caller may not use it.
    pub fn not_for_you(name: &str) -> Self {
        Self::new(
            "not_allowed",
            format!("The command “{name}” may not be used from here."),
        )
    }

    /// What was asked does not have the shape of the command.
    pub fn bad_ask(name: &str, why: &serde_json::Error) -> Self {
        // The category alone: the error's text can quote the input, which may hold a secret.
        Self::new(
            "bad_ask",
            format!(
                "The command “{name}” was asked in a form it does not know ({:?}).",
                why.classify()
            ),
        )
    }

    /// What came back does not have the shape of the command's answer.
    pub fn bad_answer(name: &str) -> Self {
        Self::new(
            "bad_answer",
            format!("The answer to “{name}” could not be read: the two sides are of different versions."),
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Something a person can do, offered beside a reason or an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Action {
    /// What it does.
    pub key: ActionKey,
    /// What the button says.
    pub label: String,
}

/// Everything a button beside a reason can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ActionKey {
    /// Try this transfer again now.
    Retry,
    /// Go on with this transfer.
    Resume,
    /// End the pause of everything.
    ResumeAll,
    /// Open the question this transfer asks.
    Answer,
    /// Open the transfer's account to enter credentials again.
    EditAccount,
    /// Ask the service about the account again.
    CheckAccount,
    /// Open the question for the passphrase.
    Unlock,
    /// Open the settings.
    OpenSettings,
}
