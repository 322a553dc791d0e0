//! What must stand before the first byte of a download is asked for: its partial file, its ledger, and a link that may be used.

use std::sync::Arc;

use tokio::time::Instant;
use transfer::Transfer;
use transfer::download::FileLink;
use transfer::error::{Failure, Kind, Result};
use transfer::provider::Provider;
use transfer::segments;

use super::board::Board;
use super::fetch::Common;
use super::{HeldLink, Receiving, open_partial};
use crate::download::{connections, facet, source};
use crate::engine::{Inner, locked};
use crate::origin::giver;

/// Opens the partial file, checks what is noted about it, and gets a link.
pub(super) async fn prepare(inner: &Arc<Inner>, row: &Transfer) -> Result<Box<Receiving>> {
    let gone = || {
        Failure::new(
            Kind::SessionGone,
            "part_gone",
            "The partial file was changed, moved or removed. It is fetched again from the start.",
        )
    };
    let (partial, file) = open_partial(inner, row).await?.ok_or_else(gone)?;
    let mut noted = inner.world.ledger.segments(row.id).await?;
    if let Some(total) = partial.total {
        segments::check(&noted, total)?;
        let here = noted.iter().filter(|s| s.done > s.start).map(|s| s.done).max();
        if file.size().await? < here.unwrap_or(0) {
            return Err(gone());
        }
        if file.size().await? != total {
            file.reserve(total).await?;
            file.sync().await?;
        }
    } else {
        noted = Vec::new();
        file.cut(0).await?;
    }
    let provider = giver(inner, row).await?;
    let link = link_for(inner, row, &provider).await?;
    let found = row.found.clone().unwrap_or_default();
    let mut at_once = connections(inner, row, &found).await?;
    if link.resumable == Some(false) {
        at_once = 1;
    }
    at_once = at_once.min(link.connections.unwrap_or(at_once)).max(1);
    if let Some(meter) = locked(&inner.meters).get_mut(&row.id) {
        meter.begin(noted.iter().map(|segment| segment.done - segment.start).sum());
    }
    let common = Common {
        inner: Arc::clone(inner),
        row: row.clone(),
        provider,
        link,
        file: Arc::from(file),
        total: partial.total,
        version: partial.version.clone(),
    };
    Ok(Box::new(Receiving {
        common,
        board: Arc::new(Board::new(&noted)),
        partial,
        at_once,
        told: Instant::now(),
    }))
}

/// A link to the bytes that may be used now: the one that was given, or a new one.
///
/// # Errors
/// [`Kind::Later`] while the service wants us to wait with it.
pub(crate) async fn link_for(inner: &Inner, row: &Transfer, provider: &Arc<dyn Provider>) -> Result<FileLink> {
    let held = locked(&inner.held).get(&row.id).cloned();
    let held = match held {
        Some(held) => held,
        None => {
            let link = facet(provider)?.link(&source(inner, row).await?).await?;
            let held = HeldLink {
                ready: Instant::now() + link.wait,
                link,
            };
            locked(&inner.held).insert(row.id, held.clone());
            held
        }
    };
    let early = held.ready.saturating_duration_since(Instant::now());
    if early.is_zero() {
        return Ok(held.link);
    }
    Err(Failure::new(
        Kind::Later,
        "free_wait",
        "The service lets free downloads begin only after a wait.",
    )
    .retry_after(Some(early)))
}
