//! The emulated facilioo as a stage, up and down. Files become documents there, which is what finishing one means.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use providers::{Registry, registry};
use sandbox::{
    FaciliooFile, FaciliooSettings, Fault, FaultRule, FileState, Options, Route, Running, Sandbox, Settings,
    Unreachable,
};
use sha2::{Digest, Sha256};
use transfer::account::Account;
use transfer::provider::FileFacts;
use transfer::time::{Clock, Now};
use transfer::{SecretString, Time};

use crate::content::Content;
use crate::giver::Giver;
use crate::stage::{Evidence, Seen, Stage, Step, Wrong, account};
use crate::wire::Behind;

/// Extensions that have a file type there.
const TYPED: &[&str] = &["bin", "txt", "zip", "png", "pdf", "xml", "csv", "mp4"];

/// Its world.
pub(crate) struct Facilioo {
    pub(crate) sandbox: Arc<Running>,
    /// Milliseconds that our clock runs ahead of the service's.
    pub(crate) ahead: Arc<AtomicI64>,
}

struct ItsTime {
    sandbox: Arc<Running>,
    ahead: Arc<AtomicI64>,
}

impl Clock for ItsTime {
    fn now(&self) -> Now {
        let theirs = self.sandbox.clock().now_s * 1_000;
        Now {
            time: Time(theirs + self.ahead.load(Ordering::Relaxed)),
            chance: 0.5,
        }
    }
}

/// An account there, by its name among the samples, and its credential.
pub(crate) fn known(sandbox: &Running, who: &str) -> (Account, SecretString) {
    let known = &sandbox.description().providers["facilioo"];
    let secret = known.others.get(who).unwrap_or(&known.secret);
    let secret = serde_json::to_string(secret).expect("texts only");
    (account("facilioo", &known.base_url), SecretString::from(secret))
}

impl Facilioo {
    /// The files that it has.
    pub(crate) async fn files(&self) -> Vec<FileState> {
        self.sandbox.facilioo_files().await.expect("the sandbox reads its disk")
    }

    /// The next call of `route` lives through `fault`.
    pub(crate) fn wrong(&self, route: Route, fault: Fault) {
        self.sandbox.add_fault(FaultRule::from(fault).on(route).times(1));
    }
}

impl Stage for Facilioo {
    async fn start() -> Self {
        let settings = Settings {
            facilioo: FaciliooSettings {
                computed_after_ms: 0,
                ..FaciliooSettings::default()
            },
            ..Settings::default()
        };
        let options = Options {
            settings,
            ..Options::default()
        };
        Self {
            sandbox: Arc::new(Sandbox::start(options).await.expect("the sandbox starts")),
            ahead: Arc::default(),
        }
    }

    fn registry(&self) -> Registry {
        registry()
    }

    fn account(&self) -> Account {
        let (mut account, _) = known(&self.sandbox, "admin");
        account.options.insert("document".into(), "yes".into());
        account
    }

    fn secret(&self) -> SecretString {
        known(&self.sandbox, "admin").1
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(ItsTime {
            sandbox: self.sandbox.clone(),
            ahead: self.ahead.clone(),
        })
    }

    fn facts(&self, content: &Content) -> FileFacts {
        let mut facts = content.facts();
        let extension = content.name.rsplit_once('.').map(|(_, extension)| extension);
        let typed = extension.is_some_and(|extension| TYPED.contains(&extension));
        let kind = if typed { "name" } else { "bin" };
        facts.options.insert("type".into(), kind.into());
        facts
    }

    // Without plans; empty files are taken.

    fn quota(&self, _: u64) {}

    fn takes_empty(&self, _: bool) {}

    fn evidence(&self, evidence: Evidence) {
        self.sandbox.change_settings(|settings| {
            settings.facilioo.never_computed = evidence == Evidence::Rounded;
            settings.facilioo.lookup = evidence != Evidence::FromOpening;
        });
    }

    fn goes_wrong(&self, step: Step, wrong: Wrong) {
        let route = match step {
            Step::Open => Route::CreateFile,
            Step::PutPart => Route::Part,
            Step::Finish => Route::CreateDocument,
            // There is no other way to act on a file.
            Step::Abort | Step::Delete | Step::Import => Route::ShowFile,
        };
        let fault = match wrong {
            Wrong::AnswerLost => Fault::AnswerLost,
            Wrong::Dropped => Fault::Dropped,
            Wrong::Cut(bytes) => Fault::Cut { bytes },
            Wrong::TagLies => Fault::TagLies,
        };
        self.wrong(route, fault);
    }

    fn expire_links(&self) {
        self.sandbox.advance_clock(Duration::from_secs(901));
    }

    fn unreachable(&self) {
        let how = Unreachable::Refuse;
        self.sandbox.add_fault(Fault::ServiceUnreachable { how });
        self.sandbox.add_fault(Fault::StorageUnreachable { how });
    }

    fn seen(&self) -> Seen {
        let seen = self.sandbox.counters().facilioo;
        Seen {
            opened: seen.created,
            open: seen.created.saturating_sub(seen.documents),
            finished: seen.documents,
            aborted: 0,
        }
    }

    async fn has(&self, content: &Content) -> bool {
        let expected = hex::encode(Sha256::digest(&content.bytes));
        let mut files = self.files().await;
        files.retain(|file| file.name == content.name && file.documents > 0);
        matches!(&files[..], [file] if file.sha256.as_ref() == Some(&expected) && file.documents == 1)
    }
}

impl Behind for Facilioo {
    const OPEN: Route = Route::CreateFile;
    const FINISH: Route = Route::CreateDocument;
    const FINISH_FIRST: Route = Route::ShowFile;

    fn sandbox(&self) -> &Running {
        &self.sandbox
    }

    fn ahead(&self) -> &AtomicI64 {
        &self.ahead
    }

    fn hidden(&self) -> Vec<String> {
        let known = &self.sandbox.description().providers["facilioo"];
        vec![known.secret["password"].clone(), "eyJ".into()]
    }
}

impl Giver for Facilioo {
    const KEY: &'static str = "facilioo";
    const DIRECT: bool = false;

    fn account(sandbox: &Running) -> (Account, SecretString) {
        known(sandbox, "admin")
    }

    fn add(sandbox: &Running, name: &str, size: u64, seed: u64) -> String {
        let file = FaciliooFile {
            name: name.into(),
            size,
            seed,
        };
        sandbox.add_facilioo_file(&file).expect("it is written").to_string()
    }

    fn called(name: &str) -> String {
        // Its types are few: what has no other is a binary file.
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        let typed = extension.is_some_and(|extension| TYPED.contains(&extension));
        if typed { name.into() } else { format!("{name}.bin") }
    }
}
