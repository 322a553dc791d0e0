//! Why a transfer waits, or what it asks: a code for programs, a sentence for people, an action where there is one.

use serde::{Deserialize, Serialize};

use crate::time::Time;

/// Why a transfer is not moving although nothing is wrong with it for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable, such as `no_slot`, `offline`, `sign_in_network`, `request_limit`, `plan_full`, `signed_out`, `source_changed`.
    pub code: String,
    /// For a person.
    pub text: String,
    /// When it passes by itself, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// What the person can do to clear it, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
}

impl Reason {
    /// A reason without an end or an action.
    pub fn new(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            text: text.into(),
            until: None,
            action: None,
        }
    }

    /// Adds when it passes by itself.
    #[must_use]
    pub fn until(mut self, until: Time) -> Self {
        self.until = Some(until);
        self
    }
}

/// Something that only the person can decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stable, such as `sign_in`, `maybe_arrived`.
    pub code: String,
    /// For a person: what happened, why it asks.
    pub text: String,
    /// The answers to choose from; the first is the safe one.
    pub choices: Vec<Choice>,
}

/// One answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Stable: `look_again`, `it_is_there`, `send_again`, `retry`.
    pub key: String,
    /// On the button.
    pub label: String,
}

impl Choice {
    fn new(key: &str, label: &str) -> Self {
        Self {
            key: key.into(),
            label: label.into(),
        }
    }
}

impl Question {
    /// The credential was not accepted.
    #[must_use]
    pub fn sign_in(text: impl Into<String>) -> Self {
        Self {
            code: "sign_in".into(),
            text: text.into(),
            choices: vec![Choice::new("retry", "Try again")],
        }
    }

    /// The service was asked to finish, the answer was lost, and reading cannot tell what came of it.
    #[must_use]
    pub fn maybe_arrived(text: impl Into<String>) -> Self {
        Self {
            code: "maybe_arrived".into(),
            text: text.into(),
            choices: vec![
                Choice::new("look_again", "Look again"),
                Choice::new("it_is_there", "It is there: mark as completed"),
                Choice::new("send_again", "It is not there: send again"),
            ],
        }
    }

    /// The file has a password of its own. It is given by another way than a choice: no answer holds a secret.
    #[must_use]
    pub fn password(text: impl Into<String>) -> Self {
        Self {
            code: "password".into(),
            text: text.into(),
            choices: vec![Choice::new("retry", "Try again")],
        }
    }

    /// A download's name is taken in its folder. The answer holds for its whole batch.
    #[must_use]
    pub fn collision(text: impl Into<String>, resumable: bool) -> Self {
        let mut choices = vec![
            Choice::new("keep_both", "Keep both"),
            Choice::new("skip", "Skip"),
            Choice::new("replace", "Replace the old file"),
        ];
        if resumable {
            choices.push(Choice::new("resume", "Go on from the old file's bytes"));
        }
        Self {
            code: "collision".into(),
            text: text.into(),
            choices,
        }
    }

    /// A file's name and its content are of different types, and the service goes by one. Where one of the two is unknown
    /// there, it can't be chosen.
    #[must_use]
    pub fn file_type(text: impl Into<String>, by_content: bool, by_name: bool) -> Self {
        let mut choices = Vec::new();
        if by_content {
            choices.push(Choice::new("as_content", "Send it as what it contains"));
        }
        if by_name {
            choices.push(Choice::new("as_name", "Send it as what its name says"));
        }
        choices.push(Choice::new("skip", "Do not send it"));
        Self {
            code: "file_type".into(),
            text: text.into(),
            choices,
        }
    }

    /// A link is plain http.
    #[must_use]
    pub fn plain_http(text: impl Into<String>) -> Self {
        Self {
            code: "plain_http".into(),
            text: text.into(),
            choices: vec![
                Choice::new("skip", "Do not fetch it"),
                Choice::new("allow_http", "Fetch it over plain http"),
            ],
        }
    }

    /// A fault that the person can clear, such as a certificate or a permission.
    #[must_use]
    pub fn after(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            text: text.into(),
            choices: vec![Choice::new("retry", "Try again")],
        }
    }
}
