//! `GET /files`, `GET`, `PATCH` and `DELETE /files/:id`.

use axum::body::Body;
use http::Response;
use serde_json::{Value, json};

use super::auth::Who;
use super::query::Query;
use super::records::{Record, instant};
use super::{Baasix, Call, answer};
use crate::faults::{Fault, Shown};
use crate::held;

const DAY_MS: i64 = 86_400_000;

/// Whether an id is one that the database can look for.
pub(super) fn is_id(id: &str) -> bool {
    uuid::Uuid::parse_str(id).is_ok()
}

pub(super) fn no_id() -> Response<Body> {
    answer::broken("error: invalid input syntax for type uuid")
}

impl Baasix {
    /// Who asks, if their role may read.
    fn reader(&self, call: &Call) -> Who {
        match self.who(call) {
            Who::Somebody(_) if !self.controls.settings().baasix.may_read => Who::Public,
            who => who,
        }
    }

    pub(super) fn show(&self, call: &Call) -> Response<Body> {
        if !is_id(&call.id) {
            return no_id();
        }
        let Who::Somebody(tenant) = self.reader(call) else {
            return answer::not_allowed("read");
        };
        let Some(row) = self.row(&call.id, tenant.as_ref()) else {
            return answer::missing();
        };
        let shown = self.changed(&row);
        if url::form_urlencoded::parse(call.query.as_bytes()).any(|(name, _)| name == "fields") {
            return answer::data(&json!({"id": row.id}));
        }
        answer::data(&shown)
    }

    /// The row as it is shown, where a rule says that the file is another one by now.
    fn changed(&self, row: &Record) -> Value {
        let mut shown = row.shown();
        let how = self.controls.faults.list().into_iter().find_map(|active| {
            let here = active.rule.path.as_ref().is_none_or(|path| *path == row.id) && active.rule.after == 0;
            match active.rule.fault {
                Fault::Changed { at: None, shows } if here => Some(shows),
                _ => None,
            }
        });
        if matches!(how, Some(Shown::All | Shown::Etag | Shown::Modified)) {
            shown["updatedAt"] = json!(instant(row.updated_ms + DAY_MS));
        }
        if matches!(how, Some(Shown::All | Shown::Size)) {
            shown["size"] = json!(row.size + 1);
        }
        shown
    }

    pub(super) fn list(&self, call: &Call) -> Response<Body> {
        let Who::Somebody(tenant) = self.reader(call) else {
            return answer::not_allowed("read");
        };
        let query = match Query::read(&call.query) {
            Ok(query) => query,
            Err(why) => return answer::broken(&why),
        };
        let mut rows = self.records.all();
        rows.retain(|row| row.tenant == tenant);
        let (page, total) = query.apply(rows.iter().map(Record::shown).collect());
        answer::json(200, &json!({"data": page, "totalCount": total}))
    }

    pub(super) async fn patch(&self, call: &Call) -> Response<Body> {
        if call.form.is_some() {
            return answer::broken("TypeError: Cannot read properties of undefined (reading 'mv')");
        }
        if !is_id(&call.id) {
            return no_id();
        }
        let Who::Somebody(tenant) = self.who(call) else {
            return answer::not_allowed("update");
        };
        let Ok(Value::Object(change)) = serde_json::from_slice::<Value>(&call.body) else {
            return answer::broken("SyntaxError: Unexpected token in JSON at position 0");
        };
        if self.row(&call.id, tenant.as_ref()).is_none() {
            return answer::missing();
        }
        let now = self.controls.clock.now_ms();
        self.records.with(|rows| {
            let place = rows.next_place();
            let Some(row) = rows.all.get_mut(&call.id) else {
                return;
            };
            for (field, value) in &change {
                let text = value.as_str().map(str::to_owned);
                match (field.as_str(), text) {
                    ("title", title) => row.title = title,
                    ("description", description) => row.description = description,
                    ("folder", folder) => row.folder = folder,
                    ("originalFilename", Some(name)) => row.original = name,
                    ("type", Some(kind)) => row.kind = kind,
                    // The server does not know that its bytes are kept under this name.
                    ("filename", Some(name)) => row.filename = name,
                    ("isPublic", _) => row.public = value.as_bool().unwrap_or(false),
                    ("metadata", _) => row.metadata = value.clone(),
                    _ => {}
                }
            }
            row.updated_ms = now;
            row.place = place;
        });
        self.save().await;
        answer::data(&json!(call.id))
    }

    pub(super) async fn delete(&self, call: &Call) -> Response<Body> {
        if !is_id(&call.id) {
            return no_id();
        }
        let Who::Somebody(tenant) = self.who(call) else {
            return answer::not_allowed("delete");
        };
        let gone = self
            .row(&call.id, tenant.as_ref())
            .and_then(|row| self.records.with(|rows| rows.all.remove(&row.id)));
        let Some(row) = gone else {
            self.controls.tally.count(|c| c.baasix.deletions_of_nothing += 1);
            return answer::missing();
        };
        held(&self.contents).gone(&row.id);
        self.records.remove(&row.filename).await;
        self.save().await;
        self.controls.tally.count(|c| c.baasix.deletions += 1);
        answer::message(200, "File deleted successfully")
    }
}
