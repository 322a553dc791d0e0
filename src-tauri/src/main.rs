//! Longshore's window: a screen, a pointer and a tray for the application in `app`, and no logic of its own.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod bridge;
mod call;
mod dialogs;
mod drops;
mod feed;
mod gather;
mod identity;
mod leave;
mod sandbox;
mod start;
mod title;
mod tray;
mod window;

use std::process::ExitCode;

use app::Home;
use arguments::Arguments;
use tauri::{AppHandle, Manager, RunEvent, WindowEvent};

/// Where the embedded page lives.
const HOME: &str = if cfg!(windows) {
    "http://tauri.localhost"
} else {
    "tauri://localhost"
};

/// Without it, windows stay blank with several graphics drivers. Whoever has set it keeps what he has set.
const RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

fn main() -> ExitCode {
    app::harden();
    let folder = std::env::current_dir().unwrap_or_default();
    let arguments = Arguments::read(std::env::args_os().skip(1), &folder);
    renderer(&arguments);
    match open(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("Longshore's window could not be opened: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Sets what the web view reads from the environment, which is safe only in a process that begins.
fn renderer(arguments: &Arguments) {
    let unicode = std::env::args_os().all(|word| word.to_str().is_some());
    if cfg!(target_os = "linux") && (std::env::var_os(RENDERER).is_none() || !unicode) {
        let value = std::env::var_os(RENDERER).unwrap_or_else(|| "1".into());
        let error = app::start_again(&arguments.words(), RENDERER.as_ref(), &value);
        eprintln!("{RENDERER} could not be set: {error}");
    }
}

fn open(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let home = match &arguments.home {
        Some(folder) => Home::at(folder)?,
        None => Home::find()?,
    };
    home.prepare()?;
    // Writes what is left when it is dropped.
    let _log = app::log::start(&home)?;
    let mut context = tauri::generate_context!();
    identity::name(context.config_mut(), &home);
    let handed_over = |app: &AppHandle, words: Vec<String>, folder: String| {
        let words = words.into_iter().skip(1).map(Into::into);
        let arguments = Arguments::read(words, folder.as_ref());
        if !arguments.hidden {
            window::show(app);
        }
        bridge::offer(app, arguments.files);
    };
    let application = tauri::Builder::default()
        // First of all: a second start must end here, before anything is opened twice.
        .plugin(tauri_plugin_single_instance::init(handed_over))
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(tauri::generate_handler![call::call])
        .on_window_event(|window, event| match event {
            WindowEvent::CloseRequested { api, .. } => {
                api.prevent_close();
                leave::asked(window.app_handle());
            }
            WindowEvent::DragDrop(drag) => drops::hear(window.app_handle(), drag),
            _ => {}
        })
        .setup(move |application| {
            let app = application.handle();
            let hidden = arguments.hidden;
            start::begin(app, home.clone(), arguments);
            window::open(app, &home, !hidden)?;
            let tray = tray::show(app);
            if hidden && !tray {
                // Where it could not be brought back from, it stands among the windows.
                window::minimise(app);
            }
            tauri::async_runtime::spawn(ended_from_outside(app.clone()));
            Ok(())
        })
        .build(context)?;
    // Unlike `run` this returns, so that the end of the log is written.
    application.run_return(|app, event| {
        // The system's own way of quitting, as from a dock; `leave` itself gives a code.
        if let RunEvent::ExitRequested { code: None, api, .. } = event {
            api.prevent_exit();
            leave::leave(app);
        }
    });
    Ok(())
}

/// Leaves in order when the system asks for it: at the end of the person's session, or by Ctrl-C in the terminal that
/// this was started from.
async fn ended_from_outside(app: AppHandle) {
    match app::asked_to_stop().await {
        Ok(()) => leave::leave(&app),
        Err(error) => tracing::warn!(%error, "the end of the session will not be noticed"),
    }
}
