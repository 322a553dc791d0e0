//! Fetching files of Baasix: what they are, and their bytes, over one connection, with ranges only to go on after a break.

use async_trait::async_trait;
use reqwest::header;
use secrecy::ExposeSecret;
use transfer::download::{
    Download, DownloadRules, FileLink, FilePlace, FileSource, Links, Opening, RangeAsk, Recognised, RemoteFile, Version,
};
use transfer::error::Result;
use transfer::{Failure, Kind, SecretString};
use url::Url;
use uuid::Uuid;

use super::session::Token;
use super::types::RecordDto;
use super::{Baasix, LABEL};
use crate::http::{Bound, Get};

/// Names of Baasix's files. Every server has a host of its own, so none is recognised by it.
pub(super) struct Ids;

impl Links for Ids {
    fn recognise(&self, _: &str) -> Option<Recognised> {
        None
    }

    fn recognise_for_account(&self, text: &str) -> Option<Recognised> {
        Some(Recognised::File(SecretString::from(named(text)?)))
    }
}

#[async_trait]
impl Download for Baasix {
    fn rules(&self) -> DownloadRules {
        DownloadRules {
            batch: 1,
            connections: 1,
            most_connections: 1,
        }
    }

    async fn resolve(&self, files: &[FileSource]) -> Result<Vec<Result<RemoteFile>>> {
        let mut found = Vec::with_capacity(files.len());
        for file in files {
            found.push(self.looked_up(file).await);
        }
        Ok(found)
    }

    async fn link(&self, file: &FileSource) -> Result<FileLink> {
        let id = id(file)?;
        let record = self.record(&id).await?.ok_or_else(gone)?;
        let mut url = self.http.at(&["assets", &id]);
        url.query_pairs_mut().append_pair("download", "true");
        // The version that the link was made for. A fragment is never sent.
        url.set_fragment(version(&record).etag.as_deref());
        Ok(FileLink {
            url: SecretString::from(String::from(url)),
            wait: std::time::Duration::ZERO,
            connections: Some(1),
            resumable: Some(gives_ranges(&record)),
            size: record.size,
            note: None,
        })
    }

    async fn open(&self, link: &FileLink, ask: &RangeAsk) -> Result<Opening> {
        let mut url = self.http.check_link(link.url.expose_secret())?;
        let made_for = url.fragment().map(str::to_owned);
        url.set_fragment(None);
        let seen = if ask.start > 0 || ask.version.is_some() {
            // The answer to a range says nothing of the version, so the row has to.
            self.same_version(&url, ask).await?
        } else {
            Version {
                etag: made_for,
                modified: None,
            }
        };
        let opened = self.opened(&url, &clamped(ask), &seen).await;
        match opened {
            Err(failure) if matches!(failure.code.as_str(), "forbidden" | "sign_in_needed") => {
                let token = self.token(None).await?;
                if self.is_taken(&token).await? {
                    return Err(gone());
                }
                self.token(Some(&token)).await?;
                drop(token);
                self.opened(&url, &clamped(ask), &seen).await
            }
            other => other,
        }
    }
}

impl Baasix {
    async fn looked_up(&self, file: &FileSource) -> Result<RemoteFile> {
        let record = self.record(&id(file)?).await?.ok_or_else(gone)?;
        Ok(RemoteFile {
            resumable: Some(gives_ranges(&record)),
            size: record.size,
            name: record.original_filename.or(record.title).unwrap_or_default(),
            ..RemoteFile::default()
        })
    }

    /// The version that is there now, unless it is another than was begun with.
    async fn same_version(&self, url: &Url, ask: &RangeAsk) -> Result<Version> {
        let id = url.path_segments().and_then(Iterator::last).unwrap_or_default();
        let record = self.record(id).await?.ok_or_else(gone)?;
        let seen = version(&record);
        let other = ask.version.as_ref().is_some_and(|known| *known != seen)
            || ask.total.zip(record.size).is_some_and(|(known, size)| known != size);
        if other {
            return Err(Failure::new(
                Kind::SourceChanged,
                "remote_changed",
                format!("{LABEL} has another version of the file now than before."),
            ));
        }
        Ok(seen)
    }

    /// Opens the bytes. `seen` is the version they belong to.
    async fn opened(&self, url: &Url, ask: &RangeAsk, seen: &Version) -> Result<Opening> {
        let token = self.token(None).await?;
        let bound = self.bound(&token)?;
        let get = Get {
            url: url.clone(),
            label: LABEL,
            nearest: self.http.place().reach(),
            bound: Some(&bound),
            hop: &|_| None,
            expired: None,
        };
        // What the server says of versions is nothing to go by: compared is by the row.
        let ask = RangeAsk {
            version: None,
            ..ask.clone()
        };
        let opening = self.get.get(&get, &ask).await?.opening;
        Ok(Opening {
            version: seen.clone(),
            stream: held(opening.stream, token),
            ..opening
        })
    }

    fn bound(&self, token: &Token) -> Result<Bound> {
        let mut headers = header::HeaderMap::new();
        if let Some(value) = self.http.bearer(token.text())? {
            headers.insert(header::AUTHORIZATION, value);
        }
        Ok(Bound {
            headers,
            origin: self.http.place().origin(),
        })
    }
}

/// The bytes, with the token in use until they end.
fn held(stream: transfer::download::ByteStream, token: Token) -> transfer::download::ByteStream {
    use futures_util::StreamExt;
    stream
        .map(move |bytes| {
            let _in_use = &token;
            bytes
        })
        .boxed()
}

/// A range never ends behind the file: the server promises what it does not have, and the connection hangs.
fn clamped(ask: &RangeAsk) -> RangeAsk {
    let end = match (ask.end, ask.total) {
        (Some(end), Some(total)) => Some(end.min(total)),
        (end, _) => end,
    };
    // Nor does it reach to the end where that is not needed: the open form is the one without mistakes.
    let end = end.filter(|end| Some(*end) != ask.total);
    RangeAsk { end, ..ask.clone() }
}

/// The server gives ranges of videos and sounds alone.
fn gives_ranges(record: &RecordDto) -> bool {
    let kind = record.kind.as_deref().unwrap_or_default();
    kind.starts_with("video/") || kind.starts_with("audio/")
}

/// What tells one version of a file from another.
fn version(record: &RecordDto) -> Version {
    let said = record.updated_at.as_deref().unwrap_or_default();
    let plain: String = said.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    Version {
        etag: Some(format!("{plain}-{}", record.size.unwrap_or(0))),
        modified: None,
    }
}

/// The id of a file; whatever is no id is not sent: the server calls it an error of its own.
fn id(file: &FileSource) -> Result<String> {
    let text = match &file.place {
        FilePlace::Remote(id) => id.as_str(),
        FilePlace::Link(link) => link.expose_secret(),
    };
    named(text).ok_or_else(|| {
        Failure::new(
            Kind::Refused,
            "no_link",
            format!("This names no file at {LABEL}: its files are known by ids of 32 hexadecimal digits."),
        )
        .action("Enter the file's id.")
    })
}

/// The id in a text that is one, or an address that ends in one.
fn named(text: &str) -> Option<String> {
    let address = text.split(['?', '#']).next()?.trim().trim_end_matches('/');
    let id = Uuid::parse_str(address.rsplit('/').next()?).ok()?;
    Some(id.to_string())
}

fn gone() -> Failure {
    Failure::new(
        Kind::NotFound,
        "not_found",
        format!("{LABEL} does not have this file (any more), or does not give it to this account."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_id_or_by_an_address_that_ends_in_it() {
        let named = |text: &str| {
            id(&FileSource {
                place: FilePlace::Link(SecretString::from(text)),
                password: None,
                plain_http: false,
            })
        };
        let known = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1";
        for text in [
            known.to_owned(),
            known.to_uppercase(),
            format!("https://files.example/assets/{known}?download=true"),
            format!("https://files.example/files/{known}/"),
        ] {
            assert_eq!(named(&text).unwrap(), known, "{text}");
        }
        for text in ["", "1", "https://files.example/assets/", "../etc"] {
            assert_eq!(named(text).unwrap_err().code, "no_link", "{text}");
        }
    }

    #[test]
    fn no_range_ends_behind_the_file() {
        let asked = |start, end, total| {
            let ask = clamped(&RangeAsk {
                start,
                end,
                total,
                version: None,
            });
            ask.end
        };
        assert_eq!(asked(5, Some(20), Some(10)), None);
        assert_eq!(asked(5, Some(10), Some(10)), None);
        assert_eq!(asked(5, Some(9), Some(10)), Some(9));
        assert_eq!(asked(5, Some(20), None), Some(20));
    }
}
