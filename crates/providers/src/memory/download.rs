//! The in-memory service gives files, too: those that a test put there.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use secrecy::ExposeSecret;
use transfer::download::{
    Download, DownloadRules, FileLink, FilePlace, FileSource, Opening, RangeAsk, RemoteFile, Version,
};
use transfer::error::Result;
use transfer::{Failure, Kind, SecretString};

use super::provider::{Memory, answered, lost};
use super::world::{Fault, Given, Step};

/// Bytes that come at a time.
const PIECE: usize = 16 * 1024;

#[async_trait]
impl Download for Memory {
    fn rules(&self) -> DownloadRules {
        DownloadRules {
            batch: 100,
            connections: 4,
            most_connections: 16,
        }
    }

    async fn resolve(&self, files: &[FileSource]) -> Result<Vec<Result<RemoteFile>>> {
        let fault = self.call(Step::Resolve).await?;
        let state = self.world.state();
        let told = |file: &FileSource| {
            let name = name(file);
            let given = state.given(&name)?;
            Ok(RemoteFile {
                size: Some(given.bytes.len() as u64),
                needs_password: given.password.is_some(),
                resumable: Some(true),
                name,
                ..RemoteFile::default()
            })
        };
        answered(&fault, files.iter().map(told).collect())
    }

    async fn link(&self, file: &FileSource) -> Result<FileLink> {
        let fault = self.call(Step::Link).await?;
        let name = name(file);
        let state = self.world.state();
        let given = state.given(&name)?;
        match (&given.password, &file.password) {
            (None, _) => {}
            (Some(right), Some(tried)) if right == tried.expose_secret() => {}
            (Some(_), tried) => {
                let code = if tried.is_some() {
                    "password_wrong"
                } else {
                    "password_needed"
                };
                return Err(Failure::new(
                    Kind::Password,
                    code,
                    "The file has a password of its own.",
                ));
            }
        }
        let link = FileLink {
            url: SecretString::from(format!("{}:{name}", state.round())),
            wait: Duration::ZERO,
            connections: None,
            resumable: Some(true),
            size: Some(given.bytes.len() as u64),
            note: None,
        };
        answered(&fault, link)
    }

    async fn open(&self, link: &FileLink, ask: &RangeAsk) -> Result<Opening> {
        let fault = self.call(Step::Fetch).await?;
        let state = self.world.state();
        let (round, name) = link.url.expose_secret().split_once(':').unwrap_or_default();
        if round != state.round().to_string() {
            return Err(Failure::new(Kind::Expired, "link_expired", "The link ran out."));
        }
        let given = state.given(name)?;
        let (total, version) = (given.bytes.len() as u64, version(given));
        if ask.total.is_some_and(|known| known != total) || ask.version.as_ref().is_some_and(|known| *known != version)
        {
            return Err(Failure::new(
                Kind::SourceChanged,
                "remote_changed",
                "The service has another version of the file now.",
            ));
        }
        let start = ask.start.min(total);
        let end = ask.end.unwrap_or(total).clamp(start, total);
        let bytes = given.bytes.slice(start as usize..end as usize);
        let mut pieces: Vec<_> = (0..bytes.len())
            .step_by(PIECE)
            .map(|at| Ok(bytes.slice(at..bytes.len().min(at + PIECE))))
            .collect();
        if let Fault::Cut(after) = fault {
            let whole = usize::try_from(after).unwrap_or(usize::MAX).min(bytes.len());
            pieces = vec![Ok(bytes.slice(..whole)), Err(lost().maybe_done(false))];
        }
        let opening = Opening {
            start,
            total: Some(total),
            version,
            ranges: true,
            name: Some(name.to_owned()),
            stream: stream::iter(pieces).boxed(),
        };
        answered(&fault, opening)
    }
}

fn name(file: &FileSource) -> String {
    match &file.place {
        FilePlace::Remote(name) => name.clone(),
        FilePlace::Link(link) => {
            let link = link.expose_secret();
            link.strip_prefix("memory:").unwrap_or(link).to_owned()
        }
    }
}

fn version(given: &Given) -> Version {
    Version {
        etag: Some(format!("\"{}\"", given.version)),
        modified: None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use futures_util::TryStreamExt;
    use transfer::provider::Budget;
    use transfer::time::{Clock, Now};

    use super::*;
    use crate::memory::World;

    struct Free;

    #[async_trait]
    impl Budget for Free {
        async fn take(&self) -> Result<()> {
            Ok(())
        }

        fn exhausted(&self, _: Duration) {}
    }

    impl Clock for Free {
        fn now(&self) -> Now {
            Now {
                time: transfer::Time(0),
                chance: 0.5,
            }
        }
    }

    fn service(world: &World) -> Memory {
        Memory {
            world: world.clone(),
            token: SecretString::from("memory"),
            tools: transfer::provider::Tools {
                budget: Arc::new(Free),
                clock: Arc::new(Free),
            },
        }
    }

    fn source(name: &str, password: Option<&str>) -> FileSource {
        FileSource {
            place: FilePlace::Remote(name.into()),
            password: password.map(SecretString::from),
            plain_http: false,
        }
    }

    async fn fetch(service: &Memory, link: &FileLink, ask: &RangeAsk) -> Result<Vec<u8>> {
        let stream = service.open(link, ask).await?.stream;
        stream
            .try_fold(Vec::new(), |mut all, bytes| async move {
                all.extend_from_slice(&bytes);
                Ok(all)
            })
            .await
    }

    #[tokio::test]
    async fn a_file_comes_whole_in_ranges_cut_or_changed() {
        let world = World::new();
        let service = service(&world);
        let bytes: Vec<u8> = (0..100_000_u32).map(|n| n as u8).collect();
        world.give("a", Bytes::from(bytes.clone()), None);
        let link = service.link(&source("a", None)).await.unwrap();
        assert_eq!(fetch(&service, &link, &RangeAsk::default()).await.unwrap(), bytes);
        let mut ask = RangeAsk {
            start: 5,
            end: Some(50_000),
            ..RangeAsk::default()
        };
        assert_eq!(fetch(&service, &link, &ask).await.unwrap(), bytes[5..50_000]);
        world.script(Step::Fetch, Fault::Cut(7));
        assert_eq!(fetch(&service, &link, &ask).await.unwrap_err().kind, Kind::Unavailable);
        ask.version = Some(service.open(&link, &ask).await.unwrap().version);
        world.give("a", Bytes::from_static(b"other"), None);
        assert_eq!(
            fetch(&service, &link, &ask).await.unwrap_err().kind,
            Kind::SourceChanged
        );
        world.expire_links();
        assert_eq!(fetch(&service, &link, &ask).await.unwrap_err().kind, Kind::Expired);
    }

    #[tokio::test]
    async fn a_password_is_asked_for_and_what_is_not_there_is_not_found() {
        let world = World::new();
        let service = service(&world);
        world.give("a", Bytes::new(), Some("tulip"));
        let found = service.resolve(&[source("a", None), source("b", None)]).await.unwrap();
        assert!(found[0].as_ref().unwrap().needs_password);
        assert_eq!(found[1].as_ref().unwrap_err().kind, Kind::NotFound);
        for (tried, code) in [(None, "password_needed"), (Some("rose"), "password_wrong")] {
            assert_eq!(service.link(&source("a", tried)).await.unwrap_err().code, code);
        }
        let link = service.link(&source("a", Some("tulip"))).await.unwrap();
        assert!(fetch(&service, &link, &RangeAsk::default()).await.unwrap().is_empty());
    }
}
