//! The steps of one download before and beside its bytes: ask, make the partial file, remove it.

use std::sync::Arc;

use transfer::download::{Download, FilePlace, FileSource, RemoteFile};
use transfer::error::{Failure, Kind, Result};
use transfer::names::{collision_key, numbered, part_name, safe_name};
use transfer::provider::Provider;
use transfer::segments::{self, Segment};
use transfer::target::{FileMark, Partial, TargetFile};
use transfer::{Direction, Endpoint, Event, State, Step, Transfer};

use crate::engine::Inner;
use crate::runner::{Waited, Work};
use crate::{gather, origin};

/// Names tried before a folder is said to be full of them.
const NAMES: u32 = 10_000;

/// The download facet of `provider`.
pub(crate) fn facet(provider: &Arc<dyn Provider>) -> Result<&dyn Download> {
    provider
        .download()
        .ok_or_else(|| Failure::new(Kind::Refused, "no_downloads", "This service gives no files."))
}

/// Where the row's file is, and what is needed to get at it.
pub(crate) async fn source(inner: &Inner, row: &Transfer) -> Result<FileSource> {
    let place = match &row.source {
        Endpoint::Remote { id: Some(id), .. } => FilePlace::Remote(id.clone()),
        _ => FilePlace::Link(inner.world.ledger.link(row.id).await?.ok_or_else(|| {
            Failure::new(
                Kind::Refused,
                "link_unreadable",
                "The link of this download can't be read any more. Paste it again.",
            )
        })?),
    };
    Ok(FileSource {
        place,
        password: inner.world.accounts.file_password(row.batch).await,
        plain_http: row.options.get("plain_http").is_some_and(|agreed| agreed == "yes"),
    })
}

/// The folder of a download.
pub(crate) fn folder(row: &Transfer) -> Result<&[u8]> {
    row.folder()
        .ok_or_else(|| Failure::new(Kind::Bug, "no_folder", "It has no folder to go to."))
}

/// What the service that gives the file says about it.
pub(crate) async fn ask(inner: &Inner, row: &Transfer) -> Result<RemoteFile> {
    let provider = origin::giver(inner, row).await?;
    let source = source(inner, row).await?;
    let none = || {
        let text = "The service said nothing about the file that it was asked for.";
        Err(Failure::new(Kind::Protocol, "no_answer", text))
    };
    facet(&provider)?.resolve(&[source]).await?.pop().unwrap_or_else(none)
}

/// Asks the service about the file.
pub(crate) async fn resolve(work: &mut Work, row: &Transfer) -> Result<()> {
    let inner = Arc::clone(&work.inner);
    let look = ask(&inner, row);
    let event = match work.or_poked(look).await {
        Waited::Poked => return Ok(()),
        Waited::Answered(Ok(file)) => Event::Found {
            name: safe_name(&file.name),
            file,
        },
        Waited::Answered(Err(failure)) => Event::Failed(failure),
    };
    work.commit(event).await.map(drop)
}

/// Chooses a name, and makes the partial file for it.
pub(crate) async fn place(work: &mut Work, row: &Transfer) -> Result<()> {
    let event = match placing(work, row).await {
        Ok(Some((partial, segments))) => Event::Placed(partial, segments),
        Ok(None) => return Ok(()),
        Err(failure) => Event::Failed(failure),
    };
    work.commit(event).await.map(drop)
}

async fn placing(work: &mut Work, row: &Transfer) -> Result<Option<(Partial, Vec<Segment>)>> {
    let inner = Arc::clone(&work.inner);
    let folder = folder(row)?.to_vec();
    let found = row.found.clone().unwrap_or_default();
    let earlier = earlier(&inner, row).await?;
    room(&inner, row, &folder, found.size, earlier.is_some()).await?;
    let (name, old) = loop {
        let (name, old) = free_name(&inner, row, &folder, &found).await?;
        // Only from here on: a folder that does not answer must hold up nobody else.
        let _naming = inner.naming.lock().await;
        if inner.queue().takes(row, &folder, &collision_key(&name)) {
            continue;
        }
        if work.commit(Event::PlaceAsked(name.clone())).await?.is_none() {
            return Ok(None);
        }
        break (name, old);
    };
    let (file, part) = match earlier {
        Some((file, part)) => {
            file.cut(0).await?;
            (file, part)
        }
        None => create(&inner, row, &folder, &name).await?,
    };
    let connections = connections(&inner, row, &found).await?;
    let mut segments = found
        .size
        .map_or_else(Vec::new, |size| segments::cut(size, connections));
    if let (Some(old), Some(size)) = (old, found.size) {
        segments = adopt(&inner, &folder, &name, old, file.as_ref(), size).await?;
    }
    let partial = Partial {
        folder,
        name: part,
        mark: file.mark(),
        total: found.size,
        version: Default::default(),
    };
    Ok(Some((partial, segments)))
}

/// The partial file of an earlier try, if it is still the one that was made.
async fn earlier(inner: &Inner, row: &Transfer) -> Result<Option<(Box<dyn TargetFile>, String)>> {
    let Some(partial) = inner.world.ledger.partial(row.id).await? else {
        return Ok(None);
    };
    let file = inner
        .world
        .targets
        .open(&partial.folder, &partial.name, partial.mark)
        .await?;
    Ok(file.map(|file| (file, partial.name)))
}

/// Makes a new partial file. An empty one that was made for this very name just before everything ended is ours.
async fn create(inner: &Inner, row: &Transfer, folder: &[u8], name: &str) -> Result<(Box<dyn TargetFile>, String)> {
    let targets = &inner.world.targets;
    for n in 1..NAMES {
        let part = part_name(&if n == 1 { name.to_owned() } else { numbered(name, n) });
        if let Some(file) = targets.create(folder, &part).await? {
            return Ok((file, part));
        }
        if row.step == Step::OpenAsked
            && row.name == name
            && let Some(found) = targets.standing(folder, &part).await?
            && found.regular
            && found.size == 0
            && let Some(file) = targets.open(folder, &part, found.mark).await?
        {
            return Ok((file, part));
        }
    }
    Err(Failure::new(
        Kind::Refused,
        "no_name",
        "The folder holds too many files of this name.",
    ))
}

/// A name that nothing in the folder and no other download on its way there has; with it the file to go on from, where the
/// person chose that.
async fn free_name(
    inner: &Inner,
    row: &Transfer,
    folder: &[u8],
    found: &RemoteFile,
) -> Result<(String, Option<FileMark>)> {
    let rule = row.options.get("collision").map(String::as_str);
    for n in 1..NAMES {
        let name = if n == 1 {
            row.name.clone()
        } else {
            numbered(&row.name, n)
        };
        if inner.queue().takes(row, folder, &collision_key(&name)) {
            continue;
        }
        let Some(standing) = inner.world.targets.standing(folder, &name).await? else {
            return Ok((name, None));
        };
        let shorter =
            standing.regular && found.checksum.is_some() && found.size.is_some_and(|size| standing.size < size);
        match rule {
            Some("keep_both") => {}
            Some("replace") if standing.regular => return Ok((name, None)),
            Some("resume") if shorter => return Ok((name, Some(standing.mark))),
            Some("resume") if standing.regular => {}
            Some("skip") => {
                let text = format!("Skipped: the folder already holds something called {name}.");
                return Err(Failure::new(Kind::Person, "skipped", text));
            }
            _ => return Err(collision(&name, shorter)),
        }
    }
    Err(Failure::new(
        Kind::Refused,
        "no_name",
        "The folder holds too many files of this name.",
    ))
}

/// The name is taken, and the person has not said yet what to do then.
pub(crate) fn collision(name: &str, resumable: bool) -> Failure {
    let code = if resumable { "collision_resumable" } else { "collision" };
    Failure::new(
        Kind::Person,
        code,
        format!(
            "The folder already holds something called {name}. Your answer holds for everything that was added together."
        ),
    )
}

/// Copies what an older, shorter file holds; the checksum of the whole will say whether that was right.
async fn adopt(
    inner: &Inner,
    folder: &[u8],
    name: &str,
    old: FileMark,
    file: &dyn TargetFile,
    size: u64,
) -> Result<Vec<Segment>> {
    const PIECE: usize = 1024 * 1024;
    let mut at = 0;
    if let Some(old) = inner.world.targets.open(folder, name, old).await? {
        while at < size {
            let bytes = old.read(at, PIECE).await?;
            if bytes.is_empty() {
                break;
            }
            let count = bytes.len() as u64;
            file.write(at, vec![bytes]).await?;
            at += count;
        }
    }
    file.sync().await?;
    Ok(vec![Segment {
        number: 1,
        start: 0,
        end: size,
        done: at.min(size),
    }])
}

/// What is left for everybody else of so many free bytes: 1 GiB, or a twentieth of them.
pub(crate) fn spare(free: u64) -> u64 {
    const LEFT: u64 = 1024 * 1024 * 1024;
    LEFT.min(free / 20)
}

/// Refuses to begin what the disk has no room for.
pub(crate) async fn room(inner: &Inner, row: &Transfer, folder: &[u8], size: Option<u64>, placed: bool) -> Result<()> {
    let Some(size) = size.filter(|_| !placed) else {
        return Ok(());
    };
    let free = inner.world.targets.free(folder).await?;
    let promised = inner.queue().promised(row, folder);
    let usable = free.saturating_sub(spare(free)).saturating_sub(promised);
    if size <= usable {
        return Ok(());
    }
    Err(Failure::new(
        Kind::TargetFull,
        "disk_short",
        format!(
            "The disk of this download is short by {}. It goes on as soon as there is room.",
            bytesize::ByteSize(size - usable).display().si()
        ),
    )
    .action("Free some space there."))
}

/// Connections for one file: the person's choice within the service's rules.
pub(crate) async fn connections(inner: &Inner, row: &Transfer, found: &RemoteFile) -> Result<usize> {
    if found.resumable == Some(false) {
        return Ok(1);
    }
    let provider = origin::giver(inner, row).await?;
    let rules = facet(&provider)?.rules();
    let chosen = inner.world.accounts.connections(row.giver().unwrap_or(row.account));
    Ok(chosen
        .unwrap_or(rules.connections)
        .clamp(1, rules.most_connections.max(1)))
}

/// Removes what came of a cancelled transfer.
pub(crate) async fn unplace(work: &mut Work, row: &Transfer) -> Result<()> {
    let event = match leave_nothing(&work.inner, row).await {
        Ok(()) => Event::Aborted,
        Err(failure) => Event::AbortFailed(failure),
    };
    work.commit(event).await.map(drop)
}

/// Removes what came of `row` and is not the file that was wanted; that one is nobody's to remove.
pub(crate) async fn leave_nothing(inner: &Inner, row: &Transfer) -> Result<()> {
    match row.direction {
        Direction::Down if row.state != State::Completed => remove_partial(inner, row).await,
        Direction::Across => gather::remove(inner, row.id).await,
        Direction::Down | Direction::Up => Ok(()),
    }
}

/// Removes the partial file of `row`, and nothing else, whatever stands there by now.
async fn remove_partial(inner: &Inner, row: &Transfer) -> Result<()> {
    let targets = &inner.world.targets;
    if let Some(partial) = inner.world.ledger.partial(row.id).await? {
        return targets.remove(&partial.folder, &partial.name, partial.mark).await;
    }
    let folder = folder(row)?;
    // Made just before everything ended, and not noted yet: empty, and under the name that was noted.
    if row.step == Step::OpenAsked {
        let part = part_name(&row.name);
        if let Some(found) = targets.standing(folder, &part).await?
            && found.regular
            && found.size == 0
        {
            targets.remove(folder, &part, found.mark).await?;
        }
    }
    Ok(())
}
