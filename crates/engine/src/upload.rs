//! The steps of one upload: look, ask, finish, settle, abort. Each stores its intent before it asks (law 1).

use std::sync::Arc;

use transfer::error::{Failure, Kind, Result};
use transfer::ledger::{SessionRow, SessionStatus};
use transfer::provider::{FileFacts, Provider, Reopen, Settlement, Upload};
use transfer::{Event, PartPlan, Proof, Receipt, SessionId, State, Step, Transfer, UploadSession};

use crate::engine::Inner;
use crate::origin;
use crate::runner::{Waited, Work};

/// Calls the upload facet of the row's provider.
macro_rules! upload_of {
    ($provider:expr) => {
        $provider.upload().ok_or_else(no_uploads)
    };
}

pub(crate) fn no_uploads() -> Failure {
    Failure::new(Kind::Refused, "no_uploads", "This service takes no files.")
}

pub(crate) async fn provider(inner: &Inner, row: &Transfer) -> Result<Arc<dyn Provider>> {
    inner.world.accounts.provider(row.account).await
}

/// Looks at the source, and asks the provider's limits, before anything is created.
pub(crate) async fn measure(work: &mut Work, row: &Transfer) -> Result<()> {
    let inner = Arc::clone(&work.inner);
    let look = async {
        let looked = origin::look(&inner, row).await?;
        let provider = provider(&inner, row).await?;
        upload_of!(provider)?.limits(&looked.facts).await?;
        Ok(looked.event)
    };
    match work.or_poked(look).await {
        Waited::Poked => {}
        Waited::Answered(Ok(event)) => drop(work.commit(event).await?),
        Waited::Answered(Err(failure)) => drop(work.commit(Event::Failed(failure)).await?),
    }
    Ok(())
}

/// Asks for a session. Not given up once asked: the answer may be the only way to its name.
pub(crate) async fn open(work: &mut Work, row: &Transfer) -> Result<()> {
    let provider = match provider(&work.inner, row).await {
        Ok(provider) => provider,
        Err(failure) => return work.commit(Event::Failed(failure)).await.map(drop),
    };
    let Some(upload) = provider.upload() else {
        return work.commit(Event::Failed(no_uploads())).await.map(drop);
    };
    let session = SessionRow {
        id: SessionId(work.inner.world.ids.uuid()),
        transfer: row.id,
        account: row.account,
        name: row.name.clone(),
        size: row.size.unwrap_or(0),
        status: SessionStatus::Asked,
        session: None,
        created_at: work.inner.now(),
    };
    let id = session.id;
    let seen = match origin::facts(&work.inner, row).await {
        Ok(facts) => facts,
        Err(failure) => return work.commit(Event::Failed(failure)).await.map(drop),
    };
    let Some(row) = work.commit(Event::OpenAsked(session)).await? else {
        return Ok(());
    };
    let facts = FileFacts {
        opening: seen.opening,
        ..origin::bare(&row)
    };
    let event = match upload.open(&facts).await {
        Ok(session) => taken(upload, id, session, &row).await,
        Err(failure) if failure.maybe_done => Event::OpenLost {
            reopen: upload.rules().reopen,
            failure,
        },
        Err(failure) => Event::Failed(failure),
    };
    work.commit(event).await.map(drop)
}

/// A session is used when its plan fits the file.
async fn taken(upload: &dyn Upload, id: SessionId, session: UploadSession, row: &Transfer) -> Event {
    match transfer::parts::check(&session.parts, row.size.unwrap_or(0)) {
        Ok(()) => Event::Opened(id, session),
        Err(failure) => {
            if let Err(left) = upload.abort(&session).await {
                tracing::warn!(code = left.code, "a session with a wrong plan could not be aborted");
            }
            Event::Failed(failure)
        }
    }
}

/// A session was asked for, and nobody heard the answer.
pub(crate) async fn open_lost(work: &mut Work, row: &Transfer) -> Result<()> {
    let inner = Arc::clone(&work.inner);
    let found = provider(&inner, row).await;
    let reopen = match &found {
        Ok(provider) => provider.upload().map_or(Reopen::Person, |upload| upload.rules().reopen),
        // The rules are not known while the account can't be used: wait as for any other use of it.
        Err(failure) if failure.kind == Kind::Unauthorized => {
            return work.commit(Event::Failed(failure.clone())).await.map(drop);
        }
        Err(_) => Reopen::Person,
    };
    let stopped = || {
        Failure::new(
            Kind::Unavailable,
            "open_lost",
            "Longshore stopped while it asked the service where to send the parts. It asks again.",
        )
    };
    let event = match (reopen, found) {
        (Reopen::Look, Ok(provider)) => match look_for_session(work, row, &provider).await {
            Some(event) => event,
            // A wish is stored by now; the look is begun again.
            None if inner.stop.is_cancelled() => return Ok(()),
            None => Event::OpenLost {
                reopen,
                failure: stopped(),
            },
        },
        _ => Event::OpenLost {
            reopen,
            failure: stopped(),
        },
    };
    work.commit(event).await.map(drop)
}

/// Asks the service for what it was asked to make. `None`: something else came in between.
async fn look_for_session(work: &mut Work, row: &Transfer, provider: &Arc<dyn Provider>) -> Option<Event> {
    let inner = Arc::clone(&work.inner);
    let id = row.session?;
    let look = async {
        // The file itself may be gone by now: what was made of it is looked for all the same.
        let facts = origin::facts(&inner, row).await.unwrap_or_else(|_| origin::bare(row));
        let upload = upload_of!(provider)?;
        Ok::<_, Failure>(match upload.find(&facts).await? {
            Some(session) => taken(upload, id, session, row).await,
            None => Event::OpenMissed,
        })
    };
    match work.or_poked(look).await {
        Waited::Poked => None,
        Waited::Answered(Ok(event)) => Some(event),
        Waited::Answered(Err(failure)) => Some(Event::OpenLost {
            // A service that does not answer such a question at all will not do so later.
            reopen: match failure.kind {
                Kind::NotFound | Kind::Refused => Reopen::Person,
                _ => Reopen::Look,
            },
            failure,
        }),
    }
}

/// Everything about the row's session that sending and finishing need.
pub(crate) struct Opened {
    pub(crate) id: SessionId,
    pub(crate) session: UploadSession,
    pub(crate) receipts: Vec<Receipt>,
}

pub(crate) async fn opened(inner: &Inner, row: &Transfer) -> Result<Opened> {
    let lost = || {
        Failure::new(
            Kind::SessionGone,
            "session_unreadable",
            "What the service had given for this upload can't be read any more.",
        )
    };
    let id = row.session.ok_or_else(lost)?;
    let stored = inner.world.ledger.session(id).await?.ok_or_else(lost)?;
    let session = stored.session.ok_or_else(lost)?;
    let receipts = inner.world.ledger.receipts(id).await?;
    Ok(Opened { id, session, receipts })
}

/// What the receipts prove, once every part has one.
///
/// # Errors
/// [`Kind::Integrity`] when some tags are the MD5 of their part and others are not.
pub(crate) fn proof(receipts: &[Receipt]) -> Result<Proof> {
    match receipts.iter().filter(|receipt| receipt.verified).count() {
        0 => Ok(Proof::Size),
        all if all == receipts.len() => Ok(Proof::PartTags),
        _ => Err(lying_part(
            receipts
                .iter()
                .find(|receipt| !receipt.verified)
                .map_or(0, |receipt| receipt.number),
        )),
    }
}

/// The storage confirmed other bytes than were sent, and did so again.
pub(crate) fn lying_part(number: u32) -> Failure {
    Failure::new(
        Kind::Integrity,
        "part_mismatch",
        format!("The storage confirmed part {number} with a checksum that is not ours, twice. The upload was stopped, so that no damaged file is made of it."),
    )
    .action("Try again. If it happens again, tell the service: its storage, or something on the way to it, changes data.")
}

/// Checks the source once more, stores the intent, and asks the service to make the file.
pub(crate) async fn finish(work: &mut Work, row: &Transfer) -> Result<()> {
    let inner = Arc::clone(&work.inner);
    let ready = async {
        origin::unchanged(&inner, row).await?;
        let opened = opened(&inner, row).await?;
        let proof = proof(&opened.receipts)?;
        complete(&opened.session.parts, &opened.receipts)?;
        let provider = provider(&inner, row).await?;
        // Where the part has made the file already, sending it once more would make another one.
        if upload_of!(provider)?.rules().part_makes_file {
            return Ok((opened, proof, provider));
        }
        origin::as_described(row, &opened.receipts)?;
        Ok((opened, proof, provider))
    };
    let (opened, proof, provider) = match ready.await {
        Ok(ready) => ready,
        Err(failure) => return work.commit(Event::Failed(failure)).await.map(drop),
    };
    let Some(upload) = provider.upload() else {
        return work.commit(Event::Failed(no_uploads())).await.map(drop);
    };
    if work.commit(Event::FinishAsked).await?.is_none() {
        return Ok(());
    }
    let event = match upload.finish(&opened.session, &opened.receipts).await {
        Ok(finished) => match wrong_size(row, finished.size) {
            None => Event::Finished(finished, proof),
            Some(shown) => Event::Settled(Settlement::Unknown(shown), proof),
        },
        Err(failure) => {
            if let Some(largest) = failure.largest {
                inner.world.accounts.learn_largest(row.account, largest).await;
            }
            Event::Failed(failure)
        }
    };
    work.commit(event).await.map(drop)
}

/// Looks what became of the finishing request. Reads only.
pub(crate) async fn settle(work: &mut Work, row: &Transfer) -> Result<()> {
    let inner = Arc::clone(&work.inner);
    let look = async {
        let opened = opened(&inner, row).await?;
        let provider = provider(&inner, row).await?;
        let settlement = upload_of!(provider)?.settle(&opened.session).await?;
        Ok::<_, Failure>((settlement, proof(&opened.receipts).unwrap_or(Proof::Size)))
    };
    let event = match work.or_poked(look).await {
        // A wish is stored by now; the look itself is worth finishing, so it is begun again.
        Waited::Poked if work.inner.stop.is_cancelled() => return Ok(()),
        Waited::Poked => {
            let failure = Failure::new(
                Kind::Unavailable,
                "look_interrupted",
                "Looking at the service was interrupted.",
            );
            Event::Failed(failure.maybe_done(true))
        }
        Waited::Answered(Ok((Settlement::Finished(finished), proof))) => match wrong_size(row, finished.size) {
            None => Event::Settled(Settlement::Finished(finished), proof),
            Some(shown) => Event::Settled(Settlement::Unknown(shown), proof),
        },
        Waited::Answered(Ok((settlement, proof))) => Event::Settled(settlement, proof),
        Waited::Answered(Err(failure)) => Event::Failed(failure.maybe_done(true)),
    };
    work.commit(event).await.map(drop)
}

/// Has the service drop the session of a cancelled transfer.
pub(crate) async fn abort(work: &mut Work, row: &Transfer) -> Result<()> {
    let dropped = async {
        let Some(id) = row.session else { return Ok(None) };
        let Some(session) = work
            .inner
            .world
            .ledger
            .session(id)
            .await?
            .and_then(|stored| stored.session)
        else {
            return Ok(None);
        };
        let provider = provider(&work.inner, row).await?;
        let upload = upload_of!(provider)?;
        upload.abort(&session).await?;
        Ok(upload.leaves())
    };
    let event = match dropped.await {
        Ok(None) => Event::Aborted,
        Ok(Some(rest)) => Event::AbortedInPart(rest.to_owned()),
        Err(failure) => Event::AbortFailed(failure),
    };
    work.commit(event).await.map(drop)
}

/// Every part of the plan has its receipt, for all of its bytes.
fn complete(parts: &[PartPlan], receipts: &[Receipt]) -> Result<()> {
    let whole = parts.iter().all(|part| {
        receipts
            .iter()
            .any(|receipt| receipt.number == part.number && receipt.size == part.len())
    });
    if whole {
        Ok(())
    } else {
        Err(Failure::new(Kind::Bug, "receipt_missing", "A part has no receipt."))
    }
}

fn wrong_size(row: &Transfer, shown: Option<u64>) -> Option<String> {
    let shown = shown.filter(|shown| Some(*shown) != row.size)?;
    Some(format!(
        "it shows {shown} bytes, the file has {}.",
        row.size.unwrap_or(0)
    ))
}

/// Whether sending may still go on for the row.
pub(crate) fn still_sending(row: Option<&Transfer>) -> bool {
    row.is_some_and(|row| row.state == State::Transferring && row.step == Step::Opened)
}
