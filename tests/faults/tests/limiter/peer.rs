//! Others under their own limits: sending to a server that only counts, fetching into a file whose writes are seen.

use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::process::Command;

use sandbox::{FileSpec, Options, Sandbox};

use super::seen::{MEASURED, Seen};
use super::writes::Writes;

const BUCKET: Duration = Duration::from_millis(100);

/// What a server sees of `curl --limit-rate`; `None` where there is no curl.
pub(super) async fn curl(rate: u64) -> Option<Seen> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.bin");
    std::fs::File::create(&path).unwrap().set_len(rate * 20).unwrap();
    let mut curl = Command::new("curl")
        .args(["--silent", "--header", "Expect:", "--limit-rate", &rate.to_string()])
        .arg("--upload-file")
        .arg(&path)
        .arg(format!("http://{address}/film.bin"))
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut piece = vec![0; 256 * 1024];
    let mut bytes = Vec::new();
    let mut began = None;
    while bytes.len() <= MEASURED {
        let count = stream.read(&mut piece).await.unwrap();
        assert!(count > 0, "curl was done early");
        let bucket = began.get_or_insert_with(Instant::now).elapsed().as_millis() / BUCKET.as_millis();
        let bucket = usize::try_from(bucket).unwrap();
        bytes.resize(bytes.len().max(bucket + 1), 0);
        bytes[bucket] += count as u64;
    }
    curl.kill().await.unwrap();
    Some(Seen::of(&bytes, rate))
}

/// How a program is asked to fetch the link into the file `out` at so many bytes a second.
type Fetcher = fn(rate: u64, link: &str) -> Command;

/// Those that fetch, by name.
pub(super) const FETCHERS: &[(&str, Fetcher)] = &[
    ("curl", |rate, link| {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--output", "out", "--limit-rate", &rate.to_string(), link]);
        curl
    }),
    ("aria2c", |rate, link| {
        let mut aria2c = Command::new("aria2c");
        let limit = format!("--max-overall-download-limit={rate}");
        aria2c.args([
            "--quiet",
            "--out=out",
            "--split=4",
            "--max-connection-per-server=4",
            &limit,
            link,
        ]);
        aria2c
    }),
];

/// What the system sees of a limited download; `None` where there is no such program.
pub(super) async fn fetching(program: Fetcher, rate: u64) -> Option<Seen> {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let link = sandbox.add_file(FileSpec {
        name: "film.bin".into(),
        size: (rate * 20).max(16 * 1024 * 1024),
        seed: 1,
        ..FileSpec::default()
    });
    let folder = tempfile::tempdir().unwrap();
    let writes = Writes::new();
    let mut child = program(rate, &link)
        .current_dir(folder.path())
        .envs(writes.environment(folder.path()))
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let seen = writes.until(MEASURED).await;
    child.kill().await.unwrap();
    Some(Seen::of(&seen, rate))
}
