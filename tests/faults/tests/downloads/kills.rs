//! kill -9 of the real program at any moment of a download: right bytes in the end, and little is fetched again.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::time::Duration;

use journeys_tests::World;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sandbox::{Content, Counters, FileSpec};

use super::{folder, is_whole, names};

const NAME: &str = "film.bin";
const SEED: u64 = 11;
const MIB: u64 = 1024 * 1024;
/// What may be fetched again per segment and kill, by the starts of the ranges that are asked for.
const AGAIN: u64 = 4 * MIB;
/// What of it may be in the file already: the bytes that may be written and not durable, and the write that passes them.
const IN_FILE: u64 = 3 * MIB + MIB / 2;
/// What the server's system holds for a connection: what was sent should be what the program has taken.
const SEND_BUFFER: usize = 64 * 1024;
/// Bytes that are compared in one go.
const PIECE: usize = 64 * 1024;

/// What one connection had brought when its program was killed.
#[derive(Debug, Clone, Copy)]
struct Brought {
    start: u64,
    /// By the server's count: some of it may never have been read.
    sent: u64,
    /// As the partial file shows.
    in_file: u64,
}

fn number(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_killed_again_and_again_ends_with_the_right_bytes_and_fetches_little_again() {
    let kills = number("LONGSHORE_DOWNLOAD_KILLS", 8);
    let size = number("LONGSHORE_DOWNLOAD_MIB", 48) * MIB - 77;
    let mut rng = StdRng::seed_from_u64(number("LONGSHORE_KILLS_SEED", 1));
    let world = World::new(1, |settings| settings.send_buffer = Some(SEND_BUFFER)).await;
    folder(&world);
    // Each connection is slower than the program: what the server has sent is what the program has taken.
    let rate = number("LONGSHORE_DOWNLOAD_RATE", (size / 4 / (2 + kills / 4)).max(MIB));
    let link = world.sandbox.add_file(FileSpec {
        name: NAME.into(),
        size,
        seed: SEED,
        bytes_per_s: Some(rate),
        ..FileSpec::default()
    });
    world.must(&["download", &link, "--dir", "out", "--detach"]).await;
    let mut lives: Vec<Vec<Brought>> = Vec::new();
    let (mut died, mut known) = (0, 0);
    for _ in 0..kills {
        let mut life = world.start(&["run", "--until-idle"]);
        moment(&world, &mut rng, size / (kills + 1)).await;
        died += u64::from(life.kill().await);
        world.sandbox.settled().await;
        let found = names(&world);
        assert!(found.len() <= 1, "{found:?}");
        let bodies = asked(&world.sandbox.counters());
        lives.push(bodies[known..].iter().map(|body| brought(&world, *body)).collect());
        known = bodies.len();
    }
    world.must(&["run", "--until-idle"]).await;
    let rows = world.must(&["list"]).await.objects;
    assert_eq!(
        (rows.len(), rows[0]["state"].as_str()),
        (1, Some("completed")),
        "{rows:?}"
    );
    is_whole(&world, NAME, size, SEED);

    let ranges = asked(&world.sandbox.counters());
    let last = ranges[known..].iter().map(|(start, sent)| Brought {
        start: *start,
        sent: *sent,
        in_file: *sent,
    });
    lives.push(last.collect());
    let most_of = |brought: fn(&Brought) -> u64| {
        let pairs = lives.iter().zip(&lives[1..]);
        let again = pairs.flat_map(|(before, after)| after.iter().map(|body| again(before, body.start, brought)));
        again.max().unwrap_or(0)
    };
    let (most, in_file) = (most_of(|body| body.sent), most_of(|body| body.in_file));
    let sent: u64 = ranges.iter().map(|(_, sent)| sent).sum();
    println!(
        "{size} bytes, {died} of {kills} killed at work, {} ranges asked for, {sent} bytes sent in all, at most {most} sent again \
         per segment and kill, at most {in_file} of them in the file already",
        ranges.len(),
    );
    assert!(in_file <= IN_FILE, "{in_file} bytes were in the file and not noted");
    assert!(most <= AGAIN, "{most} bytes were fetched again");
}

/// How far the connection of the life before that had been at `start` went on from there.
fn again(before: &[Brought], start: u64, brought: fn(&Brought) -> u64) -> u64 {
    before
        .iter()
        .filter(|body| body.start <= start && start < body.start + body.sent)
        .map(|body| (body.start + brought(body)).saturating_sub(start))
        .max()
        .unwrap_or(0)
}

/// A random moment: somewhere in the start of the process, or after some more bytes.
async fn moment(world: &World, rng: &mut StdRng, bytes: u64) {
    if rng.random_range(0..3) == 0 {
        let ms = rng.random_range(0..600);
        tokio::time::sleep(Duration::from_millis(ms)).await;
        return;
    }
    let before: u64 = asked(&world.sandbox.counters()).iter().map(|(_, sent)| sent).sum();
    let enough = before + rng.random_range(1..=bytes.max(2));
    let came = world
        .sandbox
        .until(|now| asked(now).iter().map(|(_, sent)| sent).sum::<u64>() >= enough);
    // Near the end there may not be so many more.
    let _ = tokio::time::timeout(Duration::from_secs(5), came).await;
}

/// How far a body has come into the partial file. What an earlier one had written there can make it a little more.
fn brought(world: &World, (start, sent): (u64, u64)) -> Brought {
    let mut in_file = 0;
    if let Some(name) = names(world).into_iter().next() {
        let mut file = File::open(folder(world).join(name)).unwrap();
        file.seek(SeekFrom::Start(start)).unwrap();
        let content = Content::new(SEED);
        let (mut found, mut right) = (vec![0; PIECE], vec![0; PIECE]);
        while in_file < sent {
            let piece = PIECE.min(usize::try_from(sent - in_file).unwrap());
            file.read_exact(&mut found[..piece]).unwrap();
            content.fill(start + in_file, &mut right[..piece]);
            let same = found.iter().zip(&right).take(piece).take_while(|(a, b)| a == b);
            let same = same.count();
            in_file += same as u64;
            if same < piece {
                break;
            }
        }
    }
    Brought { start, sent, in_file }
}

/// Every body of the file so far: where it began, and how many bytes of it were sent. Probes of one byte are left out.
fn asked(counters: &Counters) -> Vec<(u64, u64)> {
    let file = counters.downloads.files.get(NAME);
    let ranges = file.map(|file| file.ranges.clone()).unwrap_or_default();
    ranges
        .iter()
        .filter(|range| range.asked.as_deref() != Some("bytes=0-0"))
        .map(|range| (range.start, range.sent))
        .collect()
}
