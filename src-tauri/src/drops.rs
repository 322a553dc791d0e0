//! Files over the window: what hangs over it is shown, what falls on it becomes an offer.

use app::boundary::Change;
use tauri::{AppHandle, DragDropEvent, Manager};

use crate::bridge::{self, Bridge};

/// Hears what the pointer does with files.
pub(crate) fn hear(app: &AppHandle, drag: &DragDropEvent) {
    let feed = &app.state::<Bridge>().feed;
    match drag {
        DragDropEvent::Enter { paths, .. } => {
            let files = u32::try_from(paths.len()).unwrap_or(u32::MAX);
            feed.tell(Change::Drag { files: Some(files) });
        }
        DragDropEvent::Drop { paths, .. } => {
            feed.tell(Change::Drag { files: None });
            bridge::offer(app, paths.clone());
        }
        DragDropEvent::Leave => feed.tell(Change::Drag { files: None }),
        _ => {}
    }
}
