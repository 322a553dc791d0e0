//! The system's dialogs for choosing files and folders.

use std::path::PathBuf;

use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

/// Lets the person choose; nothing when the dialog was closed.
pub(crate) async fn choose(app: &AppHandle, folders: bool) -> Vec<PathBuf> {
    let (chosen, answer) = oneshot::channel();
    let heard = move |paths: Option<Vec<FilePath>>| {
        // Nobody waits any more when the page was loaded anew; the person then chooses again.
        let _ = chosen.send(paths);
    };
    let mut dialog = app.dialog().file();
    if let Some(window) = app.webview_windows().values().next() {
        dialog = dialog.set_parent(window);
    }
    if folders {
        dialog.set_title("Choose folders to upload").pick_folders(heard);
    } else {
        dialog.set_title("Choose files to upload").pick_files(heard);
    }
    let paths = answer.await.ok().flatten().unwrap_or_default();
    paths.into_iter().filter_map(|path| path.into_path().ok()).collect()
}

/// Lets the person choose a folder, for downloads or to be watched; `None` when the dialog was closed.
pub(crate) async fn folder(app: &AppHandle) -> Option<PathBuf> {
    let (chosen, answer) = oneshot::channel();
    let mut dialog = app.dialog().file().set_title("Choose a folder");
    if let Some(window) = app.webview_windows().values().next() {
        dialog = dialog.set_parent(window);
    }
    dialog.pick_folder(move |path| {
        // As above.
        let _ = chosen.send(path);
    });
    answer.await.ok().flatten()?.into_path().ok()
}
