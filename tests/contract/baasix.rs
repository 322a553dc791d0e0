//! The emulated Baasix server as a stage, up and down.

use std::sync::Arc;

use providers::{Registry, registry};
use sandbox::{BaasixFile, BaasixSettings, Fault, FaultRule, Options, Route, Running, Sandbox, Settings, Unreachable};
use sha2::{Digest, Sha256};
use transfer::account::Account;
use transfer::time::{Clock, Now};
use transfer::{SecretString, Time};

use crate::content::Content;
use crate::giver::Giver;
use crate::stage::{Evidence, Seen, Stage, Step, Wrong, account};

/// Its world.
pub(crate) struct Baasix {
    pub(crate) sandbox: Arc<Running>,
}

struct ItsTime(Arc<Running>);

impl Clock for ItsTime {
    fn now(&self) -> Now {
        Now {
            time: Time(self.0.clock().now_s * 1_000),
            chance: 0.5,
        }
    }
}

/// An account there, and its credential.
pub(crate) fn known(sandbox: &Running) -> (Account, SecretString) {
    let known = &sandbox.description().providers["baasix"];
    let secret = serde_json::to_string(&known.secret).expect("texts only");
    (account("baasix", &known.base_url), SecretString::from(secret))
}

impl Baasix {
    /// The files that it has.
    pub(crate) async fn files(&self) -> Vec<BaasixFile> {
        self.sandbox.baasix_files().await.expect("the sandbox reads its disk")
    }

    /// The next calls of `route` live through `fault`.
    pub(crate) fn wrong(&self, route: Route, fault: Fault, times: u32) {
        self.sandbox.add_fault(FaultRule::from(fault).on(route).times(times));
    }
}

impl Stage for Baasix {
    async fn start() -> Self {
        let settings = Settings {
            baasix: BaasixSettings {
                rate_limit: 1_000_000,
                ..BaasixSettings::default()
            },
            ..Settings::default()
        };
        let options = Options {
            settings,
            ..Options::default()
        };
        Self {
            sandbox: Arc::new(Sandbox::start(options).await.expect("the sandbox starts")),
        }
    }

    fn registry(&self) -> Registry {
        registry()
    }

    fn account(&self) -> Account {
        known(&self.sandbox).0
    }

    fn secret(&self) -> SecretString {
        known(&self.sandbox).1
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(ItsTime(self.sandbox.clone()))
    }

    // A server without plans, without links, and with one way to show files, which takes empty ones.

    fn quota(&self, _: u64) {}

    fn evidence(&self, _: Evidence) {}

    fn takes_empty(&self, _: bool) {}

    fn expire_links(&self) {}

    fn goes_wrong(&self, step: Step, wrong: Wrong) {
        let route = match step {
            Step::Open => Route::AuthCheck,
            Step::PutPart => Route::FilePost,
            Step::Finish => Route::FileShow,
            Step::Abort | Step::Delete => Route::FileDelete,
            Step::Import => Route::FileImport,
        };
        let fault = match wrong {
            Wrong::AnswerLost => Fault::AnswerLost,
            Wrong::Dropped => Fault::Dropped,
            Wrong::Cut(bytes) => Fault::Cut { bytes },
            Wrong::TagLies => Fault::TagLies,
        };
        self.wrong(route, fault, 1);
    }

    fn unreachable(&self) {
        self.sandbox.add_fault(Fault::ServiceUnreachable {
            how: Unreachable::Refuse,
        });
    }

    fn seen(&self) -> Seen {
        let seen = self.sandbox.counters().baasix;
        Seen {
            opened: seen.forms,
            open: seen.forms_now,
            finished: seen.made.saturating_sub(seen.deletions),
            aborted: seen.deletions,
        }
    }

    async fn has(&self, content: &Content) -> bool {
        let expected = hex::encode(Sha256::digest(&content.bytes));
        let mut files = self.files().await;
        files.retain(|file| file.name == content.name);
        matches!(&files[..], [file] if file.size == content.size() && file.sha256.as_ref() == Some(&expected))
    }
}

impl Giver for Baasix {
    const KEY: &'static str = "baasix";
    // Its links hold for good, and are made anew by nobody.
    const DIRECT: bool = true;

    fn account(sandbox: &Running) -> (Account, SecretString) {
        sandbox.change_settings(|settings| settings.baasix.rate_limit = 1_000_000);
        known(sandbox)
    }

    fn add(sandbox: &Running, name: &str, size: u64, seed: u64) -> String {
        sandbox.add_baasix_file(name, size, seed)
    }
}
