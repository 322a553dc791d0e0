//! One life: the program is started, works the queue, and is killed at a moment.

use std::collections::BTreeMap;
use std::time::Duration;

use journeys_tests::World;
use sandbox::{Counters, Fault, PartCount, Running, Unreachable};
use tokio::time::timeout;

use super::claims::Claims;
use super::moment::Moment;

/// No moment takes this long to come, waits between tries included.
const PATIENCE: Duration = Duration::from_secs(180);

/// What was on the line is through long before.
const LINE: Duration = Duration::from_secs(60);

/// What a life came to.
#[derive(Debug)]
pub(super) struct Life {
    /// The moment of its death.
    pub(super) moment: Moment,
    /// Sessions that the service made in it.
    pub(super) signed: u64,
    /// What it left in its database.
    pub(super) claims: Claims,
    /// Parts it asked storage to take and had no receipt of: in flight when it was killed.
    pub(super) in_flight: Vec<u32>,
    /// Those among them that storage has whole: killed between the answer and its row.
    pub(super) stored_whole: usize,
    /// Parts that it sent more than once.
    pub(super) repeated: Vec<u32>,
}

/// Starts the program and kills it when the moment comes. `None` when there was nothing left to do, and it ended by itself.
pub(super) async fn live(world: &World, moment: Moment, name: &str, parts: usize) -> Option<Life> {
    let sandbox = &world.sandbox;
    let before = sandbox.counters();
    moment.arrange(sandbox);
    let mut program = world.start(&["run", "--until-idle"]);
    let (alive, moment) = tokio::select! {
        () = moment.comes(sandbox, &before, name, parts) => (true, moment),
        // The middle of it is over.
        () = moment.comes_too_late(sandbox, &before) => (true, Moment::AskedToFinish),
        _ = program.ended() => (false, moment),
        () = tokio::time::sleep(PATIENCE) => {
            let list = world.run(&["list"]).await;
            panic!("{moment:?} did not come: {list:?} {:?}", sandbox.counters());
        }
    };
    let killed = alive && program.kill().await;
    sandbox.clear_faults();
    if !killed {
        let said = program.said().await;
        assert_eq!(said.code, Some(0), "it ended by itself: {said:?}");
        return None;
    }
    off_the_line(sandbox).await;
    let claims = Claims::read(world, name).await;
    let now = sandbox.counters();
    let asked = asked(&before, &now);
    let in_flight: Vec<_> = asked
        .keys()
        .copied()
        .filter(|part| !claims.receipts.contains(part))
        .collect();
    Some(Life {
        moment,
        signed: now.sessions_opened - before.sessions_opened,
        stored_whole: in_flight.iter().filter(|part| asked[part].stored > 0).count(),
        repeated: asked
            .iter()
            .filter_map(|(part, count)| (count.requests > 1).then_some(*part))
            .collect(),
        in_flight,
        claims,
    })
}

/// Returns once all that the dead had on the line has arrived. Under wine the line of one that was killed stays open for good
/// now and then; nothing comes on it any more, and it is cut.
async fn off_the_line(sandbox: &Running) {
    let over = |now: &Counters| now.payload.now == 0 && now.payload.connections_now == 0;
    if timeout(LINE, sandbox.until(over)).await.is_ok() {
        return;
    }
    assert_eq!(
        std::env::consts::FAMILY,
        "windows",
        "the line of a dead program is open: {:?}",
        sandbox.counters()
    );
    let cut = sandbox.add_fault(Fault::StorageUnreachable { how: Unreachable::Drop });
    sandbox.settled().await;
    sandbox.clear_fault(cut);
    sandbox.settled().await;
    sandbox.until(over).await;
}

/// The parts that were asked for between the two, with what came of them.
fn asked(before: &Counters, now: &Counters) -> BTreeMap<u32, PartCount> {
    let mut asked = BTreeMap::new();
    for (id, upload) in &now.uploads {
        for (number, part) in &upload.parts {
            let earlier = before.uploads.get(id).and_then(|upload| upload.parts.get(number));
            let earlier = earlier.copied().unwrap_or_default();
            if part.requests > earlier.requests {
                let more = PartCount {
                    requests: part.requests - earlier.requests,
                    stored: part.stored - earlier.stored,
                    ..PartCount::default()
                };
                assert!(
                    asked.insert(*number, more).is_none(),
                    "part {number} went to two sessions"
                );
            }
        }
    }
    asked
}
