//! kill -9 of the real program at any moment of a download: right bytes in the end, and little is fetched again.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::time::Duration;

use journeys_tests::World;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sandbox::{Content, Counters, FileSpec};

use super::{folder, is_whole, names, world};

const NAME: &str = "film.bin";
const SEED: u64 = 11;
/// What may be fetched again per segment and kill, by the starts of the ranges that are asked for.
const AGAIN: u64 = 4 * 1024 * 1024;

/// Bytes that are compared in one go.
const PIECE: usize = 64 * 1024;

fn number(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_killed_again_and_again_ends_with_the_right_bytes_and_fetches_little_again() {
    let kills = number("LONGSHORE_DOWNLOAD_KILLS", 8);
    let size = number("LONGSHORE_DOWNLOAD_MIB", 48) * 1024 * 1024 - 77;
    let mut rng = StdRng::seed_from_u64(number("LONGSHORE_KILLS_SEED", 1));
    let world = world().await;
    folder(&world);
    // Each connection is slower than the program: what the server has sent is what the program has taken.
    let link = world.sandbox.add_file(FileSpec {
        name: NAME.into(),
        size,
        seed: SEED,
        bytes_per_s: Some((size / 4 / (2 + kills / 4)).max(1024 * 1024)),
        ..FileSpec::default()
    });
    world.must(&["download", &link, "--dir", "out", "--detach"]).await;
    let mut lives: Vec<usize> = vec![0];
    let mut reached: Vec<u64> = Vec::new();
    let mut died = 0;
    for _ in 0..kills {
        let mut life = world.start(&["run", "--until-idle"]);
        moment(&world, &mut rng, size / (kills + 1)).await;
        died += u64::from(life.kill().await);
        world.sandbox.settled().await;
        let bodies = asked(&world.sandbox.counters());
        let begun = reached.len();
        reached.extend(bodies[begun..].iter().map(|body| in_file(&world, *body)));
        lives.push(bodies.len());
        let found = names(&world);
        assert!(found.len() <= 1, "{found:?}");
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
    let (mut most, mut most_lost) = (0, 0);
    for (life, at) in lives.iter().enumerate().skip(1) {
        let before = &ranges[lives[life - 1]..*at];
        let after = &ranges[*at..lives.get(life + 1).copied().unwrap_or(ranges.len())];
        for (start, _) in after {
            // The connection of the life before that had been at this place.
            let again = before
                .iter()
                .filter(|(from, sent)| from <= start && *start < from + sent)
                .map(|(from, sent)| from + sent - start);
            let again = again.max().unwrap_or(0);
            // Of these, what the file had already: it was written and not noted.
            let lost = ranges[lives[life - 1]..*at]
                .iter()
                .zip(&reached[lives[life - 1]..*at])
                .filter(|((from, sent), _)| from <= start && *start < from + sent)
                .map(|((from, _), reached)| (from + reached).saturating_sub(*start));
            let lost = lost.max().unwrap_or(0);
            println!("life {life}: from {start}: {again} again, {lost} of them in the file");
            most = most.max(again);
            most_lost = most_lost.max(lost);
        }
    }
    let sent: u64 = ranges.iter().map(|(_, sent)| sent).sum();
    println!(
        "{size} bytes, {died} of {kills} killed at work, {} ranges asked for, {} bytes sent in all, at most {most} fetched again per \
         segment and kill",
        ranges.len(),
        sent,
    );
    assert!(most <= AGAIN, "{most} bytes were fetched again");
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

/// How many bytes of a body stand in the partial file.
fn in_file(world: &World, (start, sent): (u64, u64)) -> u64 {
    let Some(name) = names(world).into_iter().next() else {
        return 0;
    };
    let mut file = File::open(folder(world).join(name)).unwrap();
    file.seek(SeekFrom::Start(start)).unwrap();
    let content = Content::new(SEED);
    let mut reached = 0;
    let (mut found, mut right) = (vec![0; PIECE], vec![0; PIECE]);
    while reached < sent {
        let piece = PIECE.min(usize::try_from(sent - reached).unwrap());
        file.read_exact(&mut found[..piece]).unwrap();
        content.fill(start + reached, &mut right[..piece]);
        let same = found[..piece]
            .iter()
            .zip(&right[..piece])
            .take_while(|(a, b)| a == b)
            .count();
        reached += same as u64;
        if same < piece {
            break;
        }
    }
    reached
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
