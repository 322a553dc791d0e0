//! Memory that bytes are read into, used again and again: fresh memory is zeroed and faulted in, and is in no cache.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// Bytes of a buffer that is kept: what is read at a time at most.
pub(crate) const SIZE: usize = 256 * 1024;
/// Buffers kept while nobody uses them.
const KEPT: usize = 32;

/// Buffers that nobody uses at the moment, the last used on top.
#[derive(Debug, Clone, Default)]
pub(crate) struct Buffers(Arc<Mutex<Vec<Vec<u8>>>>);

/// A buffer in use: it goes back once its last reader is through.
#[derive(Debug)]
struct Lent {
    buffer: Vec<u8>,
    filled: usize,
    home: Buffers,
}

impl Buffers {
    /// What `read` puts into a buffer of `len` bytes and says how much it was.
    ///
    /// # Errors
    /// Those of `read`.
    pub(crate) fn fill<E>(&self, len: usize, read: impl FnOnce(&mut [u8]) -> Result<usize, E>) -> Result<Bytes, E> {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut lent = Lent {
            buffer: free.unwrap_or_default(),
            filled: 0,
            home: self.clone(),
        };
        if lent.buffer.len() < len {
            lent.buffer.resize(len, 0);
        }
        lent.filled = read(&mut lent.buffer[..len])?.min(len);
        Ok(Bytes::from_owner(lent))
    }
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut free = self.home.0.lock().unwrap_or_else(PoisonError::into_inner);
        if free.len() < KEPT && self.buffer.len() <= SIZE {
            free.push(std::mem::take(&mut self.buffer));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(buffers: &Buffers, bytes: &[u8]) -> Bytes {
        let read = |buffer: &mut [u8]| {
            buffer.copy_from_slice(bytes);
            Ok::<_, ()>(bytes.len())
        };
        buffers.fill(bytes.len(), read).unwrap()
    }

    #[test]
    fn a_buffer_is_used_again_only_once_nobody_reads_it() {
        let buffers = Buffers::default();
        let first = filled(&buffers, b"first");
        let part = first.slice(1..3);
        let place = first.as_ptr();
        drop(first);
        assert_ne!(filled(&buffers, b"other").as_ptr(), place);
        assert_eq!(part, "ir");
        drop(part);
        let again = filled(&buffers, b"ag");
        assert_eq!((again.as_ptr(), &again[..]), (place, &b"ag"[..]));
    }

    #[test]
    fn a_read_that_fails_or_ends_early_leaves_nothing_of_an_earlier_one() {
        let buffers = Buffers::default();
        drop(filled(&buffers, b"secret"));
        assert_eq!(buffers.fill(6, |_| Err("broken")), Err("broken"));
        assert_eq!(buffers.fill(6, |_| Ok::<_, ()>(2)).unwrap().len(), 2);
    }

    #[test]
    fn no_more_is_kept_than_the_fastest_upload_uses() {
        let buffers = Buffers::default();
        let many: Vec<_> = (0..KEPT + 9).map(|_| filled(&buffers, b"x")).collect();
        drop(many);
        assert_eq!(buffers.0.lock().unwrap().len(), KEPT);
        drop(filled(&buffers, &vec![1; SIZE + 1]));
        assert!(buffers.0.lock().unwrap().iter().all(|buffer| buffer.len() <= SIZE));
    }
}
