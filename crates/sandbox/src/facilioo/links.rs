//! Signed addresses: for an upload, for a download, for a thumbnail.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::entity::Entity;
use super::{BUCKET, Call, Facilioo, answer, picture};
use crate::faults::Fault;
use crate::storage::{Grant, Verb, presign};

impl Facilioo {
    pub(super) fn upload_link(&self, call: &Call) -> Response<Body> {
        let Some(entity) = self.entities.get(&call.id) else {
            return answer::for_status(404);
        };
        // The document of the API tells of one switch and not its name.
        let asked = call.body_json();
        let asked = asked
            .as_object()
            .is_some_and(|o| o.values().any(|v| *v == Value::Bool(true)));
        let mime = entity.kind().mime;
        let signed = (asked || call.settings.sign_content_type).then_some(mime);
        self.controls.tally.count(|c| c.facilioo.upload_links += 1);
        answer::link(&call.settings, &self.signed(call, &entity.key, Verb::Put(signed)))
    }

    pub(super) fn download_link(&self, call: &Call) -> Response<Body> {
        let Some(entity) = self.entities.get(&call.id).filter(|e| e.stored.is_some()) else {
            return answer::for_status(404);
        };
        self.controls.tally.count(|c| c.facilioo.download_links += 1);
        let name = entity.download_name();
        let disposition = format!(
            "attachment; filename*=UTF-8''{}",
            utf8_percent_encode(&name, NON_ALPHANUMERIC)
        );
        let url = self.signed(call, &entity.key, Verb::Get(Some(&disposition)));
        answer::link(&call.settings, &url)
    }

    /// A thumbnail of a picture, once it was made.
    pub(super) async fn thumbnail_link(self: &Arc<Self>, call: &Call) -> Response<Body> {
        let Some(entity) = self.entities.get(&call.id).filter(|e| self.has_thumbnail(call, e)) else {
            return answer::for_status(404);
        };
        let key = format!("{}-thumbnail", entity.key);
        let path = self.shelf.object_of(BUCKET, &key);
        let made = tokio::task::spawn_blocking(move || std::fs::write(path, picture::png(entity.id)));
        if !matches!(made.await, Ok(Ok(()))) {
            return answer::for_status(500);
        }
        self.controls.tally.count(|c| c.facilioo.thumbnail_links += 1);
        answer::link(&call.settings, &self.signed(call, &key, Verb::Get(None)))
    }

    fn has_thumbnail(&self, call: &Call, entity: &Entity) -> bool {
        let after = i64::try_from(call.settings.thumbnail_after_ms).unwrap_or(i64::MAX);
        entity.kind().is_picture()
            && entity
                .stored
                .as_ref()
                .is_some_and(|s| call.now_ms >= s.at_ms.saturating_add(after))
    }

    fn signed(&self, call: &Call, key: &str, verb: Verb<'_>) -> String {
        let now = self.controls.clock.timestamp();
        let (at, life_s) = if call.taken.has(&Fault::LinksExpireAtOnce) {
            (now - Duration::from_secs(10), 1)
        } else {
            (now, call.settings.link_life_s)
        };
        presign(&Grant {
            host: &self.storage,
            path: &format!("/{BUCKET}/{key}"),
            verb,
            part: None,
            at,
            life_s,
        })
    }
}
