//! The one window: it shows the embedded page, and goes nowhere else.

use std::sync::atomic::{AtomicBool, Ordering};

use app::Home;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder};

use crate::HOME;
use crate::bridge::Bridge;

/// Its label, which `capabilities/page.json` names.
const LABEL: &str = "main";

/// The person sent it off the screen, and everything goes on only until all is done.
static SENT_OFF: AtomicBool = AtomicBool::new(false);

/// Somebody asked for it, perhaps before it was there.
static ASKED_FOR: AtomicBool = AtomicBool::new(false);

/// Opens the window, to be seen or not.
///
/// # Errors
/// What the system says.
pub(crate) fn open(app: &AppHandle, home: &Home, visible: bool) -> tauri::Result<()> {
    let loading = app.clone();
    let mut builder = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Longshore")
        .visible(visible)
        .inner_size(1180.0, 740.0)
        .min_inner_size(560.0, 420.0)
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(move |_, load| {
            if load.event() == PageLoadEvent::Started {
                // The page before it hears nothing any more; the new one brings a channel of its own.
                loading.state::<Bridge>().feed.detach();
            }
        });
    if home.is_own() {
        builder = builder.data_directory(home.data().join("webview"));
    }
    builder.build()?;
    if !visible && ASKED_FOR.load(Ordering::SeqCst) {
        show(app);
    }
    Ok(())
}

/// Brings the window before the person, from wherever it is.
pub(crate) fn show(app: &AppHandle) {
    // Before the look for it: who opens it looks at this afterwards.
    ASKED_FOR.store(true, Ordering::SeqCst);
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    SENT_OFF.store(false, Ordering::SeqCst);
    for done in [window.show(), window.unminimize(), window.set_focus()] {
        if let Err(error) = done {
            tracing::warn!(%error, "the window could not be brought forward");
        }
    }
}

/// Puts a window that nobody asked for yet among those that can be brought back.
pub(crate) fn minimise(app: &AppHandle) {
    let Some(window) = app
        .get_webview_window(LABEL)
        .filter(|_| !ASKED_FOR.load(Ordering::SeqCst))
    else {
        return;
    };
    for done in [window.minimize(), window.show()] {
        if let Err(error) = done {
            tracing::warn!(%error, "the window could not be put among the others");
        }
    }
}

/// Takes the window off the screen; everything goes on.
pub(crate) fn hide(app: &AppHandle) {
    SENT_OFF.store(true, Ordering::SeqCst);
    if let Some(window) = app.get_webview_window(LABEL)
        && let Err(error) = window.hide()
    {
        tracing::warn!(%error, "the window could not be hidden");
    }
}

/// Whether the person sent it off the screen. One that started unseen stays, to do what is still to come.
pub(crate) fn is_hidden(app: &AppHandle) -> bool {
    if !SENT_OFF.load(Ordering::SeqCst) {
        return false;
    }
    let window = app.get_webview_window(LABEL);
    window.is_some_and(|window| !window.is_visible().unwrap_or(true))
}

/// Sets the window's title.
pub(crate) fn set_title(app: &AppHandle, title: &str) {
    if let Some(window) = app.get_webview_window(LABEL)
        && let Err(error) = window.set_title(title)
    {
        tracing::warn!(%error, "the window's title could not be set");
    }
}

/// Whether an address is the embedded page's own.
fn is_ours(address: &Url) -> bool {
    let ours = address.as_str().strip_prefix(HOME);
    ours.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_nowhere_but_to_its_own_page() {
        let goes = |address: &str| is_ours(&Url::parse(address).unwrap());
        assert!(goes(&format!("{HOME}/")) && goes(&format!("{HOME}/index.html#list")));
        for foreign in [
            "https://example.org/",
            "http://localhost/",
            "http://127.0.0.1:5183/",
            "file:///etc/passwd",
            "about:blank",
            "data:text/html,x",
            "javascript:alert(1)",
            &format!("{HOME}.example.org/"),
            &format!("{HOME}@example.org/"),
        ] {
            assert!(!goes(foreign), "{foreign}");
        }
    }
}
