//! curl under its own limit, sending to a server that only counts.

use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::process::Command;

use super::seen::{MEASURED, Seen};

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
