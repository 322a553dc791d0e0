//! Reads and writes at an offset, so that several readers and writers can share one open file.

use std::fs::File;
use std::io;

/// Reads up to `buffer.len()` bytes at `offset` (in bytes); 0 means that the file ends there.
///
/// On Windows this moves the file's own cursor, which nobody here relies on.
///
/// # Errors
/// What the system says; an interrupted call is repeated.
pub fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    loop {
        match system::read_at(file, buffer, offset) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            answer => return answer,
        }
    }
}

/// Writes all of `bytes` at `offset` (in bytes); a gap before it reads as zeros.
///
/// # Errors
/// What the system says, with an unknown part of the bytes written; [`io::ErrorKind::StorageFull`] when the disk is full.
pub fn write_all_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match system::write_at(file, bytes, offset) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => {
                bytes = &bytes[written..];
                offset += written as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(unix)]
mod system {
    use std::os::unix::fs::FileExt;
    use std::{fs::File, io};

    pub(super) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        file.read_at(buffer, offset)
    }

    pub(super) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
        file.write_at(bytes, offset)
    }
}

#[cfg(windows)]
mod system {
    use std::os::windows::fs::FileExt;
    use std::{fs::File, io};

    pub(super) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        file.seek_read(buffer, offset)
    }

    pub(super) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
        file.seek_write(bytes, offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_written_at_an_offset_are_read_back_there() {
        let file = tempfile::tempfile().unwrap();
        write_all_at(&file, b"world", 7).unwrap();
        write_all_at(&file, b"hello, ", 0).unwrap();
        let mut buffer = [0; 32];
        assert_eq!(read_at(&file, &mut buffer, 0).unwrap(), 12);
        assert_eq!(&buffer[..12], b"hello, world");
        assert_eq!(read_at(&file, &mut buffer[..3], 7).unwrap(), 3);
        assert_eq!(&buffer[..3], b"wor");
    }

    #[test]
    fn the_end_of_a_file_is_no_error() {
        let file = tempfile::tempfile().unwrap();
        write_all_at(&file, b"abc", 0).unwrap();
        assert_eq!(read_at(&file, &mut [0; 8], 3).unwrap(), 0);
        assert_eq!(read_at(&file, &mut [0; 8], 1_000).unwrap(), 0);
    }

    #[test]
    fn a_gap_reads_as_zeros() {
        let file = tempfile::tempfile().unwrap();
        write_all_at(&file, b"z", 4).unwrap();
        let mut buffer = [1; 5];
        assert_eq!(read_at(&file, &mut buffer, 0).unwrap(), 5);
        assert_eq!(&buffer, b"\0\0\0\0z");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_said_at_once() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        assert_eq!(
            write_all_at(&full, b"x", 0).unwrap_err().kind(),
            io::ErrorKind::StorageFull
        );
    }
}
