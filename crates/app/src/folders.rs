//! Where downloads go: the account's folder, else the person's, else the system's.

use std::path::{Path, PathBuf};

use directories::UserDirs;
use transfer::AccountId;
use uuid::Uuid;

use crate::application::Application;
use crate::boundary::Failure;
use crate::failure::crossed;

/// The setting and the account's option that hold it, as hexadecimal digits: names need not be UTF-8.
const FOLDER: &str = "download_folder";

impl Application {
    /// The usual folder, of one account or of all. The system's own is made when it is missing.
    pub(crate) async fn folder(&self, account: Option<Uuid>) -> Result<PathBuf, Failure> {
        let own = account.and_then(|id| self.accounts.get(AccountId(id)));
        let own = own.and_then(|account| read(account.options.get(FOLDER)?));
        if let Some(own) = own {
            return Ok(own);
        }
        let kept = self.ledger.setting(FOLDER).await.map_err(crossed)?;
        if let Some(kept) = kept.as_deref().and_then(read) {
            return Ok(kept);
        }
        let usual = self.downloads.clone();
        tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&usual).map_err(|why| {
                Failure::new(
                    "no_folder",
                    format!("The folder for downloads, {}, can't be made: {why}.", usual.display()),
                )
            })?;
            Ok(usual)
        })
        .await
        .map_err(|_| Failure::new("stopped", "Longshore is ending; nothing was queued."))?
    }

    /// Keeps or forgets the person's choice.
    pub(crate) async fn set_folder(&self, account: Option<Uuid>, path: Option<&Path>) -> Result<(), Failure> {
        let kept = path.map(write);
        match account {
            Some(id) => self.accounts.set_option(AccountId(id), FOLDER, kept).await,
            None => self.ledger.put_setting(FOLDER, kept.as_deref()).await.map_err(crossed),
        }
    }
}

/// The system's folder for downloads; of a home that holds everything, the one inside.
pub(crate) fn usual(home: &crate::Home) -> PathBuf {
    if home.is_own() {
        return home.data().join("Downloads");
    }
    let person = UserDirs::new();
    let downloads = person.as_ref().and_then(|dirs| dirs.download_dir().map(Path::to_owned));
    downloads
        .or_else(|| person.map(|dirs| dirs.home_dir().join("Downloads")))
        .unwrap_or_else(|| home.data().join("Downloads"))
}

fn write(path: &Path) -> String {
    platform::path_to_bytes(path)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn read(text: impl AsRef<str>) -> Option<PathBuf> {
    let text = text.as_ref();
    let bytes: Option<Vec<u8>> = (0..text.len() / 2)
        .map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok())
        .collect();
    bytes
        .filter(|bytes| !bytes.is_empty())
        .map(|bytes| platform::path_from_bytes(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_kept_as_it_was_chosen() {
        let path = Path::new("/a folder/ü/…");
        assert_eq!(read(write(path)).as_deref(), Some(path));
        assert_eq!(read("zz"), None);
        assert_eq!(read(""), None);
    }
}
