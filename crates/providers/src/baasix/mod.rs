//! Baasix: files of a server that people run themselves, each sent whole, in one form.
//!
//! - [`upload`]: sending a file. [`settle`]: what became of one. [`kept`]: what is kept meanwhile. [`kind`]: its type.
//! - [`library`]: the files that are there. [`fetch`]: their bytes. [`session`]: one token for all. [`sign_in`]: what a person enters.
//! - [`api`]: the calls. [`types`]: their JSON. [`error`]: their refusals.

mod api;
mod error;
mod fetch;
mod kept;
mod kind;
mod library;
mod session;
mod settle;
mod sign_in;
mod types;
mod upload;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use transfer::SecretString;
use transfer::account::{Account, AccountInfo};
use transfer::download::Download;
use transfer::error::Result;
use transfer::library::Library;
use transfer::provider::{Capability, Connect, Descriptor, Field, Provider, RequestBudget, Tools, Upload};

use crate::http::{Getter, Http};
use kept::Memory;
use session::Session;
use sign_in::SignIn;

const KEY: &str = "baasix";
const LABEL: &str = "Baasix";
/// The window of the server's limit on requests, where it is as it comes.
const WINDOW: Duration = Duration::from_secs(5);
/// Of the 100 that it allows, so that a browser on the same address has room too.
const REQUESTS: u32 = 90;

/// Baasix, to be chosen.
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
        // Everybody's own; this is where a server runs that somebody is trying out.
        base_url: "http://localhost:8055".into(),
        fields: vec![
            field("email", "E-mail address", false, "The one you sign in with at your server."),
            field("password", "Password", true, "The one you sign in with at your server."),
            field("tenant", "Tenant", false, "The tenant's id, where the server has several. May be empty."),
            field("token", "Token", true, "Instead of e-mail address and password: a token of your server."),
        ],
        options: options(),
        capabilities: vec![
            Capability::Upload,
            Capability::Download,
            Capability::List,
            Capability::Delete,
        ],
        notes: vec![
            "Enter your own server's address, such as https://files.example.com.".into(),
            "Baasix cuts files that are longer than its limit (50 MiB unless it was raised) without saying so. Longshore \
             compares, removes what was cut and says so."
                .into(),
            "A file is sent whole, in one go: what breaks off begins again.".into(),
        ],
        budget: RequestBudget {
            requests: REQUESTS,
            window: WINDOW,
        },
        links: Some(Arc::new(fetch::Ids)),
        guests: false,
        connect: Arc::new(Door),
    }
}

/// What can be said of each file.
fn options() -> Vec<Field> {
    let option = |key: &str, label: &str, help: &str| Field {
        key: key.into(),
        label: label.into(),
        secret: false,
        required: false,
        help: help.into(),
    };
    vec![
        option("title", "Title", "Shown beside the name. Without one it is the name."),
        option("description", "Description", "What the file is about."),
        option("folder", "Folder", "The folder's id at the server."),
        option("public", "Public", "yes: whoever knows the address may fetch the file."),
        option(
            "type",
            "Type",
            "The media type, such as image/png. The server looks into pictures, videos and sounds, and refuses what it can't read.",
        ),
        option(
            "limit",
            "Limit",
            "try: send it although the server cut a shorter file before.",
        ),
    ]
}

struct Door;

impl Connect for Door {
    fn connect(&self, account: &Account, secret: &SecretString, tools: Tools) -> Result<Arc<dyn Provider>> {
        let http = Http::new(LABEL, account, None, tools.clone(), WINDOW)?;
        let get = Getter::new(account, http.place(), tools)?;
        let (sign_in, origin) = SignIn::read(secret)?;
        http.entered_for(origin.as_deref())?;
        Ok(Arc::new(Baasix {
            http,
            get,
            sign_in,
            session: Session::default(),
            largest: AtomicU64::new(account.largest().unwrap_or(0)),
            memory: Memory::default(),
        }))
    }
}

/// One account at a Baasix server.
pub(crate) struct Baasix {
    http: Http,
    get: Getter,
    sign_in: SignIn,
    session: Session,
    /// Bytes at which the server was seen to cut files; 0 where it was not.
    largest: AtomicU64,
    memory: Memory,
}

#[async_trait]
impl Provider for Baasix {
    async fn check_account(&self) -> Result<AccountInfo> {
        let me = self.me().await?;
        let hidden = |text: String| self.http.shown(&text);
        let note = self.largest().map(|largest| {
            format!(
                "This server was seen to cut files at {}. Longer ones are not sent there.",
                error::size(largest)
            )
        });
        Ok(AccountInfo {
            who: me.user.email.map(hidden),
            plan: me.role.and_then(|role| role.name).map(hidden),
            note,
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

impl Baasix {
    /// Bytes at which the server was seen to cut files.
    fn largest(&self) -> Option<u64> {
        Some(self.largest.load(Ordering::Relaxed)).filter(|bytes| *bytes > 0)
    }

    fn learn_largest(&self, bytes: Option<u64>) {
        self.largest.store(bytes.unwrap_or(0), Ordering::Relaxed);
    }
}

impl Drop for Baasix {
    /// Ends the session that was made for this account, if there is still somebody to do it.
    fn drop(&mut self) {
        let Some(token) = self.session.leave() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let ended = self.http.farewell(&["auth", "logout"], &token);
        drop(runtime.spawn(ended));
    }
}
