//! The folder of a story: what is in it, what is known of it, and what the service got.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use transfer::source::Fingerprint;
use transfer::watch::plan::*;
use transfer::watch::{After, Content, FileState, Old, Policy, SETTLE, Seen, Sent, WatchFile, Why};
use transfer::{AccountId, Time, Watch, WatchId};
use uuid::Uuid;

/// What somebody does to the folder, or what time does. Names are few, so that stories cross.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    Write(u8),
    Touch(u8),
    Rename(u8, u8),
    Link(u8, u8),
    Remove(u8),
    /// Puts back what was removed last under this name.
    Restore(u8),
    Unmount,
    Mount,
    Wait(u8),
    Look,
    Scan,
    /// Whatever is on its way arrives, or finds that its file changed.
    Arrive,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Inode {
    print: Fingerprint,
    pub(super) content: u32,
}

fn watch(policy: Policy) -> Watch {
    Watch {
        id: WatchId(Uuid::from_u128(1)),
        name: "scans".into(),
        account: AccountId(Uuid::from_u128(2)),
        root: b"/in".to_vec(),
        include: Vec::new(),
        exclude: Vec::new(),
        policy,
        old: Old::Keep,
        options: BTreeMap::new(),
        after: After::Keep,
        after_since: Time(0),
        ask_above: None,
        every: None,
        events: true,
        paused: false,
        mark: None,
        scanned_at: None,
        created_at: Time(0),
    }
}

fn print(file: u128, version: i128) -> Fingerprint {
    Fingerprint {
        device: 1,
        file,
        size: 3,
        modified_ns: version,
        changed_ns: version,
    }
}

/// The folder, what is known of it, and what the service got.
pub(super) struct Story {
    watch: Watch,
    pub(super) inodes: BTreeMap<u128, Inode>,
    pub(super) names: BTreeMap<u8, u128>,
    removed: BTreeMap<u8, u32>,
    mounted: bool,
    pub(super) known: BTreeMap<Vec<u8>, WatchFile>,
    now: Time,
    clock: i128,
    next: u32,
    rows: i64,
    pub(super) uploads: Vec<u32>,
    pub(super) at_service: BTreeSet<String>,
    /// What newer versions took the place of, as the store keeps it.
    replaced: Vec<Sent>,
    pub(super) most_deleted: usize,
}

impl Story {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            watch: watch(policy),
            inodes: BTreeMap::new(),
            names: BTreeMap::new(),
            removed: BTreeMap::new(),
            mounted: true,
            known: BTreeMap::new(),
            now: Time(1_000_000),
            clock: 1,
            next: 0,
            rows: 0,
            uploads: Vec::new(),
            at_service: BTreeSet::new(),
            replaced: Vec::new(),
            most_deleted: 0,
        }
    }

    fn put(&mut self, name: u8, content: u32) {
        self.removed.remove(&name);
        self.clock += 1;
        self.next += 1;
        let file = u128::from(self.next);
        let print = print(file, self.clock);
        self.inodes.insert(file, Inode { print, content });
        self.names.insert(name, file);
    }

    pub(super) fn change(&mut self, name: u8, content: Option<u32>) {
        self.clock += 1;
        let clock = self.clock;
        if let Some(inode) = self.names.get(&name).and_then(|file| self.inodes.get_mut(file)) {
            inode.content = content.unwrap_or(inode.content);
            (inode.print.modified_ns, inode.print.changed_ns) = (clock, clock);
        }
    }

    /// A name goes. What has others has another version then: how many there are is written in the file itself.
    fn unlink(&mut self, name: u8) -> Option<u128> {
        let file = self.names.remove(&name)?;
        self.clock += 1;
        if let Some(inode) = self.inodes.get_mut(&file) {
            inode.print.changed_ns = self.clock;
        }
        Some(file)
    }

    fn seen(&self, name: &[u8]) -> Option<Inode> {
        let file = self.names.get(name.first()?)?;
        self.inodes.get(file).copied().filter(|_| self.mounted)
    }

    pub(super) fn contents(&self) -> BTreeSet<u32> {
        self.names.values().map(|file| self.inodes[file].content).collect()
    }

    fn twins(&self, own: &[u8], content: Content) -> Vec<Twin> {
        let has = |file: &WatchFile| {
            file.content == Some(content) || file.sent.as_ref().is_some_and(|sent| sent.content == Some(content))
        };
        let others = self.known.values().filter(|file| file.name != own && has(file));
        others
            .map(|file| Twin {
                file: file.clone(),
                name: String::from_utf8_lossy(&file.name).into_owned(),
                watch: "scans".into(),
                at_work: true,
                same_path: false,
                respelt: false,
                there: self
                    .seen(&file.name)
                    .is_some_and(|inode| inode.print == expected(file, &content)),
            })
            .collect()
    }

    fn older(&self, content: Content) -> Option<Sent> {
        let older = self.replaced.iter().filter(|_| !self.watch.deletes_old());
        let mut older = older.filter(|sent| sent.content == Some(content) && !self.counts_on(sent));
        older.next_back().cloned()
    }

    /// A file here has the content, and nothing of its own at the service.
    fn needs(&self, older: &Sent) -> bool {
        let here = self.known.values().filter(|file| file.state != FileState::Gone);
        let mut same = here.filter(|file| file.content.is_some() && file.content == older.content);
        same.any(|file| file.sent.as_ref().and_then(|sent| sent.content) != file.content)
    }

    fn counts_on(&self, older: &Sent) -> bool {
        let sent = self.known.values().filter_map(|file| file.sent.as_ref());
        sent.into_iter().any(|sent| sent.remote == older.remote)
    }

    fn store(&mut self, mut file: WatchFile) {
        if file.row == 0 {
            self.rows += 1;
            file.row = self.rows;
        }
        let before = self.known.get(&file.name).and_then(|file| file.sent.clone());
        let after = file.sent.as_ref().map(|sent| &sent.remote);
        if let Some(before) = before.filter(|before| after != Some(&before.remote)) {
            self.replaced.retain(|older| older.remote != before.remote);
            self.replaced.extend(after.map(|_| before));
        }
        self.known.insert(file.name.clone(), file);
    }

    fn look(&mut self, name: &[u8]) {
        let Some(inode) = self.seen(name) else { return };
        let seen = Seen {
            print: inode.print,
            writer: false,
        };
        match look(&self.watch, name, self.known.get(name), &seen, self.now) {
            Look::Same => {}
            Look::Changed(file) => self.store(file),
            Look::Compare(file) => {
                let content = content(inode.content);
                let (twins, older) = (self.twins(name, content), self.older(content));
                let plan = compare(&self.watch, &file, Some(content), &twins, older.as_ref(), self.now);
                match plan.was {
                    None => {}
                    Some(Was::Forget(row)) => self.known.retain(|_, file| file.row != row),
                    Some(Was::Keeps(old)) if self.known[&old.name].state != FileState::Queued => self.store(*old),
                    Some(Was::Keeps(_)) => {}
                }
                let mut file = plan.file;
                if plan.verdict == Verdict::Send {
                    file.stand(FileState::Queued, Why::new("queued", "It is in the queue."), self.now);
                }
                self.store(file);
            }
        }
    }

    fn scan(&mut self) {
        if !self.mounted {
            let before = self.known.clone();
            assert!(matches!(root(&self.watch, Stands::Nothing), Root::Offline(_)));
            assert_eq!(before, self.known);
            return;
        }
        for name in 0..4 {
            self.look(&[name]);
        }
        let absent: Vec<_> = self
            .known
            .values()
            .filter(|file| self.seen(&file.name).is_none())
            .cloned()
            .collect();
        for file in absent {
            match missing(&file, self.now) {
                Missing::Keep => {}
                Missing::Forget => drop(self.known.remove(&file.name)),
                Missing::Gone(gone) => self.store(*gone),
            }
        }
        self.delete();
    }

    fn delete(&mut self) {
        if self.watch.deletes_old() {
            let (stay, go) = std::mem::take(&mut self.replaced)
                .into_iter()
                .partition(|older| self.counts_on(older) || self.needs(older));
            self.replaced = stay;
            let go: Vec<Sent> = go;
            for older in go {
                self.at_service.remove(&older.remote.unwrap());
            }
        }
        let gone = self.known.values().filter(|file| file.state == FileState::Gone);
        let lost: Vec<_> = gone
            .map(|file| Lost {
                row: file.row,
                at: file.decided_at,
                heir: self.has_heir(file),
            })
            .collect();
        let Deletions::Due(rows) = deletions(self.watch.policy, &lost, self.now) else {
            return;
        };
        self.most_deleted = self.most_deleted.max(rows.len());
        let doomed: Vec<_> = self
            .known
            .values()
            .filter(|file| rows.contains(&file.row))
            .cloned()
            .collect();
        for file in doomed {
            let remote = file.sent.and_then(|sent| sent.remote);
            self.replaced.retain(|older| older.remote != remote);
            self.at_service.remove(&remote.unwrap());
            self.known.remove(&file.name);
        }
    }

    /// As the engine finds it: somebody present may have the content, or is not known well enough to say.
    fn has_heir(&self, gone: &WatchFile) -> bool {
        let content = gone.sent.as_ref().and_then(|sent| sent.content);
        self.known
            .values()
            .filter(|file| file.state != FileState::Gone)
            .any(|file| {
                matches!(file.state, FileState::Settling | FileState::Ready | FileState::Queued)
                    || file.content == content
            })
    }

    fn arrive(&mut self) {
        let queued: Vec<_> = self
            .known
            .values()
            .filter(|file| file.state == FileState::Queued)
            .cloned()
            .collect();
        for mut file in queued {
            match self.seen(&file.name).filter(|inode| inode.print == file.print) {
                Some(inode) => {
                    self.uploads.push(inode.content);
                    let remote = format!("r{}", self.uploads.len());
                    self.at_service.insert(remote.clone());
                    file.sent = Some(Sent {
                        print: file.print,
                        content: file.content,
                        remote: Some(remote),
                        at: self.now,
                    });
                    file.stand(FileState::Confirmed, Why::new("confirmed", "It is there."), self.now);
                }
                None => {
                    file.since = self.now;
                    file.stand(FileState::Settling, Why::new("being_written", "It changed."), self.now);
                }
            }
            self.store(file);
        }
    }

    pub(super) fn happen(&mut self, deed: &Deed) {
        match *deed {
            Deed::Write(name) if self.names.contains_key(&name) => {
                self.next += 1;
                let content = self.next;
                self.change(name, Some(content));
            }
            Deed::Write(name) => {
                self.next += 1;
                self.put(name, self.next);
            }
            Deed::Touch(name) => self.change(name, None),
            Deed::Rename(from, to) if from != to => {
                if let Some(file) = self.names.remove(&from) {
                    self.unlink(to);
                    self.names.insert(to, file);
                    self.removed.remove(&to);
                    self.change(to, None);
                }
            }
            Deed::Link(from, to) => {
                if let Some(file) = self.names.get(&from).copied().filter(|_| !self.names.contains_key(&to)) {
                    self.names.insert(to, file);
                    self.removed.remove(&to);
                    self.change(to, None);
                }
            }
            Deed::Remove(name) => {
                if let Some(file) = self.unlink(name) {
                    self.removed.insert(name, self.inodes[&file].content);
                }
            }
            Deed::Restore(name) => {
                let content = self.removed.get(&name).copied();
                if let Some(content) = content.filter(|content| !self.contents().contains(content)) {
                    self.put(name, content);
                }
            }
            Deed::Unmount => self.mounted = false,
            Deed::Mount => self.mounted = true,
            Deed::Wait(s) => self.now = self.now.after(Duration::from_secs(s.into())),
            Deed::Look => (0..4).for_each(|name| self.look(&[name])),
            Deed::Scan => self.scan(),
            Deed::Arrive => self.arrive(),
            Deed::Rename(..) => {}
        }
    }

    /// Nobody touches anything any more, and everything has its time.
    pub(super) fn settle(&mut self) {
        self.mounted = true;
        for _ in 0..6 {
            self.scan();
            self.now = self.now.after(SETTLE);
            self.scan();
            self.arrive();
        }
    }
}

fn content(byte: u32) -> Content {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&byte.to_be_bytes());
    Content(bytes)
}
