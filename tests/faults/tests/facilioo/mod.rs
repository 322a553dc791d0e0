//! facilioo by the real program: files of mixed types while answers are lost at every step in turn, and what people meet.
//!
//! A few dozen files by default, `LONGSHORE_FACILIOO` of them where that is set.

mod people;

use std::collections::BTreeSet;
use std::path::PathBuf;

use journeys_tests::{Said, World, sha256};
use sandbox::{Fault, FaultRule, FileState, Route};
use serde_json::json;

/// Steps that every file takes. Each file has the answer to one of them lost.
const STEPS: &[Route] = &[
    Route::CreateFile,
    Route::UploadLink,
    Route::Part,
    Route::ShowFile,
    Route::FindDocument,
    Route::CreateDocument,
];
/// Steps that are taken now and then, or after a lost answer.
const OTHERS: &[Route] = &[Route::LogIn, Route::Refresh, Route::FileTypes, Route::FindFile];

/// Extensions that have a file type at facilioo, with the bytes that such files begin with.
const KINDS: &[(&str, &[u8])] = &[
    ("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    ("jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
    ("zip", b"PK\x03\x04\x14\0\0\0\x08\0"),
    ("bin", b"\x01\xf0\x9c\xc3\x00\x17"),
];

fn count() -> usize {
    let set = std::env::var("LONGSHORE_FACILIOO").ok();
    set.and_then(|text| text.parse().ok()).unwrap_or(30)
}

/// A sandbox, and nobody signed in.
async fn world() -> World {
    World::new(1 << 20, |settings| {
        settings.facilioo.token_life_s = 20;
        settings.facilioo.computed_after_ms = 500;
    })
    .await
}

/// Adds the account `files` at facilioo, as one of the samples.
async fn sign_in(world: &World, who: &str) -> Said {
    let known = world.sandbox.description().providers["facilioo"].clone();
    let secret = known.others.get(who).unwrap_or(&known.secret);
    let line = [
        "account",
        "add",
        "facilioo",
        "--secret-stdin",
        "--name",
        "files",
        "--base-url",
        &known.base_url,
    ];
    world.with_input(&line, &json!(secret).to_string()).await
}

/// Writes a file that is what its name says, and like no other.
fn file(world: &World, number: usize) -> PathBuf {
    let (extension, magic) = KINDS[number % KINDS.len()];
    let name = format!("files/{number:04}.{extension}");
    let path = world.file(&name, 2_000 + 37 * number, number as u64 + 1);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..magic.len()].copy_from_slice(magic);
    std::fs::write(&path, bytes).unwrap();
    path
}

async fn files(world: &World) -> Vec<FileState> {
    world.sandbox.facilioo_files().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_arrives_once_although_an_answer_is_lost_at_every_step_in_turn() {
    let world = world().await;
    assert_eq!(sign_in(&world, "admin").await.code, Some(0));
    // Both sides have requests to spare, and several files are at each step at once.
    world
        .must(&[
            "account",
            "edit",
            "files",
            "--connection",
            "requests_per_minute=1000000",
        ])
        .await;
    world.must(&["settings", "set", "slots", "16"]).await;
    world.must(&["settings", "set", "slots_per_account", "16"]).await;
    let count = count();
    let paths: Vec<PathBuf> = (0..count).map(|number| file(&world, number)).collect();
    for number in 0..count {
        let step = STEPS[number % STEPS.len()];
        let lost = FaultRule::from(Fault::AnswerLost).on(step).times(1);
        world.sandbox.add_fault(lost.after(u32::try_from(number).unwrap()));
    }
    for other in OTHERS {
        world
            .sandbox
            .add_fault(FaultRule::from(Fault::AnswerLost).on(*other).times(1));
    }
    let mut line = vec!["upload", "--to", "files", "--option", "document=yes"];
    line.extend(paths.iter().map(|path| path.to_str().unwrap()));
    let said = world.run(&line).await;
    assert_eq!(said.code, Some(0), "{:?}", said.err);

    let files = files(&world).await;
    assert_eq!(files.len(), count, "one entity for each file, and none twice");
    let own_ids: BTreeSet<_> = files.iter().filter_map(|file| file.external_id.clone()).collect();
    assert_eq!(own_ids.len(), count, "each by an id of its own");
    for path in &paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        let there: Vec<_> = files.iter().filter(|file| file.name == name).collect();
        assert_eq!(there.len(), 1, "{name}");
        assert_eq!(there[0].sha256.as_deref(), Some(sha256(path).as_str()), "{name}");
        assert_eq!(there[0].documents, 1, "{name}");
    }
    let counters = world.sandbox.counters();
    let seen = &counters.facilioo;
    assert_eq!((seen.created, seen.documents), (count as u64, count as u64));
    assert_eq!(
        (seen.wrong_content_type, seen.malformed, seen.without_version),
        (0, 0, 0)
    );
    assert_eq!((seen.replaced_tokens, seen.refreshes_again), (0, 0), "{seen:?}");
    assert_eq!(counters.storage, sandbox::StorageCount::default());
    let lost = counters.faults["answer_lost"];
    assert!(lost >= count as u64, "only {lost} answers were lost");
    println!(
        "{count} files, {lost} answers lost, {} entities, none twice",
        seen.created
    );
}
