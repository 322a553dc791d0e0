//! The system's dialogs for choosing files and folders.

use std::path::PathBuf;

use tauri::{AppHandle, Manager, Wry};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

/// Lets the person choose; nothing when the dialog was closed.
pub(crate) async fn choose(app: &AppHandle, folders: bool) -> Vec<PathBuf> {
    let (chosen, answer) = oneshot::channel();
    let heard = move |paths: Option<Vec<FilePath>>| {
        // Nobody waits any more when the page was loaded anew; the person then chooses again.
        let _ = chosen.send(paths);
    };
    if folders {
        asking(app, "Choose folders to upload").pick_folders(heard);
    } else {
        asking(app, "Choose files to upload").pick_files(heard);
    }
    let paths = answer.await.ok().flatten().unwrap_or_default();
    paths.into_iter().filter_map(|path| path.into_path().ok()).collect()
}

/// Lets the person choose a folder, for downloads or to be watched; `None` when the dialog was closed.
pub(crate) async fn folder(app: &AppHandle) -> Option<PathBuf> {
    let (chosen, answer) = oneshot::channel();
    asking(app, "Choose a folder").pick_folder(move |path| {
        // As above.
        let _ = chosen.send(path);
    });
    answer.await.ok().flatten()?.into_path().ok()
}

/// Lets the person choose one file, the new version of another; `None` when the dialog was closed.
pub(crate) async fn version(app: &AppHandle) -> Option<PathBuf> {
    let (chosen, answer) = oneshot::channel();
    asking(app, "Choose the new version").pick_file(move |path| {
        // As above.
        let _ = chosen.send(path);
    });
    answer.await.ok().flatten()?.into_path().ok()
}

fn asking(app: &AppHandle, title: &str) -> FileDialogBuilder<Wry> {
    let dialog = app.dialog().file().set_title(title);
    match app.webview_windows().values().next() {
        Some(window) => dialog.set_parent(window),
        None => dialog,
    }
}
