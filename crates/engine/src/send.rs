//! The parts of one upload: several under way, each with a fresh reader, each with a receipt before it counts.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;
use transfer::account::Tags;
use transfer::error::{Failure, Kind, Result};
use transfer::provider::{Provider, UploadRules};
use transfer::{Event, Outcome, PartPlan, Receipt, Transfer, UploadSession, Way, Wish};

use crate::body::body;
use crate::engine::{Inner, locked};
use crate::origin;
use crate::runner::{Waited, Work};
use crate::upload::{Opened, lying_part, opened, proof, provider, still_sending};

/// Progress reaches the row at most this often; receipts reach the ledger at once.
const PROGRESS: Duration = Duration::from_secs(1);

/// A part is sent again at once this often, as long as others are moving.
const SECOND_CHANCES: u32 = 2;

/// Sends what has no receipt yet, then says that all is sent.
pub(crate) async fn send(work: &mut Work, row: &Transfer) -> Result<()> {
    let inner = Arc::clone(&work.inner);
    let prepared = async { Ok((opened(&inner, row).await?, provider(&inner, row).await?)) };
    let (opened, provider) = match prepared.await {
        Ok(prepared) => prepared,
        Err(failure) => return work.commit(Event::Failed(failure)).await.map(drop),
    };
    let Some(upload) = provider.upload() else {
        return work
            .commit(Event::Failed(Failure::new(
                Kind::Refused,
                "no_uploads",
                "This service takes no files.",
            )))
            .await
            .map(drop);
    };
    let rules = upload.rules();
    let mut sending = Sending::new(&inner, row, opened, rules).await;
    let makes = rules.part_makes_file && !sending.waiting.is_empty();
    if makes && work.commit(Event::MakeAsked).await?.is_none() {
        return Ok(());
    }
    let ended = sending.parts(work, &provider).await?;
    let unmade = makes && !sending.handed_over.load(Ordering::Relaxed);
    if sending.progressed {
        work.commit(sending.progress()).await?;
    }
    if let Ended::Failed(Failure {
        largest: Some(largest), ..
    }) = &ended
    {
        inner.world.accounts.learn_largest(row.account, *largest).await;
    }
    match ended {
        Ended::All => {
            if let Some(event) = sending.learn().await {
                return work.commit(event).await.map(drop);
            }
            work.commit(Event::Sent).await.map(drop)
        }
        // What was not handed over whole can't have been carried out, whatever broke.
        Ended::Failed(failure) if unmade => work.commit(Event::Failed(failure.maybe_done(false))).await.map(drop),
        Ended::Failed(failure) => work.commit(Event::Failed(failure)).await.map(drop),
        Ended::Poked if unmade => work.commit(Event::Unmade).await.map(drop),
        Ended::Poked => Ok(()),
    }
}

/// A part that did not make it.
struct Unsent {
    part: PartPlan,
    failure: Failure,
}

enum Ended {
    All,
    Failed(Failure),
    Poked,
}

struct Sending<'a> {
    inner: &'a Arc<Inner>,
    row: &'a Transfer,
    opened: Opened,
    waiting: VecDeque<PartPlan>,
    tags: Tags,
    at_once: usize,
    sent: u64,
    progressed: bool,
    told: Instant,
    /// The last byte of some part was handed over.
    handed_over: Arc<AtomicBool>,
}

impl<'a> Sending<'a> {
    async fn new(inner: &'a Arc<Inner>, row: &'a Transfer, opened: Opened, rules: UploadRules) -> Self {
        let waiting: VecDeque<_> = opened
            .session
            .parts
            .iter()
            .filter(|part| !opened.receipts.iter().any(|receipt| receipt.number == part.number))
            .copied()
            .collect();
        let sent = opened.receipts.iter().map(|receipt| receipt.size).sum();
        if let Some(meter) = locked(&inner.meters).get_mut(&row.id) {
            meter.begin(sent);
        }
        let at_once = at_once(rules, inner.world.accounts.parts_at_once(row.account));
        let at_once = origin::connections(row).map_or(at_once, |most| at_once.min(most));
        let tags = inner.world.accounts.tags(row.account).await;
        Self {
            inner,
            row,
            opened,
            waiting,
            tags,
            at_once,
            sent,
            progressed: false,
            told: Instant::now(),
            handed_over: Arc::default(),
        }
    }

    fn progress(&mut self) -> Event {
        self.progressed = false;
        self.told = Instant::now();
        Event::Progressed {
            sent: self.sent,
            parts: u32::try_from(self.opened.receipts.len()).unwrap_or(u32::MAX),
        }
    }

    /// Sends until all is sent, something fails, or the person wants otherwise. After a fault the parts under way
    /// may still arrive; a changed source gives them up at once.
    async fn parts(&mut self, work: &mut Work, provider: &Arc<dyn Provider>) -> Result<Ended> {
        let mut under_way = FuturesUnordered::new();
        let mut failed: Option<Failure> = None;
        let mut second_chances = BTreeMap::new();
        loop {
            while failed.is_none() && under_way.len() < self.at_once {
                let Some(part) = self.waiting.pop_front() else { break };
                under_way.push(sent_or_not(Part {
                    inner: Arc::clone(self.inner),
                    row: self.row.clone(),
                    provider: Arc::clone(provider),
                    session: self.opened.session.clone(),
                    plan: part,
                    handed_over: Arc::clone(&self.handed_over),
                    // Where no tag has matched yet, a second sending would prove nothing.
                    trust: self.tags != Tags::Opaque && (self.tags == Tags::Md5 || !self.looks_opaque()),
                }));
            }
            if under_way.is_empty() {
                return Ok(failed.map_or(Ended::All, Ended::Failed));
            }
            let answer = match work.or_poked(under_way.next()).await {
                Waited::Answered(Some(answer)) => answer,
                Waited::Answered(None) => continue,
                Waited::Poked if self.inner.stop.is_cancelled() || self.given_up(work.row().as_ref()) => {
                    return Ok(Ended::Poked);
                }
                Waited::Poked => continue,
            };
            match answer {
                Ok(receipt) => {
                    if let Err(failure) = self.inner.world.ledger.add_receipt(self.opened.id, &receipt).await {
                        self.inner.cannot_store(&failure);
                        return Err(failure);
                    }
                    self.stored(receipt);
                    if self.told.elapsed() >= PROGRESS {
                        let event = self.progress();
                        work.commit(event).await?;
                    }
                }
                Err(Unsent { failure, .. }) if matches!(failure.kind, Kind::SourceChanged | Kind::SourceGone) => {
                    return Ok(Ended::Failed(failure));
                }
                Err(Unsent { part, failure }) => {
                    let chances = second_chances.entry(part.number).or_insert(0_u32);
                    if failure.kind == Kind::Unavailable && !under_way.is_empty() && *chances < SECOND_CHANCES {
                        // The line carries the others: no reason to stop them for one that broke.
                        *chances += 1;
                        self.waiting.push_back(part);
                    } else {
                        failed.get_or_insert(failure);
                    }
                }
            }
        }
    }

    /// Nobody wants these parts any more. One that makes the file is given up only before its last byte is handed over.
    fn given_up(&self, row: Option<&Transfer>) -> bool {
        let unwished = row.is_some_and(|row| row.outcome != Outcome::None && row.wish != Wish::Run);
        !still_sending(row) || (unwished && !self.handed_over.load(Ordering::Relaxed))
    }

    fn looks_opaque(&self) -> bool {
        !self.opened.receipts.is_empty() && self.opened.receipts.iter().all(|receipt| !receipt.verified)
    }

    fn stored(&mut self, receipt: Receipt) {
        if let Some(meter) = locked(&self.inner.meters).get_mut(&self.row.id) {
            meter.part_over(receipt.number, receipt.size);
        }
        self.sent += receipt.size;
        self.progressed = true;
        self.opened.receipts.push(receipt);
    }

    /// What all the tags together say: kept for the account, or a fault when only some are the MD5 of their part.
    async fn learn(&self) -> Option<Event> {
        let tags = match proof(&self.opened.receipts) {
            Err(failure) => return Some(Event::Failed(failure)),
            Ok(transfer::Proof::Size) if self.tags == Tags::Md5 => {
                return Some(Event::Failed(lying_part(
                    self.opened.receipts.first().map_or(0, |receipt| receipt.number),
                )));
            }
            Ok(transfer::Proof::Size) => Tags::Opaque,
            Ok(_) => Tags::Md5,
        };
        if tags != self.tags {
            self.inner.world.accounts.learn_tags(self.row.account, tags).await;
        }
        None
    }
}

/// The person's choice within the provider's rules.
fn at_once(rules: UploadRules, chosen: Option<usize>) -> usize {
    chosen
        .unwrap_or(rules.parts_at_once)
        .clamp(1, rules.most_parts_at_once.max(1))
}

struct Part {
    inner: Arc<Inner>,
    row: Transfer,
    provider: Arc<dyn Provider>,
    session: UploadSession,
    plan: PartPlan,
    handed_over: Arc<AtomicBool>,
    trust: bool,
}

async fn sent_or_not(part: Part) -> Result<Receipt, Unsent> {
    let plan = part.plan;
    send_part(part).await.map_err(|failure| Unsent { part: plan, failure })
}

/// Sends one part until the storage confirms our bytes, at most twice for a tag that differs or is missing.
async fn send_part(part: Part) -> Result<Receipt> {
    let mut tries = 0;
    loop {
        tries += 1;
        let sent = part.once().await;
        if sent.is_err() {
            part.over();
        }
        let (tag, opaque, md5) = sent?;
        let Some(tag) = tag else {
            part.over();
            if tries < 2 {
                continue;
            }
            return Err(Failure::new(
                Kind::Protocol,
                "no_part_tag",
                "The storage took a part without confirming it. A sign-in page or a proxy may stand in between.",
            ));
        };
        let verified = tag.eq_ignore_ascii_case(&md5);
        if !verified && !opaque && part.trust && tries < 2 {
            part.over();
            continue;
        }
        return Ok(Receipt {
            number: part.plan.number,
            size: part.plan.len(),
            tag,
            md5,
            verified,
            tries,
        });
    }
}

impl Part {
    /// One attempt: a fresh reader at the part's offset (law 5), the source checked before and after.
    async fn once(&self) -> Result<(Option<String>, bool, String)> {
        let reader = origin::open(&self.inner, &self.row, self.plan).await?;
        let upload = self
            .provider
            .upload()
            .ok_or_else(|| Failure::new(Kind::Refused, "no_uploads", "This service takes no files."))?;
        let signed = upload
            .sign(&self.session, &[self.plan])
            .await?
            .into_iter()
            .next()
            .ok_or_else(|| Failure::new(Kind::Protocol, "no_link", "The service gave no link for a part."))?;
        let (body, read) = body(
            &self.inner,
            self.row.id,
            self.plan,
            reader,
            self.inner.pace(&self.row, Way::Up),
            Arc::clone(&self.handed_over),
        );
        let answer = upload.put_part(signed, body).await;
        let answer = match answer {
            Ok(answer) => answer,
            // When reading failed, that is the reason, not what the network made of it.
            Err(failure) => return Err(read_failure(read).unwrap_or(failure)),
        };
        let md5 = match read.await {
            Ok(found) => found?,
            Err(_) => None,
        };
        let Some(md5) = md5 else {
            return Err(Failure::new(
                Kind::Unavailable,
                "answered_early",
                "The storage answered before it had the whole part.",
            ));
        };
        origin::unchanged(&self.inner, &self.row).await?;
        Ok((answer.tag, answer.opaque, md5))
    }

    fn over(&self) {
        if let Some(meter) = locked(&self.inner.meters).get_mut(&self.row.id) {
            meter.part_over(self.plan.number, 0);
        }
    }
}

fn read_failure(mut read: crate::body::Read) -> Option<Failure> {
    read.try_recv().ok().and_then(Result::err)
}
