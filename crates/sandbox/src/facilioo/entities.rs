//! Making, finding and showing File entities.

use std::sync::Arc;

use axum::body::Body;
use http::Response;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::accounts::Party;
use super::entity::Entity;
use super::kinds::FileType;
use super::{Call, Facilioo, answer};
use crate::counters::UploadCount;
use crate::held;

/// Ids grow from here on.
const FIRST_ID: u64 = 4_001;

impl Facilioo {
    pub(super) async fn create(self: &Arc<Self>, call: &Call, who: Party) -> Response<Body> {
        let name = call.field(&["name", "fileName", "originalName", "originalFileName"]);
        let kind = call.field(&["typeId", "fileTypeId"]);
        let external = call.field(&["externalId"]);
        let name = name.as_str().filter(|name| !name.is_empty() && name.len() <= 1_000);
        let kind = kind.as_u64().and_then(FileType::get);
        let (Some(name), Some(kind)) = (name, kind) else {
            return self.malformed(call, "name and typeId are required.");
        };
        let entity = self.made(name, kind.id, external.as_str(), who.id(), call.now_ms);
        self.entities.save().await;
        self.controls.tally.count(|c| {
            c.facilioo.created += 1;
            c.uploads.insert(
                entity.key.clone(),
                UploadCount {
                    asset: entity.id.to_string(),
                    name: entity.name.clone(),
                    ..UploadCount::default()
                },
            );
        });
        answer::json(&call.settings, 201, entity.shown(call.now_ms))
    }

    /// A new entity, in the table.
    pub(super) fn made(&self, name: &str, type_id: u64, external: Option<&str>, party: u32, now_ms: i64) -> Entity {
        self.entities.with(|rows| {
            let id = rows.values().map(|e| e.id + 1).max().unwrap_or(FIRST_ID);
            let entity = Entity {
                id,
                name: name.to_owned(),
                type_id,
                external_id: external.map(str::to_owned),
                party,
                // Names are hashed before they reach storage.
                key: hex::encode(Sha256::digest(format!("{id} {name}"))),
                created_ms: now_ms,
                modified_ms: now_ms,
                stored: None,
                before: None,
            };
            rows.insert(id.to_string(), entity.clone());
            entity
        })
    }

    pub(super) fn show(&self, call: &Call) -> Response<Body> {
        match self.entities.get(&call.id) {
            Some(entity) => answer::json(&call.settings, 200, entity.shown(call.now_ms)),
            None => answer::for_status(404),
        }
    }

    /// The files with the external id that is asked for.
    pub(super) fn find(&self, call: &Call) -> Response<Body> {
        if !call.settings.lookup {
            return answer::for_status(404);
        }
        let Some(external) = call.query("ExternalId") else {
            return self.malformed(call, "ExternalId is required.");
        };
        self.listed(call, |entity| entity.external_id.as_deref() == Some(external.as_str()))
    }

    /// The files of a party.
    pub(super) fn of_party(&self, call: &Call) -> Response<Body> {
        self.listed(call, |entity| entity.party.to_string() == call.id)
    }

    fn listed(&self, call: &Call, wanted: impl Fn(&Entity) -> bool) -> Response<Body> {
        let mut found = self.entities.all();
        found.retain(wanted);
        found.sort_by_key(|entity| entity.id);
        let shown: Vec<Value> = found.iter().map(|entity| entity.shown(call.now_ms)).collect();
        self.paged(call, &shown)
    }

    /// Makes a document of a file.
    pub(super) fn document(&self, call: &Call) -> Response<Body> {
        if !call.settings.documents {
            return answer::for_status(403);
        }
        let file = call.field(&["fileId"]);
        let known = file.as_u64().and_then(|id| self.entities.get(&id.to_string()));
        let (Some(file), Some(name)) = (known, call.field(&["name"]).as_str().map(str::to_owned)) else {
            return self.malformed(call, "name and fileId are required.");
        };
        let external = call.field(&["externalId"]).as_str().map(str::to_owned);
        let mut documents = held(&self.documents);
        let again = documents.iter().any(|d| d.file_id == file.id);
        let document = super::Document {
            id: 9_001 + documents.len() as u64,
            name,
            file_id: file.id,
            external_id: external,
        };
        documents.push(document.clone());
        drop(documents);
        self.controls.tally.count(|c| {
            c.facilioo.documents += 1;
            c.facilioo.documents_again += u64::from(again);
        });
        answer::json(&call.settings, 201, document.shown())
    }

    /// The documents with the external id that is asked for.
    pub(super) fn find_document(&self, call: &Call) -> Response<Body> {
        if !call.settings.lookup {
            return answer::for_status(404);
        }
        let Some(external) = call.query("ExternalId") else {
            return self.malformed(call, "ExternalId is required.");
        };
        let found: Vec<Value> = held(&self.documents)
            .iter()
            .filter(|document| document.external_id.as_deref() == Some(external.as_str()))
            .map(super::Document::shown)
            .collect();
        self.paged(call, &found)
    }
}
