//! One life: the program is started, works the queue, and is killed at a moment.

use std::time::Duration;

use journeys_tests::World;
use sandbox::Counters;

use super::moment::Moment;

/// No moment takes this long to come, waits between tries included.
const PATIENCE: Duration = Duration::from_secs(180);

/// What a life came to.
#[derive(Debug)]
pub(super) struct Life {
    /// The moment of its death.
    pub(super) moment: Moment,
    /// Sessions that the service made in it.
    pub(super) signed: u64,
    /// Part requests under way at the service when it was killed.
    pub(super) in_flight: u64,
    /// Parts sent in it that had been asked for in an earlier life.
    pub(super) repeated: usize,
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
    let in_flight = sandbox.counters().payload.now;
    let killed = alive && program.kill().await;
    let now = sandbox.counters();
    sandbox.clear_faults();
    if !killed {
        let said = program.said().await;
        assert_eq!(said.code, Some(0), "it ended by itself: {said:?}");
        return None;
    }
    Some(Life {
        moment,
        signed: now.sessions_opened - before.sessions_opened,
        in_flight,
        repeated: repeated(&before, &now),
    })
}

fn repeated(before: &Counters, now: &Counters) -> usize {
    let mut count = 0;
    for (id, upload) in &now.uploads {
        for (number, part) in &upload.parts {
            let earlier = before.uploads.get(id).and_then(|upload| upload.parts.get(number));
            let earlier = earlier.map_or(0, |part| part.requests);
            count += usize::from(earlier > 0 && part.requests > earlier);
        }
    }
    count
}
