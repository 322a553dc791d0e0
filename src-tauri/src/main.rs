//! Longshore's window: a screen, a pointer and a tray for the application in `app`, and no logic of its own.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod window;

use std::process::ExitCode;

use arguments::Arguments;

/// Where the embedded page lives.
const HOME: &str = if cfg!(windows) {
    "http://tauri.localhost"
} else {
    "tauri://localhost"
};

/// Without it, windows stay blank with several graphics drivers. Whoever has set it keeps what he has set.
const RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

fn main() -> ExitCode {
    let folder = std::env::current_dir().unwrap_or_default();
    let arguments = Arguments::read(std::env::args_os().skip(1), &folder);
    renderer(&arguments);
    match open() {
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

fn open() -> tauri::Result<()> {
    tauri::Builder::default()
        // First of all: a second start must end here, before anything is opened twice.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::show(app)))
        .setup(|application| {
            window::open(application.handle())?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
