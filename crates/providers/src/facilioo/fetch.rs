//! Fetching from facilioo: what its files are called, signed links to them, the bytes behind those.

use std::time::Duration;

use async_trait::async_trait;
use secrecy::ExposeSecret;
use transfer::download::{
    Download, DownloadRules, FileLink, FilePlace, FileSource, Links, Opening, RangeAsk, Recognised, RemoteFile,
};
use transfer::error::Result;
use transfer::{Failure, Kind, SecretString};
use url::Url;

use super::api::Link;
use super::file::{FileRead, usable};
use super::kinds::FileType;
use super::{Facilioo, HOST, LABEL};
use crate::http::Get;

/// Files that one question may name. Each costs a request all the same.
const BATCH: usize = 20;
/// Who sends the bytes, for sentences.
const STORAGE: &str = "the storage of facilioo";

/// facilioo's links: the address of a file in its interface, or an id alone where the account is chosen.
pub(super) struct Addresses;

impl Links for Addresses {
    fn recognise(&self, text: &str) -> Option<Recognised> {
        let url = Url::parse(text.trim()).ok()?;
        let ours = url.scheme() == "https" && url.host_str() == Some(HOST) && url.port().is_none();
        kept(&id_in(&url).filter(|_| ours)?)
    }

    fn recognise_for_account(&self, text: &str) -> Option<Recognised> {
        let text = text.trim();
        if usable(text) {
            return kept(text);
        }
        kept(&id_in(&Url::parse(text).ok()?)?)
    }
}

fn kept(id: &str) -> Option<Recognised> {
    Some(Recognised::File(SecretString::from(format!(
        "https://{HOST}/api/files/{id}"
    ))))
}

/// The id in `…/api/files/ID` or `…/api/files/ID/download`.
fn id_in(url: &Url) -> Option<String> {
    let segments: Vec<&str> = url.path_segments()?.filter(|segment| !segment.is_empty()).collect();
    let at = segments.windows(2).rposition(|pair| pair == ["api", "files"])?;
    let rest = &segments[at + 2..];
    let id = rest.first().filter(|id| usable(id))?;
    matches!(rest, [_] | [_, "download"]).then(|| (*id).to_owned())
}

#[async_trait]
impl Download for Facilioo {
    fn rules(&self) -> DownloadRules {
        DownloadRules {
            batch: BATCH,
            connections: 4,
            most_connections: 8,
        }
    }

    async fn resolve(&self, files: &[FileSource]) -> Result<Vec<Result<RemoteFile>>> {
        let types = self.types().await?;
        let mut found = Vec::with_capacity(files.len());
        for file in files {
            found.push(self.look(file, &types).await);
        }
        Ok(found)
    }

    async fn link(&self, file: &FileSource) -> Result<FileLink> {
        let url = self.link(&id(file)?, Link::Download).await?.ok_or_else(not_there)?;
        Ok(FileLink {
            url: SecretString::from(String::from(url)),
            wait: Duration::ZERO,
            connections: None,
            resumable: Some(true),
            size: None,
            note: None,
        })
    }

    async fn open(&self, link: &FileLink, ask: &RangeAsk) -> Result<Opening> {
        let url = self.http.check_link(link.url.expose_secret())?;
        Ok(self.get.get(&self.asked(url), ask).await?.opening)
    }
}

impl Facilioo {
    /// A request to storage. Whatever it says of a link that it gave is a reason to ask for a new one.
    pub(super) fn asked(&self, url: Url) -> Get<'static> {
        Get {
            url,
            label: STORAGE,
            nearest: self.http.place().reach(),
            bound: None,
            hop: &|_| None,
            expired: Some(&expired),
        }
    }

    async fn look(&self, file: &FileSource, types: &[FileType]) -> Result<RemoteFile> {
        let id = id(file)?;
        let file = self.file(&id).await?.ok_or_else(not_there)?;
        Ok(RemoteFile {
            name: name(&file, types),
            size: file.size,
            resumable: Some(true),
            ..RemoteFile::default()
        })
    }
}

/// What a file is called on disk: its name, with the extension of its type. As hostile as any name of a server.
pub(super) fn name(file: &FileRead, types: &[FileType]) -> String {
    let name = file.name.clone().unwrap_or_else(|| file.id.clone());
    let kind = file.type_id.and_then(|id| types.iter().find(|kind| kind.id == id));
    let Some(extension) = kind.and_then(|kind| kind.extensions.first()) else {
        return name;
    };
    let has = name.rsplit_once('.').is_some_and(|(stem, has)| {
        let has = has.to_ascii_lowercase();
        let own = kind.is_some_and(|kind| kind.extensions.contains(&has));
        !stem.is_empty() && (own || super::content::same_extension(extension, &has))
    });
    if has { name } else { format!("{name}.{extension}") }
}

/// The id of a file, which is all that a link says.
fn id(file: &FileSource) -> Result<String> {
    let id = match &file.place {
        FilePlace::Remote(id) => usable(id).then(|| id.clone()),
        FilePlace::Link(link) => {
            let link = link.expose_secret().trim();
            let bare = usable(link).then(|| link.to_owned());
            bare.or_else(|| id_in(&Url::parse(link).ok()?))
        }
    };
    id.ok_or_else(|| {
        Failure::new(
            Kind::Refused,
            "no_link",
            format!("This is no link to a file at {LABEL}, so there is nothing to fetch."),
        )
        .action("Give the number of the file, or the address that its interface has for it.")
    })
}

fn expired() -> Failure {
    Failure::new(
        Kind::Expired,
        "link_expired",
        format!("The link that {LABEL} gave for this file holds no longer."),
    )
}

pub(super) fn not_there() -> Failure {
    Failure::new(
        Kind::NotFound,
        "not_found",
        format!("{LABEL} does not have this file, or nothing was ever stored for it."),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(recognised: Option<Recognised>) -> Option<String> {
        match recognised? {
            Recognised::File(link) => Some(link.expose_secret().to_owned()),
            Recognised::Refused(_) => None,
        }
    }

    #[test]
    fn a_file_is_known_by_its_address_and_by_its_number_where_the_account_is_chosen() {
        let kept = Some("https://api.facilioo.de/api/files/17".to_owned());
        for own in [
            "https://api.facilioo.de/api/files/17",
            " https://api.facilioo.de/api/files/17/download ",
        ] {
            assert_eq!(told(Addresses.recognise(own)), kept, "{own}");
        }
        for account in ["17", "http://127.0.0.1:9/facilioo/api/files/17"] {
            assert_eq!(told(Addresses.recognise_for_account(account)), kept, "{account}");
            assert!(Addresses.recognise(account).is_none(), "{account}");
        }
        for other in [
            "https://api.facilioo.de/api/files",
            "https://api.facilioo.de/api/files/x",
            "https://api.facilioo.de/api/files/17/upload",
            "https://other.example/17",
        ] {
            assert!(Addresses.recognise_for_account(other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_file_is_called_by_its_name_with_the_extension_of_its_type() {
        let types = [FileType::read(&json!({"id": 3, "name": "JPEG", "extension": "jpg"})).unwrap()];
        let called = |name: Option<&str>, kind: u64| {
            let file = FileRead::read(&json!({"id": 7, "name": name, "typeId": kind})).unwrap();
            super::name(&file, &types)
        };
        assert_eq!(called(Some("a.jpg"), 3), "a.jpg");
        assert_eq!(called(Some("a.JPEG"), 3), "a.JPEG");
        assert_eq!(called(Some("a.pdf"), 3), "a.pdf.jpg");
        assert_eq!(called(Some("a"), 3), "a.jpg");
        assert_eq!(called(Some("a"), 99), "a");
        assert_eq!(called(None, 3), "7.jpg");
    }
}
