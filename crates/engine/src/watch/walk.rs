//! Walks a watched folder: links are not followed, other drives not entered, and memory holds the folders still to be seen.

use std::ffi::OsString;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use platform::Found;
use transfer::source::Fingerprint;
use transfer::watch::Why;

use super::patterns::Patterns;

/// What a walk meets. Names are paths below the watched folder.
#[derive(Debug)]
pub(crate) enum Met {
    /// A file that the watch takes.
    File {
        /// As raw bytes.
        name: Vec<u8>,
        /// Which version.
        print: Fingerprint,
    },
    /// A folder that was listed to its end.
    Folder,
    /// Something that the watch does not take.
    LeftOut(PathBuf, Why),
    /// Something that could not be looked at: nothing is known of what is at or below it.
    Unreadable(PathBuf, Why),
}

/// What does not change while a watch is walked through.
#[derive(Debug)]
pub(crate) struct Ground {
    /// The watched folder.
    pub(crate) root: PathBuf,
    /// What is taken.
    pub(crate) patterns: Patterns,
    /// Our own data: never sent.
    pub(crate) own: Vec<PathBuf>,
}

impl Ground {
    /// Tells everything below the folder `from` (a path below the root; empty for all of it), until it is told to stop. Blocking.
    pub(crate) fn walk(&self, from: &Path, tell: &mut dyn FnMut(Met) -> ControlFlow<()>) -> ControlFlow<()> {
        let Ok(Found::Folder { device, .. }) = platform::found_at(&self.root) else {
            let why = Why::new("unreadable", "The folder can't be read.");
            return tell(Met::Unreadable(PathBuf::new(), why));
        };
        let mut left = vec![from.to_owned()];
        while let Some(folder) = left.pop() {
            let listing = match std::fs::read_dir(self.root.join(&folder)) {
                Ok(listing) => listing,
                Err(why) => {
                    tell(unreadable(folder, &why))?;
                    continue;
                }
            };
            let mut whole = true;
            for entry in listing {
                match entry {
                    Ok(entry) => self.meet(folder.join(entry.file_name()), device, &mut left, tell)?,
                    Err(why) => {
                        whole = false;
                        tell(unreadable(folder.clone(), &why))?;
                        break;
                    }
                }
            }
            if whole {
                tell(Met::Folder)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn meet(
        &self,
        name: PathBuf,
        device: u64,
        left: &mut Vec<PathBuf>,
        tell: &mut dyn FnMut(Met) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let path = self.root.join(&name);
        let left_out = |name, code: &str, text: &str| Met::LeftOut(name, Why::new(code, text));
        match platform::found_at(&path) {
            Ok(Found::File(identity)) => match self.patterns.left_out(&name, false) {
                Some(why) => tell(Met::LeftOut(name, why)),
                None => tell(Met::File {
                    name: platform::path_to_bytes(&name),
                    print: crate::source::print(identity),
                }),
            },
            Ok(Found::Folder { device: other, .. }) => {
                if let Some(why) = self.patterns.left_out(&name, true) {
                    return tell(Met::LeftOut(name, why));
                }
                if self.own.contains(&path) {
                    return tell(left_out(name, "own", "Longshore keeps its own data there."));
                }
                if other != device {
                    let text = "Another drive is mounted there; give it a watch of its own.";
                    return tell(left_out(name, "another_drive", text));
                }
                left.push(name);
                ControlFlow::Continue(())
            }
            Ok(Found::Link) => tell(left_out(name, "link", "It is a link; links are not followed.")),
            Ok(Found::Special) => tell(left_out(name, "special", "It is no regular file.")),
            // It went while the folder was listed.
            Err(why) if why.kind() == io::ErrorKind::NotFound => ControlFlow::Continue(()),
            Err(why) => tell(unreadable(name, &why)),
        }
    }

    /// Whether every folder above this name is taken, and the file itself.
    pub(crate) fn takes(&self, name: &Path) -> bool {
        let mut above: Vec<_> = name.ancestors().skip(1).collect();
        above.pop();
        let own = above.iter().any(|folder| self.own.contains(&self.root.join(folder)));
        let folders = above
            .iter()
            .all(|folder| self.patterns.left_out(folder, true).is_none());
        !own && folders && self.patterns.left_out(name, false).is_none()
    }
}

fn unreadable(name: PathBuf, why: &io::Error) -> Met {
    let text = match why.kind() {
        io::ErrorKind::PermissionDenied => "Longshore may not read it.".to_owned(),
        io::ErrorKind::NotFound => "It went while it was looked at.".to_owned(),
        _ => format!("It can't be read: {why}."),
    };
    Met::Unreadable(name, Why::new("unreadable", text))
}

/// Whether exactly this name stands in its folder, letter by letter: some systems find a file by another spelling, too.
pub(crate) fn stands_exactly(root: &Path, name: &Path) -> bool {
    let Some(own) = name.file_name() else { return false };
    let folder = root.join(name.parent().unwrap_or(Path::new("")));
    let listing = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let own: OsString = own.to_owned();
    listing.into_iter().any(|entry| entry.file_name() == own)
}
