//! Direct links: any https address that leads to a file, with or without a sign-in of its own.
//!
//! - [`account`]: what a person may sign in with. [`link`]: which lines are such links, and what a file is called.

mod account;
mod link;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::ExposeSecret;
use transfer::account::{Account, AccountInfo};
use transfer::download::{Download, DownloadRules, FileLink, FilePlace, FileSource, Opening, RangeAsk, RemoteFile};
use transfer::error::Result;
use transfer::provider::{Capability, Connect, Descriptor, Field, Provider, RequestBudget, Tools};
use transfer::{Failure, Kind, SecretString};
use url::Url;

use crate::http::{Bound, Get, Getter, Got, Place, Reach, reach};

const KEY: &str = "direct";
const LABEL: &str = "Direct link";

/// Direct links, to be chosen.
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
        // No link is there: a sign-in goes nowhere until the person names its server.
        base_url: "https://direct.invalid".into(),
        fields: vec![
            field("user", "User name", false, "Sent to this account's address only."),
            field("password", "Password", true, "Sent to this account's address only."),
            field(
                "headers",
                "Headers",
                true,
                "Instead of user name and password: a JSON object such as {\"X-Key\": \"…\"}.",
            ),
        ],
        options: Vec::new(),
        capabilities: vec![Capability::Download],
        notes: vec![
            "Links need no account. Add one only for a server that wants a sign-in, with that server's address.".into(),
        ],
        budget: RequestBudget {
            requests: 6_000,
            window: Duration::from_secs(60),
        },
        links: Some(Arc::new(link::Any)),
        guests: true,
        connect: Arc::new(Door),
    }
}

struct Door;

impl Connect for Door {
    fn connect(&self, account: &Account, secret: &SecretString, tools: Tools) -> Result<Arc<dyn Provider>> {
        let place = Place::of(account)?;
        Ok(Arc::new(Direct {
            bound: account::bound(secret, &place)?,
            get: Getter::new(account, &place, tools)?,
        }))
    }
}

/// One account for direct links, or nobody's.
struct Direct {
    get: Getter,
    bound: Option<Bound>,
}

#[async_trait]
impl Provider for Direct {
    async fn check_account(&self) -> Result<AccountInfo> {
        let note = match &self.bound {
            Some(bound) => format!(
                "Whether {} accepts it shows with the first file.",
                bound.origin.ascii_serialization()
            ),
            None => "Links are fetched without a sign-in.".into(),
        };
        Ok(AccountInfo {
            note: Some(note),
            ..AccountInfo::default()
        })
    }

    fn download(&self) -> Option<&dyn Download> {
        Some(self)
    }
}

#[async_trait]
impl Download for Direct {
    fn rules(&self) -> DownloadRules {
        DownloadRules {
            batch: 1,
            connections: 4,
            most_connections: 16,
        }
    }

    async fn resolve(&self, files: &[FileSource]) -> Result<Vec<Result<RemoteFile>>> {
        let mut found = Vec::with_capacity(files.len());
        for file in files {
            found.push(self.look(file).await);
        }
        Ok(found)
    }

    async fn link(&self, file: &FileSource) -> Result<FileLink> {
        let url = agreed(file)?;
        Ok(FileLink {
            url: SecretString::from(String::from(url)),
            wait: Duration::ZERO,
            connections: None,
            resumable: None,
            size: None,
            note: None,
        })
    }

    async fn open(&self, link: &FileLink, ask: &RangeAsk) -> Result<Opening> {
        let url = Url::parse(link.url.expose_secret()).map_err(|_| no_link())?;
        Ok(self.get(url, ask).await?.opening)
    }
}

impl Direct {
    /// Asks for the first byte: its answer says the most. A link that is signed for GET allows no HEAD.
    async fn look(&self, file: &FileSource) -> Result<RemoteFile> {
        let url = agreed(file)?;
        let first = RangeAsk {
            end: Some(1),
            ..RangeAsk::default()
        };
        let Got { opening, at } = self.get(url.clone(), &first).await?;
        Ok(RemoteFile {
            name: opening.name.unwrap_or_else(|| link::name(&url, &at)),
            size: opening.total,
            resumable: Some(opening.ranges),
            version: opening.version,
            ..RemoteFile::default()
        })
    }

    async fn get(&self, url: Url, ask: &RangeAsk) -> Result<Got> {
        let host = url.host_str().unwrap_or(LABEL).to_owned();
        let get = Get {
            url,
            label: &host,
            // A person may name any machine.
            nearest: Reach::Loopback,
            bound: self.bound.as_ref(),
            hop: &|_| None,
            expired: None,
        };
        self.get.get(&get, ask).await
    }
}

/// The link of `file`, if the person agreed to all that it takes.
fn agreed(file: &FileSource) -> Result<Url> {
    let FilePlace::Link(text) = &file.place else {
        return Err(no_link());
    };
    let url = link::address(text.expose_secret()).ok_or_else(no_link)?;
    if url.scheme() == "http" && !file.plain_http && reach(&url) != Reach::Loopback {
        return Err(Failure::new(
            Kind::Person,
            "plain_http",
            format!(
                "The link to {} is plain http: everyone on the way can see what you fetch, and change it.",
                url.host_str().unwrap_or_default()
            ),
        )
        .action("Fetch it only if that does not matter, or ask for an https link."));
    }
    Ok(url)
}

fn no_link() -> Failure {
    Failure::new(
        Kind::Refused,
        "no_link",
        "This is no https:// link to a file, so there is nothing to fetch.",
    )
    .action("Paste the whole link.")
}
