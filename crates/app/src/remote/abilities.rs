//! What an account's service lets people do with its files, as data for a page or a terminal.

use transfer::library::{EditField, EntryKind, Library, SortKey};
use transfer::provider::Provider;

use super::sent;
use crate::boundary::{
    RemoteAbilities, RemoteDeletion, RemoteField, RemoteImporting, RemoteKind, RemoteListing, RemoteSortKey,
    RemoteVersion,
};

/// Reads it off the facets. Asks nobody.
pub(crate) fn abilities(provider: &dyn Provider, library: &dyn Library) -> RemoteAbilities {
    let fields = |kind| {
        let editable = library.edit().map(|edit| edit.fields(kind)).unwrap_or_default();
        editable.iter().copied().map(field).collect()
    };
    RemoteAbilities {
        list: listing(library),
        edit_file: fields(EntryKind::File),
        edit_link: fields(EntryKind::Link),
        delete: library.delete().map(|delete| RemoteDeletion {
            consequence: delete.consequence().map(str::to_owned),
        }),
        import: library.import().map(|import| {
            let rules = import.rules();
            RemoteImporting {
                makes: kind(rules.makes),
                fields: rules.fields.iter().copied().map(field).collect(),
                required: rules.required.iter().copied().map(field).collect(),
                note: rules.note,
            }
        }),
        thumbnails: library.thumbnails().is_some(),
        download: library.downloads() && provider.download().is_some(),
        new_version: new_version(provider, library),
    }
}

/// Where a file can't take the place of another, the new version stands beside the old one.
fn new_version(provider: &dyn Provider, library: &dyn Library) -> Option<RemoteVersion> {
    provider.upload()?;
    let replaces = library.new_version();
    Some(RemoteVersion {
        replaces: replaces.is_some(),
        consequence: replaces
            .unwrap_or(
                "This service replaces no files: the new version becomes a file of its own, and the old one stays.",
            )
            .to_owned(),
    })
}

fn listing(library: &dyn Library) -> RemoteListing {
    match library.list().map(|list| list.rules()) {
        Some(rules) => RemoteListing {
            sent_only: false,
            search: rules.search,
            sorts: rules.sorts.into_iter().map(sort_key).collect(),
            most: rules.most.max(1),
        },
        None => RemoteListing {
            sent_only: true,
            search: Some("names".to_owned()),
            sorts: vec![RemoteSortKey::Name, RemoteSortKey::Size, RemoteSortKey::Created],
            most: sent::MOST,
        },
    }
}

fn field(field: EditField) -> RemoteField {
    match field {
        EditField::Name => RemoteField::Name,
        EditField::Title => RemoteField::Title,
        EditField::Description => RemoteField::Description,
        EditField::Address => RemoteField::Address,
    }
}

pub(super) fn kind(kind: EntryKind) -> RemoteKind {
    match kind {
        EntryKind::File => RemoteKind::File,
        EntryKind::Link => RemoteKind::Link,
    }
}

fn sort_key(key: SortKey) -> RemoteSortKey {
    match key {
        SortKey::Name => RemoteSortKey::Name,
        SortKey::Size => RemoteSortKey::Size,
        SortKey::Created => RemoteSortKey::Created,
        SortKey::Modified => RemoteSortKey::Modified,
    }
}
