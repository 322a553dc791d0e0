//! How an account is reached, where the usual way does not do: a proxy, a certificate, patience, the server's own budget.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::PoisonError;
use std::time::Duration;

use transfer::provider::RequestBudget;
use transfer::{Account, AccountId};
use url::Url;

use super::book::{Accounts, unknown_id};
use crate::boundary::Failure;

/// Requests a minute that a person may allow.
const REQUESTS: std::ops::RangeInclusive<u32> = 1..=1_000_000;
/// Seconds of waiting for an answer or for movement.
const TIMEOUT: std::ops::RangeInclusive<u32> = 1..=3_600;

/// What can be chosen, each with what it may be.
const CHOICES: [(&str, &str); 4] = [
    ("proxy", "the address of a proxy, or none for going past the system's"),
    ("ca_file", "a file of certificates (PEM) that are trusted as well"),
    ("timeout_s", "seconds to wait for an answer, 1 to 3600"),
    (
        "requests_per_minute",
        "what the server allows, 1 to 1000000, where that is not what its document says",
    ),
];

impl Accounts {
    /// Stores these choices; an empty text takes one back.
    ///
    /// # Errors
    /// `bad_connection`, with what can be chosen.
    pub(crate) async fn set_connection(&self, id: AccountId, chosen: BTreeMap<String, String>) -> Result<(), Failure> {
        let mut account = self.get(id).ok_or_else(unknown_id)?;
        for (key, value) in chosen {
            let value = value.trim().to_owned();
            check(&key, &value)?;
            if value.is_empty() {
                account.options.remove(&key);
            } else {
                account.options.insert(key, value);
            }
        }
        self.put(account).await?;
        self.budgets.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        self.forget_provider(id);
        Ok(())
    }
}

/// The requests that an account may make: the provider's number, unless the person knows better.
pub(super) fn budget(account: Option<&Account>, usual: RequestBudget) -> RequestBudget {
    let chosen = account.and_then(|account| account.options.get("requests_per_minute")?.parse().ok());
    chosen.map_or(usual, |requests| RequestBudget {
        requests,
        window: Duration::from_secs(60),
    })
}

/// The choices that an account has.
pub(super) fn chosen(account: &Account) -> BTreeMap<String, String> {
    let is_one = |key: &str| CHOICES.iter().any(|(choice, _)| *choice == key);
    let options = account.options.iter().filter(|(key, _)| is_one(key));
    options.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn check(key: &str, value: &str) -> Result<(), Failure> {
    let Some((_, what)) = CHOICES.iter().find(|(choice, _)| *choice == key) else {
        let all: Vec<_> = CHOICES
            .iter()
            .map(|(choice, what)| format!("{choice} ({what})"))
            .collect();
        return Err(bad(format!(
            "There is no choice “{key}”. There are: {}.",
            all.join("; ")
        )));
    };
    let within = |range: std::ops::RangeInclusive<u32>| value.parse().is_ok_and(|number| range.contains(&number));
    let fits = match key {
        _ if value.is_empty() => true,
        "proxy" if value == "none" => true,
        "proxy" => {
            let url = Url::parse(value).ok().filter(|url| url.host().is_some());
            if url
                .as_ref()
                .is_some_and(|url| !url.username().is_empty() || url.password().is_some())
            {
                return Err(bad(
                    "A proxy's name and password would be kept readable. Set the proxy with them in the system's settings instead."
                        .to_owned(),
                ));
            }
            url.is_some()
        }
        "ca_file" => Path::new(value).is_absolute(),
        "timeout_s" => within(TIMEOUT),
        _ => within(REQUESTS),
    };
    if fits {
        return Ok(());
    }
    // Without what was given: it may hold a password all the same.
    Err(bad(format!("This can't be {key}, which is {what}.")))
}

fn bad(text: String) -> Failure {
    Failure::new("bad_connection", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_a_choice_is_refused_with_what_can() {
        for (key, value) in [
            ("proxy", "http://127.0.0.1:3128"),
            ("proxy", "none"),
            ("proxy", ""),
            ("timeout_s", "30"),
            ("requests_per_minute", "6000"),
        ] {
            check(key, value).unwrap();
        }
        for (key, value, named) in [
            ("proxy", "nonsense", "address"),
            ("proxy", "http://me:secret@proxy.example", "readable"),
            ("proxy", "http://me:secret@", "address"),
            ("ca_file", "relative.pem", "PEM"),
            ("timeout_s", "0", "1 to 3600"),
            ("requests_per_minute", "many", "1 to 1000000"),
            ("colour", "red", "requests_per_minute"),
        ] {
            let why = check(key, value).unwrap_err();
            assert_eq!(why.code, "bad_connection");
            assert!(why.message.contains(named), "{key}={value}: {}", why.message);
            assert!(!why.message.contains("secret"), "{}", why.message);
        }
    }
}
