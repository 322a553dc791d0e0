//! The one window: it shows the embedded page, and goes nowhere else.

use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder};

use crate::HOME;

/// Its label, which `capabilities/page.json` names.
const LABEL: &str = "main";

/// Opens the window.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Longshore")
        .inner_size(1040.0, 720.0)
        .min_inner_size(560.0, 420.0)
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .build()?;
    Ok(())
}

/// Brings the window before the person, from wherever it is.
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    for done in [window.show(), window.unminimize(), window.set_focus()] {
        if let Err(error) = done {
            tracing::warn!(%error, "the window could not be brought forward");
        }
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
