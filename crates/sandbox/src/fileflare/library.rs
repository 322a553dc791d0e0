//! Reading, deleting and linking assets.

use std::sync::Arc;

use axum::body::Body;
use http::Response;
use serde_json::{Value, json};

use super::table::{Asset, Stage};
use super::{Call, Fileflare, PREFIX, answer};
use crate::settings::Generation;

impl Fileflare {
    /// Whether reading shows the asset.
    fn shows(&self, asset: &Asset) -> bool {
        asset.stage == Stage::Confirmed || self.controls.settings().evidence.shows_open()
    }

    /// An asset as reading shows it.
    fn shown(&self, asset: &Asset) -> Value {
        let rounded = self.controls.settings().evidence.rounded();
        json!({
            "id": asset.id,
            "filename": asset.name,
            "size": if rounded { json!(rounded_size(asset.size)) } else { json!(asset.size) },
            "is_file": asset.link.is_none(),
            "is_link": asset.link.is_some(),
            "url": asset.link,
            "created_at": asset.created_at,
        })
    }

    pub(super) fn show(&self, call: &Call) -> Response<Body> {
        match self.table.get(&call.id).filter(|a| self.shows(a)) {
            Some(asset) => answer::json(200, &json!({"data": self.shown(&asset)})),
            None => answer::for_status(404),
        }
    }

    pub(super) fn list(&self, call: &Call) -> Response<Body> {
        let (mut page, mut per_page, mut part_of_name) = (1_usize, 25_usize, String::new());
        for (name, value) in url::form_urlencoded::parse(call.query.as_bytes()) {
            match name.as_ref() {
                "page" => page = value.parse().unwrap_or(1).max(1),
                "limit" => per_page = value.parse().unwrap_or(25).clamp(1, 1000),
                "per_page" => per_page = value.parse().unwrap_or(25).clamp(1, 100),
                "filename" => part_of_name = value.to_lowercase(),
                _ => {}
            }
        }
        let mut found: Vec<Asset> = self.table.all();
        found.retain(|a| self.shows(a) && a.name.to_lowercase().contains(&part_of_name));
        let total = found.len();
        let last = total.div_ceil(per_page).max(1);
        let from = (page - 1).saturating_mul(per_page);
        let data: Vec<Value> = found.iter().skip(from).take(per_page).map(|a| self.shown(a)).collect();
        let base = format!("http://{}{PREFIX}/assets", self.api);
        let at = |n: usize| format!("{base}?page={n}");
        let to = from + data.len();
        answer::json(
            200,
            &json!({
                "links": {
                    "first": at(1),
                    "last": at(last),
                    "prev": (page > 1).then(|| at(page - 1)),
                    "next": (page < last).then(|| at(page + 1)),
                },
                "meta": {
                    "current_page": page,
                    "from": (!data.is_empty()).then_some(from + 1),
                    "last_page": last,
                    "path": base,
                    "per_page": per_page,
                    "to": (!data.is_empty()).then_some(to),
                    "total": total,
                },
                "data": data,
            }),
        )
    }

    pub(super) async fn delete(self: &Arc<Self>, call: &Call) -> Response<Body> {
        let taken = self.table.with(|rows| {
            let there = rows.get(&call.id).is_some_and(|a| a.stage == Stage::Confirmed);
            if there { rows.remove(&call.id) } else { None }
        });
        let Some(asset) = taken else {
            return answer::for_status(404);
        };
        if let Some(key) = &asset.key
            && let Err(error) = self.shelf.remove(key).await
        {
            tracing::warn!(%error, "the sandbox could not delete an object");
        }
        self.table.save().await;
        self.controls.tally.count(|c| c.deletions += 1);
        answer::json(202, &json!({"message": "The asset will be deleted."}))
    }

    /// Makes an asset that is a link.
    pub(super) async fn store(self: &Arc<Self>, call: &Call) -> Response<Body> {
        let newer = self.controls.settings().generation == Generation::Newer;
        let (name, link) = (call.field("filename"), call.field("url"));
        let mut errors = Vec::new();
        if name.as_str().is_none_or(str::is_empty) {
            errors.push(("filename", "The filename field is required."));
        }
        if link.as_str().is_none_or(|u| url::Url::parse(u).is_err()) {
            errors.push(("url", "The url field must be a valid URL."));
        }
        if newer && call.field("type") != "link" {
            errors.push(("type", "The type field must be link."));
        }
        if !newer && !call.field("size").is_u64() {
            errors.push(("size", "The size field is required."));
        }
        let (Some(name), Some(link), true) = (name.as_str(), link.as_str(), errors.is_empty()) else {
            return answer::invalid(&errors);
        };
        let asset = Asset {
            id: uuid::Uuid::now_v7().to_string(),
            name: name.to_owned(),
            size: call.field("size").as_u64().unwrap_or_default(),
            key: None,
            upload: None,
            parts: 0,
            stage: Stage::Confirmed,
            link: Some(link.to_owned()),
            created_at: self
                .controls
                .clock
                .timestamp()
                .strftime("%Y-%m-%dT%H:%M:%S.000000Z")
                .to_string(),
        };
        let shown = self.shown(&asset);
        self.table.with(|rows| rows.insert(asset.id.clone(), asset));
        self.table.save().await;
        answer::json(
            201,
            &if newer {
                json!({"asset": shown})
            } else {
                json!({"data": shown})
            },
        )
    }

    /// Changes an asset that is a link.
    pub(super) async fn edit(self: &Arc<Self>, call: &Call) -> Response<Body> {
        let (name, link, size) = (call.field("filename"), call.field("url"), call.field("size"));
        if link.as_str().is_some_and(|u| url::Url::parse(u).is_err()) {
            return answer::invalid(&[("url", "The url field must be a valid URL.")]);
        }
        let changed = self.table.with(|rows| {
            let asset = rows.get_mut(&call.id).filter(|a| a.link.is_some())?;
            if let Some(name) = name.as_str() {
                asset.name = name.to_owned();
            }
            if let Some(link) = link.as_str() {
                asset.link = Some(link.to_owned());
            }
            asset.size = size.as_u64().unwrap_or(asset.size);
            Some(asset.clone())
        });
        let Some(asset) = changed else {
            return answer::for_status(404);
        };
        self.table.save().await;
        let newer = self.controls.settings().generation == Generation::Newer;
        let shown = self.shown(&asset);
        answer::json(
            200,
            &if newer {
                json!({"asset": shown})
            } else {
                json!({"data": shown})
            },
        )
    }
}

/// A size as people write it, which two different files may share.
fn rounded_size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes}B"),
        1_000..1_000_000 => format!("{}KB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{}MB", bytes / 1_000_000),
        _ => format!("{}GB", bytes / 1_000_000_000),
    }
}
