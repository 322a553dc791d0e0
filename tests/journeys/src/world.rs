//! A sandbox, a home folder with an account, and files.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use sandbox::{AssetState, Counters, Options, Running, Sandbox, Settings};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::program::{Program, Said, spawn};

/// 1,024 bytes.
pub const KIB: usize = 1024;
/// 1,024 KiB.
pub const MIB: usize = 1024 * KIB;

/// Everything a journey needs. All of it goes when this is dropped.
#[derive(Debug)]
pub struct World {
    /// The services, in this process.
    pub sandbox: Running,
    folder: TempDir,
}

impl World {
    /// A sandbox that plans parts of `chunk` bytes and has requests to spare, and a home with the account `shop` signed in.
    pub async fn signed_in(chunk: usize) -> Self {
        let world = Self::new(chunk, |_| {}).await;
        world.sign_in().await;
        world
    }

    /// The same with settings of its own, and nobody signed in.
    pub async fn new(chunk: usize, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings {
            chunk_size: chunk as u64,
            allow_small_parts: true,
            rate_limit: 1_000_000,
            ..Settings::default()
        };
        change(&mut settings);
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

    /// Adds the account `shop` with the key that the service takes.
    ///
    /// # Panics
    /// When the service does not take it.
    pub async fn sign_in(&self) {
        let account = self.sandbox.description().providers["fileflare"].clone();
        let added = self
            .add_account("shop", &account.base_url, &account.secret["token"])
            .await;
        assert_eq!(added.code, Some(0), "{added:?}");
    }

    /// Adds the account `name` at this service of the sandbox, as its usual person.
    ///
    /// # Panics
    /// When the service does not take it.
    pub async fn sign_in_at(&self, provider: &str, name: &str) {
        let known = self.sandbox.description().providers[provider].clone();
        let line = [
            "account",
            "add",
            provider,
            "--name",
            name,
            "--base-url",
            &known.base_url,
            "--secret-stdin",
        ];
        let secret = serde_json::to_string(&known.secret).unwrap();
        let added = self.with_input(&line, &secret).await;
        assert_eq!(added.code, Some(0), "{added:?}");
    }

    /// Adds an account at a Fileflare.
    pub async fn add_account(&self, name: &str, base_url: &str, key: &str) -> Said {
        let line = [
            "account",
            "add",
            "fileflare",
            "--secret-stdin",
            "--name",
            name,
            "--base-url",
            base_url,
        ];
        self.with_input(&line, key).await
    }

    /// The folder that the program runs in: paths may be relative to it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder with the program's data.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The program with these arguments and this home, for people.
    pub fn plain(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(crate::longshore());
        command
            .args(arguments)
            .env("LONGSHORE_HOME", self.home())
            .env("LONGSHORE_PASSPHRASE_FILE", self.folder.path().join("passphrase"))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Starts the program, which answers in objects.
    pub fn start(&self, arguments: &[&str]) -> Program {
        let mut command = self.plain(arguments);
        command.arg("--json");
        Program::start(command)
    }

    /// Starts the program, which answers in sentences.
    pub fn start_plain(&self, arguments: &[&str]) -> Program {
        Program::start(self.plain(arguments))
    }

    /// Runs to the end.
    pub async fn run(&self, arguments: &[&str]) -> Said {
        self.start(arguments).said().await
    }

    /// Runs to the end, which must be exit code 0.
    ///
    /// # Panics
    /// When it is another.
    pub async fn must(&self, arguments: &[&str]) -> Said {
        let said = self.run(arguments).await;
        assert_eq!(said.code, Some(0), "{arguments:?}: {said:?}");
        said
    }

    /// Runs to the end, with `input` on standard input.
    pub async fn with_input(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = self.plain(arguments);
        command.arg("--json").stdin(Stdio::piped());
        let mut child = spawn(&mut command);
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).await.unwrap();
        drop(stdin);
        Program::of(child).said().await
    }

    /// Makes a file of so many bytes, which no other `seed` makes.
    pub fn file(&self, name: &str, size: usize, seed: u64) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        // xorshift: no two parts alike, and fast enough without optimisation.
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut bytes = Vec::with_capacity(size + 8);
        while bytes.len() < size {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.extend_from_slice(&state.to_le_bytes());
        }
        bytes.truncate(size);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Parts of files of this name that storage holds whole, each counted once.
    pub fn stored(counters: &Counters, name: &str) -> usize {
        let uploads = counters.uploads.values().filter(|upload| upload.name == name);
        uploads
            .flat_map(|upload| upload.parts.values())
            .filter(|part| part.stored > 0)
            .count()
    }

    /// Waits until storage holds so many parts of the file of this name.
    pub async fn until_stored(&self, name: &str, parts: usize) {
        self.sandbox
            .until(|counters| Self::stored(counters, name) >= parts)
            .await;
    }

    /// The only confirmed file of this name at the service.
    ///
    /// # Panics
    /// When there is none, or more than one.
    pub async fn asset(&self, name: &str) -> AssetState {
        let mut found = self.sandbox.assets().await.unwrap();
        found.retain(|asset| asset.name == name && asset.confirmed);
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }
}

/// What a folder holds, by name. The mark of the web is a stream of its file, which wine shows as a file beside it.
///
/// # Panics
/// When it can't be read.
pub fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(":Zone.Identifier"))
        .collect();
    names.sort();
    names
}

/// In hexadecimal.
pub fn sha256(path: &Path) -> String {
    hex::encode(Sha256::digest(std::fs::read(path).unwrap()))
}
