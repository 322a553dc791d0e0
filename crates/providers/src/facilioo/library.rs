//! The files of an account at facilioo: their list where it may be seen, what is known of one, thumbnails.

use std::sync::atomic::Ordering;

use async_trait::async_trait;
use bytes::BytesMut;
use futures_util::TryStreamExt;
use transfer::download::RangeAsk;
use transfer::error::Result;
use transfer::library::{
    Entry, EntryKind, Fact, Library, List, ListRules, MOST_THUMBNAIL, Page, Query, Thumbnail, Thumbnails,
};
use transfer::{Failure, Kind};
use url::Url;

use super::api::Link;
use super::file::{FileRead, usable};
use super::kinds::FileType;
use super::{Facilioo, LABEL, fetch, names};

/// Who may see the files of a party.
const ADMIN: u64 = 1;
/// Entries on a page.
const MOST: u32 = 100;

#[async_trait]
impl Library for Facilioo {
    async fn details(&self, id: &str) -> Result<Entry> {
        let file = if usable(id) { self.file(id).await? } else { None };
        let file = file.ok_or_else(fetch::not_there)?;
        Ok(entry(&file, &self.types().await?))
    }

    fn list(&self) -> Option<&dyn List> {
        // Where it is not known yet, asking will tell.
        let may = self.claims().party_type.is_none_or(|kind| kind == ADMIN) && !self.no_list.load(Ordering::Relaxed);
        may.then_some(self)
    }

    fn thumbnails(&self) -> Option<&dyn Thumbnails> {
        Some(self)
    }

    fn downloads(&self) -> bool {
        true
    }

    fn new_version(&self) -> Option<&str> {
        Some("The new version takes the place of the old one, which is gone then.")
    }
}

#[async_trait]
impl List for Facilioo {
    fn rules(&self) -> ListRules {
        ListRules {
            most: MOST,
            search: None,
            sorts: Vec::new(),
        }
    }

    async fn page(&self, query: &Query) -> Result<Page> {
        let number = match &query.cursor {
            None => 1,
            Some(cursor) => cursor
                .parse::<u64>()
                .ok()
                .filter(|page| (1..=1_000_000).contains(page))
                .ok_or_else(bad_cursor)?,
        };
        let types = self.types().await?;
        let Some(party) = self.claims().party.filter(|party| usable(party)) else {
            return Err(self.no_list(format!(
                "{LABEL} did not say whose files this account may see, so there is no list of them."
            )));
        };
        let size = u64::from(query.limit.clamp(1, MOST));
        let listed = self.page_of(&names::files_of_party(&party), number, size, None).await;
        let listed = listed.map_err(|failure| match failure.code.as_str() {
            "role" => self.no_list(format!("{LABEL} shows the list of files to administrators only.")),
            _ => failure,
        })?;
        let files = listed.items.iter().filter_map(FileRead::read);
        Ok(Page {
            entries: files
                .filter(|file| !file.deleted)
                .map(|file| entry(&file, &types))
                .collect(),
            next: listed.more.then(|| (number + 1).to_string()),
            total: listed.total,
        })
    }
}

#[async_trait]
impl Thumbnails for Facilioo {
    async fn thumbnail(&self, id: &str) -> Result<Thumbnail> {
        let file = if usable(id) { self.file(id).await? } else { None };
        let Some(file) = file else {
            return Ok(Thumbnail::Never);
        };
        let types = self.types().await?;
        if !is_picture(&file, &types) {
            return Ok(Thumbnail::Never);
        }
        let made = match self.link(id, Link::Thumbnail).await {
            Ok(Some(url)) => self.picture(url).await?,
            Ok(None) => None,
            // To some roles it is closed; the picture itself may not be.
            Err(failure) if failure.kind == Kind::Refused => None,
            Err(failure) => return Err(failure),
        };
        if let Some(picture) = made {
            return Ok(picture);
        }
        // It is made in the background: until then the picture itself has to do, where it is small enough.
        let small = file.size.is_some_and(|size| size <= MOST_THUMBNAIL as u64);
        let itself = match self.link(id, Link::Download).await {
            Ok(Some(url)) if small => self.picture(url).await?,
            _ => None,
        };
        Ok(itself.unwrap_or(Thumbnail::NotYet))
    }
}

impl Facilioo {
    fn no_list(&self, why: String) -> Failure {
        self.no_list.store(true, Ordering::Relaxed);
        Failure::new(Kind::Refused, "no_list", why).action("Files that were sent from here are known all the same.")
    }

    /// The picture behind a link; `None` where there is none, or a larger one than a thumbnail is.
    async fn picture(&self, url: Url) -> Result<Option<Thumbnail>> {
        let opened = self.get.get(&self.asked(url), &RangeAsk::default()).await;
        let mut opening = match opened {
            Ok(got) => got.opening,
            Err(failure) if matches!(failure.kind, Kind::Expired | Kind::NotFound | Kind::Refused) => return Ok(None),
            Err(failure) => return Err(failure),
        };
        if opening.total.is_some_and(|total| total > MOST_THUMBNAIL as u64) {
            return Ok(None);
        }
        let mut bytes = BytesMut::new();
        while let Some(some) = opening.stream.try_next().await? {
            if bytes.len() + some.len() > MOST_THUMBNAIL {
                return Ok(None);
            }
            bytes.extend_from_slice(&some);
        }
        // What it is shows in its bytes: storage keeps whatever type it was sent with.
        let kind = infer::get(&bytes).filter(|kind| kind.matcher_type() == infer::MatcherType::Image);
        Ok(kind.map(|kind| Thumbnail::Picture {
            content_type: kind.mime_type().to_owned(),
            bytes: bytes.freeze(),
        }))
    }
}

fn is_picture(file: &FileRead, types: &[FileType]) -> bool {
    kind_of(file, types)
        .and_then(|kind| kind.mime.as_deref())
        .is_some_and(|mime| mime.starts_with("image/"))
}

fn kind_of<'a>(file: &FileRead, types: &'a [FileType]) -> Option<&'a FileType> {
    types.iter().find(|kind| Some(kind.id) == file.type_id)
}

fn entry(file: &FileRead, types: &[FileType]) -> Entry {
    let kind = kind_of(file, types);
    let fact = |label: &str, value: String| Fact {
        label: label.into(),
        value,
    };
    let pages = file.pages.map(|pages| fact("Pages", pages.to_string()));
    let unmeasured = (file.size.is_none() && file.created.is_some()).then(|| {
        fact(
            "Size",
            "facilioo has not measured it yet, or the file is damaged there.".into(),
        )
    });
    let type_name = kind.map(|kind| fact("File type", kind.shown()));
    Entry {
        id: file.id.clone(),
        name: fetch::name(file, types),
        kind: EntryKind::File,
        size: file.size,
        content_type: kind.and_then(|kind| kind.mime.clone()),
        created: file.created,
        modified: file.modified,
        thumbnail: is_picture(file, types),
        facts: [pages, type_name, unmeasured].into_iter().flatten().collect(),
        ..Entry::default()
    }
}

fn bad_cursor() -> Failure {
    Failure::new(
        Kind::Refused,
        "bad_cursor",
        format!("This place in the list of {LABEL} does not exist."),
    )
}
