//! Sending a file to facilioo: an entity with an id of ours, a signed link, one PUT, and a look at what became of it.

use async_trait::async_trait;
use secrecy::ExposeSecret;
use transfer::error::Result;
use transfer::library::REPLACES;
use transfer::parts::{Receipt, UploadSession};
use transfer::provider::{
    FileFacts, Finished, Followed, PartAnswer, PartBody, Reopen, Settlement, SignedPart, Upload, UploadRules,
};
use transfer::transfer::Remote;
use transfer::{Failure, Kind, PartPlan, SecretString};

use super::api::Link;
use super::error;
use super::file::usable;
use super::follow::is_fresh;
use super::kinds::{self, FileType};
use super::sent::{Before, Session, VERSION};
use super::{Facilioo, LABEL};
use crate::http::{Dressing, signed};

/// Storage takes no more in one request.
const LARGEST: u64 = 5 << 30;
/// A link with less of its life left is not used, in milliseconds.
const SHORT: i64 = 20_000;
/// The option, of an upload or of the account, that has a document made of the file.
pub(super) const DOCUMENT: &str = "document";

#[async_trait]
impl Upload for Facilioo {
    fn rules(&self) -> UploadRules {
        UploadRules {
            parts_at_once: 1,
            most_parts_at_once: 1,
            reopen: Reopen::Look,
            links_renewed: true,
            // Sending the bytes again only replaces them: what makes the file is the entity.
            part_makes_file: false,
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
                format!("{LABEL} takes a file in one request, and its storage takes 5 GiB in one at most. This file is larger."),
            )
            .action("Split it into smaller files."));
        }
        self.kind(file).await.map(drop)
    }

    async fn open(&self, file: &FileFacts) -> Result<UploadSession> {
        // Nothing was created while this is not through.
        let kind = self.kind(file).await.map_err(|failure| failure.maybe_done(false))?;
        if let Some(id) = replaces(file) {
            let replaced = self.replace(file, id, &kind).await;
            return replaced.map_err(|failure| failure.maybe_done(false));
        }
        let made = self.create(&file.name, kind.id, &file.own_id).await?;
        self.session(file, made.id, &kind, None).write()
    }

    async fn find(&self, file: &FileFacts) -> Result<Option<UploadSession>> {
        let kind = self.kind(file).await?;
        if let Some(id) = replaces(file) {
            return self.replace(file, id, &kind).await.map(Some);
        }
        let Some(found) = self.find_file(&file.own_id).await? else {
            return Ok(None);
        };
        self.session(file, found.id, &kind, None).write().map(Some)
    }

    async fn sign(&self, session: &UploadSession, parts: &[PartPlan]) -> Result<Vec<SignedPart>> {
        let stored = Session::read(session)?;
        let mut links = Vec::with_capacity(parts.len());
        for part in parts {
            let mut url = self.upload_link(&stored.id).await?;
            if self.left(&url).is_some_and(|left| left < SHORT) {
                url = self.upload_link(&stored.id).await?;
            }
            let covered = signed(&url).content_type;
            if covered && stored.mime.is_none() {
                return Err(Failure::new(
                    Kind::Refused,
                    "no_media_type",
                    format!("{LABEL} wants the file's media type, and its file type has none."),
                )
                .action("Choose another file type for it."));
            }
            // Known again when the part is sent; fragments are never sent.
            url.set_fragment(Some(&stored.id));
            links.push(SignedPart {
                plan: *part,
                url: SecretString::from(String::from(url)),
                content_type: stored.mime.clone(),
            });
        }
        Ok(links)
    }

    async fn put_part(&self, part: SignedPart, body: PartBody) -> Result<PartAnswer> {
        if body.len != part.plan.len() {
            return Err(Failure::new(
                Kind::Bug,
                "bad_part_length",
                "The file is not as long as it was when it was looked at.",
            ));
        }
        let mut url = self.http.check_link(part.url.expose_secret())?;
        let id = url.fragment().unwrap_or_default().to_owned();
        url.set_fragment(None);
        let dressing = Dressing {
            content_type: part.content_type,
        };
        match self.http.put_part(url, body, dressing).await {
            Ok(answer) => {
                self.signatures.forget(&id);
                Ok(answer)
            }
            Err(failure) => Err(self.renewed(&id, failure)),
        }
    }

    async fn finish(&self, session: &UploadSession, receipts: &[Receipt]) -> Result<Finished> {
        let stored = Session::read(session)?;
        if !matches!(receipts, [receipt] if receipt.number == 1 && receipt.size == stored.size) {
            return Err(Failure::new(
                Kind::Bug,
                "receipts_missing",
                "The file has no receipt for all of its bytes.",
            ));
        }
        let Some(mut finished) = self.finished(&stored).await? else {
            return Err(gone());
        };
        if stored.document {
            finished.note = self.attach(&stored).await?;
        }
        Ok(finished)
    }

    async fn settle(&self, session: &UploadSession) -> Result<Settlement> {
        let stored = Session::read(session)?;
        let Some(finished) = self.finished(&stored).await? else {
            return Ok(Settlement::Gone);
        };
        if !stored.document {
            return Ok(Settlement::Finished(finished));
        }
        match self.has_document(&document_id(&stored)).await {
            Ok(true) => Ok(Settlement::Finished(finished)),
            Ok(false) => Ok(Settlement::NotFinished),
            Err(failure) if is_no_question(&failure) => Ok(Settlement::Unknown(format!(
                "{LABEL} shows the file, and can't be asked whether a document was made of it."
            ))),
            Err(failure) => Err(failure),
        }
    }

    async fn follow(&self, remote: &Remote, size: u64) -> Result<Followed> {
        self.measured(&remote.id, size).await
    }

    async fn abort(&self, session: &UploadSession) -> Result<()> {
        // The interface has no way to take an entity back: see `leaves`.
        Session::read(session).map(drop)
    }

    fn leaves(&self) -> Option<&'static str> {
        Some(
            "What was begun stays at facilioo as an entry, perhaps with the file: facilioo has no way for programs to remove it.",
        )
    }
}

impl Facilioo {
    /// The file type that a file is sent under.
    async fn kind(&self, file: &FileFacts) -> Result<FileType> {
        let types = self.types().await?;
        let wish = file.options.get(kinds::OPTION).map(String::as_str);
        kinds::choose(&types, &file.name, &file.opening, wish).cloned()
    }

    fn session(&self, file: &FileFacts, id: String, kind: &FileType, before: Option<Before>) -> Session {
        let wanted = file.options.get(DOCUMENT);
        Session {
            version: VERSION,
            id,
            own_id: file.own_id.clone(),
            name: file.name.clone(),
            size: file.size,
            mime: kind.mime.clone(),
            document: wanted.map_or(self.documents, |wanted| is_yes(wanted)),
            before,
        }
    }

    /// A new version of the file `id`, whose type it must have.
    async fn replace(&self, file: &FileFacts, id: &str, kind: &FileType) -> Result<UploadSession> {
        let known = if usable(id) { self.file(id).await? } else { None };
        let Some(known) = known else {
            return Err(Failure::new(
                Kind::NotFound,
                "no_such_file",
                format!(
                    "{LABEL} has no file {} that this could be a new version of.",
                    crate::http::shown(id, None)
                ),
            ));
        };
        let types = self.types().await?;
        let has = known.type_id.and_then(|id| types.iter().find(|kind| kind.id == id));
        if has.is_some_and(|has| has.id != kind.id) {
            return Err(Failure::new(
                Kind::Refused,
                "other_file_type",
                format!("The file at {LABEL} has another type than this one, and a new version can't change it: it would not open later."),
            )
            .action("Send it as a new file."));
        }
        let before = Before::of(&known);
        // The document of the first version is that of every later one.
        let session = Session {
            document: false,
            ..self.session(file, known.id, kind, Some(before))
        };
        session.write()
    }

    async fn upload_link(&self, id: &str) -> Result<url::Url> {
        self.link(id, Link::Upload).await?.ok_or_else(gone)
    }

    /// What is left of a link's life, in milliseconds; `None` where it does not say.
    fn left(&self, url: &url::Url) -> Option<i64> {
        let until = self.http.ours(signed(url).until?);
        Some(until.0.saturating_sub(self.http.tools.clock.now().time.0))
    }

    /// What a refusal means where links can be had anew: the next try brings one. A signature that does not fit gets one
    /// more chance with a fresh link; then something else is wrong.
    fn renewed(&self, id: &str, failure: Failure) -> Failure {
        match failure.code.as_str() {
            "link_expired" => Failure {
                kind: Kind::Unavailable,
                message: format!("The link for this upload to {LABEL} ran out. A new one is asked for."),
                ..failure
            },
            "signature" if self.signatures.first(id) => Failure {
                kind: Kind::Unavailable,
                message: format!("The storage of {LABEL} did not accept the link. A fresh one is asked for, once."),
                ..failure
            },
            "signature" => Failure {
                message: format!(
                    "The storage of {LABEL} accepts neither the link nor a fresh one: its signature does not fit the request."
                ),
                ..failure
            }
            .action("Something on the way may change requests, such as a proxy, or the file's type at facilioo has changed. Try from another network."),
            _ => failure,
        }
    }

    /// The file as the service has it now; `None` when it is gone.
    async fn finished(&self, session: &Session) -> Result<Option<Finished>> {
        let Some(file) = self.file(&session.id).await? else {
            return Ok(None);
        };
        let measured = file.size == Some(session.size) && is_fresh(session.before, &file, session.size);
        if !measured {
            self.await_measure(&session.id, session.before);
        }
        Ok(Some(Finished {
            remote: session.remote(),
            size: file.size.filter(|_| measured),
            followed: !measured,
            note: None,
        }))
    }

    /// Has a document made of the file; a sentence for the person where that is not possible.
    async fn attach(&self, session: &Session) -> Result<Option<String>> {
        let id = document_id(session);
        match self.has_document(&id).await {
            Ok(true) => return Ok(None),
            Ok(false) => {}
            Err(failure) if is_no_question(&failure) => {}
            Err(failure) => return Err(failure.maybe_done(true)),
        }
        let answer = self.document(&session.name, &session.id, &id).await?;
        match answer.status.as_u16() {
            200 | 201 if answer.is_page() => Err(answer.page(LABEL)),
            200 | 201 => match answer.json::<serde_json::Value>() {
                Some(value) if super::names::text(super::names::inside(&value), super::names::ID).is_some() => Ok(None),
                _ => Err(self.odd("bad_document", &answer, "it can't be read whether a document was made")),
            },
            403..=405 => Ok(Some(format!(
                "{LABEL} does not let this account make documents: the file is there, and no document was made of it."
            ))),
            400 | 409 | 422 => {
                let said = error::said(&self.http, &answer).unwrap_or_default();
                Ok(Some(format!(
                    "The file is there, but {LABEL} made no document of it: {said}"
                )))
            }
            _ => Err(error::refusal(&self.http, &answer)),
        }
    }
}

/// The external id of the document that is made of a file.
fn document_id(session: &Session) -> String {
    format!("{}-document", session.own_id)
}

/// The service does not offer what was asked, to this account or to anybody.
fn is_no_question(failure: &Failure) -> bool {
    matches!(failure.kind, Kind::NotFound | Kind::Refused)
}

fn replaces(file: &FileFacts) -> Option<&str> {
    file.options
        .get(REPLACES)
        .map(|id| id.trim())
        .filter(|id| !id.is_empty())
}

pub(super) fn is_yes(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "yes" | "true" | "1" | "on")
}

fn gone() -> Failure {
    Failure::new(
        Kind::SessionGone,
        "session_gone",
        format!("{LABEL} no longer has the entry that was made for this file: somebody deleted it."),
    )
}
