//! What is kept of a facilioo upload: its form 1, which stays readable for good.

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use transfer::error::Result;
use transfer::parts::UploadSession;
use transfer::transfer::Remote;
use transfer::{Failure, Kind, PartPlan, SecretString, Time};

use super::file::{FileRead, usable};
use super::{KEY, LABEL};

/// The form that is written.
pub(super) const VERSION: u32 = 1;

/// The body of an [`UploadSession`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) version: u32,
    /// The file entity's.
    pub(super) id: String,
    /// The external id that it was made with.
    pub(super) own_id: String,
    pub(super) name: String,
    pub(super) size: u64,
    /// The media type of its file type, sent with the bytes.
    pub(super) mime: Option<String>,
    /// A document is made of it in the end.
    pub(super) document: bool,
    /// For a new version of a file: what the service showed of it before.
    pub(super) before: Option<Before>,
}

/// What the service showed of a file before a new version was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Before {
    pub(super) size: Option<u64>,
    pub(super) modified: Option<Time>,
}

impl Before {
    pub(super) fn of(file: &FileRead) -> Self {
        Self {
            size: file.size,
            modified: file.modified,
        }
    }
}

impl Session {
    /// The session as it is stored, of one part.
    pub(super) fn write(&self) -> Result<UploadSession> {
        let body = serde_json::to_string(self).map_err(|_| {
            Failure::new(
                Kind::Bug,
                "session_unwritable",
                format!("The {LABEL} upload can't be stored."),
            )
        })?;
        Ok(UploadSession {
            provider: KEY.into(),
            version: VERSION,
            remote_id: Some(self.id.clone()),
            parts: vec![PartPlan {
                number: 1,
                start: 0,
                end: self.size,
            }],
            // A link is asked for whenever one is needed.
            expires_at: None,
            body: SecretString::from(body),
        })
    }

    /// Reads a stored session.
    pub(super) fn read(session: &UploadSession) -> Result<Self> {
        let unreadable = || {
            Failure::new(
                Kind::Bug,
                "session_unreadable",
                format!("The stored {LABEL} upload can't be read by this version."),
            )
        };
        if session.provider != KEY || session.version != VERSION {
            return Err(unreadable());
        }
        serde_json::from_str::<Self>(session.body.expose_secret())
            .ok()
            .filter(|read| read.version == VERSION && usable(&read.id))
            .ok_or_else(unreadable)
    }

    /// The file at the service.
    pub(super) fn remote(&self) -> Remote {
        Remote {
            id: self.id.clone(),
            url: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the first release wrote it. Never edited.
    const FORM_1: &str = r#"{"version":1,"id":"4001","own_id":"0198-1","name":"plan.pdf","size":12,"mime":"application/pdf","document":true,"before":{"size":10,"modified":1700000000000}}"#;

    fn stored(version: u32, body: &str) -> UploadSession {
        UploadSession {
            provider: KEY.into(),
            version,
            remote_id: None,
            parts: Vec::new(),
            expires_at: None,
            body: SecretString::from(body),
        }
    }

    #[test]
    fn the_first_form_stays_readable_and_is_what_is_written() {
        let read = Session::read(&stored(1, FORM_1)).unwrap();
        assert_eq!((read.id.as_str(), read.own_id.as_str()), ("4001", "0198-1"));
        assert_eq!(read.before.and_then(|before| before.size), Some(10));
        let written = read.write().unwrap();
        assert_eq!(written.body.expose_secret(), FORM_1);
        assert_eq!((written.parts.len(), written.parts[0].end), (1, 12));
    }

    #[test]
    fn another_form_is_refused_without_showing_it() {
        for session in [
            stored(2, FORM_1),
            stored(1, "CANARY"),
            stored(1, &FORM_1.replace("\"version\":1", "\"version\":2")),
            stored(1, &FORM_1.replace("4001", "../CANARY")),
        ] {
            let failure = Session::read(&session).expect_err("refused");
            assert_eq!(failure.code, "session_unreadable");
            assert!(!format!("{failure:?}").contains("CANARY"));
        }
    }
}
