//! Commands for the files that services hold.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::{NewAcross, NewDownload};
use futures_util::stream::{self, StreamExt};
use transfer::library::{Changes, Deleted, ImportFrom, Library, Query};
use transfer::names::safe_name;
use transfer::provider::Provider;
use transfer::{AccountId, BatchId, Endpoint, Kind, SecretString};
use uuid::Uuid;

use super::Obey;
use super::links::chosen;
use super::queued::queued;
use crate::boundary::*;
use crate::failure::crossed;
use crate::remote::{self, Shown};
use crate::settings;

/// Files that one command deletes.
const MOST: usize = 100;
/// Deletions under way at once.
const AT_ONCE: usize = 4;

/// An account's provider that has a library.
struct Shelf {
    account: AccountId,
    provider: Arc<dyn Provider>,
}

impl Shelf {
    fn library(&self) -> Result<&dyn Library, Failure> {
        self.provider.library().ok_or_else(no_files)
    }
}

impl Obey {
    /// Asks nobody yet.
    async fn shelf(&self, account: AccountId) -> Result<Shelf, Failure> {
        let provider = engine::Accounts::provider(&*self.0.accounts, account)
            .await
            .map_err(crossed)?;
        Ok(Shelf { account, provider })
    }

    pub(super) async fn abilities(&self, ask: AccountRef) -> Result<RemoteAbilities, Failure> {
        let shelf = self.shelf(AccountId(ask.id)).await?;
        Ok(remote::abilities(&*shelf.provider, shelf.library()?))
    }

    pub(super) async fn files(&self, ask: RemoteList) -> Result<RemotePage, Failure> {
        let shelf = self.shelf(AccountId(ask.account)).await?;
        let library = shelf.library()?;
        let can = remote::abilities(&*shelf.provider, library).list;
        let search = ask
            .search
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty());
        if search.is_some() && can.search.is_none() {
            return Err(not_offered("search its files"));
        }
        if ask.sort.is_some_and(|sort| !can.sorts.contains(&sort.by)) {
            return Err(not_offered("sort its files by that"));
        }
        let query = Query {
            cursor: ask.cursor,
            limit: ask.limit.clamp(1, can.most),
            search,
            sort: ask.sort.map(remote::sort),
        };
        let listed = match library.list() {
            Some(list) => Some(list.page(&query).await),
            None => None,
        };
        let page = match listed {
            // Where only asking shows that this account may see no list, what was sent from here is answered instead.
            Some(page) if page.is_ok() || library.list().is_some() => page,
            _ => remote::sent_page(&self.0.transfers().await?, shelf.account, &query),
        };
        let page = page.map_err(crossed)?;
        Ok(RemotePage {
            entries: page.entries.into_iter().map(remote::row).collect(),
            next: page.next,
            total: page.total,
        })
    }

    pub(super) async fn file_details(&self, ask: RemoteRef) -> Result<RemoteEntry, Failure> {
        let shelf = self.shelf(AccountId(ask.account)).await?;
        let entry = shelf.library()?.details(&ask.id).await;
        entry.map(remote::row).map_err(crossed)
    }

    pub(super) async fn edit_file(&self, ask: RemoteEdit) -> Result<RemoteEntry, Failure> {
        let shelf = self.shelf(AccountId(ask.account)).await?;
        let edit = shelf
            .library()?
            .edit()
            .ok_or_else(|| not_offered("change what is said about a file"))?;
        let changes = Changes {
            name: ask.name,
            title: ask.title,
            description: ask.description,
            address: ask.address.map(|address| SecretString::from(address.expose())),
        };
        let entry = edit.edit(&ask.id, &changes).await.map_err(crossed)?;
        self.0.pictures.forget(shelf.account, &ask.id);
        Ok(remote::row(entry))
    }

    /// A few at a time. As soon as something holds for the whole account, nobody is asked any more.
    pub(super) async fn delete_files(&self, ask: RemoteFiles) -> Result<Vec<RemoteDeleted>, Failure> {
        if ask.ids.len() > MOST {
            return Err(Failure::new(
                "too_many_files",
                format!("One command deletes at most {MOST} files."),
            ));
        }
        let shelf = self.shelf(AccountId(ask.account)).await?;
        let delete = shelf
            .library()?
            .delete()
            .ok_or_else(|| not_offered("delete its files"))?;
        let stopped: Mutex<Option<Failure>> = Mutex::default();
        let mut seen = HashSet::new();
        let ids: Vec<_> = ask.ids.into_iter().filter(|id| seen.insert(id.clone())).collect();
        let questions = ids.into_iter().map(|id| {
            let (stopped, shelf) = (&stopped, &shelf);
            async move {
                let stop = stopped.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if stop.is_some() {
                    return told(id, DeletedState::Unasked, stop);
                }
                // Before: nothing that is watched may count on a file that is gone.
                let forgotten = self
                    .0
                    .watch_ledger
                    .forget_remotes(shelf.account, std::slice::from_ref(&id));
                if let Err(fault) = forgotten.await {
                    return told(id, DeletedState::Unasked, Some(crossed(fault)));
                }
                match delete.delete(&id).await {
                    Ok(deleted) => {
                        self.0.pictures.forget(shelf.account, &id);
                        let state = match deleted {
                            Deleted::Done => DeletedState::Done,
                            Deleted::Ordered => DeletedState::Ordered,
                            Deleted::Gone => DeletedState::Gone,
                        };
                        told(id, state, None)
                    }
                    Err(fault) => {
                        // Where the budget is used up, the request was never made.
                        let unasked = fault.kind == Kind::RateLimited;
                        let whole = holds_for_all(fault.kind);
                        let why = crossed(fault);
                        if whole {
                            *stopped.lock().unwrap_or_else(PoisonError::into_inner) = Some(why.clone());
                        }
                        let state = if unasked {
                            DeletedState::Unasked
                        } else {
                            DeletedState::Failed
                        };
                        told(id, state, Some(why))
                    }
                }
            }
        });
        Ok(stream::iter(questions).buffered(AT_ONCE).collect().await)
    }

    pub(super) async fn import_file(&self, ask: RemoteImport) -> Result<RemoteEntry, Failure> {
        let shelf = self.shelf(AccountId(ask.account)).await?;
        let import = shelf
            .library()?
            .import()
            .ok_or_else(|| not_offered("take files from addresses"))?;
        let given = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let from = ImportFrom {
            address: SecretString::from(ask.address.expose().trim()),
            name: given(ask.name),
            title: given(ask.title),
            description: given(ask.description),
        };
        import.import(&from).await.map(remote::row).map_err(|fault| {
            let unclear = fault.maybe_done;
            let mut failure = crossed(fault);
            if unclear {
                failure.message += " It may have been taken all the same: look in the list before you try again.";
            }
            failure
        })
    }

    pub(super) async fn thumbnail(&self, ask: RemoteRef) -> Result<RemoteThumbnail, Failure> {
        let account = AccountId(ask.account);
        let shown = match self.0.pictures.get(account, &ask.id) {
            Some(shown) => shown,
            None => {
                let shelf = self.shelf(account).await?;
                let thumbnails = shelf
                    .library()?
                    .thumbnails()
                    .ok_or_else(|| not_offered("show pictures of its files"))?;
                let shown = Shown::of(thumbnails.thumbnail(&ask.id).await.map_err(crossed)?);
                self.0.pictures.put(account, &ask.id, &shown);
                shown
            }
        };
        let bare = |state| RemoteThumbnail {
            state,
            content_type: None,
            bytes: None,
        };
        Ok(match shown {
            Shown::NotYet => bare(ThumbnailState::NotYet),
            Shown::Never => bare(ThumbnailState::Never),
            Shown::Picture { content_type, bytes } => RemoteThumbnail {
                state: ThumbnailState::Picture,
                content_type: Some(content_type.to_owned()),
                bytes: Some(STANDARD.encode(bytes)),
            },
        })
    }

    /// The account whose files can be fetched by their ids, and nothing else of it.
    async fn giver(&self, name: &str) -> Result<AccountId, Failure> {
        let account = self.0.accounts.find(name)?.id;
        let shelf = self.shelf(account).await?;
        if remote::abilities(&*shelf.provider, shelf.library()?).download {
            Ok(account)
        } else {
            Err(not_offered("give its files out"))
        }
    }

    pub(super) async fn send_files(&self, ask: RemoteSend) -> Result<Enqueued, Failure> {
        settings::limit(ask.limit)?;
        let from = self.giver(&ask.account).await?;
        let to = self.0.accounts.find(&ask.to)?;
        self.0.accounts.check_taker(&to)?;
        self.0.accounts.check_options(&to, &ask.options)?;
        let engine = self.0.engine_or_locked()?;
        let batch = BatchId(Uuid::now_v7());
        let files = ask.files.into_iter().map(|file| NewAcross {
            account: to.id,
            name: safe_name(&file.name),
            source: Endpoint::Remote {
                account: from,
                id: Some(file.id),
            },
            link: None,
            size: None,
            options: ask.options.clone(),
            limit: ask.limit,
            batch,
        });
        let before = queued(&engine);
        let transfers = engine.enqueue_across(files.collect()).await.map_err(crossed)?;
        Ok(before.answer(batch, &transfers, Vec::new()))
    }

    pub(super) async fn fetch_files(&self, ask: RemoteDownload) -> Result<Enqueued, Failure> {
        settings::limit(ask.limit)?;
        let account = self.giver(&ask.account).await?;
        let folder = match &ask.folder {
            Some(folder) => chosen(Path::new(folder))?,
            None => self.0.folder(Some(account.0)).await?,
        };
        let engine = self.0.engine_or_locked()?;
        let batch = BatchId(Uuid::now_v7());
        let mut options = BTreeMap::new();
        let rule = ask.collision.unwrap_or(self.0.settings().collision);
        if rule != Collision::Ask {
            options.insert("collision".to_owned(), settings::collision(rule).to_owned());
        }
        let before = queued(&engine);
        let files = ask.files.into_iter().map(|file| NewDownload {
            account,
            source: Endpoint::Remote {
                account,
                id: Some(file.id),
            },
            link: None,
            folder: platform::path_to_bytes(&folder),
            name: safe_name(&file.name),
            found: None,
            options: options.clone(),
            limit: ask.limit,
            batch,
        });
        let transfers = engine.enqueue_downloads(files.collect()).await.map_err(crossed)?;
        Ok(before.answer(batch, &transfers, Vec::new()))
    }
}

fn told(id: String, state: DeletedState, error: Option<Failure>) -> RemoteDeleted {
    RemoteDeleted { id, state, error }
}

/// What stands in the way of one file stands in the way of all.
fn holds_for_all(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Offline | Kind::NetworkSignIn | Kind::Unavailable | Kind::RateLimited | Kind::Unauthorized | Kind::Tls
    )
}

fn no_files() -> Failure {
    Failure::new("no_files", "The service of this account shows none of its files.")
}

fn not_offered(what: &str) -> Failure {
    Failure::new("not_offered", format!("The service of this account does not {what}."))
}
