//! Whole stories of a watched folder, made by chance: nothing twice, nothing missed, no deletion over the limit.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use transfer::source::Fingerprint;
use transfer::watch::plan::*;
use transfer::watch::{After, Content, FileState, Old, Policy, SETTLE, Seen, Sent, WatchFile, Why};
use transfer::{AccountId, Time, Watch, WatchId};
use uuid::Uuid;

/// What somebody does to the folder, or what time does. Names are few, so that stories cross.
#[derive(Debug, Clone)]
enum Deed {
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

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let name = 0..4_u8;
    let one = prop_oneof![
        4 => name.clone().prop_map(Deed::Write),
        2 => name.clone().prop_map(Deed::Touch),
        3 => (name.clone(), name.clone()).prop_map(|(a, b)| Deed::Rename(a, b)),
        1 => (name.clone(), name.clone()).prop_map(|(a, b)| Deed::Link(a, b)),
        2 => name.clone().prop_map(Deed::Remove),
        1 => name.prop_map(Deed::Restore),
        1 => Just(Deed::Unmount),
        1 => Just(Deed::Mount),
        4 => (1..9_u8).prop_map(Deed::Wait),
        5 => Just(Deed::Look),
        4 => Just(Deed::Scan),
        4 => Just(Deed::Arrive),
    ];
    proptest::collection::vec(one, 1..60)
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Inode {
    print: Fingerprint,
    content: u32,
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
struct Story {
    watch: Watch,
    inodes: BTreeMap<u128, Inode>,
    names: BTreeMap<u8, u128>,
    removed: BTreeMap<u8, u32>,
    mounted: bool,
    known: BTreeMap<Vec<u8>, WatchFile>,
    now: Time,
    clock: i128,
    next: u32,
    rows: i64,
    uploads: Vec<u32>,
    at_service: BTreeSet<String>,
    /// What newer versions took the place of, as the store keeps it.
    replaced: Vec<Sent>,
    most_deleted: usize,
}

impl Story {
    fn new(policy: Policy) -> Self {
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

    fn change(&mut self, name: u8, content: Option<u32>) {
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

    fn contents(&self) -> BTreeSet<u32> {
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

    fn happen(&mut self, deed: &Deed) {
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
    fn settle(&mut self) {
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

/// The same ones each time, unless a number is asked for: `cargo xtask prove stories` makes new ones.
fn cases() -> ProptestConfig {
    let cases = std::env::var("LONGSHORE_WATCH_STORIES")
        .ok()
        .and_then(|count| count.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(500),
        rng_seed: cases.map_or(RngSeed::Fixed(7), |_| RngSeed::Random),
        ..ProptestConfig::default()
    }
}

/// Both told by chance once, and twice at the service then.
#[test]
fn a_file_is_not_sent_again_after_a_newer_one_took_its_old_name() {
    use Deed::*;
    for deeds in [
        // Touched before its new name settles: the newer one under its old name arrives first.
        vec![
            Write(1),
            Look,
            Wait(5),
            Look,
            Arrive,
            Rename(1, 2),
            Write(1),
            Look,
            Wait(5),
            Touch(2),
            Look,
            Arrive,
        ],
        // Its new name is that of a file in the queue.
        vec![
            Write(1),
            Look,
            Wait(5),
            Write(2),
            Look,
            Wait(5),
            Arrive,
            Look,
            Rename(1, 2),
            Write(1),
        ],
    ] {
        let mut story = Story::new(Policy::Changed);
        deeds.iter().for_each(|deed| story.happen(deed));
        story.settle();
        let once: BTreeSet<_> = story.uploads.iter().collect();
        assert_eq!(once.len(), story.uploads.len(), "{deeds:?}: {:?}", story.uploads);
    }
}

/// The service has both versions: nothing is to be sent.
#[test]
fn a_file_that_is_an_older_version_again_is_not_sent() {
    let mut story = Story::new(Policy::Changed);
    story.happen(&Deed::Write(1));
    story.settle();
    let first = story.inodes[&story.names[&1]].content;
    story.happen(&Deed::Write(1));
    story.settle();
    let sent = story.uploads.clone();
    assert_eq!(sent.len(), 2);
    for content in [first, sent[1], first] {
        story.change(1, Some(content));
        story.settle();
        assert_eq!(story.uploads, sent);
        assert_eq!(story.known[&vec![1]].state, FileState::Confirmed);
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn whatever_happens_every_content_that_stays_is_uploaded_once_and_none_twice(deeds in deeds()) {
        let mut story = Story::new(Policy::Changed);
        for deed in &deeds {
            story.happen(deed);
            let once: BTreeSet<_> = story.uploads.iter().collect();
            prop_assert_eq!(once.len(), story.uploads.len(), "twice: {:?}", story.uploads);
        }
        story.settle();
        let uploaded: BTreeSet<_> = story.uploads.iter().copied().collect();
        prop_assert!(story.contents().is_subset(&uploaded), "missed: {:?}", story.known);
        prop_assert_eq!(uploaded.len(), story.uploads.len());
    }

    #[test]
    fn a_mirror_deletes_within_its_limit_and_nothing_that_is_still_here(deeds in deeds(), most in 1..3_u32) {
        let mut story = Story::new(Policy::Mirror { most });
        for deed in &deeds {
            story.happen(deed);
            prop_assert!(story.most_deleted <= most as usize);
        }
        story.settle();
        prop_assert!(story.most_deleted <= most as usize);
        // Every file that is here is known to the service, under whatever name it had when it was sent.
        for name in story.names.keys() {
            let file = &story.known[&vec![*name]];
            let here = story.known.values().filter(|other| other.content == file.content);
            let remotes: Vec<_> = here.filter_map(|file| file.sent.as_ref()?.remote.clone()).collect();
            prop_assert!(remotes.iter().any(|remote| story.at_service.contains(remote)), "{:?}: {:?}", file, remotes);
        }
    }
}
