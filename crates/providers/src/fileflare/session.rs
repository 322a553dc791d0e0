//! What is kept of a Fileflare upload: its form 1, which stays readable for good.

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use transfer::error::Result;
use transfer::parts::UploadSession;
use transfer::{Failure, Kind, SecretString};

use super::{KEY, LABEL};

/// The form that is written.
pub(super) const VERSION: u32 = 1;

/// The body of an [`UploadSession`].
#[derive(Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) version: u32,
    pub(super) generation: Generation,
    pub(super) asset_id: String,
    pub(super) upload_id: Option<String>,
    /// The file's page, without its query.
    pub(super) file_url: Option<String>,
    pub(super) size: u64,
    pub(super) mime: String,
    /// Whether the library showed the file before it was confirmed.
    pub(super) visible_before: Seen,
    /// The link of part n at n - 1.
    pub(super) links: Vec<String>,
}

/// Which of the two published forms the service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Generation {
    /// A link per part, confirmed with the parts' tags.
    Parts,
    /// One link, confirmed without a word.
    Single,
}

/// Whether a file is shown before it is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Seen {
    /// Nobody could look.
    Unknown,
    /// It is not: being there proves that it was confirmed.
    No,
    /// It is: being there proves nothing.
    Yes,
}

impl Seen {
    pub(super) fn from_number(number: u8) -> Self {
        [Self::Unknown, Self::No, Self::Yes]
            .into_iter()
            .find(|seen| *seen as u8 == number)
            .unwrap_or(Self::Unknown)
    }
}

impl Session {
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
            .filter(|read| read.version == VERSION)
            .ok_or_else(unreadable)
    }
}

#[cfg(test)]
mod tests {
    use transfer::PartPlan;

    use super::*;

    /// As the first release wrote it. Never edited.
    const FORM_1: &str = r#"{"version":1,"generation":"parts","asset_id":"e784c8cb","upload_id":"56f30001","file_url":"https://app.example/assets/e784c8cb","size":12,"mime":"application/zip","visible_before":"no","links":["https://s3.example/k?partNumber=1","https://s3.example/k?partNumber=2"]}"#;

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
        let read = Session::read(&stored(1, FORM_1)).unwrap();
        assert_eq!(read.upload_id.as_deref(), Some("56f30001"));
        assert_eq!((read.generation, read.visible_before), (Generation::Parts, Seen::No));
        assert_eq!(read.links.len(), 2);
        assert_eq!(read.write().unwrap().expose_secret(), FORM_1);
    }

    #[test]
    fn another_form_is_refused_without_showing_it() {
        for session in [
            stored(2, FORM_1),
            stored(1, "CANARY"),
            stored(1, &FORM_1.replace("\"version\":1", "\"version\":2")),
        ] {
            let failure = Session::read(&session).err().expect("refused");
            assert_eq!(failure.code, "session_unreadable");
            assert!(!format!("{failure:?}").contains("CANARY"));
        }
    }

    #[test]
    fn what_was_seen_survives_its_number() {
        for seen in [Seen::Unknown, Seen::No, Seen::Yes] {
            assert_eq!(Seen::from_number(seen as u8), seen);
        }
    }
}
