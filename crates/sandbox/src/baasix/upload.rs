//! `POST /files`: a form with a file becomes a row, and then bytes.

use std::time::Duration;

use axum::body::Body;
use http::Response;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::auth::Who;
use super::form::{FilePart, Form};
use super::records::{Record, kept_as};
use super::{Baasix, Call, answer, media};
use crate::faults::Fault;
use crate::held;

/// The largest number of the column that sizes are kept in.
const LARGEST: u64 = 2_147_483_647;

/// A file about to be kept.
pub(super) struct Arrival {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) fields: Fields,
    /// The row is there so long before the bytes are.
    pub(super) bytes_late: Option<Duration>,
}

/// What may be said beside a file.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) id: Option<String>,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) folder: Option<String>,
    pub(super) public: bool,
    pub(super) original: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) metadata: Option<Value>,
}

impl Fields {
    fn of(form: &Form) -> Self {
        let text = |name: &str| form.field(name).map(str::to_owned);
        Self {
            id: text("id"),
            title: text("title"),
            description: text("description"),
            folder: text("folder"),
            public: form.field("isPublic") == Some("true"),
            original: text("originalFilename"),
            kind: text("type"),
            metadata: form.field("metadata").and_then(|json| serde_json::from_str(json).ok()),
        }
    }
}

impl Baasix {
    pub(super) async fn post(&self, call: Call) -> Response<Body> {
        let who = self.who(&call);
        let Some(mut form) = call.form else {
            return answer::message(400, "No file uploaded");
        };
        self.controls.tally.count(|c| {
            c.baasix.forms += 1;
            c.baasix.forms_now += 1;
        });
        let late = call.taken.find(|f| match f {
            Fault::StoredLate { ms } => Some(Duration::from_millis(*ms)),
            _ => None,
        });
        let files = std::mem::take(&mut form.files);
        let response = self.kept(&who, &form, files, late).await;
        self.controls
            .tally
            .count(|c| c.baasix.forms_now = c.baasix.forms_now.saturating_sub(1));
        response
    }

    async fn kept(&self, who: &Who, form: &Form, mut files: Vec<FilePart>, late: Option<Duration>) -> Response<Body> {
        if !form.complete || files.is_empty() || files.iter().all(|file| file.field != "file") {
            return answer::message(400, "No file uploaded");
        }
        let Who::Somebody(tenant) = who else {
            return answer::not_allowed("create");
        };
        if files.len() > 1 {
            return answer::broken("TypeError: file.mv is not a function");
        }
        if form.field("storage").is_some_and(|storage| storage != "local") {
            return answer::broken("Error: Storage service not found");
        }
        let file = files.remove(0);
        let cut = file.sent > file.bytes.len() as u64;
        let arrival = Arrival {
            name: file.name,
            bytes: file.bytes,
            fields: Fields::of(form),
            bytes_late: late,
        };
        match self.keep(tenant.clone(), arrival).await {
            Ok(id) => {
                self.controls.tally.count(|c| {
                    c.baasix.made += 1;
                    c.baasix.truncated += u64::from(cut);
                });
                answer::data(&json!(id))
            }
            Err(refusal) => *refusal,
        }
    }

    /// Makes a row, then keeps the bytes, then looks into them; where that fails, the row goes and the bytes stay.
    pub(super) async fn keep(&self, tenant: Option<String>, arrival: Arrival) -> Result<String, Box<Response<Body>>> {
        let Arrival {
            name, bytes, fields, ..
        } = arrival;
        let size = bytes.len() as u64;
        let own = fields.id.filter(|_| self.controls.settings().baasix.own_ids);
        let id = match own {
            Some(own) => uuid::Uuid::parse_str(&own)
                .map_err(|_| Box::new(answer::broken("error: invalid input syntax for type uuid")))?
                .to_string(),
            None => uuid::Uuid::new_v4().to_string(),
        };
        if size > LARGEST {
            return Err(Box::new(answer::broken("error: value out of range for type integer")));
        }
        let kind = fields.kind.unwrap_or_else(|| media::by_name(&name).to_owned());
        let now = self.controls.clock.now_ms();
        let record = Record {
            id: id.clone(),
            size,
            kind: kind.clone(),
            title: fields.title.or_else(|| Some(name.clone())),
            description: fields.description,
            folder: fields.folder,
            filename: kept_as(&id, &name),
            original: fields.original.unwrap_or_else(|| name.clone()),
            public: fields.public,
            metadata: fields.metadata.unwrap_or(Value::Null),
            tenant,
            created_ms: now,
            updated_ms: now,
            ..Record::default()
        };
        let kept_as = record.filename.clone();
        let first = self.records.with(|rows| {
            if rows.all.contains_key(&id) {
                return false;
            }
            let place = rows.next_place();
            rows.all.insert(id.clone(), Record { place, ..record });
            true
        });
        if !first {
            self.controls.tally.count(|c| c.baasix.conflicts += 1);
            return Err(Box::new(answer::for_status(409)));
        }
        if let Some(late) = arrival.bytes_late {
            tokio::time::sleep(late).await;
        }
        let sha256 = hex::encode(Sha256::digest(&bytes));
        let analysed = media::is_analysed(&kind).then(|| (media::can_be(&kind, &bytes), media::extent(&kind, &bytes)));
        let stored = self.records.put(&kept_as, bytes).await;
        let refused = match (&stored, analysed) {
            (Err(error), _) => Some(format!("{error}")),
            (Ok(()), Some((false, _))) => {
                self.controls.tally.count(|c| c.baasix.refused_media += 1);
                Some(format!(
                    "Error: Input file /srv/baasix/uploads/{kept_as} contains unsupported image format"
                ))
            }
            _ => None,
        };
        if let Some(why) = refused {
            self.records.with(|rows| rows.all.remove(&id));
            self.save().await;
            return Err(Box::new(answer::broken(&why)));
        }
        if let Some((_, extent)) = analysed {
            self.records.with(|rows| {
                if let Some(row) = rows.all.get_mut(&id) {
                    row.width = extent.map(|(width, _)| width);
                    row.height = extent.map(|(_, height)| height);
                    row.metadata = json!({"analysed": true});
                }
            });
        }
        held(&self.contents).made(&id, sha256);
        self.save().await;
        Ok(id)
    }
}
