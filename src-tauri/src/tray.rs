//! The icon in the tray, where there is a tray: everything it offers stands in the window too.

use std::panic::{AssertUnwindSafe, catch_unwind};

use app::boundary::Transfers;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager};

use crate::bridge::Bridge;
use crate::{leave, window};

/// Shows the icon. Whether that worked is logged; nothing depends on it.
pub(crate) fn show(app: &AppHandle) {
    // The tray's library is looked for at run time, and its binding panics where it is not installed.
    match catch_unwind(AssertUnwindSafe(|| build(app))) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "there is no tray"),
        Err(_) => tracing::warn!("there is no tray: its library is not installed"),
    }
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let item = |id: &str, text: &str| MenuItem::with_id(app, id, text, true, None::<&str>);
    let menu = Menu::with_items(
        app,
        &[
            &item("show", "Show Longshore")?,
            &PredefinedMenuItem::separator(app)?,
            &item("pause", "Pause all")?,
            &item("resume", "Resume all")?,
            &PredefinedMenuItem::separator(app)?,
            &item("quit", "Quit")?,
        ],
    )?;
    let mut tray = TrayIconBuilder::with_id("longshore")
        .menu(&menu)
        .tooltip("Longshore")
        .on_menu_event(|app, event| chosen(app, event.id().as_ref()));
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app)?;
    Ok(())
}

fn chosen(app: &AppHandle, item: &str) {
    let app = app.clone();
    let name = match item {
        "show" => return window::show(&app),
        "quit" => return leave::leave(&app),
        "pause" => "pause",
        "resume" => "resume",
        _ => return,
    };
    tauri::async_runtime::spawn(async move {
        let Ok(host) = app.state::<Bridge>().host().await else {
            return;
        };
        let done = match name {
            "pause" => host.commands().pause(Transfers::All).await,
            _ => host.commands().resume(Transfers::All).await,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "the tray's command was refused");
        }
    });
}
