//! Small pictures of files: looked at before they are shown, and kept a while, so that scrolling back asks nobody.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use imagesize::ImageType;
use transfer::AccountId;
use transfer::library::{MOST_THUMBNAIL, Thumbnail};

/// Bytes that are kept.
const ROOM: usize = 32 * 1024 * 1024;
/// Pixels on a side of a picture that is drawn.
const WIDEST: usize = 8192;
/// A file without a picture takes some room too.
const LEAST: usize = 256;

/// Whose picture of which file.
type Key = (AccountId, String);

/// A picture, or the certainty that there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Picture { content_type: &'static str, bytes: Bytes },
    NotYet,
    Never,
}

/// What services answered, in memory only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pictures(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    known: HashMap<Key, Shown>,
    /// Oldest first.
    order: VecDeque<Key>,
    room: usize,
}

impl Shown {
    /// What a service gave, if it is a picture by its own first bytes.
    pub(crate) fn of(thumbnail: Thumbnail) -> Self {
        match thumbnail {
            Thumbnail::Picture { bytes, .. } if bytes.len() <= MOST_THUMBNAIL => match raster(&bytes) {
                Some(content_type) => Self::Picture { content_type, bytes },
                None => Self::Never,
            },
            Thumbnail::NotYet => Self::NotYet,
            Thumbnail::Picture { .. } | Thumbnail::Never => Self::Never,
        }
    }

    fn room(&self) -> usize {
        match self {
            Self::Picture { bytes, .. } => bytes.len() + LEAST,
            _ => LEAST,
        }
    }
}

impl Pictures {
    pub(crate) fn get(&self, account: AccountId, id: &str) -> Option<Shown> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.known.get(&(account, id.to_owned())).cloned()
    }

    /// Keeps an answer, and drops the oldest where room is short. What is still being made is asked for again.
    pub(crate) fn put(&self, account: AccountId, id: &str, shown: &Shown) {
        if *shown == Shown::NotYet {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (account, id.to_owned());
        kept.leave_out(&key);
        kept.room += shown.room();
        kept.known.insert(key.clone(), shown.clone());
        kept.order.push_back(key);
        while kept.room > ROOM
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.forget(&oldest);
        }
    }

    /// The file was changed or deleted.
    pub(crate) fn forget(&self, account: AccountId, id: &str) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.leave_out(&(account, id.to_owned()));
    }
}

impl Kept {
    fn leave_out(&mut self, key: &Key) {
        self.order.retain(|other| other != key);
        self.forget(key);
    }

    fn forget(&mut self, key: &Key) {
        if let Some(shown) = self.known.remove(key) {
            self.room -= shown.room();
        }
    }
}

/// The type of a raster picture that every web view shows, and that is small enough to be drawn. A drawing (SVG) is a
/// document and can hold anything; a few bytes can claim to be a picture that fills the memory.
fn raster(bytes: &[u8]) -> Option<&'static str> {
    let content_type = match imagesize::image_type(bytes).ok()? {
        ImageType::Png => "image/png",
        ImageType::Jpeg => "image/jpeg",
        ImageType::Gif => "image/gif",
        ImageType::Webp => "image/webp",
        _ => return None,
    };
    let size = imagesize::blob_size(bytes).ok()?;
    (size.width <= WIDEST && size.height <= WIDEST).then_some(content_type)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ACCOUNT: AccountId = AccountId(Uuid::nil());

    fn given(content_type: &str, bytes: &[u8]) -> Shown {
        Shown::of(Thumbnail::Picture {
            content_type: content_type.into(),
            bytes: Bytes::copy_from_slice(bytes),
        })
    }

    /// The beginning of a PNG that says it is so wide.
    fn png(width: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(16_u32.to_be_bytes());
        bytes.extend([8, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    #[test]
    fn only_what_is_a_raster_picture_is_shown_as_one_whatever_it_calls_itself() {
        let shown = given("text/html", &png(16));
        assert!(matches!(
            shown,
            Shown::Picture {
                content_type: "image/png",
                ..
            }
        ));
        for bytes in [&b"<svg onload=x>"[..], b"", b"\xff\xd8", b"%PDF-1.7", &png(60_000)] {
            assert_eq!(given("image/png", bytes), Shown::Never);
        }
        let mut huge = png(16);
        huge.resize(MOST_THUMBNAIL + 1, 0);
        assert_eq!(given("image/png", &huge), Shown::Never);
    }

    #[test]
    fn the_oldest_pictures_make_room_and_what_is_being_made_is_asked_for_again() {
        let pictures = Pictures::default();
        let large = Shown::Picture {
            content_type: "image/png",
            bytes: Bytes::from(vec![0; ROOM / 2]),
        };
        for id in ["a", "b", "b", "c"] {
            pictures.put(ACCOUNT, id, &large);
        }
        assert_eq!(pictures.get(ACCOUNT, "a"), None);
        assert_eq!(pictures.get(ACCOUNT, "c"), Some(large));
        pictures.put(ACCOUNT, "d", &Shown::NotYet);
        assert_eq!(pictures.get(ACCOUNT, "d"), None);
        pictures.forget(ACCOUNT, "c");
        assert_eq!(pictures.get(ACCOUNT, "c"), None);
        let kept = pictures.0.lock().unwrap();
        assert_eq!(kept.room, kept.known.values().map(Shown::room).sum::<usize>());
    }
}
