//! Sending a file to Baasix: one form, under an id of our own, compared once it is there.

use async_trait::async_trait;
use md5::{Digest, Md5};
use serde_json::json;
use transfer::error::Result;
use transfer::parts::{Receipt, UploadSession};
use transfer::provider::{
    FileFacts, Finished, PartAnswer, PartBody, Reopen, Settlement, SignedPart, Upload, UploadRules,
};
use transfer::{Failure, Kind, PartPlan};
use uuid::Uuid;

use super::error::{given_up, on_its_way, refusal, size, too_large};
use super::kept::{Ids, Kept, MARK, VERSION};
use super::kind::{ANY, is_analysed, kind};
use super::types::{DataDto, RecordDto};
use super::{Baasix, KEY, LABEL};
use crate::http::{Answer, Answered, Form};

/// The largest number of the column in which the server keeps sizes.
const LARGEST: u64 = 2_147_483_647;
/// A file on which the server failed so often is not sent again by itself: what it can't store today, it can't tomorrow.
const MOST_FAILURES: u32 = 3;
/// The option that has a file sent although the server cut a shorter one.
const LIMIT: &str = "limit";

#[async_trait]
impl Upload for Baasix {
    fn rules(&self) -> UploadRules {
        UploadRules {
            parts_at_once: 1,
            most_parts_at_once: 1,
            // Opening asks nothing, so no answer to it can be lost.
            reopen: Reopen::Again,
            links_renewed: true,
            part_makes_file: true,
        }
    }

    async fn limits(&self, file: &FileFacts) -> Result<()> {
        if file.name.trim().is_empty() {
            return Err(Failure::new(
                Kind::Refused,
                "no_name",
                format!("{LABEL} takes no file without a name."),
            ));
        }
        if file.size > LARGEST {
            return Err(Failure::new(
                Kind::TooLarge,
                "too_large",
                format!(
                    "{LABEL} keeps no file of 2 GiB or more, and this one has {}.",
                    size(file.size)
                ),
            ));
        }
        let tried = file.options.get(LIMIT).is_some_and(|choice| choice == "try");
        if let Some(largest) = self.largest().filter(|largest| file.size > *largest && !tried) {
            return Err(too_large(largest));
        }
        // A file would be sent to its end before the server says that nobody is signed in.
        let token = self.token(None).await?;
        if !self.is_taken(&token).await? {
            self.token(Some(&token)).await?;
        }
        Ok(())
    }

    async fn open(&self, file: &FileFacts) -> Result<UploadSession> {
        let said = |option: &str| file.options.get(option).filter(|text| !text.trim().is_empty()).cloned();
        let kept = Kept {
            version: VERSION,
            id: own_id(&file.own_id).to_string(),
            size: file.size,
            title: said("title").unwrap_or_else(|| file.name.clone()),
            kind: said("type").unwrap_or_else(|| kind(&file.name, &file.opening)),
            description: said("description"),
            folder: said("folder"),
            public: said("public").is_some_and(|choice| matches!(choice.as_str(), "yes" | "true")),
            name: file.name.clone(),
            since: self.http.tools.clock.now().time,
        };
        Ok(UploadSession {
            provider: KEY.into(),
            version: VERSION,
            remote_id: (self.memory.ids() != Ids::Ignored).then(|| kept.id.clone()),
            parts: vec![PartPlan {
                number: 1,
                start: 0,
                end: file.size,
            }],
            expires_at: None,
            body: kept.write()?,
        })
    }

    async fn sign(&self, session: &UploadSession, parts: &[PartPlan]) -> Result<Vec<SignedPart>> {
        Kept::read(session)?;
        Ok(parts
            .iter()
            .map(|plan| SignedPart {
                plan: *plan,
                // There is no link: what the form holds stands in its place.
                url: session.body.clone(),
                content_type: None,
            })
            .collect())
    }

    async fn put_part(&self, part: SignedPart, body: PartBody) -> Result<PartAnswer> {
        let kept = Kept::of(&part.url)?;
        if body.len != kept.size || part.plan.len() != kept.size {
            return Err(Failure::new(
                Kind::Bug,
                "bad_part_length",
                "The file is not as long as its plan.",
            ));
        }
        let known = self.memory.known(&kept.id);
        if known.given_up {
            return Err(given_up());
        }
        if let Some(cut_at) = known.cut_at {
            return Err(self.cut(&kept.id, cut_at).await);
        }
        let token = self.token(None).await?;
        let url = self.http.at(&["files"]);
        let form = form(&kept, known.failed);
        let Answered { answer, after_all } = self.http.post_file(url, token.text(), &form, body).await?;
        let id = match answer.status.as_u16() {
            200 | 201 if !after_all => return Err(early()),
            200 | 201 => self.made(&kept, &answer)?,
            409 => self.there_already(&kept).await?,
            401 | 403 if !self.is_taken(&token).await? => {
                // The next try has another token, or says that there is none.
                self.token(Some(&token)).await?;
                return Err(Self::session_ended());
            }
            500 => return Err(self.failed(&kept, &answer).await),
            _ => return Err(refusal(&self.http, &answer)),
        };
        Ok(PartAnswer {
            tag: Some(id),
            opaque: true,
        })
    }

    async fn finish(&self, session: &UploadSession, receipts: &[Receipt]) -> Result<Finished> {
        let kept = Kept::read(session)?;
        let [receipt] = receipts else {
            return Err(Failure::new(Kind::Bug, "receipts_missing", "The file has no receipt."));
        };
        match self.record(&receipt.tag).await? {
            None if self.memory.known(&kept.id).given_up => Err(given_up()),
            None => Err(Failure::new(
                Kind::SessionGone,
                "file_gone",
                format!("{LABEL} took the file and does not have it any more: somebody removed it."),
            )),
            Some(record) => match record.size {
                Some(cut_at) if cut_at < kept.size => Err(self.cut(&receipt.tag, cut_at).await),
                size => Ok(self.finished(&kept, &receipt.tag, size)),
            },
        }
    }

    async fn settle(&self, session: &UploadSession) -> Result<Settlement> {
        self.look_for(&Kept::read(session)?).await
    }

    async fn abort(&self, session: &UploadSession) -> Result<()> {
        let kept = Kept::read(session)?;
        if self.memory.known(&kept.id).finished {
            // What is a file now is deleted as one, or not at all.
            return Ok(());
        }
        if !self.remove(&kept.id).await?
            && self.memory.ids() == Ids::Ignored
            && let Some(found) = self.marked(&kept).await?
        {
            self.remove(&found).await?;
        }
        self.memory.learn(&kept.id, |known| known.given_up = true);
        Ok(())
    }
}

impl Baasix {
    /// The id under which the server says it made the file.
    fn made(&self, kept: &Kept, answer: &Answer) -> Result<String> {
        let id = answer
            .json::<DataDto<String>>()
            .map(|made| made.data)
            .and_then(|id| Uuid::parse_str(&id).ok())
            .ok_or_else(|| self.garbled("bad_file", answer, "it did not name the file that it made"))?
            .to_string();
        self.memory
            .learn_ids(if id == kept.id { Ids::Taken } else { Ids::Ignored });
        Ok(id)
    }

    /// The server has a file of our id: an earlier try of this one, which is there or on its way.
    async fn there_already(&self, kept: &Kept) -> Result<String> {
        self.memory.learn_ids(Ids::Taken);
        let there = match self.record(&kept.id).await? {
            // What was cut is not waited for: finishing compares.
            Some(RecordDto { size: Some(seen), .. }) => seen < kept.size || self.has_bytes(&kept.id, kept.size).await?,
            _ => false,
        };
        if there {
            return Ok(kept.id.clone());
        }
        Err(on_its_way())
    }

    /// The server failed on the file: once because it looked into it, more often for good.
    async fn failed(&self, kept: &Kept, answer: &Answer) -> Failure {
        self.memory.learn(&kept.id, |known| known.failed += 1);
        let failure = refusal(&self.http, answer).maybe_done(true);
        if self.memory.known(&kept.id).failed < MOST_FAILURES {
            return failure;
        }
        match self.record(&kept.id).await {
            Ok(None) => Failure::new(
                Kind::Refused,
                "server_error",
                format!("{LABEL} failed on this file {MOST_FAILURES} times (500), so it is not sent again by itself."),
            )
            .action("Look into the server's log, or ask whoever runs it, then try again."),
            _ => failure,
        }
    }

    /// The server kept less than was sent: what it kept is removed, and why is said with the limit that shows in it.
    pub(super) async fn cut(&self, id: &str, cut_at: u64) -> Failure {
        match self.remove(id).await {
            Ok(_) => {
                self.memory.learn(id, |known| *known = Default::default());
                self.learn_largest(Some(cut_at));
                too_large(cut_at).largest(cut_at)
            }
            Err(failure) => {
                self.memory.learn(id, |known| known.cut_at = Some(cut_at));
                failure.maybe_done(true)
            }
        }
    }

    pub(super) fn finished(&self, kept: &Kept, id: &str, size: Option<u64>) -> Finished {
        self.memory.learn(&kept.id, |known| known.finished = true);
        if self.largest().is_some_and(|largest| largest < kept.size) {
            // The limit was raised.
            self.learn_largest(None);
        }
        Finished {
            remote: Kept::remote(id),
            size,
            followed: false,
            note: None,
        }
    }
}

/// The file's id, the same over all tries of one attempt.
fn own_id(own: &str) -> Uuid {
    let digest = Md5::digest(format!("longshore:{own}"));
    uuid::Builder::from_md5_bytes(digest.into()).into_uuid()
}

/// Whether an id is one that was made by [`own_id`], here or anywhere.
pub(super) fn is_own(id: &str) -> bool {
    Uuid::parse_str(id).is_ok_and(|id| id.get_version_num() == 3)
}

fn form(kept: &Kept, failed: u32) -> Form {
    let kind = if failed > 0 && is_analysed(&kept.kind) {
        ANY
    } else {
        &kept.kind
    };
    let mut fields = vec![
        ("id", kept.id.clone()),
        ("title", kept.title.clone()),
        ("originalFilename", kept.name.clone()),
        ("type", kind.to_owned()),
        ("metadata", json!({MARK: kept.id}).to_string()),
        ("isPublic", kept.public.to_string()),
    ];
    fields.extend(kept.description.clone().map(|text| ("description", text)));
    fields.extend(kept.folder.clone().map(|text| ("folder", text)));
    Form {
        fields,
        file_field: "file",
        file_name: kept.name.clone(),
    }
}

fn early() -> Failure {
    Failure::new(
        Kind::Protocol,
        "answered_early",
        format!("Something answered for {LABEL} before it had all of the file."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_same_for_all_tries_of_one_attempt_and_known_as_ours() {
        let (first, second) = (own_id("0192-1"), own_id("0192-2"));
        assert_eq!(first, own_id("0192-1"));
        assert_ne!(first, second);
        assert!(is_own(&first.to_string()) && !is_own(&Uuid::new_v4().to_string()) && !is_own("x"));
    }

    #[test]
    fn after_a_failure_nothing_is_left_to_look_into() {
        let kept = Kept {
            version: VERSION,
            id: own_id("x").to_string(),
            size: 1,
            name: "a.png".into(),
            title: "A".into(),
            kind: "image/png".into(),
            description: None,
            folder: None,
            public: false,
            since: transfer::Time(0),
        };
        let kind = |failed| form(&kept, failed).fields[3].1.clone();
        assert_eq!((kind(0).as_str(), kind(1).as_str()), ("image/png", ANY));
    }
}
