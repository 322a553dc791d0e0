//! Files at a service: what it lets a person see of them and do with them. Each act is a facet that may be absent.
//!
//! Ids, names and all other texts are the service's own and hostile input: whoever shows them or makes a path of them
//! makes them safe first. Nothing here is tried again; asking costs the account's budget like any request.

use async_trait::async_trait;
use bytes::Bytes;
use secrecy::SecretString;

use crate::error::Result;
use crate::time::Time;

/// The option of an upload that names the file it is a new version of, where [`Library::new_version`] allows that.
pub const REPLACES: &str = "replaces";

/// A thumbnail has at most this many bytes; more is not one.
pub const MOST_THUMBNAIL: usize = 4 * 1024 * 1024;

/// The files of one account. `id` is always one that an [`Entry`] or a finished upload had; a provider checks that it
/// can stand in an address before it makes one of it, and says [`Kind::NotFound`](crate::Kind::NotFound) otherwise.
#[async_trait]
pub trait Library: Send + Sync {
    /// What the service says of one file now.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) when there is none with this id.
    async fn details(&self, id: &str) -> Result<Entry>;

    /// Going through all files. Where this is absent, only files that were sent from here are known.
    fn list(&self) -> Option<&dyn List> {
        None
    }

    /// Changing what is said about a file.
    fn edit(&self) -> Option<&dyn Edit> {
        None
    }

    /// Deleting a file for good.
    fn delete(&self) -> Option<&dyn Delete> {
        None
    }

    /// Having the service take a file from an address.
    fn import(&self) -> Option<&dyn Import> {
        None
    }

    /// Small pictures of files.
    fn thumbnails(&self) -> Option<&dyn Thumbnails> {
        None
    }

    /// The account's [`Download`](crate::download::Download) fetches these files by id, as
    /// [`FilePlace::Remote`](crate::download::FilePlace::Remote).
    fn downloads(&self) -> bool {
        false
    }

    /// The account's [`Upload`](crate::provider::Upload) takes a new version of a file under its old id, which it finds
    /// in the option [`REPLACES`]. The text says in a sentence what becomes of the old version.
    fn new_version(&self) -> Option<&str> {
        None
    }
}

/// Going through all files, page by page.
#[async_trait]
pub trait List: Send + Sync {
    /// What the list can do, as data.
    fn rules(&self) -> ListRules;

    /// One page. Search and sort are only asked for where the rules have them. A file may come twice or not at all when
    /// files come and go between two pages; it is known by its id. Entries whose id can't be used are left out.
    ///
    /// # Errors
    /// [`Kind::Refused`](crate::Kind::Refused) with the code `bad_cursor` for a cursor that it did not give.
    async fn page(&self, query: &Query) -> Result<Page>;
}

/// What a list can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRules {
    /// Entries that one page may have, from 1.
    pub most: u32,
    /// The service searches by itself; the text says in what, such as "names".
    pub search: Option<String>,
    /// What the service sorts by; empty where it has an order of its own.
    pub sorts: Vec<SortKey>,
}

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    /// The file's name.
    Name,
    /// Its bytes.
    Size,
    /// When it came.
    Created,
    /// When it or what is said about it changed last.
    Modified,
}

/// Which page is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Where an earlier page said that the next one begins; `None` for the first. It may have been tampered with.
    pub cursor: Option<String>,
    /// Entries wanted, from 1 to [`ListRules::most`]; a page may have fewer.
    pub limit: u32,
    /// Only files that hold this.
    pub search: Option<String>,
    /// In this order.
    pub sort: Option<Sort>,
}

/// An order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortKey,
    /// Largest or latest first.
    pub descending: bool,
}

/// A page of files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// They.
    pub entries: Vec<Entry>,
    /// Where the next page begins; `None` when this is the last.
    pub next: Option<String>,
    /// Files on all pages together, where the service says it.
    pub total: Option<u64>,
}

/// One file at a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The service's id, fit to stand in an address.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// A title beside the name, where the service has one.
    pub title: Option<String>,
    /// What the person wrote about it.
    pub description: Option<String>,
    /// A file, or only the address of one.
    pub kind: EntryKind,
    /// Bytes, where the service says them exactly.
    pub size: Option<u64>,
    /// The size in the service's words, where it only says a rounded one.
    pub rounded: Option<String>,
    /// Its media type.
    pub content_type: Option<String>,
    /// When it came.
    pub created: Option<Time>,
    /// When it changed last.
    pub modified: Option<Time>,
    /// Where a link leads, without its query, which may hold secrets.
    pub address: Option<String>,
    /// A page about it for a browser, without secrets.
    pub page: Option<String>,
    /// Asking for its thumbnail is worth a request.
    pub thumbnail: bool,
    /// What else the service says.
    pub facts: Vec<Fact>,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EntryKind {
    /// The service has its bytes.
    #[default]
    File,
    /// The service has only an address.
    Link,
}

/// One more thing that a service says about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Our word for it, such as "Pages".
    pub label: String,
    /// The service's answer.
    pub value: String,
}

/// Changing what is said about a file.
#[async_trait]
pub trait Edit: Send + Sync {
    /// What can be changed of an entry of this kind; empty where nothing can.
    fn fields(&self, kind: EntryKind) -> &'static [EditField];

    /// Changes what `changes` names and nothing else; doing it twice is harmless. Answers the file as it is then.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound); [`Kind::Refused`](crate::Kind::Refused) with the service's words.
    async fn edit(&self, id: &str, changes: &Changes) -> Result<Entry>;
}

/// Something that can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EditField {
    /// [`Entry::name`].
    Name,
    /// [`Entry::title`].
    Title,
    /// [`Entry::description`].
    Description,
    /// [`Entry::address`].
    Address,
}

/// What is to be changed; `None` stays as it is, and an empty text takes it away.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The new name.
    pub name: Option<String>,
    /// The new title.
    pub title: Option<String>,
    /// The new description.
    pub description: Option<String>,
    /// Where the link leads from now on. It may hold secrets.
    pub address: Option<SecretString>,
}

/// Deleting a file for good.
#[async_trait]
pub trait Delete: Send + Sync {
    /// What else goes with a file, in a sentence that a person must have read before: "It also vanishes from past
    /// orders." `None` where nothing does.
    fn consequence(&self) -> Option<&str>;

    /// A watch may delete here, unasked, what it sent itself: the service documents what a deletion does, and it takes
    /// nothing along that a person would miss, such as past orders.
    fn for_watches(&self) -> bool {
        false
    }

    /// Deletes exactly this file. A file that is gone already is a success, so doing it twice is harmless.
    ///
    /// # Errors
    /// `maybe_done` unless the service clearly said no.
    async fn delete(&self, id: &str) -> Result<Deleted>;
}

/// How a deletion went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// It is gone.
    Done,
    /// The service took the order and carries it out in its own time.
    Ordered,
    /// It was not there any more.
    Gone,
}

/// Having the service take a file from an address.
#[async_trait]
pub trait Import: Send + Sync {
    /// What importing means here, as data.
    fn rules(&self) -> ImportRules;

    /// Asks once. A service that can't take two at once is asked one after the other by the provider itself.
    ///
    /// # Errors
    /// `maybe_done` unless the service clearly said no: it is not asked again before somebody looked.
    async fn import(&self, from: &ImportFrom) -> Result<Entry>;
}

/// What importing means at a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRules {
    /// [`EntryKind::File`]: the service fetches the bytes. [`EntryKind::Link`]: it keeps the address.
    pub makes: EntryKind,
    /// What can be said about it at once, beside its address.
    pub fields: &'static [EditField],
    /// Those of them that it can't do without.
    pub required: &'static [EditField],
    /// What a person should know before, in a sentence.
    pub note: Option<String>,
}

/// An address to take a file from, and what to say about it.
#[derive(Debug, Clone)]
pub struct ImportFrom {
    /// The address. It may hold secrets.
    pub address: SecretString,
    /// The file's name.
    pub name: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its description.
    pub description: Option<String>,
}

/// Small pictures of files.
#[async_trait]
pub trait Thumbnails: Send + Sync {
    /// The thumbnail of a file, or why there is none to show. That none could be made is an answer, not a fault.
    ///
    /// # Errors
    /// Only what would fail any request: no way to the host, no budget, no sign-in.
    async fn thumbnail(&self, id: &str) -> Result<Thumbnail>;
}

/// What a service has for a thumbnail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thumbnail {
    /// A picture of at most [`MOST_THUMBNAIL`] bytes. It is hostile: its type is what the service says.
    Picture {
        /// Its media type.
        content_type: String,
        /// Its bytes.
        bytes: Bytes,
    },
    /// It is still being made: worth asking again later.
    NotYet,
    /// This file has none, now or later.
    Never,
}
