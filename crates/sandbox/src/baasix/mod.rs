//! Baasix, emulated: the gate every call passes, and the way to each call.
//!
//! - [`contents`]: what was made of which bytes. [`auth`]: tokens. [`upload`], [`form`], [`media`]: files as they come. [`import`]: files from elsewhere.
//! - [`library`], [`query`]: what is there. [`assets`]: its bytes. [`records`]: rows and bytes. [`answer`]: forms of answers.

mod answer;
mod assets;
mod auth;
mod contents;
mod form;
mod gate;
mod import;
mod library;
mod media;
mod query;
mod records;
mod upload;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde::{Deserialize, Serialize};

use auth::Session;
pub(crate) use auth::{secret, secret_of_a_tenant};
use contents::Contents;
pub use contents::MadeOf;
use gate::Window;
use records::{Record, Records};

use crate::controls::Controls;
use crate::faults::{Route, Taken};
use crate::held;
use crate::storage::sha256_of;

/// What stands before the documented paths.
pub(crate) const PREFIX: &str = "/baasix";
/// Whose token every token is.
const USER: &str = "7e0f5d2a-3b1c-4f6e-8a9d-c1b2a3948576";

/// The service.
pub(crate) struct Baasix {
    controls: Arc<Controls>,
    records: Records,
    contents: Mutex<Contents>,
    /// Tokens that are alive.
    sessions: Mutex<BTreeMap<String, Session>>,
    /// Requests by address.
    windows: Mutex<BTreeMap<IpAddr, Window>>,
    /// Names of temporary files of imports under way.
    importing: Mutex<BTreeSet<String>>,
    /// The file host, and the one that nobody should be led to: `http://host:port`.
    files: String,
    elsewhere: String,
}

/// One call, read.
struct Call {
    route: Route,
    method: Method,
    id: String,
    query: String,
    headers: HeaderMap,
    token: Option<String>,
    body: Bytes,
    form: Option<form::Form>,
    taken: Taken,
}

/// A file that the emulated Baasix has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaasixFile {
    /// Its id.
    pub id: String,
    /// What the person calls it (`originalFilename`).
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Bytes, as the row says.
    pub size: u64,
    /// Of the bytes on disk, in hexadecimal; `None` while there are none.
    pub sha256: Option<String>,
}

impl Baasix {
    /// Keeps its bytes below `home`, and its rows where they are to survive a restart.
    pub(crate) fn open(
        controls: Arc<Controls>,
        home: &Path,
        kept: bool,
        [files, elsewhere]: [String; 2],
    ) -> std::io::Result<Self> {
        let rows = kept.then(|| home.join("baasix.json"));
        Ok(Self {
            controls,
            records: Records::open(home.join("baasix"), rows)?,
            contents: Mutex::default(),
            sessions: Mutex::default(),
            windows: Mutex::default(),
            importing: Mutex::default(),
            files,
            elsewhere,
        })
    }

    /// Puts a file of `size` bytes of the content of `seed` there; its id. It is a video to the server, whatever its
    /// name: of others it sends no ranges.
    pub(crate) fn add(&self, name: &str, size: u64, seed: u64) -> String {
        let id = uuid::Uuid::new_v4().to_string();
        let now = self.controls.clock.now_ms();
        self.records.with(|rows| {
            let record = Record {
                id: id.clone(),
                size,
                kind: "video/mp4".into(),
                title: Some(name.into()),
                filename: records::kept_as(&id, name),
                original: name.into(),
                created_ms: now,
                updated_ms: now,
                place: rows.next_place(),
                seed: Some(seed),
                ..Record::default()
            };
            rows.all.insert(id.clone(), record);
        });
        id
    }

    /// The same with another type.
    pub(crate) fn add_typed(&self, name: &str, kind: &str, size: u64, seed: u64) -> String {
        let id = self.add(name, size, seed);
        self.records.with(|rows| {
            if let Some(record) = rows.all.get_mut(&id) {
                record.kind = kind.into();
            }
        });
        id
    }

    /// What became of each content, by SHA-256.
    pub(crate) fn contents(&self) -> BTreeMap<String, MadeOf> {
        held(&self.contents).all()
    }

    /// Every file, oldest first.
    pub(crate) async fn all(&self) -> std::io::Result<Vec<BaasixFile>> {
        let mut found = Vec::new();
        let mut rows = self.records.all();
        rows.sort_by_key(|row| row.created_ms);
        for row in rows {
            let path = self.records.path(&row.filename);
            let sha256 = match row.seed {
                Some(seed) => Some(crate::Content::new(seed).sha256(row.size)),
                None if path.exists() => Some(tokio::task::spawn_blocking(move || sha256_of(&path)).await??),
                None => None,
            };
            found.push(BaasixFile {
                id: row.id,
                name: row.original,
                title: row.title,
                kind: row.kind,
                size: row.size,
                sha256,
            });
        }
        Ok(found)
    }

    /// Writes what must survive a restart.
    pub(crate) async fn save(&self) {
        self.records.save().await;
    }

    /// The row `id`, where `tenant` may see it.
    fn row(&self, id: &str, tenant: Option<&String>) -> Option<Record> {
        let row = self.records.with(|rows| rows.all.get(id).cloned())?;
        (row.tenant.as_ref() == tenant).then_some(row)
    }

    /// Counts a request with a token for as long as it lives.
    fn using(self: &Arc<Self>, token: Option<&String>) -> Using {
        let token = token.cloned();
        if let Some(token) = &token
            && let Some(session) = held(&self.sessions).get_mut(token)
        {
            session.in_use += 1;
        }
        Using {
            service: self.clone(),
            token,
        }
    }
}

/// A request with a token under way.
struct Using {
    service: Arc<Baasix>,
    token: Option<String>,
}

impl Drop for Using {
    fn drop(&mut self) {
        if let Some(token) = &self.token
            && let Some(session) = held(&self.service.sessions).get_mut(token)
        {
            session.in_use = session.in_use.saturating_sub(1);
        }
    }
}
