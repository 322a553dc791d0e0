//! facilioo: files of property management, stored by signed links, each under a file type of the service.
//!
//! - [`upload`]: sending a file. [`sent`]: what is kept meanwhile. [`follow`]: what the service measures afterwards.
//! - [`kinds`], [`content`]: which file type a file is. [`fetch`]: fetching one.
//! - [`library`]: what there is. [`api`]: the calls. [`names`]: what the document leaves open. [`file`]: an entity. [`error`]: refusals.
//! - [`session`], [`token`]: signing in.

mod api;
mod content;
mod error;
mod fetch;
mod file;
mod follow;
mod kinds;
mod library;
mod names;
mod sent;
mod session;
mod token;
mod upload;

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::ExposeSecret;
use serde::Deserialize;
use transfer::account::{Account, AccountInfo};
use transfer::download::Download;
use transfer::error::Result;
use transfer::library::{Library, REPLACES};
use transfer::provider::{Capability, Connect, Descriptor, Field, Provider, RequestBudget, Tools, Upload};
use transfer::{Failure, Kind, SecretString};

use crate::http::{Getter, Http};
use follow::{Awaited, Signatures};
use kinds::FileType;
use session::Tokens;
use token::Claims;

const KEY: &str = "facilioo";
const LABEL: &str = "facilioo";
const HOST: &str = "api.facilioo.de";
/// The service names no limit; this is well below what it was seen to take.
const REQUESTS: u32 = 600;
const WINDOW: Duration = Duration::from_secs(60);

/// facilioo, to be chosen.
pub(crate) fn descriptor() -> Descriptor {
    let field = |key: &str, label: &str, secret, help: &str| Field {
        key: key.into(),
        label: label.into(),
        secret,
        required: false,
        help: help.into(),
    };
    Descriptor {
        key: KEY.into(),
        label: LABEL.into(),
        base_url: format!("https://{HOST}"),
        fields: vec![
            field(
                "email",
                "E-mail address",
                false,
                "The one you sign in with at facilioo.",
            ),
            field("password", "Password", true, "The one you sign in with at facilioo."),
            field(
                "token",
                "Access token",
                true,
                "Instead of e-mail address and password, such as for an account with a second factor. It runs out.",
            ),
        ],
        capabilities: vec![Capability::Upload, Capability::Download, Capability::List],
        notes: vec![
            "Every file has one of facilioo's file types. What has none is not taken.".into(),
            "facilioo measures a file some time after it has arrived; until then its size there is not confirmed."
                .into(),
            "A file is sent in one piece of at most 5 GiB: when it is interrupted, it begins again.".into(),
        ],
        budget: RequestBudget {
            requests: REQUESTS,
            window: WINDOW,
        },
        options: vec![
            field(
                kinds::OPTION,
                "File type",
                false,
                "Found out by name and content. To choose another: its ending, such as pdf, or its name at facilioo.",
            ),
            field(
                upload::DOCUMENT,
                "Document",
                false,
                "“yes” has facilioo make a document of the file, where the account may do that.",
            ),
            field(
                REPLACES,
                "New version of",
                false,
                "The number of a file there that this one takes the place of.",
            ),
        ],
        links: Some(Arc::new(fetch::Addresses)),
        guests: false,
        connect: Arc::new(Door),
    }
}

struct Door;

impl Connect for Door {
    fn connect(&self, account: &Account, secret: &SecretString, tools: Tools) -> Result<Arc<dyn Provider>> {
        let http = Http::new(LABEL, account, None, tools.clone(), WINDOW)?;
        let get = Getter::new(account, http.place(), tools)?;
        let (sign_in, origin) = signed_in(secret)?;
        http.entered_for(origin.as_deref())?;
        let (tokens, claims) = match &sign_in {
            SignIn::Password { .. } => (Tokens::default(), Claims::default()),
            SignIn::Token(token) => (Tokens::pasted(token.clone()), token::claims(token.expose_secret())),
        };
        let documents = account
            .options
            .get(upload::DOCUMENT)
            .is_some_and(|wanted| upload::is_yes(wanted));
        Ok(Arc::new(Facilioo {
            http,
            get,
            sign_in,
            tokens,
            claims: Mutex::new(claims),
            types: tokio::sync::Mutex::default(),
            documents,
            awaited: Awaited::default(),
            signatures: Signatures::default(),
            no_list: AtomicBool::new(false),
        }))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    email: String,
    password: SecretString,
    token: SecretString,
    origin: Option<String>,
}

/// What a person signs in with.
enum SignIn {
    Password { email: String, password: SecretString },
    Token(SecretString),
}

/// The fields in `secret`, and the origin they were entered for, where that was kept with them.
fn signed_in(secret: &SecretString) -> Result<(SignIn, Option<String>)> {
    let unusable = |why: &str| {
        Failure::new(
            Kind::Refused,
            "bad_secret",
            format!("The {LABEL} sign-in can't be used: {why}."),
        )
        .action("Enter the account's e-mail address and password, or its access token, again.")
    };
    let fields: Fields =
        serde_json::from_str(secret.expose_secret()).map_err(|_| unusable("it is not stored as expected"))?;
    let email = fields.email.trim().to_owned();
    let token = fields.token.expose_secret().trim();
    let token = token.strip_prefix("Bearer ").unwrap_or(token).trim();
    let sign_in = match (
        token.is_empty(),
        email.is_empty(),
        fields.password.expose_secret().is_empty(),
    ) {
        (false, ..) => SignIn::Token(SecretString::from(token)),
        (true, false, false) => SignIn::Password {
            email,
            password: fields.password,
        },
        (true, true, true) => return Err(unusable("it is empty")),
        (true, true, false) => return Err(unusable("the e-mail address is missing")),
        (true, false, true) => return Err(unusable("the password is missing")),
    };
    Ok((sign_in, fields.origin))
}

/// One account at facilioo.
pub(crate) struct Facilioo {
    http: Http,
    get: Getter,
    sign_in: SignIn,
    tokens: Tokens,
    /// What the newest token says.
    claims: Mutex<Claims>,
    /// Static data: asked for once per run.
    types: tokio::sync::Mutex<Option<Arc<Vec<FileType>>>>,
    /// The account's files become documents, unless an upload says otherwise.
    documents: bool,
    awaited: Awaited,
    signatures: Signatures,
    /// The service was seen to show no list to this account.
    no_list: AtomicBool,
}

impl Facilioo {
    fn learn(&self, claims: &Claims) {
        *self.claims.lock().unwrap_or_else(PoisonError::into_inner) = claims.clone();
    }

    fn claims(&self) -> Claims {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The service's file types. Who comes while they are being asked for waits for them.
    async fn types(&self) -> Result<Arc<Vec<FileType>>> {
        let mut known = self.types.lock().await;
        if let Some(types) = &*known {
            return Ok(Arc::clone(types));
        }
        let types = Arc::new(self.file_types().await?);
        if types.is_empty() {
            return Err(self
                .http
                .garbled("no_file_types", "without a single file type")
                .maybe_done(false));
        }
        *known = Some(Arc::clone(&types));
        Ok(types)
    }
}

#[async_trait]
impl Provider for Facilioo {
    async fn check_account(&self) -> Result<AccountInfo> {
        let types = self.types_anew().await?;
        let claims = self.claims();
        let pasted = match (&self.sign_in, claims.until) {
            (SignIn::Token(_), Some(until)) => {
                let left = self.http.ours(until).since(self.http.tools.clock.now().time).as_secs();
                let left = match left {
                    0..7_200 => format!("{} minutes", left / 60),
                    7_200..172_800 => format!("{} hours", left / 3_600),
                    _ => format!("{} days", left / 86_400),
                };
                format!(" The token holds for {left} more; then another has to be entered.")
            }
            _ => String::new(),
        };
        Ok(AccountInfo {
            who: claims.who.map(|who| self.http.shown(&who)),
            note: Some(format!("{LABEL} knows {} file types.{pasted}", types.len())),
            ..AccountInfo::default()
        })
    }

    fn upload(&self) -> Option<&dyn Upload> {
        Some(self)
    }

    fn download(&self) -> Option<&dyn Download> {
        Some(self)
    }

    fn library(&self) -> Option<&dyn Library> {
        Some(self)
    }
}

impl Facilioo {
    /// The file types, asked for once more: a check that asks nobody is none.
    async fn types_anew(&self) -> Result<Arc<Vec<FileType>>> {
        *self.types.lock().await = None;
        self.types().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_a_password_or_a_token_and_never_shown() {
        let read = |json: &str| signed_in(&SecretString::from(json));
        for json in [
            r#"{"email":" a@b.example ","password":"p"}"#,
            r#"{"email":"a@b.example","password":"p","token":" "}"#,
        ] {
            assert!(matches!(read(json).unwrap().0, SignIn::Password { email, .. } if email == "a@b.example"));
        }
        for json in [r#"{"token":"Bearer t"}"#, r#"{"token":"t","email":"a","password":"p"}"#] {
            assert!(matches!(read(json).unwrap().0, SignIn::Token(token) if token.expose_secret() == "t"));
        }
        for bad in [
            "CANARY",
            "{}",
            r#"{"email":"a"}"#,
            r#"{"password":"CANARY"}"#,
            r#"{"token":7,"password":"CANARY"}"#,
        ] {
            let failure = read(bad).err().expect(bad);
            assert_eq!(failure.kind, Kind::Refused, "{bad}");
            assert!(!format!("{failure:?}").contains("CANARY"), "{bad}");
        }
    }
}
