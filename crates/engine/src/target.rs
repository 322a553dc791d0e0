//! Local folders as targets: payload written with `std::fs` on blocking threads, files known by their identity.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use transfer::error::{Failure, Kind, Result};
use transfer::target::{FileMark, Naming, Standing, TargetFile, Targets};

/// The computer's own folders.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalTargets;

#[async_trait]
impl Targets for LocalTargets {
    async fn free(&self, folder: &[u8]) -> Result<u64> {
        at(folder, |folder| platform::space::free(&folder)).await
    }

    async fn make_folder(&self, folder: &[u8]) -> Result<()> {
        at(folder, |folder| platform::modes::private_dir(&folder)).await
    }

    async fn names(&self, folder: &[u8]) -> Result<Vec<String>> {
        at(folder, |folder| {
            let names = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().into_string().ok()));
            names.filter_map(io::Result::transpose).collect()
        })
        .await
    }

    async fn standing(&self, folder: &[u8], name: &str) -> Result<Option<Standing>> {
        let name = name.to_owned();
        at(folder, move |folder| {
            if !folder.metadata()?.is_dir() {
                return Err(io::ErrorKind::NotADirectory.into());
            }
            standing(&folder.join(name))
        })
        .await
    }

    async fn create(&self, folder: &[u8], name: &str) -> Result<Option<Box<dyn TargetFile>>> {
        let name = name.to_owned();
        at(folder, move |folder| {
            let file = match platform::create_new(&folder.join(name), true) {
                Err(why) if why.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
                file => file?,
            };
            platform::sync_dir(&folder)?;
            Ok(Some(boxed(file)?))
        })
        .await
    }

    async fn open(&self, folder: &[u8], name: &str, mark: FileMark) -> Result<Option<Box<dyn TargetFile>>> {
        let name = name.to_owned();
        at(folder, move |folder| {
            let path = folder.join(name);
            // The folder being away is another story than the file being away.
            folder.metadata()?;
            let file = match platform::open_for_writing(&path) {
                Err(why) if matches!(why.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidInput) => {
                    return Ok(None);
                }
                file => file?,
            };
            if mark_of(&file)? != mark {
                return Ok(None);
            }
            Ok(Some(boxed(file)?))
        })
        .await
    }

    async fn rename(
        &self,
        folder: &[u8],
        from: &str,
        mark: FileMark,
        to: &str,
        over: Option<FileMark>,
    ) -> Result<Naming> {
        let (from, to) = (from.to_owned(), to.to_owned());
        at(folder, move |folder| {
            let (from, to) = (folder.join(from), folder.join(to));
            if standing(&from)?.is_none_or(|found| found.mark != mark) {
                return Err(io::ErrorKind::NotFound.into());
            }
            platform::modes::make_public(&platform::open_for_writing(&from)?)?;
            if over.is_some() && standing(&to)?.map(|found| found.mark) == over {
                platform::replace(&from, &to)?;
            } else {
                match platform::rename_new(&from, &to) {
                    Err(why) if why.kind() == io::ErrorKind::AlreadyExists => return Ok(Naming::Taken),
                    renamed => renamed?,
                }
            }
            platform::sync_dir(&folder)?;
            Ok(Naming::Named)
        })
        .await
    }

    async fn remove(&self, folder: &[u8], name: &str, mark: FileMark) -> Result<()> {
        let name = name.to_owned();
        at(folder, move |folder| {
            let path = folder.join(name);
            if standing(&path)?.is_some_and(|found| found.mark == mark && found.regular) {
                std::fs::remove_file(&path)?;
                platform::sync_dir(&folder)?;
            }
            Ok(())
        })
        .await
    }

    async fn quarantine(&self, folder: &[u8], name: &str, origin: Option<&str>) {
        let (name, origin) = (name.to_owned(), origin.map(str::to_owned));
        let marked = at(folder, move |folder| {
            platform::mark_as_downloaded(&folder.join(name), origin.as_deref())
        });
        if let Err(failure) = marked.await {
            // The file itself is whole: only the system's extra question before opening it is missing.
            tracing::warn!(code = failure.code, "a file could not be marked as downloaded");
        }
    }
}

struct LocalFile {
    file: Arc<File>,
    mark: FileMark,
    /// One writes at a time: the system lets no two write to one file anyway, and has them wait by spinning.
    writing: tokio::sync::Mutex<()>,
}

fn boxed(file: File) -> io::Result<Box<dyn TargetFile>> {
    let mark = mark_of(&file)?;
    Ok(Box::new(LocalFile {
        file: Arc::new(file),
        mark,
        writing: tokio::sync::Mutex::default(),
    }))
}

impl LocalFile {
    async fn with<T: Send + 'static>(&self, work: impl FnOnce(&File) -> io::Result<T> + Send + 'static) -> Result<T> {
        let file = Arc::clone(&self.file);
        blocking(move || work(&file)).await
    }
}

#[async_trait]
impl TargetFile for LocalFile {
    fn mark(&self) -> FileMark {
        self.mark
    }

    async fn size(&self) -> Result<u64> {
        self.with(|file| Ok(file.metadata()?.len())).await
    }

    async fn reserve(&self, len: u64) -> Result<()> {
        self.with(move |file| platform::space::reserve(file, len)).await
    }

    async fn cut(&self, len: u64) -> Result<()> {
        self.with(move |file| file.set_len(len)).await
    }

    async fn write(&self, mut offset: u64, pieces: Vec<Bytes>) -> Result<()> {
        let _turn = self.writing.lock().await;
        self.with(move |file| {
            for piece in &pieces {
                platform::write_all_at(file, piece, offset)?;
                offset += piece.len() as u64;
            }
            Ok(())
        })
        .await
    }

    async fn sync(&self) -> Result<()> {
        self.with(File::sync_data).await
    }

    async fn read(&self, offset: u64, len: usize) -> Result<Bytes> {
        self.with(move |file| {
            let mut buffer = vec![0; len];
            let mut filled = 0;
            while filled < len {
                match platform::read_at(file, &mut buffer[filled..], offset + filled as u64)? {
                    0 => break,
                    count => filled += count,
                }
            }
            buffer.truncate(filled);
            Ok(Bytes::from(buffer))
        })
        .await
    }
}

fn standing(path: &Path) -> io::Result<Option<Standing>> {
    match platform::standing_at(path) {
        Ok(found) => Ok(Some(Standing {
            mark: mark(&found),
            size: found.size,
            regular: found.regular,
        })),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(why) => Err(why),
    }
}

fn mark_of(file: &File) -> io::Result<FileMark> {
    Ok(mark(&platform::standing_of(file)?))
}

fn mark(found: &platform::Standing) -> FileMark {
    FileMark {
        device: found.device,
        file: found.file,
        born_ns: found.born_ns,
    }
}

async fn at<T: Send + 'static>(
    folder: &[u8],
    work: impl FnOnce(PathBuf) -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let folder = platform::path_from_bytes(folder);
    blocking(move || work(folder)).await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|why| trouble(&why)),
        Err(_) => Err(Failure::new(
            Kind::Bug,
            "write_stopped",
            "Writing the file was stopped.",
        )),
    }
}

fn trouble(why: &io::Error) -> Failure {
    match why.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Failure::new(
            Kind::TargetGone,
            "folder_missing",
            "The folder of this download is not there. It goes on as soon as it is back.",
        )
        .action("Connect its drive, or make the folder again."),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Failure::new(
            Kind::TargetFull,
            "disk_full",
            "The disk of this download is full. It goes on as soon as there is room.",
        )
        .action("Free some space there."),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Failure::new(
            Kind::Person,
            "folder_denied",
            "Longshore may not write into the folder of this download.",
        )
        .action("Allow writing there, then try again."),
        io::ErrorKind::InvalidFilename => Failure::new(
            Kind::Refused,
            "bad_name",
            format!("The folder's disk takes no file of this name: {why}."),
        ),
        _ => Failure::new(
            Kind::TargetWrite,
            "target_write",
            format!("The disk of this download failed: {why}."),
        )
        .action("Check the drive."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let bytes = platform::path_to_bytes(folder.path());
        (folder, bytes)
    }

    #[tokio::test]
    async fn a_file_is_made_written_and_named_and_nothing_in_its_way_is_touched() {
        let (dir, folder) = folder();
        let file = LocalTargets.create(&folder, "a.part").await.unwrap().unwrap();
        assert!(LocalTargets.create(&folder, "a.part").await.unwrap().is_none());
        file.write(3, vec![Bytes::from_static(b"lo"), Bytes::from_static(b"!")])
            .await
            .unwrap();
        file.write(0, vec![Bytes::from_static(b"hel")]).await.unwrap();
        file.sync().await.unwrap();
        std::fs::write(dir.path().join("a"), b"old").unwrap();
        let mark = file.mark();
        let taken = LocalTargets.rename(&folder, "a.part", mark, "a", None).await.unwrap();
        assert_eq!(taken, Naming::Taken);
        assert_eq!(std::fs::read(dir.path().join("a")).unwrap(), b"old");
        let over = LocalTargets.standing(&folder, "a").await.unwrap().unwrap().mark;
        let named = LocalTargets
            .rename(&folder, "a.part", mark, "a", Some(over))
            .await
            .unwrap();
        assert_eq!(named, Naming::Named);
        assert_eq!(std::fs::read(dir.path().join("a")).unwrap(), b"hello!");
    }

    #[tokio::test]
    async fn another_file_of_the_same_name_is_neither_opened_nor_removed() {
        let (dir, folder) = folder();
        let mark = LocalTargets.create(&folder, "a.part").await.unwrap().unwrap().mark();
        assert!(LocalTargets.open(&folder, "a.part", mark).await.unwrap().is_some());
        std::fs::write(dir.path().join("b"), b"foreign").unwrap();
        std::fs::rename(dir.path().join("b"), dir.path().join("a.part")).unwrap();
        assert!(LocalTargets.open(&folder, "a.part", mark).await.unwrap().is_none());
        LocalTargets.remove(&folder, "a.part", mark).await.unwrap();
        assert_eq!(std::fs::read(dir.path().join("a.part")).unwrap(), b"foreign");
    }

    #[tokio::test]
    async fn a_folder_of_our_own_is_made_once_and_is_nobody_elses_to_look_into() {
        let (dir, folder) = folder();
        let own = dir.path().join("copies");
        let bytes = platform::path_to_bytes(&own);
        let gone = LocalTargets.names(&bytes).await.err().unwrap();
        assert_eq!(gone.kind, Kind::TargetGone);
        for _ in 0..2 {
            LocalTargets.make_folder(&bytes).await.unwrap();
            LocalTargets.create(&bytes, "a.part").await.unwrap();
        }
        assert_ne!(platform::modes::is_private(&own).unwrap(), Some(false));
        assert_eq!(LocalTargets.names(&bytes).await.unwrap(), ["a.part"]);
        assert_eq!(LocalTargets.names(&folder).await.unwrap(), ["copies"]);
    }

    #[tokio::test]
    async fn a_missing_folder_is_not_a_missing_file() {
        let (dir, folder) = folder();
        let mark = LocalTargets.create(&folder, "a.part").await.unwrap().unwrap().mark();
        drop(dir);
        let gone = LocalTargets.open(&folder, "a.part", mark).await.err().unwrap();
        assert_eq!(gone.kind, Kind::TargetGone);
        let gone = LocalTargets.standing(&folder, "a.part").await.err().unwrap();
        assert_eq!(gone.kind, Kind::TargetGone);
    }

    #[tokio::test]
    async fn a_partial_file_is_private_and_a_named_one_is_like_any_other() {
        let (dir, folder) = folder();
        let private = |name: &str| platform::modes::is_private(&dir.path().join(name)).unwrap();
        let mark = LocalTargets.create(&folder, "a.part").await.unwrap().unwrap().mark();
        // Where a mode does not tell, there is nothing to see.
        assert_ne!(private("a.part"), Some(false));
        LocalTargets.rename(&folder, "a.part", mark, "a", None).await.unwrap();
        std::fs::write(dir.path().join("usual"), b"").unwrap();
        assert_eq!(private("a"), private("usual"));
    }
}
