//! The control API: the same things as [`Running`](crate::Running)'s methods, over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use futures_util::FutureExt;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::facilioo::FaciliooFile;
use crate::faults::FaultRule;
use crate::filefactory::HostedFile;
use crate::files::FileSpec;
use crate::listen::Handler;
use crate::running::Inner;
use crate::timeline::Direction;

type World = State<Arc<Inner>>;
type Answer = Result<Response, Refusal>;

/// A request that makes no sense, or a folder that can't be read.
struct Refusal(StatusCode, String);

impl Refusal {
    fn wrong(text: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, text.into())
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

/// Answers at the control address.
pub(crate) fn handler(inner: &Arc<Inner>) -> Handler {
    let router = Router::new()
        .route("/_sandbox", get(describe))
        .route("/_sandbox/faults", get(faults).post(add_faults).delete(clear_faults))
        .route("/_sandbox/faults/{id}", delete(clear_fault))
        .route("/_sandbox/counters", get(counters))
        .route("/_sandbox/counters/reset", post(reset))
        .route("/_sandbox/wait", get(wait))
        .route("/_sandbox/clock", get(clock).post(set_clock))
        .route("/_sandbox/settings", get(settings).post(change_settings))
        .route("/_sandbox/assets", get(assets))
        .route("/_sandbox/uploads", get(uploads))
        .route("/_sandbox/files", get(files).post(add_files))
        .route("/_sandbox/filefactory", get(hosted_files).post(add_hosted_files))
        .route("/_sandbox/filefactory/{id}", delete(remove_hosted_file))
        .route("/_sandbox/facilioo", get(facilioo_files).post(add_facilioo_files))
        .route("/_sandbox/facilioo/{id}", delete(remove_facilioo_file))
        .route("/_sandbox/baasix", get(baasix_files))
        .route("/_sandbox/timeline", get(timeline))
        .route("/_sandbox/timeline/reset", post(reset_timeline))
        .with_state(inner.clone());
    let service = TowerToHyperService::new(router);
    Arc::new(move |request| {
        service
            .call(request)
            .map(|answer| answer.map_err(|never| match never {}))
            .boxed()
    })
}

async fn describe(State(inner): World) -> Response {
    Json(inner.description()).into_response()
}

async fn faults(State(inner): World) -> Response {
    Json(inner.controls.faults.list()).into_response()
}

async fn add_faults(State(inner): World, Json(body): Json<Value>) -> Answer {
    if let Some(clear) = body.get("clear") {
        inner.controls.faults.clear(clear.as_u64());
        inner.controls.faults.settled().await;
        return Ok(Json(json!({"ids": []})).into_response());
    }
    let given = if let Value::Array(list) = body {
        list
    } else {
        vec![body]
    };
    // All are read before one is put in force.
    let rules = given
        .iter()
        .map(FaultRule::from_json)
        .collect::<Result<Vec<_>, _>>()
        .map_err(Refusal::wrong)?;
    let ids: Vec<u64> = rules.into_iter().map(|rule| inner.add_fault(rule)).collect();
    inner.controls.faults.settled().await;
    Ok(Json(json!({"ids": ids})).into_response())
}

async fn clear_faults(State(inner): World) -> StatusCode {
    inner.controls.faults.clear(None);
    inner.controls.faults.settled().await;
    StatusCode::NO_CONTENT
}

async fn clear_fault(State(inner): World, Path(id): Path<u64>) -> StatusCode {
    inner.controls.faults.clear(Some(id));
    inner.controls.faults.settled().await;
    StatusCode::NO_CONTENT
}

async fn counters(State(inner): World) -> Response {
    Json(inner.look(Clone::clone)).into_response()
}

async fn reset(State(inner): World) -> StatusCode {
    inner.controls.tally.reset();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Wait {
    counter: String,
    at_least: u64,
    #[serde(default = "ten_seconds")]
    timeout_ms: u64,
}

fn ten_seconds() -> u64 {
    10_000
}

async fn wait(State(inner): World, Query(asked): Query<Wait>) -> Answer {
    let enough = || {
        let counters = inner.look(|c| serde_json::to_value(c)).unwrap_or_default();
        counters
            .pointer(&asked.counter)
            .and_then(Value::as_u64)
            .unwrap_or_default()
            >= asked.at_least
    };
    match tokio::time::timeout(
        Duration::from_millis(asked.timeout_ms),
        inner.controls.tally.until(enough),
    )
    .await
    {
        Ok(()) => Ok(Json(inner.look(Clone::clone)).into_response()),
        Err(_) => Err(Refusal(
            StatusCode::REQUEST_TIMEOUT,
            format!("{} is still less", asked.counter),
        )),
    }
}

async fn clock(State(inner): World) -> Response {
    Json(inner.controls.clock.read()).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, untagged)]
enum ClockChange {
    Advance { advance_s: u64 },
    Offset { offset_s: i64 },
}

async fn set_clock(State(inner): World, Json(body): Json<Value>) -> Answer {
    match serde_json::from_value(body) {
        Ok(ClockChange::Advance { advance_s }) => inner.controls.clock.advance(Duration::from_secs(advance_s)),
        Ok(ClockChange::Offset { offset_s }) => inner.controls.clock.set_offset_s(offset_s),
        Err(_) => {
            return Err(Refusal::wrong(
                "the clock takes {\"advance_s\": N} or {\"offset_s\": N}",
            ));
        }
    }
    Ok(Json(inner.controls.clock.read()).into_response())
}

async fn settings(State(inner): World) -> Response {
    Json(inner.controls.settings()).into_response()
}

async fn change_settings(State(inner): World, Json(body): Json<Value>) -> Answer {
    let settings = inner.controls.change_settings(|settings| {
        *settings = settings.with(&body)?;
        Ok(settings.clone())
    });
    Ok(Json(settings.map_err(|e: String| Refusal::wrong(e))?).into_response())
}

async fn assets(State(inner): World) -> Answer {
    Ok(Json(inner.assets().await?).into_response())
}

async fn uploads(State(inner): World) -> Answer {
    Ok(Json(inner.uploads().await?).into_response())
}

/// One of something, or an array.
fn several<T: serde::de::DeserializeOwned>(body: Value) -> Result<Vec<T>, Refusal> {
    let list = if let Value::Array(list) = body {
        list
    } else {
        vec![body]
    };
    list.into_iter()
        .map(serde_json::from_value)
        .collect::<Result<_, _>>()
        .map_err(|e| Refusal::wrong(e.to_string()))
}

async fn files(State(inner): World) -> Response {
    Json(inner.files.all()).into_response()
}

async fn add_files(State(inner): World, Json(body): Json<Value>) -> Answer {
    let files: Vec<FileSpec> = several(body)?;
    let links: Vec<String> = files.into_iter().map(|file| inner.files.add(file)).collect();
    Ok(Json(json!({"links": links})).into_response())
}

async fn hosted_files(State(inner): World) -> Response {
    Json(inner.filefactory.all()).into_response()
}

async fn add_hosted_files(State(inner): World, Json(body): Json<Value>) -> Answer {
    let files: Vec<HostedFile> = several(body)?;
    let links: Vec<String> = files.iter().map(HostedFile::page).collect();
    files.into_iter().for_each(|file| inner.filefactory.add(file));
    Ok(Json(json!({"links": links})).into_response())
}

async fn remove_hosted_file(State(inner): World, Path(id): Path<String>) -> StatusCode {
    inner.filefactory.remove(&id);
    StatusCode::NO_CONTENT
}

async fn facilioo_files(State(inner): World) -> Answer {
    Ok(Json(inner.facilioo.all().await?).into_response())
}

async fn add_facilioo_files(State(inner): World, Json(body): Json<Value>) -> Answer {
    let files: Vec<FaciliooFile> = several(body)?;
    let ids: Vec<u64> = files
        .iter()
        .map(|file| inner.facilioo.add(file))
        .collect::<Result<_, _>>()?;
    Ok(Json(json!({"ids": ids})).into_response())
}

async fn remove_facilioo_file(State(inner): World, Path(id): Path<u64>) -> StatusCode {
    inner.facilioo.remove(id);
    StatusCode::NO_CONTENT
}

async fn baasix_files(State(inner): World) -> Answer {
    Ok(Json(inner.baasix.all().await?).into_response())
}

#[derive(Deserialize)]
struct Which {
    direction: Direction,
}

async fn timeline(State(inner): World, Query(which): Query<Which>) -> Response {
    Json(inner.controls.timelines.read(which.direction)).into_response()
}

async fn reset_timeline(State(inner): World) -> StatusCode {
    inner.controls.timelines.reset();
    StatusCode::NO_CONTENT
}
