//! Decides which process may do something, by a lock that the system frees when its holder dies.

use crate::file_identity::{identity_of, identity_of_open};
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// A lock that is held until this value is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct FileLock {
    _held: File,
}

impl FileLock {
    /// Takes the lock that the file at `path` stands for, making the file when it is missing; `None` when another holds it.
    ///
    /// Never waits. The file stays when the lock is freed: removing it would let two processes hold two files of one name.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::Unsupported`] on a file system without locks.
    pub fn try_take(path: &Path) -> io::Result<Option<FileLock>> {
        loop {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // Somebody may have removed or swapped the file in between: then the lock on the old one means nothing.
            match identity_of(path) {
                Ok(named) if named.same_file(&identity_of_open(&file)?) => {
                    return Ok(Some(FileLock { _held: file }));
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    #[test]
    fn only_one_holds_it_until_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.lock");
        let held = FileLock::try_take(&path).unwrap().unwrap();
        assert!(FileLock::try_take(&path).unwrap().is_none());
        drop(held);
        assert!(FileLock::try_take(&path).unwrap().is_some());
    }

    #[test]
    fn a_missing_folder_is_an_error_and_not_a_free_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gone").join("engine.lock");
        assert_eq!(FileLock::try_take(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    /// Not a test of its own: the other process of the test below.
    #[test]
    fn holds_the_lock_for_the_other_process_when_asked() {
        let Some(path) = std::env::var_os("LONGSHORE_TEST_LOCK") else {
            return;
        };
        let _held = FileLock::try_take(path.as_ref()).unwrap().unwrap();
        println!("\nheld");
        // Until the parent kills us, or closes its end.
        let _ = std::io::stdin().lock().read_line(&mut String::new());
    }

    #[test]
    fn a_killed_holder_leaves_the_lock_free() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.lock");
        let mut holder = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "lock::tests::holds_the_lock_for_the_other_process_when_asked",
                "--nocapture",
            ])
            .env("LONGSHORE_TEST_LOCK", &path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == "held"));
        assert!(FileLock::try_take(&path).unwrap().is_none());
        holder.kill().unwrap();
        holder.wait().unwrap();
        assert!(FileLock::try_take(&path).unwrap().is_some());
    }
}
