//! The end of a download: checked, then given its name in one step, and looked for after a stop in the middle of that.

use std::sync::Arc;

use transfer::download::Checksum;
use transfer::error::{Failure, Kind, Result};
use transfer::names::numbered;
use transfer::target::{Naming, Partial, TargetFile};
use transfer::{Endpoint, Event, Proof, Transfer};

use crate::download::collision;
use crate::engine::Inner;
use crate::receive::{open_partial, same, whole};
use crate::runner::{Waited, Work};

/// Names tried before a folder is said to be full of them.
const NAMES: u32 = 10_000;

/// Checks the file once more and gives it its name.
pub(crate) async fn name(work: &mut Work, row: &Transfer) -> Result<()> {
    let inner = Arc::clone(&work.inner);
    let known = work.checksum.take();
    let checked = match work.or_poked(checked(&inner, row, known)).await {
        Waited::Poked => return Ok(()),
        Waited::Answered(checked) => checked,
    };
    let event = match checked {
        Ok((partial, proof)) => match named(work, row, &partial).await {
            Ok(true) => Event::Landed(proof),
            Ok(false) => return Ok(()),
            Err(failure) => Event::Failed(failure),
        },
        Err(failure) => Event::Failed(failure),
    };
    work.commit(event).await.map(drop)
}

async fn checked(inner: &Inner, row: &Transfer, known: Option<Checksum>) -> Result<(Partial, Proof)> {
    let (partial, file) = open_partial(inner, row).await?.ok_or_else(gone)?;
    let total = partial.total.ok_or_else(gone)?;
    if file.size().await? != total {
        return Err(gone());
    }
    let expected = row.found.as_ref().and_then(|found| found.checksum.clone());
    let Some(expected) = expected else {
        return Ok((partial, Proof::Size));
    };
    let found = match known {
        Some(found) => found,
        None => whole(inner, file.as_ref(), total, &expected).await?,
    };
    if same(&found, &expected) {
        return Ok((partial, Proof::WholeChecksum));
    }
    Err(mismatch(inner, row, &partial, file.as_ref()).await)
}

/// The first time the bytes are fetched again; the second time they are kept aside, under a name that says what they are.
async fn mismatch(inner: &Inner, row: &Transfer, partial: &Partial, file: &dyn TargetFile) -> Failure {
    let text = "The file that came is not the one that the service describes: its checksum differs.";
    if row.found.as_ref().is_none_or(|found| !found.mismatched) {
        return Failure::new(
            Kind::Integrity,
            "mismatch",
            format!("{text} It is fetched again from the start."),
        );
    }
    let mut kept = String::new();
    for n in 1..NAMES {
        let bad = format!(
            "{}.part.bad",
            if n == 1 {
                row.name.clone()
            } else {
                numbered(&row.name, n)
            }
        );
        let moved = inner
            .world
            .targets
            .rename(&partial.folder, &partial.name, file.mark(), &bad, None)
            .await;
        match moved {
            Ok(Naming::Taken) => {}
            Ok(Naming::Named) => {
                kept = format!(" What came is kept as {bad}.");
                break;
            }
            Err(_) => break,
        }
    }
    Failure::new(
        Kind::Integrity,
        "mismatch",
        format!("{text} So it was a second time.{kept}"),
    )
    .action("Try again later, or tell the service that its file is damaged.")
}

/// Stores the intent and renames, until a name is free or the person must choose. `false`: the row has moved on.
async fn named(work: &mut Work, row: &Transfer, partial: &Partial) -> Result<bool> {
    let inner = Arc::clone(&work.inner);
    let targets = &inner.world.targets;
    let rule = row.options.get("collision").map(String::as_str);
    for n in 1..NAMES {
        let name = if n == 1 {
            row.name.clone()
        } else {
            numbered(&row.name, n)
        };
        let over = match rule {
            Some("replace" | "resume") => {
                let standing = targets.standing(&partial.folder, &name).await?;
                standing.filter(|found| found.regular).map(|found| found.mark)
            }
            _ => None,
        };
        if work.commit(Event::NameAsked(name.clone())).await?.is_none() {
            return Ok(false);
        }
        let naming = targets
            .rename(&partial.folder, &partial.name, partial.mark, &name, over)
            .await;
        match naming {
            Ok(Naming::Named) => {
                targets.quarantine(&partial.folder, &name, origin(row).as_deref()).await;
                return Ok(true);
            }
            Ok(Naming::Taken) => {
                if work.commit(Event::Looked(false)).await?.is_none() {
                    return Ok(false);
                }
                // Something came to stand there while the file was fetched.
                if rule.is_none() {
                    return Err(collision(&name, false));
                }
            }
            Err(failure) => return Err(failure),
        }
    }
    Err(Failure::new(
        Kind::Refused,
        "no_name",
        "The folder holds too many files of this name.",
    ))
}

/// Looks in the folder whether the file got its name before everything ended.
pub(crate) async fn look(work: &mut Work, row: &Transfer) -> Result<()> {
    let inner = Arc::clone(&work.inner);
    let look = async {
        let partial = inner.world.ledger.partial(row.id).await?.ok_or_else(gone)?;
        let stands = async |name: &str| {
            let standing = inner.world.targets.standing(&partial.folder, name).await?;
            Ok::<_, Failure>(standing.is_some_and(|found| found.mark == partial.mark))
        };
        if stands(&row.name).await? {
            return Ok(true);
        }
        if stands(&partial.name).await? {
            return Ok(false);
        }
        Err(gone())
    };
    let event = match look.await {
        Ok(named) => Event::Looked(named),
        Err(failure) => Event::Failed(failure),
    };
    work.commit(event).await.map(drop)
}

/// The host that the file came from, for the system's mark.
fn origin(row: &Transfer) -> Option<String> {
    let Endpoint::Link { url, .. } = &row.source else {
        return None;
    };
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next()?;
    (!host.is_empty()).then(|| host.to_owned())
}

fn gone() -> Failure {
    Failure::new(
        Kind::SessionGone,
        "part_gone",
        "The partial file was changed, moved or removed. It is fetched again from the start.",
    )
}
