//! The bytes of one download: several connections, each with its segment, rows that lag synced bytes, and a check that follows.

mod board;
mod endless;
mod fetch;
mod prepare;
mod verify;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt, OptionFuture};
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::{Instant, sleep_until};
use transfer::download::{Checksum, FileLink, Opening};
use transfer::error::{Failure, Kind, Result};
use transfer::segments::{self, Segment};
use transfer::target::{Partial, TargetFile};
use transfer::{Direction, Event, State, Step, Transfer};

pub(crate) use verify::whole;

use crate::download::room;
use crate::engine::{Inner, locked};
use crate::gather;
use crate::runner::{Waited, Work};
use board::{Board, WORTH_A_SYNC};
use fetch::Common;
use prepare::prepare;

pub(crate) use prepare::link_for;

/// What is written is synced and noted at least this often.
const SYNC: Duration = Duration::from_secs(2);
/// Progress reaches the row at most this often.
const PROGRESS: Duration = Duration::from_secs(1);
/// A broken connection is opened again at once this often, as long as bytes go on coming.
const SECOND_CHANCES: u32 = 2;

/// A link that was given, and when it may be used.
#[derive(Debug, Clone)]
pub(crate) struct HeldLink {
    link: FileLink,
    ready: Instant,
}

/// Fetches what is not durable yet, then says that all is here.
pub(crate) async fn receive(work: &mut Work, row: &Transfer) -> Result<()> {
    let inner = Arc::clone(&work.inner);
    let prepared = match work.or_poked(prepare(&inner, row)).await {
        Waited::Poked => return Ok(()),
        Waited::Answered(prepared) => prepared,
    };
    let mut receiving = match prepared {
        Ok(receiving) => *receiving,
        Err(failure) => {
            let failure = if row.gathers() { gather::told(failure) } else { failure };
            return work.commit(Event::Failed(failure)).await.map(drop);
        }
    };
    let link = &receiving.common.link;
    let (resumable, note) = (link.resumable, link.note.clone());
    let known = row.found.as_ref().and_then(|found| found.resumable);
    if (resumable.is_some() && resumable != known) || note.is_some() {
        work.commit(Event::Linked { resumable, note }).await?;
    }
    let ended = receiving.all(work).await?;
    match ended {
        Ended::All(checksum) => {
            work.commit(receiving.progress()).await?;
            locked(&inner.held).remove(&row.id);
            if row.gathers() {
                return gather::keep(work, row, checksum).await;
            }
            work.checksum = checksum;
            work.commit(Event::Sent).await.map(drop)
        }
        Ended::Failed(failure) => {
            if matches!(failure.kind, Kind::Expired | Kind::SourceChanged) {
                locked(&inner.held).remove(&row.id);
            }
            // Where nothing counts before the end, nothing was won that would shorten the pause before the next try.
            if receiving.partial.total.is_some() {
                work.commit(receiving.progress()).await?;
            }
            let failure = if row.gathers() { gather::told(failure) } else { failure };
            work.commit(Event::Failed(failure)).await.map(drop)
        }
        Ended::Poked => work.commit(receiving.progress()).await.map(drop),
    }
}

enum Ended {
    All(Option<Checksum>),
    Failed(Failure),
    Poked,
}

struct Receiving {
    common: Common,
    board: Arc<Board>,
    partial: Partial,
    at_once: usize,
    told: Instant,
}

impl Receiving {
    fn progress(&mut self) -> Event {
        self.told = Instant::now();
        Event::Progressed {
            sent: self.board.sum(),
            parts: 0,
        }
    }

    /// Fetches everything, or says why not. What is here is durable and noted when this returns.
    async fn all(&mut self, work: &mut Work) -> Result<Ended> {
        let first = match self.begin(work).await {
            Ok(Begun::Opened(opening)) => Some(opening),
            Ok(Begun::Nothing) => None,
            Ok(Begun::Poked) => return Ok(Ended::Poked),
            Err(failure) => return Ok(Ended::Failed(failure)),
        };
        let Some(total) = self.common.total else {
            return self.endless(work, first).await;
        };
        let ended = self.segments(work, total, first).await;
        match self.sync().await {
            Ok(()) => ended,
            // What failed first is what the person should hear of.
            Err(failure) => Ok(match ended? {
                Ended::Failed(first) => Ended::Failed(first),
                _ => Ended::Failed(failure),
            }),
        }
    }

    /// Opens the first connection and learns from its answer: version, size, and whether there are ranges.
    async fn begin(&mut self, work: &mut Work) -> Result<Begun> {
        let unfinished = self.board.unfinished();
        let Some(number) = unfinished.first().copied().or(self.common.total.is_none().then_some(1)) else {
            return Ok(Begun::Nothing);
        };
        let opening = match work.or_poked(self.common.open(&self.board, number)).await {
            Waited::Poked => return Ok(Begun::Poked),
            Waited::Answered(opening) => opening?,
        };
        let from = self.board.rest(number).0;
        let learnt = self.common.version.is_silent() && !opening.version.is_silent();
        let sized = self.common.total.is_none() && opening.total.is_some();
        let anew = opening.start != from || sized || (!opening.ranges && self.board.durable().len() > 1);
        if anew && opening.start != 0 {
            return Err(Failure::new(
                Kind::Protocol,
                "wrong_range",
                "The server sent other bytes than were asked for.",
            ));
        }
        if !(learnt || anew) {
            return Ok(Begun::Opened(opening));
        }
        if learnt {
            self.partial.version.clone_from(&opening.version);
        }
        self.partial.total = opening.total.or(self.partial.total);
        if anew {
            // The whole file comes from its first byte on: what was noted about other bytes counts for nothing.
            let pieces = if opening.ranges { self.at_once } else { 1 };
            let cut = self
                .partial
                .total
                .map_or_else(Vec::new, |total| segments::cut(total, pieces));
            self.board = Arc::new(Board::new(&cut));
            if let Some(meter) = locked(&self.common.inner.meters).get_mut(&self.common.row.id) {
                meter.begin(0);
            }
        }
        let placed = Event::Placed(self.partial.clone(), self.board.durable());
        if work.commit(placed).await?.is_none() {
            return Ok(Begun::Poked);
        }
        if sized && let Some(total) = self.partial.total {
            if self.common.row.gathers() {
                let (inner, row) = (&self.common.inner, &self.common.row);
                gather::takes(inner, row, total).await?;
                room(inner, row, &self.partial.folder, Some(total), false).await?;
            }
            self.common.file.reserve(total).await?;
        }
        self.common.version.clone_from(&self.partial.version);
        self.common.total = self.partial.total;
        Ok(Begun::Opened(opening))
    }

    async fn segments(&mut self, work: &mut Work, total: u64, first: Option<Opening>) -> Result<Ended> {
        let (common, board) = (&self.common, Arc::clone(&self.board));
        let expected = common.row.found.as_ref().and_then(|found| found.checksum.clone());
        let file = Arc::clone(&common.file);
        let mut check: OptionFuture<BoxFuture<'_, Result<Checksum>>> = expected
            .as_ref()
            .map(|expected| verify::follow(&common.inner, file.as_ref(), &board, total, expected).boxed())
            .into();
        let mut checked = None;
        let mut under_way = FuturesUnordered::new();
        let mut waiting = board.unfinished();
        let mut at_once = self.at_once;
        if let Some(opening) = first {
            let number = waiting.remove(0);
            if !opening.ranges {
                at_once = 1;
            }
            under_way.push(fetched(common, &board, number, Some(opening)).boxed());
        }
        let mut failed: Option<Failure> = None;
        let mut chances: BTreeMap<u32, u32> = BTreeMap::new();
        let mut sync_by = Instant::now() + SYNC;
        let mut told = self.told;
        loop {
            while failed.is_none() && under_way.len() < at_once {
                let number = match waiting.pop() {
                    Some(number) => number,
                    None if under_way.is_empty() || board.unfinished().is_empty() => break,
                    None => match split(common, &board).await? {
                        Some(number) => number,
                        None => break,
                    },
                };
                under_way.push(fetched(common, &board, number, None).boxed());
            }
            if under_way.is_empty() {
                if let Some(failure) = failed {
                    return Ok(Ended::Failed(failure));
                }
                if expected.is_none() || checked.is_some() {
                    return Ok(Ended::All(checked));
                }
            }
            let next = async {
                let written = board.written.notified();
                let most = board.most_unsynced();
                tokio::select! {
                    biased;
                    Some((number, fetched)) = under_way.next(), if !under_way.is_empty() => Next::Fetched(number, fetched),
                    Some(answer) = &mut check, if checked.is_none() && expected.is_some() => Next::Checked(answer),
                    () = async {}, if most >= WORTH_A_SYNC => Next::Sync,
                    () = written => Next::Written,
                    () = sleep_until(sync_by), if most > 0 => Next::Sync,
                }
            };
            match work.or_poked(next).await {
                Waited::Poked if work.inner.stop.is_cancelled() || !still_receiving(work.row().as_ref()) => {
                    return Ok(Ended::Poked);
                }
                Waited::Poked | Waited::Answered(Next::Written) => {}
                Waited::Answered(Next::Sync) => {
                    // The connections go on meanwhile.
                    let syncing = note_synced(common, &board);
                    tokio::pin!(syncing);
                    loop {
                        tokio::select! {
                            biased;
                            synced = &mut syncing => {
                                if let Err(failure) = synced {
                                    failed.get_or_insert(failure);
                                }
                                break;
                            }
                            Some((number, answer)) = under_way.next(), if !under_way.is_empty() => {
                                ended_one(&board, number, answer, &mut waiting, &mut chances, &mut failed, &mut at_once, under_way.len());
                            }
                        }
                    }
                    sync_by = Instant::now() + SYNC;
                    if told.elapsed() >= PROGRESS {
                        told = Instant::now();
                        let sent = board.sum();
                        work.commit(Event::Progressed { sent, parts: 0 }).await?;
                    }
                }
                Waited::Answered(Next::Checked(answer)) => match answer {
                    Ok(checksum) => checked = Some(checksum),
                    Err(failure) => return Ok(Ended::Failed(failure)),
                },
                Waited::Answered(Next::Fetched(number, answer)) => {
                    ended_one(
                        &board,
                        number,
                        answer,
                        &mut waiting,
                        &mut chances,
                        &mut failed,
                        &mut at_once,
                        under_way.len(),
                    );
                }
            }
        }
    }

    async fn sync(&self) -> Result<()> {
        note_synced(&self.common, &self.board).await
    }
}

enum Begun {
    Opened(Opening),
    Nothing,
    Poked,
}

enum Next {
    Fetched(u32, Result<()>),
    Checked(Result<Checksum>),
    Written,
    Sync,
}

async fn fetched(common: &Common, board: &Board, number: u32, opening: Option<Opening>) -> (u32, Result<()>) {
    let fetch = async {
        let opening = match opening {
            Some(opening) => opening,
            None => common.open(board, number).await?,
        };
        if opening.start != board.rest(number).0 {
            return Err(Failure::new(
                Kind::Unavailable,
                "no_more_connections",
                "The server gives no second range of this file at the moment.",
            ));
        }
        common.take(board, number, opening).await
    };
    (number, fetch.await)
}

/// Decides what becomes of a segment whose connection ended.
#[expect(clippy::too_many_arguments, reason = "the loop's own state, borrowed apart")]
fn ended_one(
    board: &Board,
    number: u32,
    answer: Result<()>,
    waiting: &mut Vec<u32>,
    chances: &mut BTreeMap<u32, u32>,
    failed: &mut Option<Failure>,
    at_once: &mut usize,
    others: usize,
) {
    let Err(failure) = answer else {
        chances.remove(&number);
        return;
    };
    let passing = matches!(
        failure.kind,
        Kind::Unavailable | Kind::RateLimited | Kind::Expired | Kind::Later
    );
    let used = chances.entry(number).or_default();
    if passing && others > 0 && board.rest(number).0 < board.rest(number).1 {
        // The others are carried: this server may want fewer connections.
        *used += 1;
        if *used > SECOND_CHANCES {
            *at_once = others;
        }
        waiting.insert(0, number);
    } else {
        failed.get_or_insert(failure);
    }
}

/// Makes what is written durable, then notes it (law 2).
async fn note_synced(common: &Common, board: &Board) -> Result<()> {
    let claims = board.to_sync();
    if claims.is_empty() {
        return Ok(());
    }
    common.file.sync().await?;
    note(common, &claims).await?;
    board.noted(&claims);
    Ok(())
}

async fn note(common: &Common, segments: &[Segment]) -> Result<()> {
    let noted = common.inner.world.ledger.put_segments(common.row.id, segments).await;
    noted.inspect_err(|failure| common.inner.cannot_store(failure))
}

/// Cuts the largest rest in two, for a connection that is free.
async fn split(common: &Common, board: &Board) -> Result<Option<u32>> {
    let Some(halves) = board.split() else {
        return Ok(None);
    };
    note(common, &halves).await?;
    Ok(Some(halves[1].number))
}

fn still_receiving(row: Option<&Transfer>) -> bool {
    row.is_some_and(|row| row.state == State::Transferring && row.step == Step::Opened)
}

/// Whether a checksum is the documented one; hexadecimal digits are the same in either case.
pub(crate) fn same(found: &Checksum, expected: &Checksum) -> bool {
    let (Checksum::Md5(found), Checksum::Md5(expected)) = (found, expected);
    found.eq_ignore_ascii_case(expected)
}

/// What is noted of the row's partial file. Our own folder may have moved with all that is in it.
pub(crate) async fn noted(inner: &Inner, row: &Transfer) -> Result<Option<Partial>> {
    let noted = inner.world.ledger.partial(row.id).await?;
    Ok(noted.map(|partial| match row.direction {
        Direction::Across => Partial {
            folder: inner.world.copies.clone(),
            ..partial
        },
        _ => partial,
    }))
}

/// The file behind a partial file's row, if it is still that file.
pub(crate) async fn open_partial(inner: &Inner, row: &Transfer) -> Result<Option<(Partial, Box<dyn TargetFile>)>> {
    let Some(partial) = noted(inner, row).await? else {
        return Ok(None);
    };
    let targets = &inner.world.targets;
    let file = targets.open(&partial.folder, &partial.name, partial.mark).await?;
    Ok(file.map(|file| (partial, file)))
}
