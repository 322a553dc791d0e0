//! Snapshots of files that grow, change, shrink and go.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tempfile::TempDir;
use transfer::Time;
use uuid::Uuid;

use super::super::fixture::watch;
use super::*;

struct Room {
    folder: TempDir,
    watch: Watch,
}

impl Room {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = platform::canonical(folder.path()).unwrap().join("in");
        fs::create_dir_all(root.join("sub")).unwrap();
        let mut watch = watch(&root);
        watch.options = BTreeMap::from([("title".to_owned(), "{stem} of {folder}".to_owned())]);
        Self { folder, watch }
    }

    fn path(&self) -> PathBuf {
        platform::path_from_bytes(&self.watch.root).join("sub").join("app.log")
    }

    fn to(&self) -> PathBuf {
        self.folder.path().join("copy")
    }

    /// The file as the watch knows it.
    fn file(&self) -> WatchFile {
        let print = source::print(platform::identity_of(&self.path()).unwrap());
        let name = platform::path_to_bytes(&PathBuf::from("sub").join("app.log"));
        WatchFile::new(self.watch.id, name, print, Time(0))
    }

    fn take(&self, file: &WatchFile) -> Result<NewUpload> {
        let stop = CancellationToken::new();
        take(&self.watch, file, &self.to(), BatchId(Uuid::from_u128(3)), &stop)
    }
}

#[test]
fn a_snapshot_has_the_bytes_of_its_moment_and_the_name_of_the_file() {
    let room = Room::new();
    let bytes: Vec<u8> = (0..3 * PIECE + 17).map(|at| (at % 251) as u8).collect();
    fs::write(room.path(), &bytes).unwrap();
    let file = room.file();
    let upload = room.take(&file).unwrap();
    // What comes later is not in it.
    fs::OpenOptions::new()
        .append(true)
        .open(room.path())
        .unwrap()
        .write_all(b"later")
        .unwrap();
    assert_eq!(fs::read(room.to()).unwrap(), bytes);
    assert_eq!(
        (upload.name.as_str(), upload.size),
        ("sub/app.log", Some(bytes.len() as u64))
    );
    assert_eq!(upload.path, platform::path_to_bytes(&room.to()));
    assert_eq!(
        upload.version,
        Some(source::print(platform::identity_of(&room.to()).unwrap()))
    );
    // The watch's words for the service come along, its own mark does not: no ledger follows this transfer.
    assert_eq!(
        upload.options,
        BTreeMap::from([("title".to_owned(), "app of in".to_owned())])
    );
}

#[test]
fn a_file_whose_beginning_changes_gives_none() {
    let room = Room::new();
    fs::write(room.path(), vec![1; 100]).unwrap();
    let file = room.file();
    let mut from = File::open(room.path()).unwrap();
    let mut read = |size, keep: &mut dyn FnMut(&[u8]) -> io::Result<()>| {
        read_twice(&file, &mut from, size, &CancellationToken::new(), keep)
    };
    read(100, &mut |_| Ok(())).unwrap();
    // Written over after it was read, and grown at the same time.
    let over = read(100, &mut |_| fs::write(room.path(), vec![2; 200])).unwrap_err();
    // Cut since it was measured.
    let cut = read(201, &mut |_| Ok(())).unwrap_err();
    for why in [over, cut] {
        assert_eq!((why.kind, why.code.as_str()), (Kind::SourceChanged, "not_only_growing"));
        assert!(why.message.contains("app.log"), "{why}");
    }
}

#[test]
fn what_can_not_be_finished_leaves_nothing_behind_and_takes_nothing_that_is_there() {
    let room = Room::new();
    fs::write(room.path(), b"abc").unwrap();
    let file = room.file();
    let stop = CancellationToken::new();
    stop.cancel();
    let batch = BatchId(Uuid::from_u128(3));
    assert_eq!(
        take(&room.watch, &file, &room.to(), batch, &stop).unwrap_err().code,
        "stopped"
    );
    assert!(!room.to().exists());

    fs::write(room.to(), b"of somebody").unwrap();
    assert_eq!(room.take(&file).unwrap_err().code, "snapshot_write");
    assert_eq!(fs::read(room.to()).unwrap(), b"of somebody");
    fs::remove_file(room.to()).unwrap();

    fs::remove_file(room.path()).unwrap();
    assert_eq!(room.take(&file).unwrap_err().kind, Kind::SourceGone);
    assert!(!room.to().exists());
}
