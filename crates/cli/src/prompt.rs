//! Asking a person for secrets, without showing what they type.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Read};
use std::sync::Arc;

use app::boundary::{Failure, Field, Secret};
use app::secrets::{Ask, Prompt};
use console::Term;
use futures_util::FutureExt;
use secrecy::SecretString;
use serde_json::Value;

use crate::exit::system;

/// More is no credential.
const MOST: u64 = 1024 * 1024;

/// Asks for the passphrase, where somebody sits in front of it.
pub(crate) fn for_passphrase() -> Option<Arc<Prompt>> {
    if !std::io::stderr().is_terminal() {
        return None;
    }
    Some(Arc::new(|ask| {
        // A terminal is read by blocking.
        tokio::task::spawn_blocking(move || passphrase(ask))
            .map(|answer| answer.ok().flatten())
            .boxed()
    }))
}

fn passphrase(ask: Ask) -> Option<SecretString> {
    match ask {
        Ask::Existing { wrong_before } => {
            if wrong_before {
                eprintln!("This is not the passphrase; try again.");
            }
            hidden("Passphrase of the stored credentials: ").map(SecretString::from)
        }
        Ask::New => loop {
            eprintln!("There is no keychain here: credentials will be kept in a file that a passphrase opens.");
            let first = hidden("Choose a passphrase: ").filter(|typed| !typed.is_empty())?;
            if hidden("The same again: ")? == first {
                return Some(SecretString::from(first));
            }
            eprintln!("These two are not the same.");
        },
    }
}

fn hidden(question: &str) -> Option<String> {
    let term = Term::stderr();
    term.write_str(question).ok()?;
    term.read_secure_line().ok()
}

/// The credentials: from standard input, or asked for one by one.
///
/// # Errors
/// `no_credentials_given` when there is nobody to ask, and when what was given can't be read.
pub(crate) async fn credentials(from_input: bool, fields: Vec<Field>) -> Result<BTreeMap<String, Secret>, Failure> {
    tokio::task::spawn_blocking(move || if from_input { given() } else { typed(&fields) })
        .await
        .map_err(|why| system(&why))?
}

/// A file's password: the first line of standard input, or typed without being shown.
///
/// # Errors
/// `no_password_given`.
pub(crate) async fn password() -> Result<Secret, Failure> {
    let read = || {
        let mut line = String::new();
        let typed = if std::io::stdin().is_terminal() {
            hidden("Password of the file: ")
        } else {
            let read = std::io::stdin().lock().take(MOST).read_line(&mut line);
            read.ok().map(|_| line.trim_end_matches(['\r', '\n']).to_owned())
        };
        typed.filter(|typed| !typed.is_empty()).map(Secret::new)
    };
    tokio::task::spawn_blocking(read)
        .await
        .map_err(|why| system(&why))?
        .ok_or_else(|| Failure::new("no_password_given", "No password was given."))
}

/// Whether a question would be heard.
pub(crate) fn is_somebody_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// A question that only a clear yes agrees to.
///
/// # Errors
/// When the program is ending.
pub(crate) async fn agreed(question: &str) -> Result<bool, Failure> {
    let question = question.to_owned();
    let answer = tokio::task::spawn_blocking(move || shown(&question)).await;
    let answer = answer.map_err(|why| system(&why))?.unwrap_or_default();
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// The first line of standard input, which may be a secret.
///
/// # Errors
/// `bad_input` when there is none.
pub(crate) async fn line() -> Result<Secret, Failure> {
    let read = || {
        let mut line = String::new();
        let read = std::io::stdin().lock().take(MOST).read_line(&mut line);
        read.map(|_| line.trim().to_owned())
    };
    let line = tokio::task::spawn_blocking(read).await.map_err(|why| system(&why))?;
    let line = line.ok().filter(|line| !line.is_empty());
    line.map(Secret::new)
        .ok_or_else(|| Failure::new("bad_input", "There was nothing on standard input."))
}

fn given() -> Result<BTreeMap<String, Secret>, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(MOST).read_to_string(&mut text);
    read.map_err(|why| unreadable(&format!("standard input can't be read ({why})")))?;
    read_given(text.trim())
}

fn read_given(text: &str) -> Result<BTreeMap<String, Secret>, Failure> {
    if text.is_empty() {
        return Err(unreadable("there was nothing on standard input"));
    }
    if let Ok(Value::Object(fields)) = serde_json::from_str(text) {
        let field = |(key, value)| match value {
            Value::String(value) => (key, Secret::new(value)),
            other => (key, Secret::new(other.to_string())),
        };
        return Ok(fields.into_iter().map(field).collect());
    }
    if text.lines().count() > 1 {
        return Err(unreadable("it is neither a JSON object nor one line"));
    }
    Ok(BTreeMap::from([("token".to_owned(), Secret::new(text.to_owned()))]))
}

fn typed(fields: &[Field]) -> Result<BTreeMap<String, Secret>, Failure> {
    if !std::io::stderr().is_terminal() {
        return Err(unreadable("give them on standard input with --secret-stdin"));
    }
    let mut answers = BTreeMap::new();
    for field in fields {
        if !field.help.is_empty() {
            eprintln!("{}", field.help);
        }
        let question = format!("{}: ", field.label);
        let answer = if field.secret {
            hidden(&question)
        } else {
            shown(&question)
        };
        let answer = answer.ok_or_else(|| unreadable("nothing was entered"))?;
        answers.insert(field.key.clone(), Secret::new(answer));
    }
    Ok(answers)
}

fn shown(question: &str) -> Option<String> {
    let term = Term::stderr();
    term.write_str(question).ok()?;
    term.read_line().ok()
}

fn unreadable(why: &str) -> Failure {
    Failure::new("no_credentials_given", format!("The credentials are missing: {why}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let fields = read_given(text).unwrap();
        fields
            .into_iter()
            .map(|(key, value)| (key, value.expose().to_owned()))
            .collect()
    }

    #[test]
    fn a_line_that_is_no_json_is_the_token() {
        assert_eq!(read("abc 1"), [("token".to_owned(), "abc 1".to_owned())]);
        assert_eq!(read("123"), [("token".to_owned(), "123".to_owned())]);
    }

    #[test]
    fn an_object_names_its_fields() {
        assert_eq!(read(r#"{"email":"a@b","password":"c"}"#).len(), 2);
    }

    #[test]
    fn what_can_not_be_read_is_not_repeated() {
        let refusal = read_given("hunter2\nhunter2").unwrap_err();
        assert_eq!(refusal.code, "no_credentials_given");
        assert!(!refusal.message.contains("hunter2"));
    }
}
