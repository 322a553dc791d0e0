//! `longshore download`: queues links, and works until their files are here.

use std::io::Read;
use std::path::Path;

use app::Purpose;
use app::boundary::{Collision, DownloadLinks, Failure, Secret};

use crate::arguments::{Download, Existing};
use crate::exit::{Outcome, system};
use crate::queued::{Words, go_on};
use crate::terminal::Terminal;

/// More is no list of links.
const MOST: u64 = 64 * 1024 * 1024;

const WORDS: Words = Words {
    moved: "fetched",
    moves: "fetches",
    nothing: "There is no link.",
};

pub(crate) async fn obey(terminal: &Terminal, download: Download) -> Outcome {
    let folder = download.dir.as_deref().map(absolute).transpose()?;
    let (links, password) = read(download.links, download.password_stdin).await?;
    let purpose = if download.detach { Purpose::Steer } else { Purpose::Work };
    let host = terminal.open(purpose).await?;
    let ask = DownloadLinks {
        links,
        account: download.account,
        folder,
        collision: download.existing.map(Into::into),
        limit: download.limit.and_then(|limit| limit.0),
        password,
        plain_http: download.allow_http,
    };
    let enqueued = host.commands().download_links(ask).await?;
    go_on(terminal, &host, enqueued, download.detach, &WORDS).await
}

impl From<Existing> for Collision {
    fn from(rule: Existing) -> Self {
        match rule {
            Existing::Ask => Self::Ask,
            Existing::Skip => Self::Skip,
            Existing::Replace => Self::Replace,
            Existing::KeepBoth => Self::KeepBoth,
            Existing::Resume => Self::Resume,
        }
    }
}

/// The engine may live in another folder.
pub(crate) fn absolute(path: &Path) -> Result<std::ffi::OsString, Failure> {
    let bad =
        |why: &dyn std::fmt::Display| Failure::new("bad_path", format!("{} can't be used: {why}.", path.display()));
    let absolute = std::path::absolute(path).map_err(|why| bad(&why))?;
    if !absolute.is_dir() {
        return Err(bad(&"there is no such folder"));
    }
    Ok(absolute.into_os_string())
}

/// The links, those of standard input where one of them is `-`; with `password_stdin` its first line is the password.
async fn read(given: Vec<String>, password_stdin: bool) -> Result<(Vec<Secret>, Option<Secret>), Failure> {
    let from_input = given.iter().any(|link| link == "-");
    let mut links: Vec<_> = given.into_iter().filter(|link| link != "-").map(Secret::new).collect();
    if !from_input && !password_stdin {
        return Ok((links, None));
    }
    let text = tokio::task::spawn_blocking(|| {
        let mut text = String::new();
        std::io::stdin()
            .lock()
            .take(MOST)
            .read_to_string(&mut text)
            .map(|_| text)
    })
    .await
    .map_err(|why| system(&why))?
    .map_err(|why| Failure::new("bad_input", format!("Standard input can't be read: {why}.")))?;
    let mut lines = text.lines();
    let password = if password_stdin {
        let typed = lines.next().filter(|line| !line.is_empty());
        Some(Secret::new(typed.map(str::to_owned).ok_or_else(|| {
            Failure::new("no_password_given", "There was no password on standard input.")
        })?))
    } else {
        None
    };
    if from_input {
        let more = lines.map(str::trim).filter(|line| !line.is_empty());
        links.extend(more.map(|line| Secret::new(line.to_owned())));
    }
    Ok((links, password))
}
