//! Somebody at work on one file of a watched folder, by chance but the same chance every time, who notes what stood how long.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::time::{Instant, sleep};

use super::sha256;

/// Files that are held open while somebody rests.
static HANDS: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(300);

/// How long a file may be in use when its new version is to take its place: what has the passing name must not settle.
const READ: Duration = Duration::from_secs(3);

/// What stood in the folder from then to then, under one name, while nobody had it open for writing.
#[derive(Debug, Clone)]
pub(super) struct Stood {
    pub(super) sha256: String,
    pub(super) name: String,
    pub(super) from: jiff::Timestamp,
    pub(super) length: Duration,
    /// It stood until the end.
    pub(super) last: bool,
}

/// How long somebody lets things stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Shorter than the settle time.
    pub(super) short: Duration,
    /// A little longer than that: something may come of it.
    pub(super) middle: Duration,
    /// Long enough to be sent.
    pub(super) long: Duration,
}

pub(super) struct Somebody {
    root: PathBuf,
    outside: PathBuf,
    name: String,
    file: u64,
    dice: StdRng,
    pace: Pace,
    content: Vec<u8>,
    since: Option<(Instant, jiff::Timestamp)>,
    stood: Vec<Stood>,
}

impl Somebody {
    pub(super) fn new(root: &Path, outside: &Path, file: u64, pace: Pace) -> Self {
        Self::among(root, outside, file, 21, pace)
    }

    /// One of many, whose files are spread over so many folders in folders.
    pub(super) fn among(root: &Path, outside: &Path, file: u64, folders: u64, pace: Pace) -> Self {
        let folder = file % folders;
        let name = format!("{}/{}/{folder}/file {file}.bin", folder % 7, folder % 50);
        std::fs::create_dir_all(outside).unwrap();
        Self {
            root: root.to_owned(),
            outside: outside.join(file.to_string()),
            name,
            file,
            dice: StdRng::seed_from_u64(file),
            pace,
            content: Vec::new(),
            since: None,
            stood: Vec::new(),
        }
    }

    /// Begins at any moment of `within`, and works as [`work`](Self::work) does.
    pub(super) async fn work_within(mut self, within: Duration, deeds: usize) -> Vec<Stood> {
        let late = self.dice.random_range(0.0..1.0);
        sleep(within.mul_f64(late)).await;
        self.work(deeds).await
    }

    /// Works through so many deeds, and leaves the file where it can be sent.
    pub(super) async fn work(mut self, deeds: usize) -> Vec<Stood> {
        self.create().await;
        for _ in 0..deeds {
            match self.dice.random_range(0..7) {
                0 => self.create().await,
                1 => self.append().await,
                2 => self.rename(),
                3 => self.out_and_in().await,
                4 => self.touch(),
                5 => self.replace().await,
                _ => {
                    self.ends(false);
                    let _ = std::fs::remove_file(self.path());
                    self.rest().await;
                    self.create().await;
                }
            }
            self.rest().await;
        }
        sleep(self.pace.long).await;
        self.ends(true);
        self.stood
    }

    /// Held open: as many at once as a system lets a program have.
    async fn hold(&mut self) {
        let _held = HANDS.acquire().await;
        self.rest().await;
    }

    fn path(&self) -> PathBuf {
        self.root.join(&self.name)
    }

    async fn rest(&mut self) {
        let pause = match self.dice.random_range(0..4) {
            0 => self.pace.middle,
            1 => self.pace.long,
            _ => self.pace.short,
        };
        sleep(pause).await;
    }

    /// From now on this stands.
    fn begins(&mut self) {
        self.since = Some((Instant::now(), jiff::Timestamp::now()));
    }

    fn ends(&mut self, last: bool) {
        self.ends_at(Instant::now(), last);
    }

    fn ends_at(&mut self, at: Instant, last: bool) {
        if let Some((since, from)) = self.since.take() {
            self.stood.push(Stood {
                sha256: sha256(&self.content),
                name: self.name.clone(),
                from,
                length: at.saturating_duration_since(since),
                last,
            });
        }
    }

    fn piece(&mut self) -> Vec<u8> {
        let mut piece = format!("{} {}\n", self.file, self.dice.random::<u64>()).into_bytes();
        piece.resize(self.dice.random_range(piece.len()..20_000), b'.');
        piece
    }

    /// Written in two pieces, with a pause between them: held open, as programs do, or closed, as scripts do.
    async fn create(&mut self) {
        self.ends(false);
        std::fs::create_dir_all(self.path().parent().unwrap()).unwrap();
        let first = self.piece();
        let mut file = File::create(self.path()).unwrap();
        file.write_all(&first).unwrap();
        self.content = first;
        self.second_piece(file).await;
    }

    async fn append(&mut self) {
        self.ends(false);
        let Ok(mut file) = OpenOptions::new().append(true).open(self.path()) else {
            return self.create().await;
        };
        let piece = self.piece();
        file.write_all(&piece).unwrap();
        self.content.extend(piece);
        self.second_piece(file).await;
    }

    async fn second_piece(&mut self, mut file: File) {
        if self.dice.random_bool(0.5) && HANDS.available_permits() > 0 {
            self.hold().await;
        } else {
            drop(file);
            self.begins();
            self.rest().await;
            self.ends(false);
            file = OpenOptions::new().append(true).open(self.path()).unwrap();
        }
        let piece = self.piece();
        file.write_all(&piece).unwrap();
        self.content.extend(piece);
        drop(file);
        self.begins();
    }

    fn rename(&mut self) {
        self.ends(false);
        let before = self.path();
        let turn: u32 = self.dice.random();
        self.name = format!("{}/renamed {turn}/file {}.bin", turn % 5, self.file);
        std::fs::create_dir_all(self.path().parent().unwrap()).unwrap();
        std::fs::rename(before, self.path()).unwrap();
        self.begins();
    }

    async fn out_and_in(&mut self) {
        self.ends(false);
        std::fs::rename(self.path(), &self.outside).unwrap();
        self.rest().await;
        std::fs::rename(&self.outside, self.path()).unwrap();
        self.begins();
    }

    fn touch(&mut self) {
        self.ends(false);
        let file = OpenOptions::new().append(true).open(self.path()).unwrap();
        let before = file.metadata().unwrap().modified().unwrap();
        file.set_modified(before + Duration::from_secs(1)).unwrap();
        drop(file);
        self.begins();
    }

    /// As careful programs save: under a passing name first. Where a system does not let a file be replaced while somebody
    /// reads it, they try again.
    async fn replace(&mut self) {
        let content = self.piece();
        let passing = self.path().with_extension("tmp");
        std::fs::write(&passing, &content).unwrap();
        let begun = Instant::now();
        let mut at = begun;
        while let Err(why) = std::fs::rename(&passing, self.path()) {
            let is_read = why.kind() == std::io::ErrorKind::PermissionDenied;
            assert!(is_read && begun.elapsed() < READ, "{why}");
            sleep(Duration::from_millis(20)).await;
            at = Instant::now();
        }
        self.ends_at(at, false);
        self.content = content;
        self.begins();
    }
}
