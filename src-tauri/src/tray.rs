//! The icon in the tray, where there is a tray: everything it offers stands in the window too.

use std::panic::{AssertUnwindSafe, catch_unwind};

use app::Host;
use app::boundary::{Change, Failure, Nothing, PauseAll, PauseUntil};
use tauri::menu::{CheckMenuItem, Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager, Wry};

use crate::bridge::Bridge;
use crate::{leave, window};

/// Shows the icon, and answers whether there is one.
pub(crate) fn show(app: &AppHandle) -> bool {
    // The tray's library is looked for at run time, and its binding panics where it is not installed.
    match catch_unwind(AssertUnwindSafe(|| build(app))) {
        Ok(Ok(())) => return true,
        Ok(Err(error)) => tracing::warn!(%error, "there is no tray"),
        Err(_) => tracing::warn!("there is no tray: its library is not installed"),
    }
    false
}

/// What changes in the menu with the application.
struct Items {
    resume: MenuItem<Wry>,
    limits: CheckMenuItem<Wry>,
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let item = |id: &str, text: &str, enabled: bool| MenuItem::with_id(app, id, text, enabled, None::<&str>);
    let items = Items {
        resume: item("resume", "Resume", false)?,
        limits: CheckMenuItem::with_id(app, "limits", "Limit speed", true, true, None::<&str>)?,
    };
    let menu = Menu::with_items(
        app,
        &[
            &item("show", "Show Longshore", true)?,
            &PredefinedMenuItem::separator(app)?,
            &item("pause_hour", "Pause for 1 hour", true)?,
            &item("pause_tomorrow", "Pause until tomorrow", true)?,
            &item("pause", "Pause until resumed", true)?,
            &items.resume,
            &PredefinedMenuItem::separator(app)?,
            &items.limits,
            &PredefinedMenuItem::separator(app)?,
            &item("quit", "Quit", true)?,
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
    app.manage(items);
    Ok(())
}

/// Shows in the menu what has changed. Where there is no tray there is nothing to show.
pub(crate) fn hear(app: &AppHandle, change: &Change) {
    let Some(items) = app.try_state::<Items>() else { return };
    let shown = match change {
        Change::Status { status } => items.resume.set_enabled(status.allowed.paused.is_some()),
        Change::Settings { settings } => {
            let some = settings.up_limit.is_some() || settings.down_limit.is_some() || settings.timetable.is_some();
            // Nothing is limited by what is not there.
            let checked = items.limits.set_checked(some && settings.limits_on);
            checked.and_then(|()| items.limits.set_enabled(some))
        }
        _ => return,
    };
    if let Err(error) = shown {
        tracing::warn!(%error, "the tray's menu could not be changed");
    }
}

/// Shows in the menu how things stand.
pub(crate) async fn begin(app: &AppHandle, host: &Host) {
    if let Ok(status) = host.commands().engine_status(Nothing {}).await {
        hear(app, &Change::Status { status });
    }
    if let Ok(settings) = host.commands().get_settings(Nothing {}).await {
        hear(app, &Change::Settings { settings });
    }
}

fn chosen(app: &AppHandle, item: &str) {
    match item {
        "show" => return window::show(app),
        "quit" => return leave::leave(app),
        _ => {}
    }
    let (app, item) = (app.clone(), item.to_owned());
    tauri::async_runtime::spawn(async move {
        let Ok(host) = app.state::<Bridge>().host().await else {
            return;
        };
        if let Err(error) = obey(&host, &item).await {
            tracing::warn!(%error, "the tray's command was refused");
            // A check mark that was clicked has changed by itself.
            begin(&app, &host).await;
        }
    });
}

async fn obey(host: &Host, item: &str) -> Result<(), Failure> {
    let commands = host.commands();
    let until = match item {
        "pause_hour" => PauseUntil::Seconds(3600),
        "pause_tomorrow" => PauseUntil::Tomorrow,
        "pause" => PauseUntil::Told,
        "resume" => return commands.resume_all(Nothing {}).await.map(drop),
        "limits" => {
            let mut settings = commands.get_settings(Nothing {}).await?;
            settings.limits_on = !settings.limits_on;
            return commands.set_settings(settings).await.map(drop);
        }
        _ => return Ok(()),
    };
    commands.pause_all(PauseAll { until }).await.map(drop)
}
