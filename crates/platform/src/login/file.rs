//! An entry that is a file: read as little as it may be, written whole, removed for good.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use crate::{create_new, rename_new, replace, sync_dir};

/// No entry of ours is longer.
const LONGEST: u64 = 64 * 1024;

/// What the file says; an empty text for what is none that we would have written: a link, a folder, no text, too long.
pub(super) fn read(path: &Path) -> io::Result<Option<String>> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(why),
    };
    if !found.is_file() || found.len() > LONGEST {
        return Ok(Some(String::new()));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(Some(String::from_utf8(bytes).unwrap_or_default()))
}

/// Writes it beside its place and moves it there, `over` what stands there or only where nothing does.
pub(super) fn write(path: &Path, text: &str, over: bool) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    // Who reads the folder at login passes by what has another ending.
    let fresh = path.with_extension("new");
    match fs::remove_file(&fresh) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
        _ => {}
    }
    let written = || {
        let mut file = create_new(&fresh, false)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        if over {
            replace(&fresh, path)
        } else {
            rename_new(&fresh, path)
        }
    };
    if let Err(why) = written() {
        let _ = fs::remove_file(&fresh);
        return Err(why);
    }
    sync_dir(folder)
}

/// Removes it.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => Err(why),
        _ => path.parent().map_or(Ok(()), sync_dir),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_replaced_only_when_that_is_meant_and_removed() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("config/autostart/longshore.desktop");
        assert_eq!(read(&path).unwrap(), None);
        write(&path, "one", false).unwrap();
        assert_eq!(
            write(&path, "two", false).unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(read(&path).unwrap().as_deref(), Some("one"));
        write(&path, "three", true).unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some("three"));
        let names = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(names, 1, "nothing is left beside it");
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(read(&path).unwrap(), None);
    }

    #[test]
    fn what_we_would_not_have_written_says_nothing() {
        let room = tempfile::tempdir().unwrap();
        let (link, folder, binary) = (room.path().join("l"), room.path().join("f"), room.path().join("b"));
        fs::write(room.path().join("there"), "text").unwrap();
        std::os::unix::fs::symlink(room.path().join("there"), &link).unwrap();
        fs::create_dir(&folder).unwrap();
        fs::write(&binary, [0xff, 0xfe]).unwrap();
        for path in [link, folder, binary] {
            assert_eq!(read(&path).unwrap().as_deref(), Some(""), "{path:?}");
        }
    }
}
