//! FileFactory: files behind links, fetched through its first programming interface.
//!
//! - [`link`]: which file a link names. [`fetch`]: looking files up, links to them, their bytes.
//! - [`session`]: one key for all. [`api`]: the calls. [`types`]: their JSON. [`error`]: what their codes mean.

mod api;
mod error;
mod fetch;
pub(crate) mod link;
mod session;
mod types;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::ExposeSecret;
use serde::Deserialize;
use transfer::account::{Account, AccountInfo};
use transfer::download::Download;
use transfer::error::Result;
use transfer::provider::{Capability, Connect, Descriptor, Field, Provider, RequestBudget, Tools};
use transfer::{Failure, Kind, SecretString, Time};

use crate::http::{Getter, Http};
use session::Session;

const KEY: &str = "filefactory";
const LABEL: &str = "FileFactory";
/// The documented window of the request limit.
const WINDOW: Duration = Duration::from_secs(3_600);

/// FileFactory, to be chosen.
pub(crate) fn descriptor() -> Descriptor {
    let field = |key: &str, label: &str, secret, help: &str| Field {
        key: key.into(),
        label: label.into(),
        secret,
        required: true,
        help: help.into(),
    };
    Descriptor {
        key: KEY.into(),
        label: LABEL.into(),
        base_url: "https://api.filefactory.com/v1".into(),
        fields: vec![
            field(
                "email",
                "E-mail address",
                false,
                "The one you sign in with at FileFactory.",
            ),
            field("password", "Password", true, "The one you sign in with at FileFactory."),
            field(
                "authkey",
                "Authorization key",
                true,
                "FileFactory assigns it on request to those who use its API.",
            ),
        ],
        options: Vec::new(),
        capabilities: vec![Capability::Download],
        notes: vec![
            "FileFactory's API may be switched off: its host did not answer when this was written.".into(),
            "Free downloads begin after a wait, come over one connection, and can't be gone on with after a break."
                .into(),
        ],
        budget: RequestBudget {
            requests: 5_000,
            window: WINDOW,
        },
        links: Some(Arc::new(fetch::Pages)),
        guests: true,
        connect: Arc::new(Door),
    }
}

struct Door;

impl Connect for Door {
    fn connect(&self, account: &Account, secret: &SecretString, tools: Tools) -> Result<Arc<dyn Provider>> {
        let http = Http::new(LABEL, account, None, tools.clone(), WINDOW)?;
        let get = Getter::new(account, http.place(), tools)?;
        let signed_in = signed_in(secret)?;
        if let Some(signed_in) = &signed_in {
            http.entered_for(signed_in.origin.as_deref())?;
        }
        Ok(Arc::new(Filefactory {
            http,
            get,
            account: signed_in,
            session: Session::default(),
            password_waits: Mutex::default(),
        }))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    email: String,
    password: SecretString,
    authkey: Option<SecretString>,
    origin: Option<String>,
}

/// What a person signs in with.
struct SignIn {
    email: String,
    password: SecretString,
    authkey: Option<SecretString>,
    origin: Option<String>,
}

/// The fields in `secret`; `None` for a guest, who has none.
fn signed_in(secret: &SecretString) -> Result<Option<SignIn>> {
    let unusable = |why: &str| {
        Failure::new(
            Kind::Refused,
            "bad_secret",
            format!("The {LABEL} sign-in can't be used: {why}."),
        )
        .action("Enter the account's e-mail address, password and authorization key again.")
    };
    let text = secret.expose_secret();
    if text.trim().is_empty() {
        return Ok(None);
    }
    let fields: Fields = serde_json::from_str(text).map_err(|_| unusable("it is not stored as expected"))?;
    let email = fields.email.trim().to_owned();
    match (email.is_empty(), fields.password.expose_secret().is_empty()) {
        (true, true) => Ok(None),
        (false, false) => Ok(Some(SignIn {
            email,
            password: fields.password,
            authkey: fields.authkey.filter(|key| !key.expose_secret().trim().is_empty()),
            origin: fields.origin,
        })),
        (true, false) => Err(unusable("the e-mail address is missing")),
        (false, true) => Err(unusable("the password is missing")),
    }
}

/// One account at FileFactory, or a guest.
pub(crate) struct Filefactory {
    http: Http,
    get: Getter,
    account: Option<SignIn>,
    session: Session,
    /// Files whose passwords the service takes no more of for a while, and until when.
    password_waits: Mutex<BTreeMap<String, Time>>,
}

#[async_trait]
impl Provider for Filefactory {
    async fn check_account(&self) -> Result<AccountInfo> {
        if self.account.is_none() {
            return Ok(AccountInfo {
                note: Some("Free downloads without an account.".into()),
                ..AccountInfo::default()
            });
        }
        let member = self.member().await?;
        let now = self.http.tools.clock.now().time;
        let share = member.traffic_share_limit.map(|limit| {
            let used = member.traffic_share_used.unwrap_or(0);
            format!(
                "{} of {} MB of the traffic share are used.",
                used / 1_000_000,
                limit / 1_000_000
            )
        });
        Ok(AccountInfo {
            who: member.email.map(|email| self.http.shown(&email)),
            plan: member.account_type.map(|plan| self.http.shown(&plan)),
            used: member.storage_used,
            quota: member.storage_limit,
            expires: member.expiry_ms.map(|left| now.after(Duration::from_millis(left))),
            note: share,
        })
    }

    fn download(&self) -> Option<&dyn Download> {
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_whole_or_none_and_never_shown() {
        let read = |json: &str| signed_in(&SecretString::from(json));
        let full = read(r#"{"email":" a@b.example ","password":"p","authkey":"k"}"#)
            .unwrap()
            .unwrap();
        assert_eq!(full.email, "a@b.example");
        assert!(full.authkey.is_some());
        assert!(
            read(r#"{"email":"a","password":"p","authkey":" "}"#)
                .unwrap()
                .unwrap()
                .authkey
                .is_none()
        );
        for guest in ["", "{}", r#"{"email":"","password":""}"#] {
            assert!(read(guest).unwrap().is_none(), "{guest}");
        }
        for bad in [
            "CANARY",
            r#"{"email":"a"}"#,
            r#"{"password":"CANARY"}"#,
            r#"{"email":7,"password":"CANARY"}"#,
        ] {
            let failure = read(bad).err().expect(bad);
            assert_eq!(failure.kind, Kind::Refused, "{bad}");
            assert!(!format!("{failure:?}").contains("CANARY"), "{bad}");
        }
    }
}
