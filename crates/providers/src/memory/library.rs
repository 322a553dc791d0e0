//! The shelf of the in-memory service: what lies there can be looked through, told about, imported and taken away.

use async_trait::async_trait;
use bytes::Bytes;
use secrecy::ExposeSecret;
use transfer::error::Result;
use transfer::library::{
    Changes, Delete, Deleted, Edit, EditField, Entry, EntryKind, Import, ImportFrom, ImportRules, Library, List,
    ListRules, Page, Query, SortKey, Thumbnail, Thumbnails,
};
use transfer::{Failure, Kind};

use super::provider::{Memory, answered};
use super::world::{Shelved, State, Step, Thumbnailing};

/// Small, so that tests turn pages.
const MOST: u32 = 10;

/// One grey dot.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cch\0\0\0\x82\0\x81\xddCjK\0\0\0\0IEND\xaeB`\x82";

#[async_trait]
impl Library for Memory {
    async fn details(&self, id: &str) -> Result<Entry> {
        let fault = self.call(Step::Details).await?;
        answered(&fault, shown(&self.world.state(), id)?)
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
impl List for Memory {
    fn rules(&self) -> ListRules {
        ListRules {
            most: MOST,
            search: Some("names".into()),
            sorts: vec![SortKey::Name, SortKey::Size],
        }
    }

    async fn page(&self, query: &Query) -> Result<Page> {
        let fault = self.call(Step::List).await?;
        let start: usize = match &query.cursor {
            None => 0,
            Some(cursor) => cursor
                .parse()
                .map_err(|_| Failure::new(Kind::Refused, "bad_cursor", "This is no place in the list."))?,
        };
        let state = self.world.state();
        let mut found = state.shelf();
        if let Some(search) = &query.search {
            found.retain(|file| file.name.contains(search.as_str()));
        }
        if let Some(sort) = query.sort {
            found.sort_by(|a, b| match sort.by {
                SortKey::Size => a.size.cmp(&b.size),
                _ => a.name.cmp(b.name),
            });
            if sort.descending {
                found.reverse();
            }
        }
        let total = found.len();
        let length = query.limit.clamp(1, MOST) as usize;
        let entries: Vec<_> = found
            .iter()
            .skip(start)
            .take(length)
            .map(|file| entry(&state, file))
            .collect();
        let end = start.saturating_add(entries.len());
        let page = Page {
            next: (end < total && !entries.is_empty()).then(|| end.to_string()),
            total: Some(total as u64),
            entries,
        };
        answered(&fault, page)
    }
}

#[async_trait]
impl Edit for Memory {
    fn fields(&self, kind: EntryKind) -> &'static [EditField] {
        match kind {
            EntryKind::File => &[EditField::Title, EditField::Description],
            EntryKind::Link => &[],
        }
    }

    async fn edit(&self, id: &str, changes: &Changes) -> Result<Entry> {
        let fault = self.call(Step::Edit).await?;
        let mut state = self.world.state();
        let told = state.told(id).ok_or_else(none)?;
        for (field, change) in [
            (&mut told.title, &changes.title),
            (&mut told.description, &changes.description),
        ] {
            if let Some(text) = change {
                *field = Some(text.clone()).filter(|text| !text.is_empty());
            }
        }
        answered(&fault, shown(&state, id)?)
    }
}

#[async_trait]
impl Delete for Memory {
    fn consequence(&self) -> Option<&str> {
        Some("Nobody remembers it.")
    }

    fn for_watches(&self) -> bool {
        true
    }

    async fn delete(&self, id: &str) -> Result<Deleted> {
        let fault = self.call(Step::Delete).await?;
        let there = self.world.state().take_away(id);
        answered(&fault, if there { Deleted::Done } else { Deleted::Gone })
    }
}

#[async_trait]
impl Import for Memory {
    fn rules(&self) -> ImportRules {
        ImportRules {
            makes: EntryKind::File,
            fields: &[EditField::Name],
            required: &[],
            note: None,
        }
    }

    /// Fetches nothing: the text of the address is the file.
    async fn import(&self, from: &ImportFrom) -> Result<Entry> {
        let fault = self.call(Step::Import).await?;
        let address = from.address.expose_secret();
        let name = from.name.as_deref().or(address.rsplit('/').next()).unwrap_or_default();
        let mut state = self.world.state();
        state.give(name, Bytes::copy_from_slice(address.as_bytes()), None);
        answered(&fault, shown(&state, name)?)
    }
}

#[async_trait]
impl Thumbnails for Memory {
    async fn thumbnail(&self, id: &str) -> Result<Thumbnail> {
        let fault = self.call(Step::Thumbnail).await?;
        let state = self.world.state();
        shown(&state, id)?;
        let thumbnail = match state.settings.thumbnails {
            Thumbnailing::Never => Thumbnail::Never,
            Thumbnailing::NotYet => Thumbnail::NotYet,
            Thumbnailing::Made => Thumbnail::Picture {
                content_type: "image/png".into(),
                bytes: Bytes::from_static(PICTURE),
            },
        };
        answered(&fault, thumbnail)
    }
}

fn shown(state: &State, id: &str) -> Result<Entry> {
    let shelf = state.shelf();
    let file = shelf.iter().find(|file| file.id == id).ok_or_else(none)?;
    Ok(entry(state, file))
}

fn entry(state: &State, file: &Shelved<'_>) -> Entry {
    Entry {
        id: file.id.clone(),
        name: file.name.to_owned(),
        title: file.told.title.clone(),
        description: file.told.description.clone(),
        size: Some(file.size),
        thumbnail: state.settings.thumbnails != Thumbnailing::Never,
        ..Entry::default()
    }
}

fn none() -> Failure {
    Failure::new(Kind::NotFound, "not_found", "The service has no such file.")
}
