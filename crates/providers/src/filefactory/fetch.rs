//! Fetching from FileFactory: what its files are, links to their bytes, and the bytes behind those.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::ExposeSecret;
use transfer::download::{
    Checksum, Download, DownloadRules, FileLink, FilePlace, FileSource, Links, Opening, RangeAsk, Recognised,
    RemoteFile,
};
use transfer::error::Result;
use transfer::{Failure, Kind, SecretString};
use url::Url;

use super::error::{self, PASSWORD_WAIT};
use super::link::{Link, recognise, recognise_for_account};
use super::types::FileDto;
use super::{Filefactory, LABEL};
use crate::http::Get;

/// Ids that one question may name.
const BATCH: usize = 100;
/// Added to a wait, so that nobody comes a moment too early.
const MARGIN: Duration = Duration::from_secs(1);
/// No wait is longer, whatever is said.
const LONGEST_WAIT: Duration = Duration::from_secs(6 * 3_600);

/// FileFactory's links.
pub(super) struct Pages;

impl Links for Pages {
    fn recognise(&self, text: &str) -> Option<Recognised> {
        let link = recognise(text)?;
        Some(match (link.refused(), link) {
            (Some(refused), _) => Recognised::Refused(refused),
            (None, Link::File(id)) => {
                Recognised::File(SecretString::from(format!("https://www.filefactory.com/file/{id}")))
            }
            (None, Link::Folder) => return None,
        })
    }
}

#[async_trait]
impl Download for Filefactory {
    fn rules(&self) -> DownloadRules {
        DownloadRules {
            batch: BATCH,
            connections: 4,
            most_connections: 16,
        }
    }

    async fn resolve(&self, files: &[FileSource]) -> Result<Vec<Result<RemoteFile>>> {
        let ids: Vec<Result<String>> = files.iter().map(id).collect();
        let mut asked: Vec<&str> = ids.iter().flatten().map(String::as_str).collect();
        asked.sort_unstable();
        asked.dedup();
        let mut found = BTreeMap::new();
        for batch in asked.chunks(BATCH) {
            found.extend(self.files(batch).await?);
        }
        // The service's own sample leaves one out: each that is missing is asked for once more, alone.
        for missing in asked
            .iter()
            .filter(|id| ids_missing(&found, id))
            .copied()
            .collect::<Vec<_>>()
        {
            found.extend(self.files(&[missing]).await?);
        }
        Ok(ids
            .into_iter()
            .map(|id| found.get(&id?).map_or_else(|| Err(unsaid()), remote_file))
            .collect())
    }

    async fn link(&self, file: &FileSource) -> Result<FileLink> {
        let id = id(file)?;
        let now = self.http.tools.clock.now().time;
        if let Some(until) = self.password_wait(&id).filter(|until| now < *until) {
            return Err(error::password_blocked(until.since(now)));
        }
        let link = self
            .download_link(&id, file.password.as_ref())
            .await
            .inspect_err(|failure| {
                if failure.code == "password_attempts" {
                    let mut waits = self.password_waits.lock().unwrap_or_else(PoisonError::into_inner);
                    waits.retain(|_, until| now < *until);
                    waits.insert(id.clone(), now.after(failure.retry_after.unwrap_or(PASSWORD_WAIT)));
                }
            })?;
        let url = self.http.check_link(&self.over_tls(&link.url))?;
        let free = !matches!(link.link_type.as_deref(), Some("premium" | "trafficshare"));
        let wait = match link.delay.unwrap_or(0) {
            0 => Duration::ZERO,
            seconds => Duration::from_secs(seconds).min(LONGEST_WAIT) + MARGIN,
        };
        Ok(FileLink {
            url: SecretString::from(String::from(url)),
            wait,
            connections: free.then_some(1),
            resumable: Some(!free),
            size: link.size,
            note: free.then(|| {
                "This is a free download: it comes over one connection, and can't be gone on with after a break or a pause."
                    .into()
            }),
        })
    }

    async fn open(&self, link: &FileLink, ask: &RangeAsk) -> Result<Opening> {
        let url = self.http.check_link(link.url.expose_secret())?;
        let get = Get {
            url,
            label: "FileFactory's file server",
            nearest: self.http.place().reach(),
            bound: None,
            hop: &|to| site_code(to).map(error::site_fault),
            expired: Some(&error::expired),
        };
        Ok(self.get.get(&get, ask).await?.opening)
    }
}

impl Filefactory {
    fn password_wait(&self, id: &str) -> Option<transfer::Time> {
        let waits = self.password_waits.lock().unwrap_or_else(PoisonError::into_inner);
        waits.get(id).copied()
    }

    /// The service hands out plain http links; its hosts speak https as well.
    fn over_tls(&self, link: &str) -> String {
        match link.strip_prefix("http://") {
            Some(rest) if !self.http.place().is_loopback() => format!("https://{rest}"),
            _ => link.to_owned(),
        }
    }
}

fn ids_missing(found: &BTreeMap<String, FileDto>, id: &str) -> bool {
    !found.contains_key(id)
}

/// The id of a file, which is all that a link says.
fn id(file: &FileSource) -> Result<String> {
    let text = match &file.place {
        FilePlace::Remote(id) => id.as_str(),
        FilePlace::Link(link) => link.expose_secret(),
    };
    match recognise_for_account(text) {
        Some(Link::File(id)) => Ok(id),
        Some(folder @ Link::Folder) => Err(folder.refused().unwrap_or_else(no_link)),
        None => Err(no_link()),
    }
}

fn no_link() -> Failure {
    Failure::new(
        Kind::Refused,
        "no_link",
        format!("This is no link to a file at {LABEL}, so there is nothing to fetch."),
    )
    .action("Paste the whole link.")
}

/// Neither there nor gone: the answer says nothing of the file, even to a question about it alone.
fn unsaid() -> Failure {
    Failure::new(
        Kind::Unavailable,
        "nothing_said",
        format!("{LABEL} answered, but said nothing about this file."),
    )
}

fn remote_file(file: &FileDto) -> Result<RemoteFile> {
    match file.status.as_deref() {
        Some("online") => {}
        Some("offline") => return Err(error::offline()),
        Some("invalid") => return Err(error::gone()),
        _ => return Err(unsaid()),
    }
    let md5 = file.md5.as_deref().map(|md5| md5.trim().to_ascii_lowercase());
    let md5 = md5.filter(|md5| md5.len() == 32 && md5.bytes().all(|byte| byte.is_ascii_hexdigit()));
    Ok(RemoteFile {
        name: file.name.clone().unwrap_or_default(),
        size: file.size,
        checksum: md5.map(Checksum::Md5),
        needs_password: file.password,
        premium_only: file.premium_only,
        ..RemoteFile::default()
    })
}

/// The error that a file host leads to, if it does.
fn site_code(to: &Url) -> Option<u64> {
    let (_, code) = to.query_pairs().find(|(name, _)| name == "code")?;
    code.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_kept_by_its_id_and_a_folder_is_refused() {
        let Some(Recognised::File(kept)) = Pages.recognise("http://www.filefactory.com/file/aB3/n/x.zip") else {
            panic!("it is a link");
        };
        assert_eq!(kept.expose_secret(), "https://www.filefactory.com/file/aB3");
        assert!(matches!(
            Pages.recognise("filefactory.com/f/abc"),
            Some(Recognised::Refused(_))
        ));
        assert!(Pages.recognise("https://a.example/file/aB3").is_none());
    }

    #[test]
    fn only_a_sound_checksum_is_one() {
        let told = |md5: &str| {
            let file = FileDto {
                status: Some("online".into()),
                md5: Some(md5.into()),
                ..FileDto::default()
            };
            remote_file(&file).unwrap().checksum
        };
        let md5 = "fafa5efeaf3cbe3b23b2748d13e629a1";
        assert_eq!(told(&md5.to_uppercase()), Some(Checksum::Md5(md5.into())));
        assert_eq!((told(""), told("n/a"), told(&"g".repeat(32))), (None, None, None));
    }

    #[test]
    fn a_number_in_a_redirect_is_an_error_and_nothing_else_is() {
        let code = |url: &str| site_code(&Url::parse(url).unwrap());
        assert_eq!(code("https://www.filefactory.com/error.php?x=1&code=266"), Some(266));
        assert_eq!(code("https://s1.filefactory.com/get/p/abc?token=1"), None);
        assert_eq!(code("https://s1.filefactory.com/get?code=abc"), None);
    }
}
