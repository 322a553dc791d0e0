//! How a watch is doing, for whoever looks: told, never stored.

use std::path::Path;

use transfer::Time;
use transfer::watch::Why;

/// Names that are told of what is left out; the rest is counted.
const EXAMPLES: usize = 200;

/// How a watch is doing.
#[derive(Debug, Clone, Default)]
pub struct Health {
    /// What it does now.
    pub standing: Standing,
    /// How it hears of changes between its scans.
    pub backend: Backend,
    /// Folders that the last scan saw, the watched one among them.
    pub folders: u64,
    /// What the last scan left out, and some of it by name.
    pub left_out: u64,
    /// See above, at most 200.
    pub examples: Vec<LeftOut>,
    /// What the last scan could not look at.
    pub unreadable: u64,
    /// Why a mirror deletes nothing at the moment.
    pub held: Option<Why>,
    /// When it scans next, at the latest.
    pub next_scan: Option<Time>,
    /// It still has something to do by itself.
    pub busy: bool,
}

/// What a watch does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Standing {
    /// It was stopped by the person.
    Paused,
    /// It is about to look for the first time.
    #[default]
    Starting,
    /// It looks at everything.
    Scanning,
    /// It waits for something to happen.
    Watching,
    /// Its folder is not there, or is another one.
    Offline(Why),
    /// It can't work.
    Failed(Why),
}

/// How a watch hears of changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Backend {
    /// Not at all, while it does not work.
    #[default]
    None,
    /// From the system.
    Events,
    /// By looking again and again, for this reason.
    Polling(Why),
}

/// Something that a scan passed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its path below the watched folder, for showing.
    pub name: String,
    /// Why.
    pub why: Why,
}

/// What one scan counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) folders: u64,
    pub(crate) left_out: u64,
    pub(crate) unreadable: u64,
    pub(crate) examples: Vec<LeftOut>,
}

impl Tally {
    pub(crate) fn pass_by(&mut self, name: &Path, why: Why) {
        if self.examples.len() < EXAMPLES {
            let name = name.to_string_lossy().into_owned();
            self.examples.push(LeftOut { name, why });
        }
    }
}
