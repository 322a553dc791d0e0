//! What the system says about a folder: hints where to look, never more. Bounded: too many at once are one hint for everything.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use notify::{Config, ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;
use transfer::watch::Why;

use crate::engine::locked;

/// More paths than that, and everything is looked at.
const MOST: usize = 4_096;

/// Where to look.
#[derive(Debug, Default)]
pub(crate) struct Hints {
    heard: Mutex<Heard>,
    pub(crate) wake: Notify,
}

/// What was heard since it was last taken.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    pub(crate) paths: BTreeSet<PathBuf>,
    /// Something was missed: everything is to be looked at.
    pub(crate) all: bool,
    /// The system can't tell any more.
    pub(crate) fault: Option<Why>,
    /// A transfer of the watch came to an end.
    pub(crate) over: bool,
}

impl Hints {
    pub(crate) fn take(&self) -> Heard {
        std::mem::take(&mut *locked(&self.heard))
    }

    /// Nothing was heard since it was last taken.
    pub(crate) fn is_empty(&self) -> bool {
        let heard = locked(&self.heard);
        heard.paths.is_empty() && !heard.all && !heard.over
    }

    /// Somebody wants everything to be looked at.
    pub(crate) fn look_at_all(&self) {
        locked(&self.heard).all = true;
        self.wake.notify_one();
    }

    /// A transfer of the watch came to an end.
    pub(crate) fn transfer_over(&self) {
        locked(&self.heard).over = true;
        self.wake.notify_one();
    }

    fn hear(&self, told: notify::Result<Event>) {
        let mut heard = locked(&self.heard);
        match told {
            Ok(event) if event.need_rescan() => heard.all = true,
            // Reading changes nothing.
            Ok(event) if is_reading(event.kind) => return,
            Ok(event) => {
                if heard.paths.len() + event.paths.len() > MOST {
                    heard.paths.clear();
                    heard.all = true;
                } else if !heard.all {
                    heard.paths.extend(event.paths);
                }
            }
            Err(error) => {
                heard.all = true;
                heard.fault = Some(fault(&error, 0));
            }
        }
        self.wake.notify_one();
    }
}

fn is_reading(kind: EventKind) -> bool {
    use notify::event::{AccessKind, AccessMode};
    matches!(kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write))
}

/// Listens to everything below `root` until it is dropped. Blocking: every folder is registered. `folders` is how many there
/// are, as far as is known.
///
/// # Errors
/// Why the system can't tell, and what a person can do.
pub(crate) fn listen(root: &Path, hints: Arc<Hints>, folders: u64) -> Result<RecommendedWatcher, Why> {
    let config = Config::default().with_follow_symlinks(false);
    let mut watcher =
        RecommendedWatcher::new(move |told| hints.hear(told), config).map_err(|error| fault(&error, folders))?;
    watcher
        .watch(root, RecursiveMode::Recursive)
        .map_err(|error| fault(&error, folders))?;
    Ok(watcher)
}

fn fault(error: &notify::Error, folders: u64) -> Why {
    if !is_limit(&error.kind) {
        return Why::new(
            "no_events",
            format!(
                "The system does not tell of changes here ({error}). The folder is looked at again and again instead."
            ),
        );
    }
    let needed = match folders {
        0 => String::new(),
        folders => format!(" It has {folders} folders."),
    };
    let help = platform::watch_limit(folders).map_or_else(String::new, |limit| {
        format!(
            " The system's limit is {} over all programs; `{}` raises it.",
            limit.folders, limit.command
        )
    });
    Why::new(
        "watch_limit",
        format!(
            "The system's limit of watched folders is used up.{needed}{help} Until then the folder is looked at every minute."
        ),
    )
}

fn is_limit(kind: &ErrorKind) -> bool {
    match kind {
        ErrorKind::MaxFilesWatch => true,
        // The number of listeners is limited, too.
        ErrorKind::Io(why) => {
            why.kind() == std::io::ErrorKind::StorageFull || why.kind() == std::io::ErrorKind::QuotaExceeded
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn too_many_paths_become_one_hint_for_everything() {
        let hints = Hints::default();
        for n in 0..=MOST {
            let event = Event::new(EventKind::Any).add_path(PathBuf::from(n.to_string()));
            hints.hear(Ok(event));
        }
        let heard = hints.take();
        assert!(heard.all && heard.paths.len() <= 1, "{}", heard.paths.len());
        assert!(!hints.take().all);
    }

    #[test]
    fn a_full_table_of_watches_is_told_with_what_raises_it() {
        let why = fault(&notify::Error::new(ErrorKind::MaxFilesWatch), 70_000);
        assert_eq!(why.code, "watch_limit");
        assert!(why.text.contains("70000 folders"), "{}", why.text);
    }

    /// Listens to a folder with a folder `sub` in it, has `happen` do something there, and waits until `path` was named.
    fn is_heard(path: &str, happen: impl FnOnce(&Path)) {
        let folder = tempfile::tempdir().unwrap();
        let root = platform::canonical(folder.path()).unwrap();
        std::fs::create_dir(root.join("sub")).unwrap();
        let hints = Arc::new(Hints::default());
        let _listening = listen(&root, Arc::clone(&hints), 2).unwrap();
        happen(&root);
        let begun = Instant::now();
        let mut seen = BTreeSet::new();
        while !seen.contains(&root.join(path)) {
            seen.extend(hints.take().paths);
            assert!(begun.elapsed() < Duration::from_secs(60), "only {seen:?}");
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_new_file_in_the_folder_is_heard() {
        is_heard("a", |root| std::fs::write(root.join("a"), b"one").unwrap());
    }

    #[test]
    fn what_happens_below_the_folder_is_heard() {
        is_heard("sub/a", |root| {
            std::fs::write(root.join("sub").join("a"), b"one").unwrap()
        });
    }
}
