//! The planted secrets, and the real program that works with them in a home of its own.

use std::path::{Path, PathBuf};

use app::secrets::{SEAL_KEY, Vault};
use journeys_tests::{KIB, Program, Said, World};
use secrecy::{ExposeSecret, SecretString};
use transfer::Time;
use transfer::ledger::Ledger;

use super::scan::{Canary, Hit, Scanner, files_below};

/// Stands in the name of the file that is sent: what must be found wherever the program tells of its work.
pub(super) const FILE: &str = "control-of-the-scan.bin";

/// Secrets, the program, and everything that it said.
pub(super) struct Plantation {
    pub(super) world: World,
    pub(super) canaries: Vec<Canary>,
    /// What was said and shown, with where.
    pub(super) heard: Vec<(String, Vec<u8>)>,
}

/// Without a character that a header does not take.
fn word() -> String {
    let (one, two): (u64, u64) = rand::random();
    format!("cnry{one:016x}/+=~.{two:016x}")
}

impl Plantation {
    pub(super) async fn new() -> Self {
        let kinds = [
            "bearer token",
            "key that was refused",
            "key of another account",
            "key of a forgotten account",
            "passphrase",
            "wrong passphrase",
            "password of a proxy",
            "contents of the file",
        ];
        let canaries: Vec<_> = kinds.iter().map(|kind| Canary::new(kind, word())).collect();
        let token = text(&canaries[0]);
        let world = World::new(256 * KIB, |settings| settings.token = token).await;
        let plantation = Self {
            world,
            canaries,
            heard: Vec::new(),
        };
        plantation.passphrase("passphrase");
        std::fs::create_dir(plantation.temporary()).unwrap();
        plantation
    }

    pub(super) fn secret(&self, what: &str) -> String {
        text(self.canaries.iter().find(|canary| canary.what == what).unwrap())
    }

    /// Puts that secret where the program looks for its passphrase.
    pub(super) fn passphrase(&self, what: &str) {
        std::fs::write(self.world.folder().join("passphrase"), self.secret(what)).unwrap();
    }

    /// The folder for the program's temporary files.
    pub(super) fn temporary(&self) -> PathBuf {
        self.world.folder().join("temporary")
    }

    /// The program, as talkative as it gets.
    pub(super) fn command(&self, arguments: &[&str]) -> tokio::process::Command {
        let proxy = format!("http://someone:{}@127.0.0.1:9", self.secret("password of a proxy"));
        let mut command = self.world.plain(arguments);
        command
            .arg("--json")
            .env("LONGSHORE_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
            .env("TMPDIR", self.temporary())
            .env("HTTP_PROXY", &proxy)
            .env("HTTPS_PROXY", &proxy);
        command
    }

    pub(super) fn start(&self, arguments: &[&str]) -> Program {
        Program::start(self.command(arguments))
    }

    /// Runs to the end, and keeps what was said.
    pub(super) async fn run(&mut self, arguments: &[&str]) -> Said {
        let said = self.start(arguments).said().await;
        self.keep(arguments[0], said)
    }

    /// The same with a secret on standard input.
    pub(super) async fn with_secret(&mut self, arguments: &[&str], what: &str) -> Said {
        let input = self.world.folder().join("input");
        std::fs::write(&input, self.secret(what)).unwrap();
        let mut command = self.command(arguments);
        command.stdin(std::fs::File::open(&input).unwrap());
        std::fs::remove_file(input).unwrap();
        let said = Program::start(command).said().await;
        self.keep(arguments[0], said)
    }

    pub(super) fn keep(&mut self, what: &str, said: Said) -> Said {
        self.heard
            .push((format!("the output of {what}"), said.out.clone().into()));
        self.heard
            .push((format!("the errors of {what}"), said.err.clone().into()));
        said
    }

    /// Everything that the program keeps and said by now, without those secrets that only became known later.
    pub(super) fn hits(&self) -> Vec<Hit> {
        let scanner = Scanner::new(&self.canaries);
        let mut hits = scanner.find_below(&self.world.home()).unwrap();
        hits.extend(scanner.find_below(&self.temporary()).unwrap());
        for (place, bytes) in &self.heard {
            hits.extend(scanner.find(place, bytes));
        }
        hits
    }

    /// Learns what only the program knows: the key of the seal, and the signatures of the links it holds now. Nobody may be at
    /// work, and what is looked at is a copy.
    pub(super) async fn learn(&mut self, when: &str) -> usize {
        let copy = tempfile::tempdir().unwrap();
        for file in files_below(&self.world.home()).unwrap() {
            let target = copy.path().join(file.strip_prefix(self.world.home()).unwrap());
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::copy(&file, target).unwrap();
        }
        let vault = Vault::choose(copy.path(), true).await;
        vault
            .unlock(SecretString::from(self.secret("passphrase")))
            .await
            .unwrap();
        if !self.canaries.iter().any(|canary| canary.what == "key of the seal") {
            let key = vault.get(SEAL_KEY).await.unwrap().unwrap();
            self.canaries.push(Canary::new("key of the seal", key.expose_secret()));
        }
        let links = links(copy.path(), &vault).await;
        for link in &links {
            let (_, signature) = link.split_once("X-Amz-Signature=").unwrap();
            let signature = signature.split('&').next().unwrap();
            self.canaries.push(Canary::new(&format!("signature {when}"), signature));
        }
        links.len()
    }
}

/// All links in the queue below `home`.
async fn links(home: &Path, vault: &Vault) -> Vec<String> {
    let options = store::Options {
        dir: home.to_owned(),
        seal: std::sync::Arc::new(vault.seal().await.unwrap()),
        now: Time(0),
    };
    let store = store::Store::open(options).await.unwrap();
    let sessions = store.open_sessions().await.unwrap();
    store.close().await.unwrap();
    let bodies = sessions.into_iter().filter_map(|row| row.session);
    let links = bodies.flat_map(|session| {
        let body: serde_json::Value = serde_json::from_str(session.body.expose_secret()).unwrap();
        body["links"].as_array().unwrap().clone()
    });
    links.map(|link| link.as_str().unwrap().to_owned()).collect()
}

fn text(canary: &Canary) -> String {
    String::from_utf8(canary.secret.clone()).unwrap()
}
