//! `cargo xtask prove NAME`: one promise at full size, where `test` runs a small portion of it.

use std::path::Path;

use crate::house::{House, Stop};
use crate::{run, sabotage, windows};

/// A promise that can be repeated at full size.
struct Proof {
    /// What to type.
    name: &'static str,
    /// What is promised.
    promise: &'static str,
    /// The package of the tests.
    package: &'static str,
    /// The tests in it whose names contain this.
    filter: &'static str,
    /// What makes them big.
    environment: &'static [(&'static str, &'static str)],
    /// What is measured is the optimised program.
    release: bool,
    /// No disk is measured: files lie in memory, where the system has a folder for that.
    in_memory: bool,
}

/// Linux's folder in memory.
const MEMORY: &str = "/dev/shm";

/// To add one: a test that reads its size from a variable (small without it), and a line here.
const PROOFS: &[Proof] = &[
    Proof {
        name: "kills",
        promise: "200 × kill -9 during one 40-part upload: one asset, right bytes, one confirmation, only parts in flight sent again",
        package: "faults-tests",
        filter: "kills::",
        environment: &[("LONGSHORE_KILLS", "200")],
        release: false,
        in_memory: false,
    },
    Proof {
        name: "powercuts",
        promise: "power cuts at 500 points of the store's work and of whole uploads: no acknowledged row lost, no row claims bytes that are not there, each upload ends as one file",
        package: "faults-tests",
        filter: "power_cuts",
        environment: &[("LONGSHORE_POWERCUTS", "500")],
        release: false,
        in_memory: false,
    },
    Proof {
        name: "simulations",
        promise: "2,000 seeded simulations of the whole engine, each replayable",
        package: "faults-tests",
        filter: "simulated",
        environment: &[("LONGSHORE_SIMULATIONS", "2000")],
        release: false,
        in_memory: false,
    },
    Proof {
        name: "faults",
        promise: "every fault lived through by the real program, the lasting ones for their whole minute",
        package: "faults-tests",
        filter: "journeys::",
        environment: &[("LONGSHORE_FULL", "1")],
        release: false,
        in_memory: false,
    },
    Proof {
        name: "limiter",
        promise: "speed limits seen from outside, up and down, 50 KB/s to 100 MB/s by 1, 3 and 32 connections: ±2 % over 10 s, ±5 % in any second",
        package: "faults-tests",
        filter: "limiter::",
        environment: &[("LONGSHORE_LIMITER", "all")],
        release: true,
        in_memory: true,
    },
    Proof {
        name: "downloads",
        promise: "200 x kill -9 of a 2 GiB download: right bytes, at most 4 MiB fetched again per segment and kill",
        package: "faults-tests",
        filter: "downloads::kills",
        environment: &[("LONGSHORE_DOWNLOAD_KILLS", "200"), ("LONGSHORE_DOWNLOAD_MIB", "2048")],
        release: true,
        in_memory: false,
    },
    Proof {
        name: "lies",
        promise: "every wrong answer to a range, from the first request or the third on, once or always: no mixed file",
        package: "faults-tests",
        filter: "downloads::",
        environment: &[("LONGSHORE_FULL", "1")],
        release: false,
        in_memory: false,
    },
    Proof {
        name: "across",
        promise: "a 1 GiB file from a link to a service without a copy here, killed 50 times: right bytes, one file, <= 64 MiB of memory; the same where nobody says its size, in both stages",
        package: "faults-tests",
        filter: "across::",
        environment: &[("LONGSHORE_ACROSS_KILLS", "50"), ("LONGSHORE_ACROSS_MIB", "1024")],
        release: true,
        in_memory: false,
    },
    Proof {
        name: "facilioo",
        promise: "1,000 files of mixed types to facilioo, the answer lost at every step in turn: 1,000 entities, none twice",
        package: "faults-tests",
        filter: "facilioo::",
        environment: &[("LONGSHORE_FACILIOO", "1000")],
        release: false,
        in_memory: false,
    },
    Proof {
        name: "watches",
        promise: "40 files worked on at once in a watched folder, with events and without: every version that stood still arrives once, no other",
        package: "faults-tests",
        filter: "watches::",
        environment: &[("LONGSHORE_WATCHES", "40")],
        release: true,
        in_memory: false,
    },
    Proof {
        name: "crowd",
        promise: "20,000 files in 2,000 nested folders of a mirror, worked on for five minutes, with events, without, and killed 200 times: the service has what the folder has, each version once",
        package: "faults-tests",
        filter: "watches::crowd::",
        environment: &[
            ("LONGSHORE_CROWD", "20000"),
            ("LONGSHORE_CROWD_S", "260"),
            ("LONGSHORE_CROWD_DEEDS", "2"),
            ("LONGSHORE_CROWD_LONG_S", "20"),
            ("LONGSHORE_CROWD_KILLS", "200"),
        ],
        release: true,
        in_memory: false,
    },
    Proof {
        name: "many",
        promise: "100,000 files of a watched folder queued and then left alone for ten minutes, 1,000,000 empty ones looked at, 5,000 renamed with their folder: <= 250 MiB, <= 0.5 % of a processor, no upload",
        package: "faults-tests",
        filter: "watches::many::",
        environment: &[
            ("LONGSHORE_MANY", "100000"),
            ("LONGSHORE_EMPTY", "1000000"),
            ("LONGSHORE_RENAMED", "5000"),
            ("LONGSHORE_IDLE_S", "600"),
        ],
        release: true,
        in_memory: false,
    },
    Proof {
        name: "bursts",
        promise: "100,000 files put into one watched folder at once, and folders made faster than they can be listened to: none is lost",
        package: "faults-tests",
        filter: "watches::bursts::",
        environment: &[("LONGSHORE_BURST", "100000")],
        release: true,
        in_memory: false,
    },
    Proof {
        name: "stories",
        promise: "50,000 stories of a watched folder made by chance: no content twice, none missed, no deletion over the limit",
        package: "transfer",
        filter: "folder::",
        environment: &[("LONGSHORE_WATCH_STORIES", "50000")],
        release: true,
        in_memory: false,
    },
    Proof {
        name: "names",
        promise: "a million hostile names of each sort: every one becomes one harmless name on every system",
        package: "transfer",
        filter: "properties::",
        environment: &[("LONGSHORE_NAMES", "1000000")],
        release: true,
        in_memory: false,
    },
    Proof {
        name: "canaries",
        promise: "twelve planted secrets: none in any file, log, output, argument, socket or at a wrong host",
        package: "faults-tests",
        filter: "canaries::",
        environment: &[],
        release: false,
        in_memory: false,
    },
];

/// Runs a proof; without a name, lists them.
pub(crate) fn prove(house: &House, name: Option<&str>) -> Result<(), Stop> {
    let Some(name) = name else {
        for proof in PROOFS {
            println!("{:<14} {}", proof.name, proof.promise);
        }
        println!("{:<14} {}", "sabotage", sabotage::PROMISE);
        println!("{:<14} {}", "windows", windows::PROMISE);
        return Ok(());
    };
    if name == "sabotage" {
        return sabotage::prove(house);
    }
    if name == "windows" {
        return windows::prove(house);
    }
    let Some(proof) = PROOFS.iter().find(|proof| proof.name == name) else {
        let names: Vec<_> = PROOFS.iter().map(|proof| proof.name).collect();
        return Err(Stop::new(format!(
            "There is no proof called {name}. There are: {}, sabotage, windows.",
            names.join(", ")
        )));
    };
    println!("{}", proof.promise);
    let profile: &[_] = if proof.release { &["--release"] } else { &[] };
    run::must(
        "building longshore",
        house
            .cargo()
            .args(["build", "--locked", "--package", "cli"])
            .args(profile),
    )?;
    let mut test = house.cargo();
    test.args(["test", "--locked", "--package", proof.package])
        .args(profile)
        .args(["--", proof.filter])
        .args(["--nocapture", "--test-threads=1"])
        .envs(proof.environment.iter().copied());
    if proof.in_memory && Path::new(MEMORY).is_dir() {
        test.env("TMPDIR", MEMORY);
    }
    if proof.release {
        // What is measured is the program, not the test around it.
        test.env("LONGSHORE_BIN", house.released("longshore"));
    }
    run::must(proof.name, &mut test)
}
