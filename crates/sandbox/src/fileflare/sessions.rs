//! Signing, confirming and cancelling an upload.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::table::{Asset, Stage};
use super::{Call, Fileflare, answer, plan};
use crate::counters::UploadCount;
use crate::faults::Fault;
use crate::settings::{ConfirmMethod, EmptyFile, Generation, Settings};
use crate::storage::{ASSET_BUCKET, Grant, Verb, presign};

/// More parts than this are not signed: the answer would not fit.
const MOST_PARTS: u64 = 20_000;

/// A field and what is wrong with it.
type Wrong = (&'static str, String);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SentPart {
    #[serde(rename = "ETag")]
    tag: String,
    part_number: i32,
}

impl Call {
    /// A field of the JSON body; null when the body is none or not said to be JSON.
    pub(super) fn field(&self, name: &str) -> Value {
        let kind = self
            .headers
            .get(http::header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        if !kind.starts_with("application/json") {
            return Value::Null;
        }
        let mut body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body.get_mut(name).map(Value::take).unwrap_or_default()
    }
}

impl Fileflare {
    pub(super) async fn signed(self: &Arc<Self>, call: &Call) -> Response<Body> {
        let settings = self.controls.settings();
        let (name_field, mime_field) = match settings.generation {
            Generation::Documented => ("name", "mime"),
            Generation::Newer => ("filename", "mime_type"),
        };
        let (name, size, mime) = (call.field(name_field), call.field("size"), call.field(mime_field));
        let mut errors = Vec::new();
        if name.as_str().is_none_or(str::is_empty) {
            errors.push((name_field, format!("The {name_field} field is required.")));
        }
        if size.as_u64().is_none() {
            errors.push(("size", "The size field must be a whole number.".to_owned()));
        }
        if mime.as_str().is_none_or(str::is_empty) {
            errors.push((mime_field, format!("The {mime_field} field is required.")));
        }
        let (Some(name), Some(size), true) = (name.as_str(), size.as_u64(), errors.is_empty()) else {
            return answer::invalid(&errors.iter().map(|e| (e.0, e.1.as_str())).collect::<Vec<_>>());
        };
        if size == 0 && settings.empty_file == EmptyFile::Refused {
            return answer::invalid(&[("size", "The size must be at least 1.")]);
        }
        let used: u64 = self
            .table
            .all()
            .iter()
            .filter(|a| a.key.is_some())
            .map(|a| a.size)
            .sum();
        if settings
            .quota_bytes
            .is_some_and(|quota| used.saturating_add(size) > quota)
        {
            self.controls.tally.count(|c| c.quota_refusals += 1);
            return answer::for_status(402);
        }
        if size.div_ceil(settings.chunk_size) > MOST_PARTS {
            return answer::for_status(500);
        }
        match self.open_session(&settings, call, name, size).await {
            Ok(body) => answer::json(200, &body),
            Err(error) => {
                tracing::warn!(%error, "the sandbox could not open an upload");
                answer::for_status(500)
            }
        }
    }

    async fn open_session(
        &self,
        settings: &Settings,
        call: &Call,
        name: &str,
        size: u64,
    ) -> Result<Value, s3s::S3Error> {
        let id = uuid::Uuid::now_v7().to_string();
        let whole = settings.generation == Generation::Newer;
        // The whole file's key ends in the asset's id, which is how its PUT is counted.
        let last = if whole {
            id.clone()
        } else {
            uuid::Uuid::new_v4().to_string()
        };
        let key = format!("sandbox.myshopify.com/{last}");
        let parts = plan::parts(size, settings.chunk_size, settings.empty_file == EmptyFile::OnePart);
        let upload = if whole {
            None
        } else {
            Some(self.shelf.open_upload(&key).await?)
        };
        let path = format!("/{ASSET_BUCKET}/{key}");
        let now = self.controls.clock.timestamp();
        let over = call.faults.has(&Fault::LinksExpireAtOnce);
        let link = |part| {
            let (at, life_s) = if over {
                (now - Duration::from_secs(10), 1)
            } else {
                (now, settings.url_life_s)
            };
            presign(&Grant {
                host: &self.storage,
                path: &path,
                verb: Verb::Put(None),
                part,
                at,
                life_s,
            })
        };
        let asset = Asset {
            id: id.clone(),
            name: name.to_owned(),
            size,
            key: Some(key.clone()),
            upload: upload.clone(),
            parts: parts.len(),
            stage: Stage::Open,
            link: None,
            created_at: now.strftime("%Y-%m-%dT%H:%M:%S.000000Z").to_string(),
        };
        let body = match &upload {
            None => json!({
                "asset": {"id": id, "filename": name, "size": size},
                "upload_url": link(None),
            }),
            Some(upload) => {
                let mut list = plan::listed(&parts, |number| link(Some((upload, number))));
                let kind = |f: &Fault| {
                    if let Fault::PartTable { kind } = f {
                        Some(*kind)
                    } else {
                        None
                    }
                };
                if let Some(kind) = call.faults.find(kind) {
                    plan::spoil(&mut list, kind, &self.elsewhere);
                }
                json!({
                    "chunk_size": settings.chunk_size,
                    "upload_id": upload,
                    "urls": list,
                    "id": id,
                    "file_url": format!("http://{}/fileflare/assets/{id}", self.api),
                })
            }
        };
        let counted = asset.counted_as().to_owned();
        self.table.with(|rows| rows.insert(id.clone(), asset));
        self.table.save().await;
        self.controls.tally.count(|c| {
            c.sessions_opened += 1;
            c.uploads.insert(
                counted,
                UploadCount {
                    asset: id,
                    name: name.into(),
                    size,
                    ..Default::default()
                },
            );
        });
        Ok(body)
    }

    pub(super) async fn uploaded(self: &Arc<Self>, call: &Call) -> Response<Body> {
        let settings = self.controls.settings();
        let allowed = match settings.confirm_method {
            ConfirmMethod::Post => call.method == http::Method::POST,
            ConfirmMethod::Put => call.method == http::Method::PUT,
            ConfirmMethod::Both => true,
        };
        if !allowed {
            return answer::message(405, "This method is not supported for this route.");
        }
        // Taken in one step, so that of two calls at once only one makes the asset.
        let (asset, first) = self.table.with(|rows| {
            let asset = rows.get_mut(&call.id).filter(|a| a.key.is_some());
            let before = asset.as_ref().map(|a| (*a).clone());
            let first = before.as_ref().is_some_and(|a| a.stage == Stage::Open);
            if let (Some(asset), true) = (asset, first) {
                asset.stage = Stage::Confirming;
            }
            (before, first)
        });
        let counted = asset.as_ref().map(|a| a.counted_as().to_owned()).unwrap_or_default();
        self.controls.tally.count(|c| {
            c.completion_attempts += 1;
            let duplicate = u64::from(asset.is_some() && !first);
            c.duplicate_confirmations += duplicate;
            if let Some(upload) = c.uploads.get_mut(&counted) {
                upload.attempts += 1;
                upload.duplicates += duplicate;
            }
        });
        let Some(asset) = asset else {
            return answer::for_status(404);
        };
        if !first {
            return answer::invalid(&[("upload_id", "The upload does not exist (NoSuchUpload).")]);
        }
        let made = match &asset.upload {
            Some(upload) => self.finish_parts(call, &asset, upload).await,
            None => self.stored_size(&asset),
        };
        let size = made.as_ref().ok().copied();
        self.table.with(|rows| {
            if let Some(row) = rows.get_mut(&asset.id) {
                row.stage = if size.is_some() { Stage::Confirmed } else { Stage::Open };
                row.size = size.unwrap_or(row.size);
            }
        });
        self.table.save().await;
        match made {
            Err((field, text)) => answer::invalid(&[(field, &text)]),
            Ok(_) => {
                self.controls.tally.count(|c| {
                    c.completions += 1;
                    if let Some(upload) = c.uploads.get_mut(&counted) {
                        upload.completions += 1;
                    }
                });
                answer::json(200, &json!({"success": true}))
            }
        }
    }

    /// Has storage make the object of the parts named in the call; its size in bytes, or what is wrong.
    async fn finish_parts(&self, call: &Call, asset: &Asset, upload: &str) -> Result<u64, Wrong> {
        if call.field("upload_id").as_str() != Some(upload) {
            return Err(("upload_id", "The upload_id is not that of this asset.".into()));
        }
        let sent = serde_json::from_value::<Vec<SentPart>>(call.field("parts"))
            .map_err(|_| ("parts", "The parts field is required.".into()))?;
        if sent.len() != asset.parts {
            return Err(("parts", "Not every part is named (InvalidPart).".into()));
        }
        let mut parts: Vec<_> = sent.into_iter().map(|p| (p.part_number, p.tag)).collect();
        parts.sort_unstable_by_key(|p| p.0);
        let key = asset.key.as_deref().unwrap_or_default();
        self.shelf.finish_upload(key, upload, &parts).await.map_err(|error| {
            (
                "parts",
                format!(
                    "{} ({})",
                    error.message().unwrap_or("Storage refused."),
                    error.code().as_str()
                ),
            )
        })?;
        self.stored_size(asset)
    }

    /// The size of the asset's object in bytes.
    fn stored_size(&self, asset: &Asset) -> Result<u64, Wrong> {
        let found = std::fs::metadata(self.shelf.object(asset.key.as_deref().unwrap_or_default()));
        found
            .map(|m| m.len())
            .map_err(|_| ("file", "The file has not been uploaded.".into()))
    }

    pub(super) async fn cancel(self: &Arc<Self>, call: &Call) -> Response<Body> {
        let Some(asset) = self.table.get(&call.id).filter(|a| a.key.is_some()) else {
            return answer::for_status(404);
        };
        if let Some(upload) = &asset.upload
            && call.field("upload_id").as_str() != Some(upload)
        {
            return answer::invalid(&[("upload_id", "The upload_id is not that of this asset.")]);
        }
        // Taken out in one step, so that no confirmation begins meanwhile.
        let freed = self.table.with(|rows| {
            let open = rows.get(&call.id).is_some_and(|a| a.stage == Stage::Open);
            if open { rows.remove(&call.id) } else { None }
        });
        let counted = asset.counted_as().to_owned();
        self.controls.tally.count(|c| match freed {
            None => c.cancels_after_completion += 1,
            Some(_) => {
                c.cancels += 1;
                if let Some(upload) = c.uploads.get_mut(&counted) {
                    upload.cancels += 1;
                }
            }
        });
        if freed.is_none() {
            return answer::invalid(&[("upload_id", "The upload does not exist (NoSuchUpload).")]);
        }
        let key = asset.key.as_deref().unwrap_or_default();
        let gone = match &asset.upload {
            Some(upload) => self.shelf.drop_upload(key, upload).await,
            None => self.shelf.remove(key).await,
        };
        if let Err(error) = gone {
            tracing::debug!(%error, "nothing to free");
        }
        self.table.save().await;
        answer::json(200, &json!({"success": true}))
    }
}
