//! A sandbox, a home folder and the real program.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use sandbox::{AssetState, Options, Running, Sandbox, Settings};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

pub(crate) const MIB: usize = 1024 * 1024;

/// Everything a journey needs.
pub(crate) struct World {
    pub(crate) sandbox: Running,
    folder: TempDir,
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) objects: Vec<Value>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// The last word on the only transfer.
    pub(crate) fn last(&self) -> &Value {
        self.objects
            .last()
            .unwrap_or_else(|| panic!("nothing was said: {self:?}"))
    }
}

impl World {
    /// A sandbox with small parts, and an empty home.
    pub(crate) async fn new() -> Self {
        let settings = Settings {
            chunk_size: MIB as u64,
            allow_small_parts: true,
            rate_limit: 10_000,
            ..Settings::default()
        };
        let options = Options {
            settings,
            ..Options::default()
        };
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("passphrase"), "correct horse\n").unwrap();
        Self {
            sandbox: Sandbox::start(options).await.unwrap(),
            folder,
        }
    }

    /// The same, with the account `shop` signed in.
    pub(crate) async fn signed_in() -> Self {
        let world = Self::new().await;
        let said = world.add_account("sandbox-fileflare-key").await;
        assert_eq!(said.code, Some(0), "{said:?}");
        world
    }

    pub(crate) async fn add_account(&self, key: &str) -> Said {
        let base_url = self.sandbox.description().providers["fileflare"].base_url.clone();
        let line = [
            "account",
            "add",
            "fileflare",
            "--name",
            "shop",
            "--base-url",
            &base_url,
            "--secret-stdin",
        ];
        self.with_input(&line, key).await
    }

    /// The program with these arguments and this home.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_longshore"));
        command
            .args(arguments)
            .arg("--json")
            .env("LONGSHORE_HOME", self.folder.path().join("home"))
            .env("LONGSHORE_PASSPHRASE_FILE", self.folder.path().join("passphrase"))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs to the end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments).spawn().unwrap()).await
    }

    /// Runs to the end, with a line on standard input.
    pub(crate) async fn with_input(&self, arguments: &[&str], input: &str) -> Said {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).await.unwrap();
        drop(stdin);
        said(child).await
    }

    /// A file of so many bytes, none like another.
    pub(crate) fn file(&self, name: &str, size: usize) -> PathBuf {
        let path = self.folder.path().join(name);
        let bytes: Vec<u8> = (0..size)
            .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Waits until storage holds so many parts.
    pub(crate) async fn until_stored(&self, parts: usize) {
        let stored = |counters: &sandbox::Counters| {
            let all = counters.uploads.values().flat_map(|upload| upload.parts.values());
            all.filter(|part| part.stored > 0).count()
        };
        self.sandbox.until(|counters| stored(counters) >= parts).await;
    }

    /// The confirmed file of this name at the service.
    pub(crate) async fn asset(&self, name: &str) -> AssetState {
        let assets = self.sandbox.assets().await.unwrap();
        let found: Vec<_> = assets
            .into_iter()
            .filter(|asset| asset.name == name && asset.confirmed)
            .collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().unwrap()
    }
}

/// What a running program comes to.
pub(crate) async fn said(child: Child) -> Said {
    let output = child.wait_with_output().await.unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let objects = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")));
    Said {
        code: output.status.code(),
        objects: objects.collect(),
        out: out.clone(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn sha256(path: &Path) -> String {
    hex::encode(Sha256::digest(std::fs::read(path).unwrap()))
}
