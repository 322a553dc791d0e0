//! The real program in the middle of an upload when the power goes: its home is rebuilt, and it goes on from there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use journeys_tests::{KIB, World, sha256};
use md5::{Digest, Md5};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tempfile::TempDir;
use tokio::process::Command;
use transfer::Step;

use super::disk::{Cut, Disk, Trust};
use super::left::{Left, Seen};
use super::record::{self, Deed, Shim};

/// Bytes of a part.
const PART: usize = 16 * KIB;
const PARTS: usize = 12;
/// What the provider sends at once.
const AT_ONCE: usize = 3;
/// No upload takes this long, pauses between looks included.
const PATIENCE: Duration = Duration::from_secs(120);

/// A service, and a home that is signed in to it, of which every upload gets a copy.
pub(super) struct Bench {
    world: World,
    shim: Shim,
}

/// When the power goes, and what the disk makes of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// Names the file too.
    pub(super) number: usize,
    /// After so many deeds; `None`: after all of them.
    pub(super) deeds: Option<usize>,
    pub(super) cut: Cut,
    pub(super) trust: Trust,
}

/// An upload that was cut, before and after.
pub(super) struct Lived {
    pub(super) deeds: usize,
    /// How far the row was.
    pub(super) step: Option<Step>,
    pub(super) receipts: usize,
    /// Parts that were sent again.
    pub(super) again: usize,
}

/// A folder of its own, as the system names it.
struct Place {
    base: PathBuf,
    _folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            base: folder.path().canonicalize().unwrap(),
            _folder: folder,
        }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.base.join(name)
    }
}

impl Bench {
    pub(super) async fn new() -> Self {
        Self {
            world: World::signed_in(PART).await,
            shim: Shim::build(),
        }
    }

    /// Uploads a file, cuts the power, rebuilds the home, and lets the program go on. The error tells what is broken.
    pub(super) async fn live_through(&self, moment: Moment) -> Result<Lived, String> {
        let name = format!("film-{}.bin", moment.number);
        let path = self.world.file(&name, PARTS * PART - 100, moment.number as u64 + 1);
        let before = self.world.sandbox.counters();
        let place = Place::new();
        let (home, words) = (place.at("home"), place.at("words"));
        copy(&self.world.home(), &home);
        let mut disk = Disk::holding(&home, moment.trust);
        let deeds = self.upload(&place, &name, moment.deeds).await;
        // What was on the line when the power went still arrives.
        let over = |now: &sandbox::Counters| now.payload.now == 0 && now.payload.connections_now == 0;
        self.world.sandbox.until(over).await;
        let seen = Seen::of(&name, &before, &self.world.sandbox.counters());

        deeds.iter().for_each(|deed| disk.apply(deed));
        let rebuilt = |name: &str| {
            let left = place.at(name);
            std::fs::create_dir(&left).unwrap();
            disk.cut(moment.cut, &mut StdRng::seed_from_u64(moment.number as u64), &left);
            left
        };
        // Read from a copy: the program recovers its database by itself.
        let left = Left::read(&rebuilt("looked_at")).await?;
        left.kept(&std::fs::read_to_string(words).unwrap(), &seen)?;
        left.claims_only(&seen, &md5_of_parts(&path))?;
        let owed = left.owed(&seen);
        if owed.len() > AT_ONCE {
            return Err(format!(
                "parts {owed:?} have no receipt, and {AT_ONCE} are sent at once"
            ));
        }
        self.go_on(&rebuilt("goes_on"), &name, &left).await?;
        self.arrived_once(&name, &path, &owed).await?;
        Ok(Lived {
            deeds: deeds.len(),
            step: left.step,
            receipts: left.receipts.len(),
            again: owed.len(),
        })
    }

    /// The program with this home.
    fn program(&self, arguments: &[&str], home: &Path) -> Command {
        let mut command = self.world.plain(arguments);
        command.env("LONGSHORE_HOME", home).arg("--json");
        command
    }

    /// Uploads the file in the home at `place`, until the power goes, and answers what it did to its files until then.
    async fn upload(&self, place: &Place, name: &str, deeds: Option<usize>) -> Vec<Deed> {
        let (words, log) = (place.at("words"), place.at("log"));
        let mut command = self.program(&["upload", name, "--to", "shop"], &place.at("home"));
        command
            .envs(self.shim.recording(&place.at("home"), &words, &log))
            .stdout(std::fs::File::create(&words).unwrap())
            .stderr(Stdio::null());
        if let Some(deeds) = deeds {
            command.env("LONGSHORE_RECORD_DEEDS", deeds.to_string());
        }
        let ended = tokio::time::timeout(PATIENCE, command.status()).await;
        let ended = ended.expect("an upload ends, or is cut").unwrap();
        assert!(
            ended.code().is_none_or(|code| code == 0),
            "{ended:?} after {deeds:?} deeds"
        );
        record::read(&log)
    }

    /// The person starts the program again; and gives it the file again where it never said that it has it.
    async fn go_on(&self, home: &Path, name: &str, left: &Left) -> Result<(), String> {
        let arguments: &[&str] = match left.step {
            Some(_) => &["run", "--until-idle"],
            None => &["upload", name, "--to", "shop"],
        };
        let ended = tokio::time::timeout(PATIENCE, self.program(arguments, home).output()).await;
        let ended = ended.map_err(|_| "it does not come to an end".to_owned())?.unwrap();
        let said = || {
            format!(
                "{}{}",
                String::from_utf8_lossy(&ended.stdout),
                String::from_utf8_lossy(&ended.stderr)
            )
        };
        match ended.status.code() {
            Some(0) => Ok(()),
            code => Err(format!("it ended with {code:?}: {}", said())),
        }
    }

    /// One file with the right bytes, made once; every part sent once, and once more only if it was under way.
    async fn arrived_once(&self, name: &str, path: &Path, owed: &BTreeSet<u32>) -> Result<(), String> {
        let mut assets = self.world.sandbox.assets().await.unwrap();
        assets.retain(|asset| asset.name == name);
        let confirmed: Vec<_> = assets.iter().filter(|asset| asset.confirmed).collect();
        if confirmed.len() != 1 || confirmed[0].sha256 != Some(sha256(path)) {
            return Err(format!("the service has {assets:?}"));
        }
        let counters = self.world.sandbox.counters();
        let mine: Vec<_> = counters.uploads.values().filter(|upload| upload.name == name).collect();
        let sum = |count: fn(&sandbox::UploadCount) -> u64| mine.iter().map(|upload| count(upload)).sum::<u64>();
        let made = (
            sum(|u| u.attempts),
            sum(|u| u.completions),
            sum(|u| u.duplicates),
            sum(|u| u.cancels),
        );
        if made != (1, 1, 0, 0) {
            return Err(format!("attempts, completions, duplicates and cancels are {made:?}"));
        }
        let with_parts: Vec<_> = mine.iter().filter(|upload| !upload.parts.is_empty()).collect();
        if with_parts.len() != 1 || mine.len() > 2 {
            return Err(format!("parts went to {} of {} sessions", with_parts.len(), mine.len()));
        }
        for (number, part) in &with_parts[0].parts {
            let most = 1 + u64::from(owed.contains(number));
            if part.requests != most {
                return Err(format!(
                    "part {number} was sent {} times instead of {most}",
                    part.requests
                ));
            }
        }
        Ok(())
    }
}

fn md5_of_parts(path: &Path) -> BTreeMap<u32, String> {
    let bytes = std::fs::read(path).unwrap();
    (1..)
        .zip(bytes.chunks(PART).map(|part| hex::encode(Md5::digest(part))))
        .collect()
}

/// Copies the files of a folder; a socket is none.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            copy(&path, &to.join(entry.file_name()));
        } else if kind.is_file() {
            std::fs::copy(&path, to.join(entry.file_name())).unwrap();
        }
    }
}
