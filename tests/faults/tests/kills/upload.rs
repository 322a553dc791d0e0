//! One upload of 40 parts: killed again and again, run to its end, and compared with what the service has of it.

use std::path::PathBuf;
use std::time::Duration;

use journeys_tests::{KIB, World, sha256};
use rand::Rng;
use rand::rngs::StdRng;
use sandbox::UploadCount;

use super::life::live;
use super::moment::Moment;
use super::tally::Tally;

/// Bytes of a part.
pub(super) const PART: usize = 256 * KIB;
const PARTS: usize = 40;
/// What the provider sends at once.
const AT_ONCE: usize = 3;
/// Slow enough to be killed on the way, fast enough for a test.
const RATE: &str = "2MiB/s";

/// An upload on its way.
pub(super) struct Upload<'a> {
    world: &'a World,
    name: String,
    path: PathBuf,
    size: usize,
    /// Odd ones hear of their confirmation in another way than even ones.
    number: u64,
}

impl<'a> Upload<'a> {
    /// Makes the file and puts it in line.
    pub(super) async fn begin(world: &'a World, number: u64) -> Self {
        let name = format!("film-{number}.bin");
        let size = PARTS * PART - 1_000;
        let path = world.file(&name, size, number);
        world.must(&["limit", "--up", RATE]).await;
        world.must(&["upload", &name, "--to", "shop", "--detach"]).await;
        Self {
            world,
            name,
            path,
            size,
            number,
        }
    }

    /// Kills it so many times, or until it is over.
    pub(super) async fn live_through(&self, kills: usize, rng: &mut StdRng, tally: &mut Tally) {
        for moment in script(kills, self.number, rng) {
            let Some(life) = live(self.world, moment, &self.name, PARTS).await else {
                return;
            };
            assert!(life.signed <= 1, "{life:?}");
            assert!(life.repeated <= AT_ONCE, "{life:?}");
            tally.died(&self.name, &life);
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
        self.was_sent_once(&asset.id, tally);
        self.left_nothing_unknown(tally).await;
    }

    /// What the service counted.
    fn was_sent_once(&self, asset: &str, tally: &mut Tally) {
        let counters = self.world.sandbox.counters();
        let mine = || counters.uploads.values().filter(|upload| upload.name == self.name);
        let sum = |count: fn(&UploadCount) -> u64| mine().map(count).sum::<u64>();
        assert_eq!(sum(|upload| upload.completions), 1);
        assert_eq!(sum(|upload| upload.attempts), 1);
        assert_eq!(sum(|upload| upload.duplicates), 0);
        assert_eq!(sum(|upload| upload.cancels), 0);
        let with_parts: Vec<_> = mine().filter(|upload| !upload.parts.is_empty()).collect();
        assert_eq!(with_parts.len(), 1, "parts went to more than one session");
        assert_eq!(with_parts[0].asset, asset);
        let parts = &with_parts[0].parts;
        assert_eq!(parts.len(), PARTS);
        assert!(parts.values().all(|part| part.stored >= 1));
        let asked_again: u64 = parts.values().map(|part| part.requests - 1).sum();
        let stored_again: u64 = parts.values().map(|part| part.stored - 1).sum();
        let most = tally.kills_of(&self.name) * AT_ONCE;
        assert!(
            asked_again as usize <= most,
            "{asked_again} parts sent again, at most {most}"
        );
        tally.sent_again(asked_again, stored_again);
    }

    /// What is left at the service are sessions whose name was never heard, and each has its row here.
    async fn left_nothing_unknown(&self, tally: &mut Tally) {
        let assets = self.world.sandbox.assets().await.unwrap();
        let unnamed = assets
            .iter()
            .filter(|asset| asset.name == self.name && !asset.confirmed)
            .count();
        assert!(unnamed <= tally.signed(&self.name), "{unnamed} sessions are open");
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
        assert!(rows.len() >= unnamed, "{unnamed} sessions, known here: {rows:?}");
        for row in &rows {
            assert_eq!(row["size"], self.size, "{row}");
            assert_eq!(row["upload_id"], serde_json::Value::Null, "{row}");
            assert_eq!(row["account"], "shop", "{row}");
        }
        tally.left(unnamed);
    }
}

/// Every moment that has its own way of going wrong, and in between as many of the others as there are kills left.
fn script(kills: usize, number: u64, rng: &mut StdRng) -> Vec<Moment> {
    let ms = |rng: &mut StdRng, most: u64| Duration::from_millis(rng.random_range(0..=most));
    let mut fixed = vec![
        Moment::AskedToSign,
        Moment::Signed,
        Moment::SignedAgo(ms(rng, 40)),
        // Many parts have receipts then, and the next life must believe them.
        Moment::Stored(6, ms(rng, 50)),
        Moment::Stored(6, ms(rng, 50)),
        Moment::AllStored(ms(rng, 20)),
        Moment::AskedToFinish,
        Moment::Looking,
        match number % 3 {
            1 => Moment::Finished,
            2 => Moment::FinishedLater,
            _ => Moment::AnswerLost(ms(rng, 1_000)),
        },
        Moment::Looking,
    ];
    let Some(others) = kills.checked_sub(fixed.len()) else {
        return fixed.split_off(fixed.len() - kills);
    };
    let others: Vec<_> = (0..others)
        .map(|_| match rng.random_range(0..8) {
            0..3 => Moment::Anywhere(ms(rng, 1_500)),
            3..6 => Moment::Received(rng.random_range(1..=PART as u64)),
            _ => Moment::Stored(1, ms(rng, 50)),
        })
        .collect();
    fixed.splice(4..4, others);
    fixed
}
