//! A transfer with its parts, its story and its session.

use std::collections::HashMap;

use engine::Live;
use transfer::ledger::{Ledger, SessionRow};
use transfer::segments::Segment;
use transfer::{PartPlan, Receipt, State, Transfer};

use crate::boundary::{JournalEntry, PartRow, PartState, SessionInfo, TransferDetails, TransferRow};
use crate::failure::crossed;
use crate::present::rfc3339;

/// Reads what belongs to the row.
pub(crate) async fn details(
    ledger: &dyn Ledger,
    transfer: &Transfer,
    row: TransferRow,
    live: Option<Live>,
) -> Result<TransferDetails, crate::boundary::Failure> {
    let journal = ledger.journal(transfer.id).await.map_err(crossed)?;
    let (session, receipts) = match transfer.session {
        Some(id) => (
            ledger.session(id).await.map_err(crossed)?,
            ledger.receipts(id).await.map_err(crossed)?,
        ),
        None => (None, Vec::new()),
    };
    let parts = if transfer.receives() {
        let segments = ledger.segments(transfer.id).await.map_err(crossed)?;
        segments.iter().map(|segment| segment_row(segment, transfer)).collect()
    } else {
        parts(session.as_ref(), &receipts, live.as_ref())
    };
    Ok(TransferDetails {
        row,
        parts,
        journal: journal
            .into_iter()
            .map(|note| JournalEntry {
                at: rfc3339(note.at),
                event: note.event,
                text: note.text,
            })
            .collect(),
        proof_text: transfer.proof.map(|proof| {
            let followed = transfer.follow.as_ref().map_or("", transfer::Follow::sentence);
            format!("{} {followed}", proof.sentence(transfer.direction))
                .trim_end()
                .to_owned()
        }),
        session: session.as_ref().and_then(info),
    })
}

fn info(row: &SessionRow) -> Option<SessionInfo> {
    let session = row.session.as_ref()?;
    Some(SessionInfo {
        opened_at: rfc3339(row.created_at),
        links_until: session.expires_at.map(rfc3339),
        part_size: session.parts.first().map(PartPlan::len),
        upload_id: session.remote_id.clone(),
    })
}

/// The parts of the plan; once the session is over and its plan forgotten, those of the receipts.
fn parts(session: Option<&SessionRow>, receipts: &[Receipt], live: Option<&Live>) -> Vec<PartRow> {
    let plan = session
        .and_then(|row| row.session.as_ref())
        .map_or_else(|| plan_of(receipts), |session| session.parts.clone());
    let receipts: HashMap<u32, &Receipt> = receipts.iter().map(|receipt| (receipt.number, receipt)).collect();
    let moving: HashMap<u32, u64> = live
        .map(|live| live.parts.iter().map(|part| (part.number, part.sent)).collect())
        .unwrap_or_default();
    let mut parts: Vec<_> = plan
        .iter()
        .map(|part| part_row(part, receipts.get(&part.number).copied(), moving.get(&part.number)))
        .collect();
    parts.sort_by_key(|part| part.number);
    parts
}

fn part_row(part: &PartPlan, receipt: Option<&Receipt>, moving: Option<&u64>) -> PartRow {
    let (state, sent) = match (receipt, moving) {
        (Some(receipt), _) if receipt.verified => (PartState::Verified, part.len()),
        (Some(_), _) => (PartState::Stored, part.len()),
        (None, Some(sent)) => (PartState::Sending, *sent),
        (None, None) => (PartState::Pending, 0),
    };
    let under_way = u32::from(state == PartState::Sending);
    PartRow {
        number: part.number,
        start: part.start,
        end: part.end,
        state,
        sent,
        tries: receipt.map_or(under_way, |receipt| receipt.tries),
    }
}

fn segment_row(segment: &Segment, transfer: &Transfer) -> PartRow {
    let state = match segment.left() {
        0 => PartState::Stored,
        _ if transfer.state == State::Transferring => PartState::Sending,
        _ => PartState::Pending,
    };
    PartRow {
        number: segment.number,
        start: segment.start,
        end: segment.end,
        state,
        sent: segment.done - segment.start,
        tries: 1,
    }
}

fn plan_of(receipts: &[Receipt]) -> Vec<PartPlan> {
    let mut at = 0;
    let mut plan = Vec::with_capacity(receipts.len());
    for receipt in receipts {
        plan.push(PartPlan {
            number: receipt.number,
            start: at,
            end: at + receipt.size,
        });
        at += receipt.size;
    }
    plan
}
