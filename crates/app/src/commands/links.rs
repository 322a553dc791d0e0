//! Links and folders of downloads: checked, queued, chosen.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use engine::NewDownload;
use secrecy::ExposeSecret;
use transfer::names::safe_name;
use transfer::{BatchId, SecretString, TransferId};
use url::Url;
use uuid::Uuid;

use super::Obey;
use super::queued::queued;
use crate::boundary::{
    Collision, DownloadLinks, Enqueued, Failure, FilePassword, FilePath, FolderChoice, Nothing, OfAccount, SetFolder,
    Skipped, TransferRef,
};
use crate::failure::crossed;
use crate::links::read;
use crate::settings;

impl Obey {
    pub(super) async fn download(&self, ask: DownloadLinks) -> Result<Enqueued, Failure> {
        settings::limit(ask.limit)?;
        let account = match &ask.account {
            Some(name) => Some(self.0.accounts.find(name)?),
            None => None,
        };
        let engine = self.0.engine_or_locked()?;
        let batch = BatchId(Uuid::now_v7());
        let mut options = BTreeMap::new();
        let rule = ask.collision.unwrap_or(self.0.settings().collision);
        if rule != Collision::Ask {
            options.insert("collision".to_owned(), settings::collision(rule).to_owned());
        }
        if ask.plain_http {
            options.insert("plain_http".to_owned(), "yes".to_owned());
        }
        let mut files = Vec::with_capacity(ask.links.len());
        let mut skipped = Vec::new();
        for (index, text) in ask.links.iter().enumerate() {
            let line = match read(&self.0.accounts, text, account.as_ref()).await {
                Ok(line) => line,
                Err(why) => {
                    skipped.push(Skipped {
                        name: format!("Line {}", index + 1),
                        reason: why.message,
                    });
                    continue;
                }
            };
            let folder = match &ask.folder {
                Some(folder) => chosen(Path::new(folder))?,
                None => self.0.folder(Some(line.account.0)).await?,
            };
            let found = self.0.known.take(line.account, &line.source);
            let name = match &found {
                Some(found) => safe_name(&found.name),
                None => name_of(&line.link),
            };
            files.push(NewDownload {
                account: line.account,
                source: line.source,
                link: Some(line.link),
                folder: platform::path_to_bytes(&folder),
                name,
                found,
                options: options.clone(),
                limit: ask.limit,
                batch,
            });
        }
        if let Some(password) = ask.password.filter(|password| !password.expose().is_empty()) {
            let password = SecretString::from(password.expose().to_owned());
            self.0.vault.set(&crate::accounts::files_key(batch), password).await?;
        }
        let before = queued(&engine);
        let transfers = engine.enqueue_downloads(files).await.map_err(crossed)?;
        Ok(before.answer(batch, &transfers, skipped))
    }

    pub(super) async fn password_of(&self, ask: FilePassword) -> Result<Nothing, Failure> {
        let engine = self.0.engine_or_locked()?;
        let row = engine
            .transfer(TransferId(ask.id))
            .ok_or_else(|| Failure::new("unknown_transfer", format!("There is no transfer {}.", ask.id)))?;
        let password = SecretString::from(ask.password.expose().to_owned());
        self.0
            .vault
            .set(&crate::accounts::files_key(row.batch), password)
            .await?;
        engine.password_given(row.batch).await.map_err(crossed)?;
        Ok(Nothing {})
    }

    pub(super) async fn usual_folder(&self, ask: OfAccount) -> Result<FolderChoice, Failure> {
        let path = self.0.folder(ask.account).await?;
        let look = path.clone();
        let free = tokio::task::spawn_blocking(move || platform::space::free(&look).ok()).await;
        Ok(FolderChoice {
            id: Uuid::nil(),
            path: path.display().to_string(),
            free: free.ok().flatten(),
        })
    }

    pub(super) async fn set_folder(&self, ask: SetFolder) -> Result<FolderChoice, Failure> {
        let path = ask.path.as_deref().map(|path| chosen(Path::new(path))).transpose()?;
        self.0.set_folder(ask.account, path.as_deref()).await?;
        self.usual_folder(OfAccount { account: ask.account }).await
    }

    pub(super) fn file(&self, ask: TransferRef) -> Result<FilePath, Failure> {
        let unknown = || Failure::new("unknown_transfer", format!("There is no transfer {}.", ask.id));
        let engine = self.0.engine_or_locked()?;
        let row = engine.transfer(TransferId(ask.id)).ok_or_else(unknown)?;
        let path = match (row.local_source(), row.folder()) {
            (Some(path), _) => platform::path_from_bytes(path),
            (_, Some(folder)) => platform::path_from_bytes(folder).join(&row.name),
            _ => return Err(Failure::new("no_file", "This transfer has no file on this machine.")),
        };
        Ok(FilePath {
            path: path.into_os_string(),
        })
    }
}

/// A folder that is there, from its beginning.
pub(super) fn chosen(path: &Path) -> Result<PathBuf, Failure> {
    if !path.is_absolute() {
        return Err(Failure::new(
            "relative_path",
            format!("{} does not say where it begins.", path.display()),
        ));
    }
    Ok(path.to_owned())
}

/// What to call a file of which nobody has said anything yet.
pub(super) fn name_of(link: &SecretString) -> String {
    let url = Url::parse(link.expose_secret()).ok();
    let last = url
        .as_ref()
        .and_then(|url| url.path_segments()?.rfind(|piece| !piece.is_empty()).map(str::to_owned))
        .or_else(|| url.as_ref().and_then(|url| url.host_str().map(str::to_owned)));
    safe_name(last.as_deref().unwrap_or("download"))
}
