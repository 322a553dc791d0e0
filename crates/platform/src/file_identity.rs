//! Says which file this is, and whether it is still the same one.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// What tells a file apart from every other, and from itself after a change.
///
/// Two equal values mean: the same file, unchanged as far as the file system can tell.
/// A person's tool can set `modified_ns` back; `changed_ns` is kept by the system and moves on with every write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileIdentity {
    /// The file system the file lives on: the device number, on Windows the volume's serial number.
    pub device: u64,
    /// The file's number there: the inode, on Windows the 128-bit file id.
    pub file: u128,
    /// Length in bytes.
    pub size: u64,
    /// When the content was last written, in nanoseconds since 1970 (before it: negative).
    pub modified_ns: i128,
    /// When content, name or rights last changed, in nanoseconds since 1970 (before it: negative).
    pub changed_ns: i128,
}

impl FileIdentity {
    /// Whether both are the same file, changed or not.
    #[must_use]
    pub fn same_file(&self, other: &FileIdentity) -> bool {
        self.device == other.device && self.file == other.file
    }
}

/// Which regular file stands at `path` now; a symbolic link is followed.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when it is a folder, a device, a socket or a named pipe; otherwise what the system says.
pub fn identity_of(path: &Path) -> io::Result<FileIdentity> {
    identity_of_open(&open_for_reading(path)?)
}

/// Which regular file this open file is, however it is called by now.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when it is no regular file; otherwise what the system says.
pub fn identity_of_open(file: &File) -> io::Result<FileIdentity> {
    let metadata = file.metadata()?;
    must_be_regular(&metadata)?;
    system::identity(file, &metadata)
}

/// Opens a regular file for reading; never waits for a writer on a named pipe and is not handed on to child processes.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when it is a folder, a device, a socket or a named pipe; otherwise what the system says.
pub fn open_for_reading(path: &Path) -> io::Result<File> {
    // Asked before opening too: opening a device can have effects, and a socket can't be opened at all.
    must_be_regular(&std::fs::metadata(path)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    system::without_waiting(&mut options);
    let file = options.open(path)?;
    must_be_regular(&file.metadata()?)?;
    Ok(file)
}

/// The same of what was looked at and not opened.
#[cfg(unix)]
pub(crate) fn identity_of_metadata(metadata: &Metadata) -> FileIdentity {
    system::identity_of_metadata(metadata)
}

/// Whether the disk gives the number of a removed file to no other: NTFS and ReFS count how often they used a place.
#[cfg(windows)]
pub(crate) fn is_numbered_for_good(file: &File) -> bool {
    system::long_number(file).is_ok()
}

/// Volume and number of whatever is open.
#[cfg(windows)]
pub(crate) fn number_of(file: &File) -> io::Result<(u64, u128)> {
    system::number(file)
}

fn must_be_regular(metadata: &Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let what = if metadata.is_dir() {
        "a folder"
    } else {
        "a device, socket or pipe"
    };
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("this is {what}, not a file"),
    ))
}

#[cfg(unix)]
mod system {
    use super::FileIdentity;
    use rustix::fs::OFlags;
    use std::fs::{File, Metadata, OpenOptions};
    use std::io;
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};

    pub(super) fn without_waiting(options: &mut OpenOptions) {
        // A regular file ignores NONBLOCK; a pipe put there in the meantime would hold us for ever without it.
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        options.custom_flags(flags.bits().cast_signed());
    }

    pub(super) fn identity(_file: &File, metadata: &Metadata) -> io::Result<FileIdentity> {
        Ok(identity_of_metadata(metadata))
    }

    pub(super) fn identity_of_metadata(metadata: &Metadata) -> FileIdentity {
        let nanoseconds = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        FileIdentity {
            device: metadata.dev(),
            file: u128::from(metadata.ino()),
            size: metadata.size(),
            modified_ns: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            changed_ns: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

#[cfg(windows)]
mod system {
    use super::FileIdentity;
    use std::fs::{File, Metadata, OpenOptions};
    use std::io;
    use std::os::windows::io::AsRawHandle;
    use windows_sys::Win32::Storage::FileSystem::{
        BY_HANDLE_FILE_INFORMATION, FILE_BASIC_INFO, FILE_ID_INFO, FILE_INFO_BY_HANDLE_CLASS, FileBasicInfo,
        FileIdInfo, GetFileInformationByHandle, GetFileInformationByHandleEx,
    };

    /// 1601-01-01 to 1970-01-01 in the 100 ns steps of Windows.
    const TO_1970: i128 = 116_444_736_000_000_000;

    pub(super) fn without_waiting(_options: &mut OpenOptions) {}

    pub(super) fn identity(file: &File, metadata: &Metadata) -> io::Result<FileIdentity> {
        let basic: FILE_BASIC_INFO = ask(file, FileBasicInfo)?;
        let (device, number) = number(file)?;
        let nanoseconds = |steps: i64| (i128::from(steps) - TO_1970) * 100;
        Ok(FileIdentity {
            device,
            file: number,
            size: metadata.len(),
            modified_ns: nanoseconds(basic.LastWriteTime),
            changed_ns: nanoseconds(basic.ChangeTime),
        })
    }

    pub(super) fn number(file: &File) -> io::Result<(u64, u128)> {
        // FAT and some network drives know only the older, 64-bit number.
        long_number(file).or_else(|_| older_number(file))
    }

    pub(super) fn long_number(file: &File) -> io::Result<(u64, u128)> {
        let id: FILE_ID_INFO = ask(file, FileIdInfo)?;
        Ok((id.VolumeSerialNumber, u128::from_le_bytes(id.FileId.Identifier)))
    }

    /// Asks for one of the fixed-size structures that `class` names; `T` must be that structure.
    #[allow(unsafe_code)]
    fn ask<T: Copy>(file: &File, class: FILE_INFO_BY_HANDLE_CLASS) -> io::Result<T> {
        let mut answer = std::mem::MaybeUninit::<T>::zeroed();
        let size = u32::try_from(size_of::<T>()).map_err(io::Error::other)?;
        // SAFETY: the handle is open for as long as `file` is borrowed, and the call writes at most `size` bytes into
        // `answer`, which is that large.
        let done =
            unsafe { GetFileInformationByHandleEx(file.as_raw_handle(), class, answer.as_mut_ptr().cast(), size) };
        if done == 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the structures asked for are plain integers, valid for every bit pattern, and were zeroed before.
        Ok(unsafe { answer.assume_init() })
    }

    #[allow(unsafe_code)]
    fn older_number(file: &File) -> io::Result<(u64, u128)> {
        let mut answer = BY_HANDLE_FILE_INFORMATION::default();
        // SAFETY: the handle is open for as long as `file` is borrowed; `answer` is the structure this call fills.
        if unsafe { GetFileInformationByHandle(file.as_raw_handle(), &raw mut answer) } == 0 {
            return Err(io::Error::last_os_error());
        }
        let number = (u128::from(answer.nFileIndexHigh) << 32) | u128::from(answer.nFileIndexLow);
        Ok((u64::from(answer.dwVolumeSerialNumber), number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    #[test]
    fn a_file_left_alone_keeps_its_identity() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"one").unwrap();
        let before = identity_of(&path).unwrap();
        assert_eq!(before.size, 3);
        assert_eq!(before, identity_of(&path).unwrap());
        assert_eq!(before, identity_of_open(&File::open(&path).unwrap()).unwrap());
    }

    #[test]
    fn a_write_that_keeps_size_and_modification_time_is_still_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"one").unwrap();
        let before = identity_of(&path).unwrap();
        let old_time = fs::metadata(&path).unwrap().modified().unwrap();
        // The kernel's clock of files may tick slowly: write until it has moved.
        let after = loop {
            let mut file = OpenOptions::new().write(true).open(&path).unwrap();
            file.write_all(b"two").unwrap();
            file.set_modified(old_time).unwrap();
            let now = identity_of(&path).unwrap();
            if now.changed_ns != before.changed_ns {
                break now;
            }
        };
        assert_eq!((before.size, before.modified_ns), (after.size, after.modified_ns));
        assert_ne!(before, after);
        assert!(before.same_file(&after));
    }

    #[test]
    fn a_file_put_in_its_place_is_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"one").unwrap();
        let kept_open = open_for_reading(&path).unwrap();
        fs::write(folder.path().join("b"), b"one").unwrap();
        fs::rename(folder.path().join("b"), &path).unwrap();
        let old = identity_of_open(&kept_open).unwrap();
        assert!(!old.same_file(&identity_of(&path).unwrap()));
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            identity_of(folder.path()).unwrap_err().kind(),
            io::ErrorKind::InvalidInput
        );
        assert_eq!(
            open_for_reading(folder.path()).unwrap_err().kind(),
            io::ErrorKind::InvalidInput
        );
    }

    #[test]
    fn a_path_of_more_than_three_hundred_characters_is_like_any_other() {
        let folder = tempfile::tempdir().unwrap();
        let deep = (0..6).fold(folder.path().to_owned(), |path, _| path.join("x".repeat(60)));
        fs::create_dir_all(&deep).unwrap();
        assert!(deep.as_os_str().len() > 300);
        let (part, whole) = (deep.join("a.part"), deep.join("a"));
        let file = crate::create_new(&part, false).unwrap();
        crate::write_all_at(&file, b"one", 0).unwrap();
        let made = identity_of_open(&file).unwrap();
        drop(file);
        crate::rename_new(&part, &whole).unwrap();
        crate::sync_dir(&deep).unwrap();
        assert!(identity_of(&whole).unwrap().same_file(&made));
        assert_eq!(crate::standing_at(&whole).unwrap().size, 3);
        assert!(crate::space::free(&deep).unwrap() > 0);
        assert_eq!(crate::path_from_bytes(&crate::path_to_bytes(&whole)), whole);
    }

    #[cfg(windows)]
    #[test]
    fn a_devices_name_in_any_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["NUL", "CON", "COM1", "LPT9.txt", "nul "] {
            assert!(open_for_reading(&folder.path().join(name)).is_err(), "{name}");
        }
    }

    #[cfg(windows)]
    #[test]
    fn dots_and_spaces_at_the_end_of_a_name_lead_to_the_name_without_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"one").unwrap();
        for name in ["a.", "a ", "a. ."] {
            assert_eq!(
                identity_of(&folder.path().join(name)).unwrap(),
                identity_of(&path).unwrap(),
                "{name:?}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stands_for_the_file_it_points_to() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a"), folder.path().join("l"));
        fs::write(&path, b"one").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(identity_of(&path).unwrap(), identity_of(&link).unwrap());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_pipe_without_a_writer_is_refused_and_does_not_hold_us() {
        use rustix::fs::{CWD, Mode, mkfifoat};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        mkfifoat(CWD, &path, Mode::RWXU).unwrap();
        assert_eq!(open_for_reading(&path).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        // Also when it takes the file's place between the look and the opening.
        let mut options = OpenOptions::new();
        options.read(true);
        system::without_waiting(&mut options);
        let opened = options.open(&path).unwrap();
        assert_eq!(
            identity_of_open(&opened).unwrap_err().kind(),
            io::ErrorKind::InvalidInput
        );
    }
}
