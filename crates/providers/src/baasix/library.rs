//! Baasix's library: the files that are there, and what its server lets people do with them.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use async_trait::async_trait;
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use transfer::error::Result;
use transfer::library::{
    Changes, Delete, Deleted, Edit, EditField, Entry, EntryKind, Fact, Import, ImportFrom, ImportRules, Library, List,
    ListRules, MOST_THUMBNAIL, Page, Query, Sort, SortKey, Thumbnail, Thumbnails,
};
use transfer::{Failure, Kind};
use url::Url;
use uuid::Uuid;

use super::types::RecordDto;
use super::{Baasix, LABEL};
use crate::http::{last_segment, moment};

/// Entries of one page: some have long descriptions.
const MOST: u32 = 200;
/// The longer side of a thumbnail.
const PIXELS: &str = "320";

/// Of two imports at once whose files are called alike the server mixes up the bytes: there is one at a time per server,
/// whatever account it is for.
static IMPORTING: LazyLock<Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>> = LazyLock::new(Mutex::default);

#[async_trait]
impl Library for Baasix {
    async fn details(&self, id: &str) -> Result<Entry> {
        let record = self.record(&checked(id)?).await?;
        record.and_then(entry).ok_or_else(none)
    }

    fn list(&self) -> Option<&dyn List> {
        Some(self)
    }

    fn edit(&self) -> Option<&dyn Edit> {
        Some(self)
    }

    fn delete(&self) -> Option<&dyn Delete> {
        Some(self)
    }

    fn import(&self) -> Option<&dyn Import> {
        Some(self)
    }

    fn thumbnails(&self) -> Option<&dyn Thumbnails> {
        Some(self)
    }

    fn downloads(&self) -> bool {
        true
    }
}

#[async_trait]
impl List for Baasix {
    fn rules(&self) -> ListRules {
        ListRules {
            most: MOST,
            search: Some("names, titles and descriptions".into()),
            sorts: vec![SortKey::Name, SortKey::Size, SortKey::Created, SortKey::Modified],
        }
    }

    async fn page(&self, query: &Query) -> Result<Page> {
        let at = match &query.cursor {
            Some(cursor) => Cursor::read(cursor).ok_or_else(bad_cursor)?,
            None => Cursor {
                page: 1,
                length: query.limit.clamp(1, MOST),
            },
        };
        let mut url = self.http.at(&["files"]);
        url.query_pairs_mut()
            .append_pair("page", &at.page.to_string())
            .append_pair("limit", &at.length.to_string())
            .append_pair("sort", &sorted(query.sort));
        if let Some(search) = &query.search {
            url.query_pairs_mut().append_pair("search", search);
        }
        let listed = self.listed(url).await?;
        let shown = u64::from(at.page) * u64::from(at.length);
        let more = match listed.total {
            Some(total) => shown < total,
            None => listed.data.len() as u64 == u64::from(at.length),
        };
        Ok(Page {
            // An empty page ends the list, whatever else it says.
            next: (more && !listed.data.is_empty()).then(|| at.following().write()),
            total: listed.total,
            entries: listed.data.into_iter().filter_map(entry).collect(),
        })
    }
}

#[async_trait]
impl Edit for Baasix {
    fn fields(&self, kind: EntryKind) -> &'static [EditField] {
        match kind {
            EntryKind::File => &[EditField::Name, EditField::Title, EditField::Description],
            EntryKind::Link => &[],
        }
    }

    async fn edit(&self, id: &str, changes: &Changes) -> Result<Entry> {
        let id = checked(id)?;
        let mut body = Map::new();
        if let Some(name) = &changes.name {
            if name.trim().is_empty() {
                return Err(refused("no_name", "keeps no file without a name"));
            }
            body.insert("originalFilename".into(), json!(name));
        }
        let text = |text: &String| if text.is_empty() { Value::Null } else { json!(text) };
        if let Some(title) = &changes.title {
            body.insert("title".into(), text(title));
        }
        if let Some(description) = &changes.description {
            body.insert("description".into(), text(description));
        }
        if !body.is_empty() && !self.patch(&id, &Value::Object(body)).await? {
            return Err(none());
        }
        self.details(&id).await
    }
}

#[async_trait]
impl Delete for Baasix {
    fn consequence(&self) -> Option<&str> {
        Some("Whatever on the server refers to this file refers to nothing then.")
    }

    fn for_watches(&self) -> bool {
        true
    }

    async fn delete(&self, id: &str) -> Result<Deleted> {
        let id = checked(id)?;
        Ok(if self.remove(&id).await? {
            Deleted::Done
        } else {
            Deleted::Gone
        })
    }
}

#[async_trait]
impl Import for Baasix {
    fn rules(&self) -> ImportRules {
        ImportRules {
            makes: EntryKind::File,
            fields: &[EditField::Name, EditField::Title, EditField::Description],
            required: &[],
            note: Some(
                "The server fetches the address itself, and gets to know all of it. It takes one at a time: of two files \
                 with the same name it would mix up the bytes."
                    .into(),
            ),
        }
    }

    async fn import(&self, from: &ImportFrom) -> Result<Entry> {
        let address = Url::parse(from.address.expose_secret())
            .ok()
            .filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
            .ok_or_else(|| {
                refused(
                    "bad_address",
                    "takes only addresses that begin with https:// or http://",
                )
            })?;
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let name = given(&from.name)
            .or_else(|| last_segment(&address))
            .unwrap_or_else(|| "download".into());
        // Without a title the server makes one of the address, with all that is secret in it.
        let mut body = json!({"url": address.as_str(), "title": given(&from.title).unwrap_or_else(|| name.clone())});
        if let Some(description) = given(&from.description) {
            body["description"] = json!(description);
        }
        let id = {
            let turn = self.turn();
            let _one = turn.lock().await;
            self.fetch_there(&body).await?
        };
        // It is there now: what follows only gives it its name.
        let named = self.patch(&id, &json!({"originalFilename": name})).await;
        let details = self.details(&id).await.map_err(|failure| failure.maybe_done(true))?;
        match named {
            Ok(_) => Ok(details),
            // Called by the address, it must not show what is secret there.
            Err(_) => Ok(Entry { name, ..details }),
        }
    }
}

#[async_trait]
impl Thumbnails for Baasix {
    async fn thumbnail(&self, id: &str) -> Result<Thumbnail> {
        let Ok(id) = checked(id) else {
            return Ok(Thumbnail::Never);
        };
        let mut url = self.http.at(&["assets", &id]);
        url.query_pairs_mut()
            .append_pair("width", PIXELS)
            .append_pair("height", PIXELS)
            .append_pair("fit", "inside")
            .append_pair("withoutEnlargement", "true");
        let answer = self.asked(reqwest::Method::GET, url, None).await?;
        let kind = answer.header("content-type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match answer.status.as_u16() {
            200 if kind.starts_with("image/") && answer.body.len() <= MOST_THUMBNAIL => Ok(Thumbnail::Picture {
                content_type: kind,
                bytes: answer.body,
            }),
            // Not an image, or none that the server can read.
            200 if !answer.is_page() => Ok(Thumbnail::Never),
            403 | 404 | 500 => Ok(Thumbnail::Never),
            _ => Err(super::error::refusal(&self.http, &answer)),
        }
    }
}

impl Baasix {
    /// Whose turn it is at this server.
    fn turn(&self) -> Arc<tokio::sync::Mutex<()>> {
        let server = self.http.place().origin().ascii_serialization();
        let mut all = IMPORTING.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(server).or_default())
    }
}

/// The order as the server takes it. There is always one: without, rows move when they are changed. Those that are alike
/// stand by their ids, so that no page shows one twice.
fn sorted(sort: Option<Sort>) -> String {
    let sort = sort.unwrap_or(Sort {
        by: SortKey::Created,
        descending: true,
    });
    let field = match sort.by {
        SortKey::Name => "originalFilename",
        SortKey::Size => "size",
        SortKey::Created => "createdAt",
        SortKey::Modified => "updatedAt",
    };
    let way = if sort.descending { "desc" } else { "asc" };
    // Put together by hand: the order of the fields is the order of the sorting.
    format!("{{\"{field}\":\"{way}\",\"id\":\"{way}\"}}")
}

/// Where a page begins: its number from 1, counted in pages of this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    page: u32,
    length: u32,
}

impl Cursor {
    fn following(self) -> Self {
        Self {
            page: self.page.saturating_add(1),
            ..self
        }
    }

    fn write(self) -> String {
        format!("{}x{}", self.page, self.length)
    }

    fn read(text: &str) -> Option<Self> {
        let (page, length) = text.split_once('x')?;
        let read = Self {
            page: page.parse().ok()?,
            length: length.parse().ok()?,
        };
        // As it was written, to the letter.
        (read.page > 0 && (1..=MOST).contains(&read.length) && read.write() == text).then_some(read)
    }
}

/// The record as an entry; `None` when it has no id that could be asked for.
fn entry(record: RecordDto) -> Option<Entry> {
    let id = checked(record.id.as_deref().unwrap_or_default()).ok()?;
    let mut facts = Vec::new();
    let mut fact = |label: &str, value: String| {
        facts.push(Fact {
            label: label.into(),
            value,
        });
    };
    if let (Some(width), Some(height)) = (record.width, record.height) {
        fact("Picture", format!("{width} × {height}"));
    }
    if record.is_public == Some(true) {
        fact("Public", "Whoever knows the address can fetch it".into());
    }
    if let Some(folder) = &record.folder {
        fact("Folder", crate::http::shown(folder, None));
    }
    Some(Entry {
        name: record
            .original_filename
            .or_else(|| record.title.clone())
            .unwrap_or_default(),
        thumbnail: record.kind.as_deref().is_some_and(|kind| kind.starts_with("image/")),
        title: record.title,
        description: record.description.filter(|text| !text.is_empty()),
        size: record.size,
        content_type: record.kind,
        created: record.created_at.as_deref().and_then(moment),
        modified: record.updated_at.as_deref().and_then(moment),
        id,
        facts,
        ..Entry::default()
    })
}

/// The id, if it is one: any other the server calls an error of its own.
fn checked(id: &str) -> Result<String> {
    Uuid::try_parse(id)
        .ok()
        .filter(|read| id.len() == read.hyphenated().to_string().len())
        .map(|read| read.to_string())
        .ok_or_else(none)
}

fn none() -> Failure {
    Failure::new(
        Kind::NotFound,
        "not_found",
        format!("{LABEL} has no such file (any more), or does not show it to this account."),
    )
}

fn refused(code: &str, what: &str) -> Failure {
    Failure::new(Kind::Refused, code, format!("{LABEL} {what}."))
}

fn bad_cursor() -> Failure {
    Failure::new(
        Kind::Refused,
        "bad_cursor",
        "This is no place in the list. Begin at its first page.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_becomes_an_entry_and_one_without_an_id_none() {
        let read = |value: Value| entry(serde_json::from_value(value).unwrap());
        let id = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1";
        let entry = read(
            json!({"id": id, "originalFilename": "a.png", "filename": "x-a.png", "title": "A",
            "type": "image/png", "size": 5, "width": 2, "height": 3, "isPublic": true,
            "createdAt": "2026-09-21T14:13:20.007Z"}),
        )
        .unwrap();
        assert_eq!(
            (entry.name.as_str(), entry.title.as_deref(), entry.size),
            ("a.png", Some("A"), Some(5))
        );
        assert_eq!(entry.created, Some(transfer::Time(1_790_000_000_007)));
        assert!(entry.thumbnail && entry.facts.len() == 2);
        for id in [
            json!(null),
            json!(7),
            json!("../auth"),
            json!("{0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1}"),
        ] {
            assert_eq!(read(json!({"id": id, "originalFilename": "a"})), None, "{id}");
        }
    }

    #[test]
    fn only_our_own_cursors_are_followed() {
        let next = Cursor { page: 1, length: 50 }.following();
        assert_eq!(Cursor::read(&next.write()), Some(next));
        for bad in [
            "",
            "x",
            "0x25",
            "1x0",
            "1x201",
            "01x25",
            "1x25 ",
            "-1x25",
            "1x25x1",
            "1&page=2x3",
        ] {
            assert_eq!(Cursor::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn there_is_always_an_order() {
        assert_eq!(sorted(None), r#"{"createdAt":"desc","id":"desc"}"#);
        let by_name = Sort {
            by: SortKey::Name,
            descending: false,
        };
        assert_eq!(sorted(Some(by_name)), r#"{"originalFilename":"asc","id":"asc"}"#);
    }
}
