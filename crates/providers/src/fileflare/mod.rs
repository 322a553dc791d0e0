//! Fileflare: files for a shop's digital goods, cut by the service into parts with a signed link each.
//!
//! - [`upload`]: sending a file. [`settle`]: what became of one. [`session`]: what is kept meanwhile.
//! - [`library`]: the files that are there.
//! - [`api`]: the calls. [`types`]: their JSON. [`error`]: their refusals.

mod api;
mod error;
mod library;
mod session;
mod settle;
mod types;
mod upload;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::ExposeSecret;
use transfer::account::{Account, AccountInfo};
use transfer::error::Result;
use transfer::library::Library;
use transfer::provider::{Capability, Connect, Descriptor, Field, Provider, RequestBudget, Tools, Upload};
use transfer::{Failure, Kind, SecretString};

use crate::http::{Http, Key};
use session::Seen;

const KEY: &str = "fileflare";
const LABEL: &str = "Fileflare";
/// The documented window of the request limit.
const WINDOW: Duration = Duration::from_secs(60);
/// Of the documented 60, so that a shop's own tools have room too.
const REQUESTS: u32 = 55;

/// Fileflare, to be chosen.
pub(crate) fn descriptor() -> Descriptor {
    Descriptor {
        key: KEY.into(),
        label: LABEL.into(),
        base_url: "https://app.digital-downloads.com/api/v1".into(),
        fields: vec![Field {
            key: "token".into(),
            label: "API key".into(),
            secret: true,
            required: true,
            help: "Made in the app's settings, under API.".into(),
        }],
        options: Vec::new(),
        capabilities: vec![Capability::Upload, Capability::List, Capability::Delete],
        notes: vec![
            "The API key gives full access to the shop's files: keep it private.".into(),
            "Deleting a file there also removes it from products and past orders.".into(),
        ],
        budget: RequestBudget {
            requests: REQUESTS,
            window: WINDOW,
        },
        links: None,
        guests: false,
        connect: Arc::new(Door),
    }
}

struct Door;

impl Connect for Door {
    fn connect(&self, account: &Account, secret: &SecretString, tools: Tools) -> Result<Arc<dyn Provider>> {
        let key = key(secret)?;
        let http = Http::new(LABEL, account, Some(&key), tools, WINDOW)?;
        Ok(Arc::new(Fileflare {
            http,
            seen: AtomicU8::new(Seen::Unknown as u8),
            gone: Mutex::default(),
        }))
    }
}

/// The field `token`, and `origin` where it was stored beside it.
fn key(secret: &SecretString) -> Result<Key> {
    let unusable = |why: &str| {
        Failure::new(
            Kind::Refused,
            "bad_secret",
            format!("The {LABEL} key can't be used: {why}."),
        )
        .action("Enter the account's key again.")
    };
    let fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(secret.expose_secret()).map_err(|_| unusable("it is not stored as expected"))?;
    match fields.get("token").and_then(|token| token.as_str()).map(str::trim) {
        Some(token) if !token.is_empty() => Ok(Key {
            token: SecretString::from(token),
            origin: fields
                .get("origin")
                .and_then(|origin| origin.as_str())
                .map(str::to_owned),
        }),
        _ => Err(unusable("it is empty")),
    }
}

/// One account at Fileflare.
pub(crate) struct Fileflare {
    http: Http,
    /// Whether a file is shown before it is confirmed: learnt once per run, since it decides what a look is worth.
    seen: AtomicU8,
    /// Files whose upload the service said it no longer knows.
    gone: Mutex<BTreeSet<String>>,
}

impl Fileflare {
    fn seen(&self) -> Seen {
        Seen::from_number(self.seen.load(Ordering::Relaxed))
    }

    fn learn(&self, seen: Seen) {
        self.seen.store(seen as u8, Ordering::Relaxed);
    }

    fn is_gone(&self, id: &str) -> bool {
        self.gone.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }

    fn remember_gone(&self, id: &str) {
        self.gone
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.to_owned());
    }
}

#[async_trait]
impl Provider for Fileflare {
    async fn check_account(&self) -> Result<AccountInfo> {
        let limit = self.list_one().await?;
        Ok(AccountInfo {
            note: Some(match limit {
                Some(limit) => format!("{LABEL} allows {limit} requests a minute. It does not say who is signed in."),
                None => format!("{LABEL} does not say who is signed in."),
            }),
            ..AccountInfo::default()
        })
    }

    fn upload(&self) -> Option<&dyn Upload> {
        Some(self)
    }

    fn library(&self) -> Option<&dyn Library> {
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_from_its_field_and_never_shown() {
        let read =
            |json: &str| key(&SecretString::from(json)).map(|key| (key.token.expose_secret().to_owned(), key.origin));
        assert_eq!(read(r#"{"token":" k "}"#).unwrap(), ("k".into(), None));
        let bound = read(r#"{"token":"k","origin":"https://a.example"}"#).unwrap();
        assert_eq!(bound.1.as_deref(), Some("https://a.example"));
        for bad in [
            "CANARY",
            r#"{"token":""}"#,
            r#"{"token":7}"#,
            r#"{"key":"CANARY"}"#,
            "[]",
        ] {
            let failure = read(bad).unwrap_err();
            assert_eq!(failure.kind, Kind::Refused, "{bad}");
            assert!(!format!("{failure:?}").contains("CANARY"));
        }
    }
}
