//! What stands between the page and the application: the host, the offers, the way of changes to the page.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use app::boundary::{
    AcceptOffer, AddWatch, AddWatchHere, Change, ChooseFiles, ChooseFolder, ChooseVersion, DownloadLinks, EnqueueLinks,
    Enqueued, Failure, FolderChoice, MoveAfter, Nothing, Offer, OfferRef, RemoteDownload, RemoteFetch, SetFolder,
    Skipped, TransferRef, WatchPreview, WatchRef, WatchRow, WindowCommands,
};
use app::{Host, Offers};
use async_trait::async_trait;
use tauri::{AppHandle, Manager};
use tokio::sync::watch;
use uuid::Uuid;

use crate::dialogs;
use crate::feed::Feed;
use crate::sandbox::Sandbox;

/// The state of the window. There is one.
pub(crate) struct Bridge {
    pub(crate) feed: Feed,
    app: AppHandle,
    offers: Offers,
    /// Folders that the person chose, by what the page knows of them.
    folders: Mutex<HashMap<Uuid, PathBuf>>,
    /// None until the application is open.
    host: watch::Sender<Option<Result<Host, Failure>>>,
    sandbox: Mutex<Option<Sandbox>>,
}

impl Bridge {
    pub(crate) fn new(app: AppHandle) -> Self {
        Self {
            feed: Feed::default(),
            app,
            offers: Offers::default(),
            folders: Mutex::default(),
            host: watch::channel(None).0,
            sandbox: Mutex::default(),
        }
    }

    /// The application, or why it could not be opened, from now on.
    pub(crate) fn opened(&self, host: Result<Host, Failure>) {
        self.host.send_replace(Some(host));
    }

    /// The application, as soon as it is open.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub(crate) async fn host(&self) -> Result<Host, Failure> {
        let mut host = self.host.subscribe();
        let host = host.wait_for(Option::is_some).await;
        // The sender is part of this.
        let gone = || Err(Failure::new("stopped", "Longshore is ending."));
        host.ok().and_then(|host| host.clone()).unwrap_or_else(gone)
    }

    /// The application, if it is open.
    pub(crate) fn host_now(&self) -> Option<Host> {
        self.host.borrow().clone()?.ok()
    }

    /// Keeps the sandbox alive until the end.
    pub(crate) fn keep(&self, sandbox: Sandbox) {
        *self.sandbox.lock().unwrap_or_else(PoisonError::into_inner) = Some(sandbox);
    }

    /// Stops the engine, if it is here: what is under way goes on at the next start.
    pub(crate) async fn stop(&self) {
        if let Some(host) = self.host_now() {
            host.stop().await;
        }
    }

    /// Makes an offer of these files and tells the page.
    async fn add(&self, paths: Vec<PathBuf>) {
        if paths.is_empty() {
            return;
        }
        // Every path is absolute by now.
        let offer = match self.offers.add(Path::new("/"), paths).await {
            Ok(offer) => offer,
            Err(why) => nothing_of(why),
        };
        self.feed.tell(Change::Offer { offer });
    }

    /// Remembers a folder that the person chose, and answers what the page knows of it.
    fn keep_folder(&self, path: PathBuf) -> FolderChoice {
        let choice = FolderChoice {
            id: Uuid::now_v7(),
            path: path.display().to_string(),
            free: None,
        };
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        folders.insert(choice.id, path);
        choice
    }

    /// The folder that the person chose under this id.
    fn chosen(&self, id: Uuid) -> Result<PathBuf, Failure> {
        let folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        folders.get(&id).cloned().ok_or_else(|| {
            Failure::new(
                "unknown_folder",
                "Choose the folder again: this window was started anew.",
            )
        })
    }

    /// What the page asks, with the folders that it does not know.
    fn watch_of(&self, ask: AddWatchHere) -> Result<AddWatch, Failure> {
        let after_folder = ask.after_folder.map(|id| self.chosen(id)).transpose()?;
        Ok(AddWatch {
            folder: self.chosen(ask.folder)?.into_os_string(),
            to: ask.account.to_string(),
            wishes: ask.wishes,
            after_folder: after_folder.map(PathBuf::into_os_string),
        })
    }

    /// A folder that the person chose; `None` for the usual one.
    fn folder(&self, id: Option<Uuid>) -> Result<Option<OsString>, Failure> {
        let chosen = id.filter(|id| !id.is_nil()).map(|id| self.chosen(id));
        Ok(chosen.transpose()?.map(PathBuf::into_os_string))
    }

    fn gone(&self, offer: Uuid) {
        self.feed.tell(Change::OfferGone { id: offer });
    }
}

/// What came in cannot be sent at all: the person sees why.
fn nothing_of(why: Failure) -> Offer {
    Offer {
        id: Uuid::now_v7(),
        names: Vec::new(),
        files: 0,
        total: 0,
        version_of: None,
        skipped: vec![Skipped {
            name: "Everything".to_owned(),
            reason: why.message,
        }],
    }
}

/// Makes an offer of files that were dropped or given.
pub(crate) fn offer(app: &AppHandle, paths: Vec<PathBuf>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move { app.state::<Bridge>().add(paths).await });
}

#[async_trait]
impl WindowCommands for Bridge {
    async fn list_offers(&self, _: Nothing) -> Result<Vec<Offer>, Failure> {
        Ok(self.offers.list())
    }

    async fn choose_files(&self, ask: ChooseFiles) -> Result<Nothing, Failure> {
        let paths = dialogs::choose(&self.app, ask.folders).await;
        self.add(paths).await;
        Ok(Nothing {})
    }

    async fn choose_version(&self, ask: ChooseVersion) -> Result<Nothing, Failure> {
        if let Some(path) = dialogs::version(&self.app).await {
            let offer = self.offers.add_version(path, ask).await;
            self.feed.tell(Change::Offer {
                offer: offer.unwrap_or_else(nothing_of),
            });
        }
        Ok(Nothing {})
    }

    async fn offer_accept(&self, ask: AcceptOffer) -> Result<Enqueued, Failure> {
        let offer = ask.offer;
        let host = self.host().await?;
        let enqueued = self.offers.accept(host.commands(), ask).await?;
        self.gone(offer);
        Ok(enqueued)
    }

    async fn choose_folder(&self, ask: ChooseFolder) -> Result<Option<FolderChoice>, Failure> {
        let Some(path) = dialogs::folder(&self.app).await else {
            return Ok(None);
        };
        if ask.usual || ask.account.is_some() {
            let set = SetFolder {
                path: Some(path.into_os_string()),
                account: ask.account,
            };
            return self.host().await?.commands().set_download_folder(set).await.map(Some);
        }
        Ok(Some(self.keep_folder(path)))
    }

    async fn offer_folder(&self, ask: OfferRef) -> Result<FolderChoice, Failure> {
        let path = self.offers.take_folder(ask.offer)?;
        self.gone(ask.offer);
        Ok(self.keep_folder(path))
    }

    async fn watch_here(&self, ask: AddWatchHere) -> Result<WatchRow, Failure> {
        let ask = self.watch_of(ask)?;
        self.host().await?.commands().add_watch(ask).await
    }

    async fn preview_here(&self, ask: AddWatchHere) -> Result<WatchPreview, Failure> {
        let ask = self.watch_of(ask)?;
        self.host().await?.commands().preview_folder(ask).await
    }

    async fn choose_after(&self, ask: WatchRef) -> Result<Option<WatchRow>, Failure> {
        let Some(path) = dialogs::folder(&self.app).await else {
            return Ok(None);
        };
        let ask = MoveAfter {
            id: ask.id,
            folder: path.into_os_string(),
        };
        self.host().await?.commands().move_after(ask).await.map(Some)
    }

    async fn enqueue_links(&self, ask: EnqueueLinks) -> Result<Enqueued, Failure> {
        let folder = self.folder(ask.folder)?;
        let ask = DownloadLinks {
            links: ask.links,
            account: ask.account.map(|id| id.to_string()),
            folder,
            collision: ask.collision,
            limit: ask.limit,
            password: ask.password,
            plain_http: ask.plain_http,
        };
        self.host().await?.commands().download_links(ask).await
    }

    async fn remote_fetch(&self, ask: RemoteFetch) -> Result<Enqueued, Failure> {
        let ask = RemoteDownload {
            account: ask.account.to_string(),
            folder: self.folder(ask.folder)?,
            files: ask.files,
            collision: ask.collision,
            limit: None,
        };
        self.host().await?.commands().remote_download(ask).await
    }

    async fn show_in_folder(&self, ask: TransferRef) -> Result<Nothing, Failure> {
        let path = self.host().await?.commands().file_of(ask).await?.path;
        let shown = tokio::task::spawn_blocking(move || {
            let path = PathBuf::from(path);
            // The file may have been moved since, and not every desktop can point at a file: its folder is the next best.
            let revealed = path.exists() && tauri_plugin_opener::reveal_item_in_dir(&path).is_ok();
            match revealed {
                true => Ok(()),
                false => tauri_plugin_opener::open_path(path.parent().unwrap_or(&path), None::<&str>),
            }
        });
        match shown.await {
            Ok(Ok(())) => Ok(Nothing {}),
            Ok(Err(why)) => Err(Failure::new(
                "no_file_manager",
                format!("The system could not show the folder: {why}."),
            )),
            Err(_) => Err(Failure::new("stopped", "Longshore is ending.")),
        }
    }

    async fn offer_drop(&self, ask: OfferRef) -> Result<Nothing, Failure> {
        // One that is unknown is as gone as was asked.
        let _ = self.offers.forget(ask.offer);
        self.gone(ask.offer);
        Ok(Nothing {})
    }
}
