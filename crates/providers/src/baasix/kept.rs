//! What is kept of an upload to Baasix: its form 1, which stays readable for good, and what one life of the program learns.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use transfer::error::Result;
use transfer::parts::UploadSession;
use transfer::transfer::Remote;
use transfer::{Failure, Kind, SecretString, Time};

use super::{KEY, LABEL};

/// The form that is written.
pub(super) const VERSION: u32 = 1;
/// Under this word the file's metadata names the upload that made it, for servers that choose ids themselves.
pub(super) const MARK: &str = "longshoreUpload";

/// The body of an [`UploadSession`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) version: u32,
    /// The id that we chose for the file.
    pub(super) id: String,
    pub(super) size: u64,
    pub(super) name: String,
    pub(super) title: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) folder: Option<String>,
    pub(super) public: bool,
    /// Nothing of it was sent before, by our clock.
    pub(super) since: Time,
}

impl Kept {
    /// The body, as it is stored.
    pub(super) fn write(&self) -> Result<SecretString> {
        serde_json::to_string(self).map(SecretString::from).map_err(|_| {
            Failure::new(
                Kind::Bug,
                "session_unwritable",
                format!("The {LABEL} upload can't be stored."),
            )
        })
    }

    /// Reads a stored session.
    pub(super) fn read(session: &UploadSession) -> Result<Self> {
        if session.provider != KEY || session.version != VERSION {
            return Err(unreadable());
        }
        Self::of(&session.body)
    }

    /// Reads the body of one.
    pub(super) fn of(body: &SecretString) -> Result<Self> {
        serde_json::from_str::<Self>(body.expose_secret())
            .ok()
            .filter(|read| read.version == VERSION)
            .ok_or_else(unreadable)
    }

    /// The file at the server, under the id that it has there.
    pub(super) fn remote(id: &str) -> Remote {
        Remote {
            id: id.to_owned(),
            url: None,
        }
    }
}

fn unreadable() -> Failure {
    Failure::new(
        Kind::Bug,
        "session_unreadable",
        format!("The stored {LABEL} upload can't be read by this version."),
    )
}

/// What became of an upload, as far as this life of the program knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// It was given up: what is not there is gone for good.
    pub(super) given_up: bool,
    /// It is a file now, which giving up does not delete.
    pub(super) finished: bool,
    /// The server cut it at so many bytes.
    pub(super) cut_at: Option<u64>,
    /// How often the server failed on it (500).
    pub(super) failed: u32,
    /// How often the server listed it without its bytes.
    pub(super) without_bytes: u32,
}

/// Whether the server takes ids that a client chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ids {
    Unlearnt,
    Taken,
    Ignored,
}

/// What is learnt while the program runs. Nothing rests on it alone.
#[derive(Default)]
pub(super) struct Memory {
    known: Mutex<HashMap<String, Known>>,
    ids: AtomicU8,
}

impl Memory {
    pub(super) fn known(&self, id: &str) -> Known {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).copied().unwrap_or_default()
    }

    pub(super) fn learn(&self, id: &str, change: impl FnOnce(&mut Known)) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        change(known.entry(id.to_owned()).or_default());
    }

    pub(super) fn ids(&self) -> Ids {
        match self.ids.load(Ordering::Relaxed) {
            1 => Ids::Taken,
            2 => Ids::Ignored,
            _ => Ids::Unlearnt,
        }
    }

    pub(super) fn learn_ids(&self, ids: Ids) {
        self.ids.store(ids as u8, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use transfer::PartPlan;

    use super::*;

    /// As the first release wrote it. Never edited.
    const FORM_1: &str = r#"{"version":1,"id":"0f1e2d3c-4b5a-3978-8695-a4b3c2d1e0f1","size":12,"name":"letter.pdf","title":"letter.pdf","type":"application/pdf","folder":"7a","public":false,"since":1790000000000}"#;

    fn stored(version: u32, body: &str) -> UploadSession {
        UploadSession {
            provider: KEY.into(),
            version,
            remote_id: None,
            parts: vec![PartPlan {
                number: 1,
                start: 0,
                end: 12,
            }],
            expires_at: None,
            body: SecretString::from(body),
        }
    }

    #[test]
    fn the_first_form_stays_readable_and_is_what_is_written() {
        let read = Kept::read(&stored(1, FORM_1)).unwrap();
        assert_eq!((read.size, read.folder.as_deref()), (12, Some("7a")));
        assert_eq!(read.write().unwrap().expose_secret(), FORM_1);
    }

    #[test]
    fn another_form_is_refused_without_showing_it() {
        for session in [
            stored(2, FORM_1),
            stored(1, "CANARY"),
            stored(1, &FORM_1.replace("\"version\":1", "\"version\":2")),
        ] {
            let failure = Kept::read(&session).expect_err("refused");
            assert_eq!(failure.code, "session_unreadable");
            assert!(!format!("{failure:?}").contains("CANARY"));
        }
    }

    #[test]
    fn what_is_learnt_of_ids_survives_its_number() {
        let memory = Memory::default();
        assert_eq!(memory.ids(), Ids::Unlearnt);
        for ids in [Ids::Taken, Ids::Ignored] {
            memory.learn_ids(ids);
            assert_eq!(memory.ids(), ids);
        }
    }
}
