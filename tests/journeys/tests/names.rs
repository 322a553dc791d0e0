//! Names that services send and folders that people choose: each becomes a file that is found again, on every system.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use journeys_tests::{World, names_in};
use sandbox::{Content, FileSpec};

const SIZE: usize = 1_000;

/// A file of which the service says that it is called `raw`.
fn offered(world: &World, raw: &str, seed: u64) -> String {
    let mut encoded = String::new();
    for byte in raw.bytes() {
        write!(encoded, "%{byte:02X}").unwrap();
    }
    world.sandbox.add_file(FileSpec {
        name: format!("link-{seed}"),
        size: SIZE as u64,
        seed,
        disposition: Some(format!("attachment; filename*=UTF-8''{encoded}")),
        ..FileSpec::default()
    })
}

fn holds(path: &Path, seed: u64) {
    let bytes = std::fs::read(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    assert_eq!(bytes, Content::new(seed).bytes(0, SIZE), "{}", path.display());
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_service_calls_a_file_it_stands_under_the_name_that_is_shown() {
    let world = World::new(1, |_| {}).await;
    let long = format!("{}.tar.gz", "ü".repeat(300));
    let raws = [
        "CON",
        "nul.txt",
        "COM¹.log",
        "LPT9 .bin",
        "a:b.txt",
        "a<b>|c?.txt",
        "dots...",
        "space ",
        "..\\..\\up.txt",
        "C:\\windows\\system.ini",
        "\\\\?\\C:\\x.txt",
        "file.txt:stream",
        "文件 – Ünï.txt",
        "e\u{301}.txt",
        "👩‍👩‍👧.png",
        &long,
    ];
    std::fs::create_dir(world.folder().join("out")).unwrap();
    for (seed, raw) in raws.iter().enumerate() {
        let link = offered(&world, raw, seed as u64);
        let said = world.must(&["download", &link, "--dir", "out"]).await;
        assert_eq!(said.last()["state"], "completed", "{raw:?}: {said:?}");
        let shown = said.last()["name"].as_str().unwrap();
        holds(&world.folder().join("out").join(shown), seed as u64);
        // Not another file that the system found under that name.
        let names = names_in(&world.folder().join("out"));
        assert!(
            names.iter().any(|name| name == shown),
            "{raw:?}: {shown:?} in {names:?}"
        );
        assert_eq!(names.len(), seed + 1, "{raw:?}: {names:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_found_however_a_person_spells_it() {
    let world = World::new(1, |_| {}).await;
    let out = world.folder().join("out");
    let deep = (0..6).fold(out.clone(), |path, _| path.join("x".repeat(50)));
    std::fs::create_dir_all(&deep).unwrap();
    let text = out.to_str().unwrap();
    let mut spellings: Vec<(PathBuf, &Path)> = vec![
        ("out".into(), &out),
        (format!("{text}/").into(), &out),
        (out.join("..").join("out"), &out),
        (deep.clone(), &deep),
    ];
    if std::env::consts::FAMILY == "windows" {
        spellings.extend([
            (format!(r"\\?\{text}").into(), &*out),
            (text.replace('\\', "/").into(), &*out),
            (text.to_uppercase().into(), &*out),
            // Windows takes the dot off.
            (format!("{text}.").into(), &*out),
        ]);
    }
    for (seed, (spelled, folder)) in spellings.iter().enumerate() {
        let seed = seed as u64;
        let name = format!("file {seed}.bin");
        let link = offered(&world, &name, seed);
        let spelled = spelled.to_str().unwrap();
        let said = world.must(&["download", &link, "--dir", spelled]).await;
        assert_eq!(said.last()["state"], "completed", "{spelled}: {said:?}");
        holds(&folder.join(&name), seed);
    }
}
