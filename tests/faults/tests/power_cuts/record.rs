//! Runs a process with its file calls recorded, and reads the recording.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::shim;

const SOURCE: &str = include_str!("../../shim/record.c");

/// One thing that the process did, in order.
#[derive(Debug)]
pub(super) enum Deed {
    /// A new, empty file of this number got this name.
    Create(u64, PathBuf),
    Write(u64, u64, Vec<u8>),
    Truncate(u64, u64),
    Sync(u64),
    SyncDir(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    MakeDir(PathBuf),
    Link(PathBuf, PathBuf),
    /// What the process said of its own work.
    Said(String),
}

/// Everything one process did below one folder.
pub(super) struct Recording {
    pub(super) root: PathBuf,
    pub(super) deeds: Vec<Deed>,
    /// Holds the folder until we are through.
    _home: TempDir,
}

impl Recording {
    /// How many times the process said that something is stored.
    pub(super) fn acknowledged(&self) -> usize {
        self.deeds
            .iter()
            .filter(|deed| matches!(deed, Deed::Said(text) if text.starts_with("did ")))
            .count()
    }
}

/// Runs the test called `test` of this binary in a process of its own and records it.
pub(super) fn run(test: &str) -> Recording {
    let shim = Shim::build();
    let home = tempfile::tempdir().unwrap();
    // As the system itself names it, since names of open files are compared with it.
    let base = home.path().canonicalize().unwrap();
    let root = base.join("root");
    std::fs::create_dir(&root).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .envs(shim.recording(&root, &base.join("words"), &base.join("log")))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "the recorded process failed:\n{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let deeds = read(&base.join("log"));
    assert!(deeds.len() > 100, "only {} deeds were seen", deeds.len());
    Recording {
        root,
        deeds,
        _home: home,
    }
}

/// What is preloaded into a process to record it.
pub(super) struct Shim {
    library: PathBuf,
    _folder: TempDir,
}

impl Shim {
    pub(super) fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            library: shim::build("record", SOURCE, folder.path()),
            _folder: folder,
        }
    }

    /// The environment of a process whose deeds below `root`, and words into the file `words`, go into `log`. Paths as the
    /// system itself names them.
    pub(super) fn recording(&self, root: &Path, words: &Path, log: &Path) -> [(&'static str, PathBuf); 4] {
        [
            ("LD_PRELOAD", self.library.clone()),
            ("LONGSHORE_RECORD_DIR", root.to_owned()),
            ("LONGSHORE_RECORD_WORDS", words.to_owned()),
            ("LONGSHORE_RECORD_LOG", log.to_owned()),
        ]
    }
}

/// The deeds in a log.
pub(super) fn read(log: &Path) -> Vec<Deed> {
    let log = std::fs::read(log).unwrap();
    let mut log = &log[..];
    let mut deeds = Vec::new();
    while !log.is_empty() {
        let short = |log: &mut &[u8]| u32::from_ne_bytes(take(log, 4).try_into().unwrap());
        let [op, a, b, _] = std::array::from_fn(|_| short(&mut log));
        let long = |log: &mut &[u8]| u64::from_ne_bytes(take(log, 8).try_into().unwrap());
        let [file, offset, length] = std::array::from_fn(|_| long(&mut log));
        let a = text(take(&mut log, a as usize));
        let b = text(take(&mut log, b as usize));
        let data = take(&mut log, usize::try_from(length).unwrap());
        let (from, to) = (PathBuf::from(a), PathBuf::from(b));
        deeds.push(match op {
            1 => Deed::Create(file, from),
            2 => Deed::Write(file, offset, data.to_vec()),
            3 => Deed::Truncate(file, offset),
            4 => Deed::Sync(file),
            5 => Deed::SyncDir(from),
            6 => Deed::Rename(from, to),
            7 => Deed::Remove(from),
            8 => Deed::MakeDir(from),
            9 => Deed::Link(from, to),
            10 => Deed::Said(text(data)),
            op => panic!("there is no deed {op}"),
        });
    }
    deeds
}

fn take<'l>(log: &mut &'l [u8], length: usize) -> &'l [u8] {
    let (taken, rest) = log.split_at(length);
    *log = rest;
    taken
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
