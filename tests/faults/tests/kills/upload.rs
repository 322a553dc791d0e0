//! One upload of 40 parts: killed again and again, run to its end, and compared with what the service has of it.

use std::path::PathBuf;
use std::time::Duration;

use journeys_tests::{KIB, MIB, World, sha256};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::life::live;
use super::moment::Moment;
use super::tally::Tally;

const PARTS: usize = 40;
/// What the provider sends at once.
const AT_ONCE: usize = 3;
/// Parts a second: slow enough to be killed on the way, fast enough for a test.
const RATE: usize = 8;
/// So slow, a life ends before its parts are through, unless it waits for one: forty parts must last for many kills.
const RATE_FOR_MANY: usize = 2;
/// More kills than this are many.
const MANY: usize = 20;
/// Parts that may be waited for in the middle, three of them getting through at once at most.
const WAITED_FOR: usize = 7;

/// Bytes of a part: 256 KiB, or a fortieth of as many MiB as `LONGSHORE_KILLS_MIB` says.
pub(super) fn part() -> usize {
    usize::try_from(super::number("LONGSHORE_KILLS_MIB", 10)).unwrap() * MIB / PARTS
}

/// An upload on its way.
pub(super) struct Upload<'a> {
    world: &'a World,
    name: String,
    path: PathBuf,
    size: usize,
    kills: usize,
    seed: u64,
}

impl<'a> Upload<'a> {
    /// Makes the file and puts it in line, to be killed so many times.
    pub(super) async fn begin(world: &'a World, kills: usize, seed: u64) -> Self {
        let name = "film.bin".to_owned();
        let size = PARTS * part() - 1_000;
        let path = world.file(&name, size, seed);
        let rate = if kills > MANY { RATE_FOR_MANY } else { RATE };
        let rate = rate * part() / KIB;
        world.must(&["limit", "--up", &format!("{rate}KiB/s")]).await;
        world.must(&["upload", &name, "--to", "shop", "--detach"]).await;
        Self {
            world,
            name,
            path,
            size,
            kills,
            seed,
        }
    }

    /// Kills it so many times, or until it is over.
    pub(super) async fn live_through(&self, rng: &mut StdRng, tally: &mut Tally) {
        for moment in script(self.kills, self.seed, rng) {
            let Some(life) = live(self.world, moment, &self.name, PARTS).await else {
                return;
            };
            assert!(life.signed <= 1, "{life:?}");
            assert!(life.in_flight.len() <= AT_ONCE, "{life:?}");
            assert!(life.repeated.is_empty(), "{life:?}");
            tally.died(&life);
        }
    }

    /// Runs it to the end, without a limit, and asks both sides what there is.
    pub(super) async fn end(&self, tally: &mut Tally) {
        self.world.must(&["limit", "--up", "off"]).await;
        self.world.must(&["run", "--until-idle"]).await;
        let mut rows = self.world.must(&["list"]).await.objects;
        rows.retain(|row| row["name"] == self.name.as_str());
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(
            (&rows[0]["state"], &rows[0]["proof"]),
            (&"completed".into(), &"part tags".into())
        );

        let asset = self.world.asset(&self.name).await;
        assert_eq!(asset.sha256, Some(sha256(&self.path)));
        assert_eq!(asset.size, self.size as u64);
        assert_eq!(rows[0]["remote_id"], asset.id.as_str());
        let sent_again = self.was_sent_once(&asset.id, tally);
        let unnamed = self.left_nothing_unknown(tally).await;
        tally.ended(sent_again, unnamed);
    }

    /// What the service counted: every part once, and once more for each kill that it was in flight at.
    fn was_sent_once(&self, asset: &str, tally: &Tally) -> u64 {
        let counters = self.world.sandbox.counters();
        assert!(counters.uploads.values().all(|upload| upload.name == self.name));
        let with_parts: Vec<_> = counters.uploads.values().filter(|u| !u.parts.is_empty()).collect();
        assert_eq!(with_parts.len(), 1, "parts went to more than one session");
        let upload = with_parts[0];
        assert_eq!(upload.asset, asset);
        assert_eq!(
            (upload.attempts, upload.completions, upload.duplicates, upload.cancels),
            (1, 1, 0, 0)
        );
        assert_eq!(upload.parts.len(), PARTS);
        for (number, part) in &upload.parts {
            assert!(part.stored >= 1, "part {number} was never stored");
            let owed = tally.owed(*number);
            assert_eq!(
                part.requests,
                1 + owed,
                "part {number} was in flight at {owed} kills: {part:?}"
            );
        }
        upload.parts.values().map(|part| part.requests - 1).sum()
    }

    /// What is left at the service are sessions whose name was never heard, and each has its row here.
    async fn left_nothing_unknown(&self, tally: &Tally) -> usize {
        let assets = self.world.sandbox.assets().await.unwrap();
        let unnamed = assets
            .iter()
            .filter(|asset| asset.name == self.name && !asset.confirmed)
            .count();
        assert!(unnamed <= tally.asked(), "{unnamed} sessions are open: {tally}");
        let open = self.world.sandbox.uploads().await.unwrap();
        let mine: Vec<_> = open
            .iter()
            .filter(|upload| upload.name.as_deref() == Some(&self.name))
            .collect();
        assert_eq!(mine.len(), unnamed);
        assert!(mine.iter().all(|upload| upload.parts.is_empty()), "{mine:?}");
        assert!(open.iter().all(|upload| upload.name.is_some()), "{open:?}");

        let mut rows = self.world.must(&["orphans", "list"]).await.objects;
        rows.retain(|row| row["name"] == self.name.as_str());
        assert_eq!(rows.len(), tally.asked(), "{unnamed} sessions, known here: {rows:?}");
        for row in &rows {
            assert_eq!(row["size"], self.size, "{row}");
            assert_eq!(row["upload_id"], serde_json::Value::Null, "{row}");
            assert_eq!(row["account"], "shop", "{row}");
        }
        unnamed
    }
}

/// Every moment that has its own way of going wrong, and in between as many of the others as there are kills left.
fn script(kills: usize, seed: u64, rng: &mut StdRng) -> Vec<Moment> {
    let ms = |rng: &mut StdRng, most: u64| Duration::from_millis(rng.random_range(0..=most));
    // Pauses between tries grow: a few of each.
    let more = if kills > MANY { 2 } else { 0 };
    let mut fixed = vec![Moment::AskedToSign; 1 + more];
    fixed.extend(vec![Moment::Signed; 1 + more]);
    fixed.push(Moment::SignedAgo(ms(rng, 40)));
    // Many parts have receipts then, and the next life must believe them.
    fixed.push(Moment::Stored(6, ms(rng, 50)));
    let middle = fixed.len();
    fixed.push(Moment::Stored(6, ms(rng, 50)));
    for _ in 0..=more {
        fixed.push(Moment::AllStored(ms(rng, 20)));
    }
    fixed.extend(vec![Moment::AskedToFinish; 1 + more]);
    fixed.extend(vec![Moment::Looking; 1 + more]);
    fixed.push(match seed % 3 {
        1 => Moment::Finished,
        2 => Moment::FinishedLater,
        _ => Moment::AnswerLost(ms(rng, 1_000)),
    });
    fixed.extend(vec![Moment::Looking; 1 + more]);
    let Some(others) = kills.checked_sub(fixed.len()) else {
        return fixed.split_off(fixed.len() - kills);
    };
    let waited_for = (others / 4).min(WAITED_FOR);
    let mut others: Vec<_> = (0..others)
        .map(|number| match number {
            _ if number < waited_for => Moment::Stored(1, ms(rng, 50)),
            _ if rng.random() => Moment::Anywhere(ms(rng, 1_500)),
            _ => Moment::Received(rng.random_range(1..=part() as u64)),
        })
        .collect();
    others.shuffle(rng);
    fixed.splice(middle..middle, others);
    fixed
}
