//! A disk that forgets: what was written is one thing, what was synced another, and a power cut tells them apart.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rand::Rng;
use rand::rngs::StdRng;

use super::record::Deed;

/// What a disk writes whole or not at all, in bytes.
const SECTOR: u64 = 512;

/// What a power cut leaves.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cut {
    /// Only what was synced.
    OnlySynced,
    /// Of the rest, any sectors, and the changes of names up to some point.
    Torn,
    /// Everything, as when only the process dies.
    Everything,
}

/// Which syncs the disk believes; the others stand for code that forgets them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Trust {
    Everything,
    /// Commits do not sync SQLite's log: what `synchronous = NORMAL` comes to.
    NoLogs,
    /// Nobody syncs a folder.
    NoNames,
}

#[derive(Default)]
struct Content {
    synced: Vec<u8>,
    since: Vec<Change>,
}

enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Entry {
    File(u64),
    Dir,
}

/// A change of names; durable once one of the folders it touches is synced.
struct Naming {
    dirs: Vec<PathBuf>,
    removed: Option<PathBuf>,
    added: Option<(PathBuf, Entry)>,
}

type Names = BTreeMap<PathBuf, Entry>;

/// The disk of a recorded process.
pub(super) struct Disk {
    root: PathBuf,
    trust: Trust,
    /// By the number of the content, not the system's number of the file, which is given again.
    contents: Vec<Content>,
    /// The content behind the system's number.
    files: BTreeMap<u64, u64>,
    live: Names,
    synced: Names,
    since: Vec<Naming>,
}

impl Disk {
    pub(super) fn new(root: &Path, trust: Trust) -> Self {
        Self {
            root: root.to_owned(),
            trust,
            contents: Vec::new(),
            files: BTreeMap::new(),
            live: Names::new(),
            synced: Names::new(),
            since: Vec::new(),
        }
    }

    /// The disk of a process that found all this there, and all of it synced.
    pub(super) fn holding(root: &Path, trust: Trust) -> Self {
        let mut disk = Self::new(root, trust);
        disk.take_up(root);
        disk.synced.clone_from(&disk.live);
        disk
    }

    fn take_up(&mut self, dir: &Path) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.live.insert(path.clone(), Entry::Dir);
                self.take_up(&path);
            } else if let Ok(found) = platform::identity_of(&path) {
                let content = self.contents.len() as u64;
                self.contents.push(Content {
                    synced: std::fs::read(&path).unwrap(),
                    since: Vec::new(),
                });
                self.files.insert(u64::try_from(found.file).unwrap(), content);
                self.live.insert(path, Entry::File(content));
            }
        }
    }

    pub(super) fn apply(&mut self, deed: &Deed) {
        match deed {
            Deed::Create(file, path) => {
                let content = self.contents.len() as u64;
                self.contents.push(Content::default());
                self.files.insert(*file, content);
                self.name(None, Some((path, Entry::File(content))));
            }
            Deed::Write(file, at, bytes) => self.change(*file, Change::Write(*at, bytes.clone())),
            Deed::Truncate(file, length) => self.change(*file, Change::Truncate(*length)),
            Deed::Sync(file) => self.sync(*file),
            Deed::SyncDir(dir) => self.sync_dir(dir),
            Deed::Rename(from, to) => match self.live.get(from).copied() {
                Some(entry) => self.name(Some(from), Some((to, entry))),
                None => panic!("{} is renamed, but was never made", from.display()),
            },
            Deed::Link(from, to) => match self.live.get(from).copied() {
                Some(entry) => self.name(None, Some((to, entry))),
                None => panic!("{} gets a second name, but was never made", from.display()),
            },
            Deed::Remove(path) => self.name(Some(path), None),
            Deed::MakeDir(path) => self.name(None, Some((path, Entry::Dir))),
            Deed::Said(_) => {}
        }
    }

    fn change(&mut self, file: u64, change: Change) {
        let content = self
            .files
            .get(&file)
            .expect("a file that was made before it is written");
        self.contents[*content as usize].since.push(change);
    }

    fn sync(&mut self, file: u64) {
        let Some(content) = self.files.get(&file) else {
            return;
        };
        let is_log = |(path, entry): (&PathBuf, &Entry)| {
            *entry == Entry::File(*content) && path.extension().is_some_and(|end| end == "db-wal")
        };
        if self.trust == Trust::NoLogs && self.live.iter().any(is_log) {
            return;
        }
        let content = &mut self.contents[*content as usize];
        for change in std::mem::take(&mut content.since) {
            make(&mut content.synced, &change, |_| true);
        }
    }

    fn sync_dir(&mut self, dir: &Path) {
        if self.trust == Trust::NoNames {
            return;
        }
        let (now, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.since)
            .into_iter()
            .partition(|naming| naming.dirs.iter().any(|touched| touched == dir));
        self.since = later;
        for naming in now {
            rename(&mut self.synced, &naming);
        }
    }

    fn name(&mut self, removed: Option<&Path>, added: Option<(&Path, Entry)>) {
        let naming = Naming {
            dirs: removed
                .into_iter()
                .chain(added.map(|(path, _)| path))
                .filter_map(|path| path.parent().map(Path::to_owned))
                .collect(),
            removed: removed.map(Path::to_owned),
            added: added.map(|(path, entry)| (path.to_owned(), entry)),
        };
        rename(&mut self.live, &naming);
        self.since.push(naming);
    }

    /// Writes what a power cut now would leave into the folder `to`.
    pub(super) fn cut(&self, kind: Cut, chance: &mut StdRng, to: &Path) {
        let names = match kind {
            Cut::OnlySynced => self.synced.clone(),
            Cut::Everything => self.live.clone(),
            Cut::Torn => {
                let mut names = self.synced.clone();
                let kept = chance.random_range(0..=self.since.len());
                for naming in &self.since[..kept] {
                    rename(&mut names, naming);
                }
                names
            }
        };
        let mut dirs = BTreeSet::from([self.root.clone()]);
        // Parents sort before what they hold.
        for (path, entry) in &names {
            let parent = path.parent().unwrap();
            // SQLite makes its index of the log anew after a crash, and does not trust the old one.
            if !dirs.contains(parent) || path.extension().is_some_and(|end| end == "db-shm") {
                continue;
            }
            let target = to.join(path.strip_prefix(&self.root).unwrap());
            match entry {
                Entry::Dir => {
                    std::fs::create_dir(&target).unwrap();
                    dirs.insert(path.clone());
                }
                Entry::File(content) => {
                    let content = &self.contents[*content as usize];
                    std::fs::write(&target, content.after(kind, chance)).unwrap();
                }
            }
        }
    }
}

impl Content {
    fn after(&self, kind: Cut, chance: &mut StdRng) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        for change in &self.since {
            match kind {
                Cut::OnlySynced => {}
                Cut::Everything => make(&mut bytes, change, |_| true),
                Cut::Torn => make(&mut bytes, change, |_| chance.random_bool(0.5)),
            }
        }
        bytes
    }
}

/// Makes a change of content, sector by sector as far as `survives` says so.
fn make(bytes: &mut Vec<u8>, change: &Change, mut survives: impl FnMut(u64) -> bool) {
    match change {
        Change::Truncate(length) => {
            if survives(0) {
                bytes.resize(*length as usize, 0);
            }
        }
        Change::Write(at, data) => {
            let (mut from, end) = (*at, at + data.len() as u64);
            while from < end {
                let next = ((from / SECTOR + 1) * SECTOR).min(end);
                if survives(from) {
                    if bytes.len() < next as usize {
                        bytes.resize(next as usize, 0);
                    }
                    let data = &data[(from - at) as usize..(next - at) as usize];
                    bytes[from as usize..next as usize].copy_from_slice(data);
                }
                from = next;
            }
        }
    }
}

fn rename(names: &mut Names, naming: &Naming) {
    if let Some(removed) = &naming.removed {
        names.remove(removed);
    }
    if let Some((path, entry)) = &naming.added {
        names.insert(path.clone(), *entry);
    }
}
