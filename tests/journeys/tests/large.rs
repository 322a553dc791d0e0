//! Large files: every byte once, confirmed once, in little memory.

use std::fs::File;

use journeys_tests::{KIB, MIB, World, sha256};
use sandbox::{Counters, Fault, FaultRule, Route};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_hundreds_of_parts_arrives_byte_for_byte_and_is_confirmed_once() {
    let world = World::signed_in(128 * KIB).await;
    let path = world.file("film.bin", 32 * MIB + 1, 1);
    let said = world.must(&["upload", "film.bin", "--to", "shop"]).await;
    assert_eq!(said.last()["state"], "completed", "{said:?}");
    assert_eq!(said.last()["proof"], "part tags");
    assert_eq!(said.last()["parts_done"], 257);
    let asset = world.asset("film.bin").await;
    assert_eq!(asset.size, 32 * MIB as u64 + 1);
    assert_eq!(asset.sha256, Some(sha256(&path)));
    let counters = world.sandbox.counters();
    assert_eq!((counters.sessions_opened, counters.completion_attempts), (1, 1));
    let parts = counters.uploads.values().flat_map(|upload| upload.parts.values());
    assert!(parts.into_iter().all(|part| (part.requests, part.stored) == (1, 1)));
}

/// A part of 100 MB, as the service plans them, never sits in memory. What is held at the start, the program's own code and the
/// work memory of the passphrase, is the same for a letter; code that is not optimised takes some 20 MiB more.
#[tokio::test(flavor = "multi_thread")]
async fn a_quarter_of_a_gibibyte_is_sent_in_hardly_more_memory_than_a_letter() {
    if std::env::consts::OS != "linux" {
        eprintln!("skipped: the memory of another process is read on Linux only");
        return;
    }
    let world = World::signed_in(100_000_000).await;
    let letter = peak_of(&world, "letter.bin", 1_000).await;
    let film = peak_of(&world, "film.bin", 256 * MIB as u64).await;
    println!("peak: {letter} KiB for a letter, {film} KiB for 256 MiB");
    let most = if cfg!(debug_assertions) { 84 } else { 64 } * 1024;
    assert!(film <= most, "{film} KiB");
    assert!(film <= letter + 12 * 1024, "{film} KiB, {letter} KiB for a letter");
}

/// Sends a file of so many bytes, and answers the most memory that took, in KiB.
async fn peak_of(world: &World, name: &str, size: u64) -> u64 {
    File::create(world.folder().join(name)).unwrap().set_len(size).unwrap();
    // Held here, the program lives while its memory is read.
    world
        .sandbox
        .add_fault(FaultRule::from(Fault::Hang { bytes: 0 }).on(Route::Uploaded));
    let asked = |counters: &Counters| counters.requests.get(&Route::Uploaded).copied().unwrap_or(0);
    let before = asked(&world.sandbox.counters());
    let mut program = world.start(&["upload", name, "--to", "shop"]);
    tokio::select! {
        _ = world.sandbox.until(|counters| asked(counters) > before) => {}
        status = program.ended() => panic!("it ended before: {status}"),
    }
    let peak = program.peak_kib().unwrap();
    world.sandbox.clear_faults();
    let said = program.said().await;
    assert_eq!(said.last()["state"], "completed", "{said:?}");
    assert_eq!(world.asset(name).await.size, size);
    peak
}
