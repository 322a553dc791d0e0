//! Sending a file to Fileflare: plan, parts, confirmation.

use async_trait::async_trait;
use secrecy::ExposeSecret;
use serde_json::json;
use transfer::error::Result;
use transfer::parts::{self, Receipt, UploadSession};
use transfer::provider::{
    FileFacts, Finished, PartAnswer, PartBody, Reopen, Settlement, SignedPart, Upload, UploadRules,
};
use transfer::{Failure, Kind, PartPlan, SecretString, Time};
use url::Url;

use super::session::{Generation, Seen, Session, VERSION};
use super::types::{PartDto, SignedDto};
use super::{Fileflare, KEY, LABEL};
use crate::http::{Dressing, signed};

/// What the fragment of a stored link begins with when its signature covers a Content-Type. Fragments are never sent.
const TYPED: &str = "content-type=";

/// A plan out of the service's answer: its cut, its links, and the end of their lives by the service's clock.
struct Plan {
    generation: Generation,
    parts: Vec<PartPlan>,
    links: Vec<String>,
    until: Option<Time>,
}

#[async_trait]
impl Upload for Fileflare {
    fn rules(&self) -> UploadRules {
        UploadRules {
            parts_at_once: 3,
            most_parts_at_once: 3,
            reopen: Reopen::Again,
            links_renewed: false,
            part_makes_file: false,
        }
    }

    async fn limits(&self, file: &FileFacts) -> Result<()> {
        // Whether an empty file is taken shows only in the plan.
        if file.name.trim().is_empty() {
            return Err(Failure::new(
                Kind::Refused,
                "no_name",
                format!("{LABEL} takes no file without a name."),
            ));
        }
        Ok(())
    }

    async fn open(&self, file: &FileFacts) -> Result<UploadSession> {
        let mime = mime_guess::from_path(&file.name)
            .first_or_octet_stream()
            .essence_str()
            .to_owned();
        let answer = self.signed(&file.name, file.size, &mime).await?;
        let asset = answer.asset.as_ref().and_then(|asset| asset.id.clone());
        let Some(asset_id) = answer.id.clone().or(asset).filter(|id| usable(id)) else {
            return Err(self.http.garbled("bad_session", "it did not name the file"));
        };
        let plan = match self.plan(&answer, file.size) {
            Ok(plan) => plan,
            Err(failure) => {
                // A plan that can't be used would hold space for nothing; that this fails too changes nothing.
                let _ = self.cancel(&asset_id, answer.upload_id.as_deref()).await;
                return Err(failure.maybe_done(false));
            }
        };
        let session = Session {
            version: VERSION,
            generation: plan.generation,
            file_url: answer.file_url.as_deref().and_then(page),
            upload_id: answer.upload_id,
            size: file.size,
            mime,
            visible_before: self.visible_before(&asset_id).await,
            links: plan.links,
            asset_id,
        };
        Ok(UploadSession {
            provider: KEY.into(),
            version: VERSION,
            remote_id: Some(session.asset_id.clone()),
            parts: plan.parts,
            expires_at: plan.until.map(|until| self.http.ours(until)),
            body: session.write()?,
        })
    }

    async fn sign(&self, session: &UploadSession, parts: &[PartPlan]) -> Result<Vec<SignedPart>> {
        let now = self.http.tools.clock.now().time;
        if session.expires_at.is_some_and(|until| until <= now) {
            return Err(Failure::new(
                Kind::Expired,
                "link_expired",
                format!("The links for this upload to {LABEL} ran out, and it gives no new ones."),
            ));
        }
        let stored = Session::read(session)?;
        let link = |part: &PartPlan| {
            let known = session.parts.contains(part);
            let link = stored
                .links
                .get((part.number as usize).wrapping_sub(1))
                .filter(|_| known)?;
            Some(SignedPart {
                plan: *part,
                url: SecretString::from(typed(link, &stored.mime)),
                content_type: None,
            })
        };
        parts
            .iter()
            .map(|part| {
                link(part).ok_or_else(|| {
                    Failure::new(
                        Kind::Bug,
                        "no_such_part",
                        format!("Part {} is not in the plan of {LABEL}.", part.number),
                    )
                })
            })
            .collect()
    }

    async fn put_part(&self, part: SignedPart, body: PartBody) -> Result<PartAnswer> {
        if body.len != part.plan.len() {
            return Err(Failure::new(
                Kind::Bug,
                "bad_part_length",
                format!("Part {} is not as long as its plan.", part.plan.number),
            ));
        }
        let mut url = self.http.check_link(part.url.expose_secret())?;
        let content_type = url.fragment().and_then(|f| f.strip_prefix(TYPED)).map(str::to_owned);
        url.set_fragment(None);
        self.http.put_part(url, body, Dressing { content_type }).await
    }

    async fn finish(&self, session: &UploadSession, receipts: &[Receipt]) -> Result<Finished> {
        let stored = Session::read(session)?;
        let mut sorted: Vec<&Receipt> = receipts.iter().collect();
        sorted.sort_by_key(|receipt| receipt.number);
        let complete = sorted.len() == session.parts.len()
            && sorted.iter().zip(1..).all(|(receipt, number)| receipt.number == number);
        if !complete {
            return Err(Failure::new(
                Kind::Bug,
                "receipts_missing",
                "Not every part has its receipt.",
            ));
        }
        let list: Vec<_> = sorted
            .iter()
            .map(|receipt| json!({"ETag": receipt.tag, "PartNumber": receipt.number}))
            .collect();
        match self.uploaded(&stored, &list).await {
            Ok(size) => Ok(Finished {
                remote: stored.remote(),
                size,
                followed: false,
                note: None,
            }),
            Err(failure) => {
                if failure.kind == Kind::SessionGone {
                    self.remember_gone(&stored.asset_id);
                }
                Err(failure)
            }
        }
    }

    async fn settle(&self, session: &UploadSession) -> Result<Settlement> {
        self.look_at(&Session::read(session)?).await
    }

    async fn abort(&self, session: &UploadSession) -> Result<()> {
        let stored = Session::read(session)?;
        self.cancel(&stored.asset_id, stored.upload_id.as_deref()).await?;
        self.remember_gone(&stored.asset_id);
        Ok(())
    }
}

impl Fileflare {
    fn plan(&self, answer: &SignedDto, size: u64) -> Result<Plan> {
        let (generation, cut) = match (&answer.urls, &answer.upload_url) {
            (Some(urls), _) if !urls.is_empty() => (Generation::Parts, urls.iter().map(read_part).collect()),
            (_, Some(link)) => {
                let whole = PartPlan {
                    number: 1,
                    start: 0,
                    end: size,
                };
                (Generation::Single, Some(vec![(whole, link.clone())]))
            }
            (Some(_), None) if size == 0 => {
                return Err(
                    Failure::new(Kind::Refused, "empty_file", format!("{LABEL} takes no empty files."))
                        .action("Send the file once something is in it."),
                );
            }
            _ => return Err(self.http.garbled("bad_part_plan", "without a link to send the file to")),
        };
        let mut cut: Vec<(PartPlan, String)> =
            cut.ok_or_else(|| self.http.garbled("bad_part_plan", "a part of its plan is incomplete"))?;
        if generation == Generation::Parts && answer.upload_id.is_none() {
            return Err(self.http.garbled("bad_session", "it did not name the upload"));
        }
        cut.sort_by_key(|(part, _)| part.number);
        let (parts, links): (Vec<_>, Vec<_>) = cut.into_iter().unzip();
        parts::check(&parts, size)?;
        let until = self.check_links(&links)?;
        Ok(Plan {
            generation,
            parts,
            links,
            until,
        })
    }

    /// All links may be followed and lead to one place; the earliest end of their lives.
    fn check_links(&self, links: &[String]) -> Result<Option<Time>> {
        let mut place = None;
        let mut until: Option<Time> = None;
        for link in links {
            let url = self.http.check_link(link)?;
            if place.get_or_insert_with(|| url.origin()) != &url.origin() {
                return Err(self.http.garbled("bad_link", "its links lead to more than one host"));
            }
            until = [until, signed(&url).until].into_iter().flatten().min();
        }
        Ok(until)
    }

    /// Whether the library shows a file that has no bytes yet. Asked once per run; without an answer it stays unknown.
    async fn visible_before(&self, asset_id: &str) -> Seen {
        let known = self.seen();
        if known != Seen::Unknown {
            return known;
        }
        let seen = match self.glance(asset_id).await {
            Ok(Some(_)) => Seen::Yes,
            Ok(None) => Seen::No,
            Err(_) => return Seen::Unknown,
        };
        self.learn(seen);
        seen
    }
}

fn read_part(part: &PartDto) -> Option<(PartPlan, String)> {
    let plan = PartPlan {
        number: u32::try_from(part.part?).ok()?,
        start: part.start?,
        end: part.end?,
    };
    Some((plan, part.url.clone()?))
}

/// An id that can stand in a path.
pub(super) fn usable(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    (1..=200).contains(&id.len()) && id.chars().all(plain) && !id.starts_with('.')
}

/// The file's page without what may be secret in its address.
pub(super) fn page(link: &str) -> Option<String> {
    let mut url = Url::parse(link).ok()?;
    if !matches!(url.scheme(), "https" | "http") || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    url.set_query(None);
    url.set_fragment(None);
    Some(url.into())
}

/// The link, with the type that its signature expects.
fn typed(link: &str, mime: &str) -> String {
    let Ok(mut url) = Url::parse(link) else {
        return link.to_owned();
    };
    let wanted = signed(&url).content_type.then(|| format!("{TYPED}{mime}"));
    url.set_fragment(wanted.as_deref());
    // As it came, where nothing is added: a parser's idea of the same link may break its signature.
    if wanted.is_some() { url.into() } else { link.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_could_lead_elsewhere_are_refused() {
        for good in ["e784c8cb-7192-4c6c-9004-17fe31a859fc", "42", "a_b.c"] {
            assert!(usable(good), "{good}");
        }
        for bad in ["", "..", ".", "a/b", "a?b", "a#b", "a b", "a%2fb", "ä"] {
            assert!(!usable(bad), "{bad}");
        }
    }

    #[test]
    fn a_page_loses_its_query_and_its_password() {
        assert_eq!(
            page("https://a.example/x?token=CANARY#y").as_deref(),
            Some("https://a.example/x")
        );
        assert_eq!(page("https://u:CANARY@a.example/x"), None);
        assert_eq!(page("javascript:alert(1)"), None);
    }

    #[test]
    fn a_type_is_added_only_where_the_signature_covers_one() {
        let plain = "https://s.example/k?X-Amz-SignedHeaders=host";
        assert_eq!(typed(plain, "image/png"), plain);
        let covered = "https://s.example/k?X-Amz-SignedHeaders=content-type%3Bhost";
        assert_eq!(typed(covered, "image/png"), format!("{covered}#content-type=image/png"));
    }
}
