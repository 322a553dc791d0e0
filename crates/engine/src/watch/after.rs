//! After the service confirmed a file: it stays, is moved, or goes to the trash. Never another version than was confirmed.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use platform::Found;
use transfer::Time;
use transfer::error::Result;
use transfer::source::Fingerprint;
use transfer::watch::plan::is_to_go;
use transfer::watch::{After, FileState, WatchFile, Why};

use super::keeper::{Keeper, START};
use super::walk::Ground;

/// Files dealt with and stored together.
const PAGE: u32 = 50;
/// Names tried for a file whose name is taken.
const NAMES: u32 = 1_000;

/// What became of a file.
enum Parted {
    /// It is where it should be.
    Done(Why),
    /// It is another version by now, or gone: the next look sees that.
    Another,
    /// It is still here, for this reason.
    Failed(Why),
}

impl Keeper {
    /// Deals with what was confirmed since it was last asked.
    pub(super) async fn part_with(&mut self) -> Result<()> {
        if self.watch.after == After::Keep {
            return Ok(());
        }
        let mut after = START;
        loop {
            let page = self
                .ledger()
                .files_in(self.watch.id, FileState::Confirmed, Time(i64::MAX), after, PAGE)
                .await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = (last.since, last.row);
            let due: Vec<_> = page.into_iter().filter(|file| is_to_go(&self.watch, file)).collect();
            if due.is_empty() || self.stop.is_cancelled() {
                continue;
            }
            let (ground, how) = (Arc::clone(&self.ground), self.watch.after.clone());
            let parted = super::blocking(move || {
                let part = |file: WatchFile| (part_with(&ground, &how, &file), file);
                due.into_iter().map(part).collect::<Vec<_>>()
            });
            let now = self.now();
            let mut news = Vec::new();
            for (parted, mut file) in parted.await? {
                match parted {
                    Parted::Done(why) => file.stand(FileState::Gone, why, now),
                    Parted::Failed(why) if file.why != why => file.stand(FileState::Confirmed, why, now),
                    Parted::Failed(_) | Parted::Another => continue,
                }
                news.push(file);
            }
            self.store(news).await?;
        }
    }
}

fn part_with(ground: &Ground, how: &After, file: &WatchFile) -> Parted {
    let name = platform::path_from_bytes(&file.name);
    let path = ground.root.join(&name);
    let Some(print) = file.sent.as_ref().map(|sent| sent.print) else {
        return Parted::Another;
    };
    if version(&path) != Some(print) {
        return Parted::Another;
    }
    match how {
        After::Keep => Parted::Another,
        After::Trash => match platform::trash::put(&path) {
            Ok(()) => Parted::Done(Why::new("trashed", "The service has it; here it went to the trash.")),
            Err(why) => Parted::Failed(Why::new(
                "not_trashed",
                format!("The service has it; it could not be put into the trash: {why}."),
            )),
        },
        After::Move { folder } => match move_to(&path, &platform::path_from_bytes(folder).join(&name), &print) {
            Ok(Some(to)) => {
                let text = format!("The service has it; here it was moved to {}.", to.display());
                Parted::Done(Why::new("moved", text))
            }
            Ok(None) => Parted::Another,
            Err(why) => Parted::Failed(Why::new(
                "not_moved",
                format!("The service has it; it could not be moved: {why}."),
            )),
        },
    }
}

fn version(path: &Path) -> Option<Fingerprint> {
    match platform::found_at(path) {
        Ok(Found::File(identity)) => Some(crate::source::print(identity)),
        _ => None,
    }
}

/// Moves the file to a name that nothing has. `None`: it was another version after all, and is back in its place.
fn move_to(from: &Path, to: &Path, print: &Fingerprint) -> io::Result<Option<PathBuf>> {
    let folder = to.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    for n in 1..NAMES {
        let to = if n == 1 { to.to_owned() } else { numbered(to, n) };
        match platform::rename_new(from, &to) {
            Ok(()) => {
                // The name changed: of the version that is the time of change only.
                let moved =
                    version(&to).is_some_and(|now| (now.size, now.modified_ns) == (print.size, print.modified_ns));
                if !moved {
                    platform::rename_new(&to, from)?;
                    return Ok(None);
                }
                platform::sync_dir(folder)?;
                return Ok(Some(to));
            }
            Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {}
            Err(why) if why.kind() == io::ErrorKind::CrossesDevices => return copy_to(from, &to, print),
            Err(why) => return Err(why),
        }
    }
    Err(io::Error::new(
        io::ErrorKind::AlreadyExists,
        "all of its names are taken",
    ))
}

/// To another drive: copied under a passing name, synced, named, and only then removed here.
fn copy_to(from: &Path, to: &Path, print: &Fingerprint) -> io::Result<Option<PathBuf>> {
    let mut passing = to.as_os_str().to_owned();
    passing.push(".part");
    let passing = PathBuf::from(passing);
    let mut source = platform::open_for_reading(from)?;
    let mut target = platform::create_new(&passing, false)?;
    let copied = io::copy(&mut source, &mut target).and_then(|count| {
        target.sync_all()?;
        Ok(count)
    });
    let whole = copied.as_ref().is_ok_and(|count| *count == print.size) && version(from) == Some(*print);
    if !whole {
        std::fs::remove_file(&passing)?;
        return copied.map(|_| None);
    }
    platform::rename_new(&passing, to)?;
    platform::sync_dir(to.parent().unwrap_or(Path::new(".")))?;
    std::fs::remove_file(from)?;
    Ok(Some(to.to_owned()))
}

/// `scan.pdf` as `scan (2).pdf`.
fn numbered(path: &Path, n: u32) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!(" ({n})"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_moved_beside_what_has_its_name_and_never_over_it() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("in.pdf"), folder.path().join("out/sub/in.pdf"));
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(&to, b"older").unwrap();
        std::fs::write(&from, b"new").unwrap();
        let print = version(&from).unwrap();
        let moved = move_to(&from, &to, &print).unwrap().unwrap();
        assert_eq!(moved.file_name().unwrap(), "in (2).pdf");
        assert_eq!(
            (std::fs::read(&to).unwrap(), std::fs::read(moved).unwrap()),
            (b"older".to_vec(), b"new".to_vec())
        );
        assert!(!from.exists());
    }

    #[test]
    fn another_version_than_the_confirmed_one_stays_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&from, b"first").unwrap();
        let print = version(&from).unwrap();
        std::fs::write(&from, b"second").unwrap();
        assert_eq!(move_to(&from, &to, &print).unwrap(), None);
        assert_eq!(copy_to(&from, &to, &print).unwrap(), None);
        assert_eq!(std::fs::read(&from).unwrap(), b"second");
        assert!(!to.exists());
        let print = version(&from).unwrap();
        copy_to(&from, &to, &print).unwrap().unwrap();
        assert_eq!(std::fs::read(&to).unwrap(), b"second");
        assert!(!from.exists());
    }
}
