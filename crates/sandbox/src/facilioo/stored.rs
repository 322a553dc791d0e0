//! Bytes in storage: what the service makes of them once they are there, and reading them by a signed URL.

use std::sync::Arc;

use axum::body::Body;
use http::{Method, Request, Response, header};
use hyper::body::Incoming;

use super::entity::{Entity, Stored};
use super::{BUCKET, Facilioo};
use crate::faults::Route;
use crate::files::{FileSpec, Kept, Offer};
use crate::listen::HangUp;
use crate::storage::{DISPOSITION, Object, expiry_ms, reads_by_grant, xml};

/// Bytes that tell whether a file can be of its type.
const OPENING: usize = 16;

impl Facilioo {
    /// Storage has taken an object: its size and pages will be computed, unless it can't be read.
    pub(crate) fn stored(&self, object: Object) {
        let Some(key) = object.path.strip_prefix(&format!("/{BUCKET}/")) else {
            return;
        };
        let settings = self.controls.settings().facilioo;
        let now = self.controls.clock.now_ms();
        let after = i64::try_from(settings.computed_after_ms).unwrap_or(i64::MAX);
        let opening = self.opening(key);
        let wrong = self.entities.with(|rows| {
            let entity = rows.values_mut().find(|entity| entity.key == key)?;
            let kind = entity.kind();
            let wrong = object.content_type.as_deref() != Some(kind.mime);
            let readable = !settings.never_computed && (object.size == 0 || kind.fits(&opening));
            entity.before = entity.computed(now);
            entity.stored = Some(Stored {
                at_ms: now,
                size: object.size,
                tag: object.tag,
                content_type: object.content_type,
                computed_at_ms: readable.then(|| now.saturating_add(after)),
            });
            Some(wrong)
        });
        let wrong = wrong == Some(true);
        self.controls
            .tally
            .count(|c| c.facilioo.wrong_content_type += u64::from(wrong));
    }

    fn opening(&self, key: &str) -> Vec<u8> {
        use std::io::Read;
        let mut opening = Vec::new();
        if let Ok(file) = std::fs::File::open(self.shelf.object_of(BUCKET, key)) {
            // What can't be read is no file of any type.
            let _ = file.take(OPENING as u64).read_to_end(&mut opening);
        }
        opening
    }

    /// Whether a request to the storage host is for this service to answer.
    pub(crate) fn answers(request: &Request<Incoming>) -> bool {
        matches!(*request.method(), Method::GET | Method::HEAD)
            && request.uri().path().starts_with(&format!("/{BUCKET}/"))
            && request.uri().query().is_some_and(|q| q.contains("X-Amz-Signature="))
    }

    /// Reads an object by a signed URL.
    pub(crate) async fn download(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Body>, HangUp> {
        let path = request.uri().path().to_owned();
        let key = path.strip_prefix(&format!("/{BUCKET}/")).unwrap_or_default();
        let entity = self.of_key(key.trim_end_matches("-thumbnail"));
        let id = entity.as_ref().map_or_else(String::new, |entity| entity.id.to_string());
        let taken = self.controls.faults.take_at(Route::Stored, &id);
        self.controls.tally.arrived(Route::Stored, &taken);
        self.controls.tally.count(|c| {
            let has = |name: header::HeaderName| u64::from(request.headers().contains_key(name));
            c.storage.with_authorization += has(header::AUTHORIZATION);
            c.storage.with_cookie += has(header::COOKIE);
            c.storage.with_referer += has(header::REFERER);
        });
        if request.headers().contains_key(header::AUTHORIZATION) {
            let why = "Only one way of signing a request is allowed.";
            return Ok(xml::error(400, "InvalidArgument", why));
        }
        let query = request.uri().query().unwrap_or_default();
        let signed = *request.method() == Method::GET && reads_by_grant(&self.storage, &path, query);
        if !signed {
            self.controls.tally.count(|c| c.storage.bad_signature += 1);
            let why = "The request signature we calculated does not match the signature you provided.";
            return Ok(xml::error(403, "SignatureDoesNotMatch", why));
        }
        let value = |wanted: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.into_owned())
        };
        let date = value("X-Amz-Date").unwrap_or_default();
        let over = expiry_ms(&date, &value("X-Amz-Expires").unwrap_or_default());
        if over.is_none_or(|at| self.controls.clock.now_ms() >= at) {
            self.controls.tally.count(|c| c.storage.expired += 1);
            return Ok(xml::error(403, "AccessDenied", "Request has expired"));
        }
        let on_disk = self.shelf.object_of(BUCKET, key);
        let found = std::fs::metadata(&on_disk).ok();
        let (Some(entity), Some(found)) = (entity, found) else {
            return Ok(xml::error(404, "NoSuchKey", "The specified key does not exist."));
        };
        let stored = entity.stored.filter(|_| key == entity.key);
        let spec = FileSpec {
            name: id,
            size: found.len(),
            content_type: stored
                .as_ref()
                .map_or(Some("image/png".to_owned()), |s| s.content_type.clone())
                .unwrap_or_else(|| "binary/octet-stream".to_owned()),
            disposition: value(DISPOSITION),
            ..FileSpec::default()
        };
        let modified_ms = stored.as_ref().map_or(entity.created_ms, |s| s.at_ms);
        let kept = Kept {
            path: on_disk.into(),
            tag: stored.map_or_else(|| "thumbnail".to_owned(), |s| s.tag),
            modified_s: u64::try_from(modified_ms.div_euclid(1000)).unwrap_or_default(),
        };
        let offer = Offer::new(&self.files, &spec, taken, true).kept(kept);
        self.files.send_offer(&request, offer, None).await
    }

    fn of_key(&self, key: &str) -> Option<Entity> {
        self.entities
            .with(|rows| rows.values().find(|entity| entity.key == key).cloned())
    }
}
