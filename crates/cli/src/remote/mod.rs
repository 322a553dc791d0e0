//! `longshore remote`: the files that an account's service holds, looked at, changed, deleted and fetched.

pub(crate) mod arguments;
mod delete;
mod patience;
mod picture;

use app::boundary::{
    AccountRow, Failure, RemoteDownload, RemoteEdit, RemoteEntry, RemoteImport, RemoteList, RemoteRef, RemoteSend,
    RemoteSort, RemoteWanted, Secret,
};
use app::{Host, Purpose};

use crate::exit::{Exit, Outcome};
use crate::queued::{Words, go_on};
use crate::terminal::{Terminal, account};
use crate::{download, print, prompt};
use arguments::{DownloadFiles, EditFile, ImportFile, ListFiles, Of, Remote, SendFiles};
use patience::patiently;

/// Entries asked for at once.
const PAGE: u32 = 100;

const SENDING: Words = Words {
    moved: "sent",
    moves: "sends",
    nothing: "There is nothing to send.",
};

const WORDS: Words = Words {
    moved: "fetched",
    moves: "fetches",
    nothing: "There is nothing to fetch.",
};

pub(crate) async fn obey(terminal: &Terminal, verb: Remote) -> Outcome {
    match verb {
        Remote::List(list) => files(terminal, list).await,
        Remote::Show(one) => {
            let (host, account) = open(terminal, &one.of).await?;
            let ask = RemoteRef {
                account: account.id,
                id: one.id,
            };
            let entry = host.commands().remote_details(ask).await?;
            Ok(told(terminal, &account, &entry))
        }
        Remote::Edit(change) => edit(terminal, change).await,
        Remote::Delete(files) => delete::obey(terminal, files).await,
        Remote::Import(file) => import(terminal, file).await,
        Remote::Thumbnail(wanted) => picture::obey(terminal, wanted).await,
        Remote::Download(files) => fetch(terminal, files).await,
        Remote::Send(files) => send(terminal, files).await,
    }
}

/// The application, and whose files are meant.
async fn open(terminal: &Terminal, of: &Of) -> Result<(Host, AccountRow), Failure> {
    let host = terminal.open(Purpose::Steer).await?;
    let account = account(&host, &of.account).await?;
    Ok((host, account))
}

async fn files(terminal: &Terminal, list: ListFiles) -> Outcome {
    let (host, account) = open(terminal, &list.of).await?;
    let mut left = list.limit.unwrap_or(u32::MAX);
    let mut cursor = None;
    let mut cells = Vec::new();
    loop {
        let ask = RemoteList {
            account: account.id,
            cursor,
            limit: left.min(PAGE),
            search: list.search.clone(),
            sort: list.sort.map(|by| RemoteSort {
                by: by.into(),
                descending: list.descending,
            }),
        };
        let page = patiently(terminal, || host.commands().remote_list(ask.clone())).await?;
        for entry in page.entries.iter().take(left as usize) {
            if terminal.json {
                print::object(&print::remote(entry, &account));
            } else {
                cells.push(line(entry));
            }
        }
        left = left.saturating_sub(u32::try_from(page.entries.len()).unwrap_or(u32::MAX));
        match page.next {
            Some(next) if left > 0 => cursor = Some(next),
            _ => break,
        }
    }
    if !terminal.json {
        if cells.is_empty() {
            print::line("There are no such files.");
        } else {
            let head = ["ID", "NAME", "SIZE", "KIND", "CREATED"];
            print::table(&head, &cells).iter().for_each(|text| print::line(text));
        }
    }
    Ok(Exit::Done)
}

fn line(entry: &RemoteEntry) -> Vec<String> {
    vec![
        print::plain(&entry.id),
        print::plain(&entry.name),
        size(entry),
        print::word(&entry.kind),
        entry.created.as_deref().map(print::local).unwrap_or_default(),
    ]
}

fn size(entry: &RemoteEntry) -> String {
    let exact = entry.size.map(print::size);
    exact.unwrap_or_else(|| entry.rounded.as_deref().map(print::plain).unwrap_or_default())
}

/// Everything about one file.
fn told(terminal: &Terminal, account: &AccountRow, entry: &RemoteEntry) -> Exit {
    if terminal.json {
        print::object(&print::remote(entry, account));
        return Exit::Done;
    }
    print::line(&print::plain(&entry.name));
    let mut facts = vec![("id", Some(entry.id.clone())), ("kind", Some(print::word(&entry.kind)))];
    facts.push(("size", Some(size(entry)).filter(|size| !size.is_empty())));
    facts.push(("type", entry.content_type.clone()));
    facts.push(("title", entry.title.clone()));
    facts.push(("about", entry.description.clone()));
    facts.push(("leads to", entry.address.clone()));
    facts.push(("page", entry.page.clone()));
    facts.push(("created", entry.created.clone()));
    facts.push(("changed", entry.modified.clone()));
    let more = entry
        .facts
        .iter()
        .map(|fact| (fact.label.as_str(), Some(fact.value.clone())));
    for (label, value) in facts.into_iter().chain(more) {
        if let Some(value) = value {
            print::line(&format!("  {:<9} {}", print::plain(label), print::plain(&value)));
        }
    }
    Exit::Done
}

async fn edit(terminal: &Terminal, change: EditFile) -> Outcome {
    let (host, account) = open(terminal, &change.of).await?;
    let address = match change.address {
        Some(address) => Some(given(address).await?),
        None => None,
    };
    let ask = RemoteEdit {
        account: account.id,
        id: change.id,
        name: change.name,
        title: change.title,
        description: change.description,
        address,
    };
    let entry = host.commands().remote_edit(ask).await?;
    Ok(told(terminal, &account, &entry))
}

async fn import(terminal: &Terminal, file: ImportFile) -> Outcome {
    let (host, account) = open(terminal, &file.of).await?;
    let ask = RemoteImport {
        account: account.id,
        address: given(file.address).await?,
        name: file.name,
        title: file.title,
        description: file.description,
    };
    let entry = host.commands().remote_import(ask).await?;
    Ok(told(terminal, &account, &entry))
}

/// The address, or the one on standard input where it is `-`: it may hold secrets, and others see what is typed.
async fn given(address: String) -> Result<Secret, Failure> {
    if address != "-" {
        return Ok(Secret::new(address));
    }
    prompt::line().await
}

async fn fetch(terminal: &Terminal, files: DownloadFiles) -> Outcome {
    let folder = files.dir.as_deref().map(download::absolute).transpose()?;
    let purpose = if files.detach { Purpose::Steer } else { Purpose::Work };
    let host = terminal.open(purpose).await?;
    let ask = RemoteDownload {
        account: files.of.account,
        files: files
            .ids
            .into_iter()
            .map(|id| RemoteWanted { name: id.clone(), id })
            .collect(),
        folder,
        collision: files.existing.map(Into::into),
        limit: files.limit.and_then(|limit| limit.0),
    };
    let enqueued = host.commands().remote_download(ask).await?;
    go_on(terminal, &host, enqueued, files.detach, &WORDS).await
}

async fn send(terminal: &Terminal, files: SendFiles) -> Outcome {
    let purpose = if files.detach { Purpose::Steer } else { Purpose::Work };
    let host = terminal.open(purpose).await?;
    let ask = RemoteSend {
        account: files.of.account,
        files: wanted(files.ids),
        to: files.to,
        options: files.options.into_iter().collect(),
        limit: files.limit.and_then(|limit| limit.0),
    };
    let enqueued = host.commands().remote_send(ask).await?;
    go_on(terminal, &host, enqueued, files.detach, &SENDING).await
}

/// The service says what they are called before anything is written.
fn wanted(ids: Vec<String>) -> Vec<RemoteWanted> {
    let file = |id: String| RemoteWanted { name: id.clone(), id };
    ids.into_iter().map(file).collect()
}
