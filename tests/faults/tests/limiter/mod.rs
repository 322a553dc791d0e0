//! The speed limit as the receiving server, or the system that writes the file, sees it: rates × connections, beside curl.
//!
//! A small portion runs by default; `LONGSHORE_LIMITER` names the rates to run, or is `all`.

mod calm;
mod peer;
mod seen;
mod writes;

use journeys_tests::{MIB, Program, World};
use sandbox::{Direction, FileSpec};

use calm::Calm;
use seen::{MEASURED, Seen};
use writes::Writes;

/// Bytes a second.
const RATES: [u64; 4] = [50_000, 1_000_000, 10_000_000, 100_000_000];
const CONNECTIONS: [usize; 3] = [1, 3, 32];
/// A busy machine is given so many chances to be calm.
const LOOKS: u32 = 4;

/// One line of the table.
#[derive(Clone, Copy)]
struct Cell {
    way: Direction,
    rate: u64,
    connections: usize,
}

impl Cell {
    fn text(self, who: &str, seen: &Seen) -> String {
        format!(
            "{:>4} {:>11} B/s × {:>2}  {who:<9} {seen}",
            format!("{:?}", self.way).to_lowercase(),
            self.rate,
            self.connections
        )
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limiter_holds_in_every_window_as_the_server_sees_it() {
    let asked = std::env::var("LONGSHORE_LIMITER").ok();
    let (rates, companies) = match asked.as_deref() {
        None => (vec![1_000_000], &CONNECTIONS[1..2]),
        Some("all") => (RATES.to_vec(), &CONNECTIONS[..]),
        Some(rates) => (
            rates.split(',').map(|rate| rate.parse().unwrap()).collect(),
            &CONNECTIONS[..],
        ),
    };
    let mut broken = Vec::new();
    for rate in rates {
        for connections in companies {
            // What writes to a file is seen by the disk that others use as well: downloads are measured alone.
            let ways: &[_] = match asked {
                Some(_) => &[Direction::Up, Direction::Down],
                None => &[Direction::Up],
            };
            for way in ways {
                let cell = Cell {
                    way: *way,
                    rate,
                    connections: *connections,
                };
                broken.extend(look(cell).await);
            }
        }
        if asked.is_some() {
            peers(rate).await;
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Measures one cell, again while others had the machine; answers its line when the limit was not kept.
async fn look(cell: Cell) -> Option<String> {
    for _ in 0..LOOKS {
        let calm = Calm::watch();
        let seen = match cell.way {
            Direction::Up => sent(cell).await,
            Direction::Down => fetched(cell).await,
        };
        let calm = calm.was();
        let line = cell.text("longshore", &seen);
        println!("{line}{}", if calm { "" } else { " (the machine was busy)" });
        if seen.is_as_promised() {
            return None;
        }
        if calm {
            return Some(line);
        }
    }
    println!("not measured: the machine had no {MEASURED} tenths of a second for it in {LOOKS} tries");
    None
}

/// What others make of the same limit.
async fn peers(rate: u64) {
    let told = |way, who: &str, seen: Option<Seen>| {
        let cell = Cell {
            way,
            rate,
            connections: 1,
        };
        match seen {
            Some(seen) => println!("{}", cell.text(who, &seen)),
            None => println!("{who} is not installed"),
        }
    };
    told(Direction::Up, "curl", peer::curl(rate).await);
    for (who, program) in peer::FETCHERS {
        told(Direction::Down, who, peer::fetching(*program, rate).await);
    }
}

/// Downloads over that many connections under this limit, until enough was seen.
async fn fetched(cell: Cell) -> Seen {
    // Several segments of one file, or several files.
    let (files, each) = match cell.connections {
        few @ 1..=3 => (1, few),
        many => (many / 4, 4),
    };
    let world = World::new(1, |_| {}).await;
    let folder = world.folder().join("out");
    std::fs::create_dir_all(&folder).unwrap();
    world.must(&["limit", "--down", &cell.rate.to_string()]).await;
    for (key, value) in [("slots", files), ("slots_per_account", files), ("connections", each)] {
        world.must(&["settings", "set", key, &value.to_string()]).await;
    }
    let links: Vec<_> = (0..files)
        .map(|file| {
            world.sandbox.add_file(FileSpec {
                name: format!("film-{file}.bin"),
                size: (cell.rate * 20 / files as u64).max(16 * MIB as u64),
                seed: 1,
                ..FileSpec::default()
            })
        })
        .collect();
    let writes = Writes::new();
    let mut line = vec!["download", "--dir", "out"];
    line.extend(links.iter().map(String::as_str));
    let mut command = world.plain(&line);
    command.arg("--json").envs(writes.environment(&folder));
    let mut run = Program::start(command);
    let seen = writes.until(MEASURED).await;
    assert!(run.kill().await, "it was still fetching");
    Seen::of(&seen, cell.rate)
}

/// Uploads by that many connections under this limit, until enough was seen.
async fn sent(cell: Cell) -> Seen {
    // Several parts of one file, or one part of each of many.
    let (files, parts) = match cell.connections {
        few @ 1..=3 => (1, few),
        many => (many, 1),
    };
    let size = (cell.rate * 20 / files as u64).max(MIB as u64);
    // No part ends meanwhile: what the server does with a whole one is not the limiter's.
    let part = usize::try_from(size).unwrap() / parts + 1;
    let world = World::signed_in(part).await;
    world.must(&["limit", "--up", &cell.rate.to_string()]).await;
    for (key, value) in [
        ("slots", files),
        ("slots_per_account", files),
        ("parts_in_flight", parts),
    ] {
        world.must(&["settings", "set", key, &value.to_string()]).await;
    }
    let names: Vec<_> = (0..files).map(|file| format!("film-{file}.bin")).collect();
    for name in &names {
        // Holes: what is measured is the way out, not the disk.
        let file = std::fs::File::create(world.folder().join(name)).unwrap();
        file.set_len(size).unwrap();
    }
    let mut line = vec!["upload", "--to", "shop"];
    line.extend(names.iter().map(String::as_str));
    let mut run = world.start(&line);
    let enough = |_: &sandbox::Counters| world.sandbox.timeline(cell.way).bytes.len() > MEASURED;
    world.sandbox.until(enough).await;
    let timeline = world.sandbox.timeline(cell.way);
    assert!(run.kill().await, "it was still sending");
    Seen::of(&timeline.bytes, cell.rate)
}
