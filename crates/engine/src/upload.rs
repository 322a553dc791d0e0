//! The steps of one upload: look, ask, finish, settle, abort. Each stores its intent before it asks (law 1).

use std::sync::Arc;

use transfer::error::{Failure, Kind, Result};
use transfer::ledger::{SessionRow, SessionStatus};
use transfer::provider::{FileFacts, Provider, Settlement};
use transfer::{Event, PartPlan, Proof, Receipt, SessionId, State, Step, Transfer, UploadSession};

use crate::engine::Inner;
use crate::runner::{Waited, Work};

/// Calls the upload facet of the row's provider.
macro_rules! upload_of {
    ($provider:expr) => {
        $provider.upload().ok_or_else(no_uploads)
    };
}

fn no_uploads() -> Failure {
    Failure::new(Kind::Refused, "no_uploads", "This service takes no files.")
}

pub(crate) async fn provider(inner: &Inner, row: &Transfer) -> Result<Arc<dyn Provider>> {
    inner.world.accounts.provider(row.account).await
}

/// What the service is told about the row's file.
fn facts(row: &Transfer) -> FileFacts {
    FileFacts {
        name: row.name.clone(),
        size: row.size.unwrap_or(0),
        own_id: format!("{}-{}", row.id, row.attempt),
        options: row.options.clone(),
    }
}

/// Looks at the source, and asks the provider's limits, before anything is created.
pub(crate) async fn measure(work: &mut Work, row: &Transfer) -> Result<()> {
    let inner = Arc::clone(&work.inner);
    let look = async {
        let path = row
            .local_source()
            .ok_or_else(|| Failure::new(Kind::Bug, "no_source", "It has no local file."))?;
        let fingerprint = inner.world.sources.fingerprint(path).await?;
        let provider = provider(&inner, row).await?;
        let facts = FileFacts {
            size: fingerprint.size,
            ..facts(row)
        };
        upload_of!(provider)?.limits(&facts).await?;
        Ok(fingerprint)
    };
    match work.or_poked(look).await {
        Waited::Poked => {}
        Waited::Answered(Ok(fingerprint)) => drop(work.commit(Event::Measured(fingerprint)).await?),
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
    let Some(row) = work.commit(Event::OpenAsked(session)).await? else {
        return Ok(());
    };
    let event = match upload.open(&facts(&row)).await {
        Ok(session) => match transfer::parts::check(&session.parts, row.size.unwrap_or(0)) {
            Ok(()) => Event::Opened(id, session),
            Err(failure) => {
                if let Err(left) = upload.abort(&session).await {
                    tracing::warn!(code = left.code, "a session with a wrong plan could not be aborted");
                }
                Event::Failed(failure)
            }
        },
        Err(failure) if failure.maybe_done => Event::OpenLost {
            again: upload.rules().open_again,
            failure,
        },
        Err(failure) => Event::Failed(failure),
    };
    work.commit(event).await.map(drop)
}

/// An earlier life asked for a session and did not live to hear the answer.
pub(crate) async fn open_lost(work: &mut Work, row: &Transfer) -> Result<()> {
    let again = match provider(&work.inner, row).await {
        Ok(provider) => provider.upload().is_some_and(|upload| upload.rules().open_again),
        // The rules are not known while the account can't be used: wait as for any other use of it.
        Err(failure) if failure.kind == Kind::Unauthorized => {
            return work.commit(Event::Failed(failure)).await.map(drop);
        }
        Err(_) => false,
    };
    let failure = Failure::new(
        Kind::Unavailable,
        "open_lost",
        "Longshore stopped while it asked the service where to send the parts. It asks again.",
    );
    work.commit(Event::OpenLost { again, failure }).await.map(drop)
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
        unchanged(&inner, row).await?;
        let opened = opened(&inner, row).await?;
        let proof = proof(&opened.receipts)?;
        complete(&opened.session.parts, &opened.receipts)?;
        Ok((opened, proof, provider(&inner, row).await?))
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
        Err(failure) => Event::Failed(failure),
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
        let Some(id) = row.session else { return Ok(()) };
        let Some(session) = work
            .inner
            .world
            .ledger
            .session(id)
            .await?
            .and_then(|stored| stored.session)
        else {
            return Ok(());
        };
        let provider = provider(&work.inner, row).await?;
        upload_of!(provider)?.abort(&session).await
    };
    let event = match dropped.await {
        Ok(()) => Event::Aborted,
        Err(failure) => Event::AbortFailed(failure),
    };
    work.commit(event).await.map(drop)
}

/// The source is still the file that is being sent.
pub(crate) async fn unchanged(inner: &Inner, row: &Transfer) -> Result<()> {
    let path = row.local_source().unwrap_or_default();
    let now = inner.world.sources.fingerprint(path).await;
    match now {
        Ok(print) if Some(print) == row.fingerprint => Ok(()),
        Ok(_) => Err(crate::source::changed()),
        Err(failure) => Err(failure),
    }
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
