//! Fileflare's library: what it lists and says of its files, and what it lets people do with them.

use async_trait::async_trait;
use secrecy::ExposeSecret;
use transfer::error::Result;
use transfer::library::{
    Changes, Delete, Deleted, Edit, EditField, Entry, EntryKind, Import, ImportFrom, ImportRules, Library, List,
    ListRules, Page, Query,
};
use transfer::{Failure, Kind};
use url::Url;

use super::api::Stored;
use super::settle::exact;
use super::types::AssetDto;
use super::upload::{page, usable};
use super::{Fileflare, LABEL};
use crate::http::moment;

/// What both published forms of the list take.
const MOST: u32 = 100;

#[async_trait]
impl Library for Fileflare {
    async fn details(&self, id: &str) -> Result<Entry> {
        entry(self.asset(checked(id)?).await?.ok_or_else(none)?).ok_or_else(none)
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
}

#[async_trait]
impl List for Fileflare {
    fn rules(&self) -> ListRules {
        ListRules {
            most: MOST,
            search: Some("names".into()),
            sorts: Vec::new(),
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
        let listed = self.list_page(at.page, at.length, query.search.as_deref()).await?;
        let meta = listed.meta.unwrap_or_default();
        let more = match (meta.last_page, listed.links.and_then(|links| links.next)) {
            (Some(last), _) => u64::from(at.page) < last,
            (None, next) => next.is_some(),
        };
        Ok(Page {
            // An empty page ends the list, whatever else it says.
            next: (more && !listed.data.is_empty()).then(|| at.following().write()),
            total: meta.total,
            entries: listed.data.into_iter().filter_map(entry).collect(),
        })
    }
}

#[async_trait]
impl Edit for Fileflare {
    fn fields(&self, kind: EntryKind) -> &'static [EditField] {
        match kind {
            EntryKind::File => &[],
            EntryKind::Link => &[EditField::Name, EditField::Address],
        }
    }

    async fn edit(&self, id: &str, changes: &Changes) -> Result<Entry> {
        let id = checked(id)?;
        // The call takes all of it: what stays is sent as it is.
        let before = self.asset(id).await?.ok_or_else(none)?;
        if before.kind() != EntryKind::Link {
            return Err(refused("not_editable", "changes nothing about files, only about links"));
        }
        let name = changes.name.as_deref().or(before.name()).unwrap_or_default();
        let address = changes.address.as_ref().map(ExposeSecret::expose_secret);
        let link = Stored {
            name,
            address: address.or(before.url.as_deref()).unwrap_or_default(),
            size: before.size.as_deref().and_then(exact),
        };
        link.check()?;
        let after = self.change_link(id, &link).await?;
        // An answer that does not show the file is no fault: it was taken.
        match after.filter(|asset| asset.id.as_deref() == Some(id)).and_then(entry) {
            Some(entry) => Ok(entry),
            None => self.details(id).await,
        }
    }
}

#[async_trait]
impl Delete for Fileflare {
    fn consequence(&self) -> Option<&str> {
        Some("Deleted files also vanish from products and from past orders: buyers can't fetch them any more.")
    }

    async fn delete(&self, id: &str) -> Result<Deleted> {
        self.delete_asset(checked(id)?).await
    }
}

#[async_trait]
impl Import for Fileflare {
    fn rules(&self) -> ImportRules {
        ImportRules {
            makes: EntryKind::Link,
            fields: &[EditField::Name],
            required: &[EditField::Name],
            note: Some(format!(
                "{LABEL} keeps the address and fetches nothing: buyers are led to it, so it must stay reachable."
            )),
        }
    }

    async fn import(&self, from: &ImportFrom) -> Result<Entry> {
        let link = Stored {
            name: from.name.as_deref().unwrap_or_default(),
            address: from.address.expose_secret(),
            size: None,
        };
        link.check()?;
        let made = self.store_link(&link).await?;
        entry(made).ok_or_else(|| {
            self.http
                .garbled("bad_asset", "it did not say what it made of the address")
        })
    }
}

impl Stored<'_> {
    fn check(&self) -> Result<()> {
        if self.name.trim().is_empty() {
            return Err(refused("no_name", "takes no link without a name"));
        }
        match Url::parse(self.address) {
            Ok(url) if matches!(url.scheme(), "https" | "http") && url.has_host() => Ok(()),
            _ => Err(refused(
                "bad_address",
                "takes only addresses that begin with https:// or http://",
            )),
        }
    }
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

/// The asset as an entry; `None` when it has no id that could be asked for.
fn entry(asset: AssetDto) -> Option<Entry> {
    let id = asset.id.clone().filter(|id| usable(id))?;
    let kind = asset.kind();
    let size = asset.size.as_deref().and_then(exact);
    // Of a link the service knows only the size that it was told.
    let size = size.filter(|size| kind == EntryKind::File || *size > 0);
    let rounded = asset.size.as_deref().filter(|text| exact(text).is_none());
    Some(Entry {
        name: asset.name().unwrap_or_default().to_owned(),
        rounded: rounded.map(|text| crate::http::shown(text, None)),
        content_type: asset.mime.clone().or_else(|| asset.mime_type.clone()),
        created: asset.created_at.as_deref().and_then(moment),
        modified: asset.updated_at.as_deref().and_then(moment),
        address: asset.url.as_deref().filter(|_| kind == EntryKind::Link).and_then(page),
        id,
        kind,
        size,
        ..Entry::default()
    })
}

/// The id, if it can stand in an address.
fn checked(id: &str) -> Result<&str> {
    if usable(id) { Ok(id) } else { Err(none()) }
}

fn none() -> Failure {
    Failure::new(
        Kind::NotFound,
        "not_found",
        format!("{LABEL} has no such file (any more)."),
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
    use serde_json::{Value, json};

    use super::*;

    fn read(value: Value) -> Option<Entry> {
        entry(serde_json::from_value(value).unwrap())
    }

    #[test]
    fn both_forms_of_an_asset_are_read() {
        let old = read(
            json!({"id": 7, "filename": "a.zip", "size": "10MB", "is_file": true, "is_link": false,
            "url": null, "created_at": "2022-06-29T01:56:44.000000Z"}),
        )
        .unwrap();
        assert_eq!((old.id.as_str(), old.name.as_str(), old.size), ("7", "a.zip", None));
        assert_eq!(old.rounded.as_deref(), Some("10MB"));
        assert_eq!(old.created, Some(transfer::Time(1_656_467_804_000)));
        let new =
            read(json!({"id": "x", "name": "b", "size": 5, "type": "link", "url": "https://a.example/b?k=CANARY"}));
        let new = new.unwrap();
        assert_eq!((new.kind, new.size, new.rounded), (EntryKind::Link, Some(5), None));
        assert_eq!(new.address.as_deref(), Some("https://a.example/b"));
    }

    #[test]
    fn what_can_not_be_asked_for_is_not_listed() {
        for id in [json!(null), json!(""), json!("../signed"), json!("a/b"), json!({})] {
            assert_eq!(read(json!({"id": id, "filename": "a"})), None, "{id}");
        }
    }

    #[test]
    fn only_our_own_cursors_are_followed() {
        let next = Cursor { page: 1, length: 100 }.following();
        assert_eq!(Cursor::read(&next.write()), Some(next));
        for bad in [
            "",
            "x",
            "0x25",
            "1x0",
            "1x101",
            "01x25",
            "1x25 ",
            "-1x25",
            "1x25x1",
            "99999999999x1",
            "1&page=2x3",
        ] {
            assert_eq!(Cursor::read(bad), None, "{bad}");
        }
    }
}
