//! Closing: asks when something is unfinished, and stops the engine before the process ends.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use app::boundary::{EngineState, Nothing};
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogResult};

use crate::bridge::Bridge;
use crate::window;

/// How long the engine may take to put its rows in order. What is not in order then is put in order at the next start.
const PATIENCE: Duration = Duration::from_secs(10);

const QUIT: &str = "Quit";
const GO_ON: &str = "Go on without the window";
const STAY: &str = "Stay";

static ASKING: AtomicBool = AtomicBool::new(false);

/// The person closed the window: it closes at once when nothing is unfinished here, and asks otherwise.
pub(crate) fn asked(app: &AppHandle) {
    // One question at a time, however often the window is closed.
    if ASKING.swap(true, Ordering::SeqCst) {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        match unfinished(&app).await {
            0 => leave(&app),
            transfers => ask(&app, transfers),
        }
    });
}

/// How many transfers would stop with this process.
async fn unfinished(app: &AppHandle) -> u32 {
    let Some(host) = app.state::<Bridge>().host_now() else {
        return 0;
    };
    match host.commands().engine_status(Nothing {}).await {
        Ok(status) if status.state == EngineState::Running => status.active + status.pending,
        // Another process has the queue and keeps it, or nothing moves.
        _ => 0,
    }
}

fn ask(app: &AppHandle, transfers: u32) {
    let what = match transfers {
        1 => "One transfer is not finished.".to_owned(),
        more => format!("{more} transfers are not finished."),
    };
    let buttons = MessageDialogButtons::YesNoCancelCustom(QUIT.into(), GO_ON.into(), STAY.into());
    let answered = app.clone();
    app.dialog()
        .message(format!(
            "{what} If you quit, nothing is lost: what was sent is kept, and the rest follows when Longshore starts \
             again. Without its window, Longshore goes on until all is done or you start it again to see it."
        ))
        .title("Quit Longshore?")
        .buttons(buttons)
        .show_with_result(move |answer| {
            ASKING.store(false, Ordering::SeqCst);
            match answer {
                MessageDialogResult::Yes => leave(&answered),
                MessageDialogResult::No => window::hide(&answered),
                MessageDialogResult::Custom(label) if label == QUIT => leave(&answered),
                MessageDialogResult::Custom(label) if label == GO_ON => window::hide(&answered),
                _ => {}
            }
        });
}

/// Stops the engine, so that every row is as the next start expects it, and ends the process.
pub(crate) fn leave(app: &AppHandle) {
    static LEAVING: AtomicBool = AtomicBool::new(false);
    if LEAVING.swap(true, Ordering::SeqCst) {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let bridge = app.state::<Bridge>();
        if tokio::time::timeout(PATIENCE, bridge.stop()).await.is_err() {
            tracing::warn!("the engine did not stop in time; the next start puts its rows in order");
        }
        app.exit(0);
    });
}
