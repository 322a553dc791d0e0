//! The emulated Fileflare as a stage.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use providers::{Registry, registry};
use sandbox::{EmptyFile, Fault, FaultRule, Options, Route, Running, Sandbox, Settings, Unreachable};
use sha2::{Digest, Sha256};
use transfer::account::Account;
use transfer::time::Clock;
use transfer::time::Now;
use transfer::{SecretString, Time};

use crate::content::{Content, PART};
use crate::stage::{Evidence, Seen, Stage, Step, Wrong, account};

/// Its world.
pub(crate) struct Fileflare {
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

impl Stage for Fileflare {
    async fn start() -> Self {
        let settings = Settings {
            chunk_size: PART,
            allow_small_parts: true,
            rate_limit: 1_000_000,
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
        account("fileflare", &self.sandbox.description().providers["fileflare"].base_url)
    }

    fn secret(&self) -> SecretString {
        let secret = &self.sandbox.description().providers["fileflare"].secret;
        SecretString::from(serde_json::to_string(secret).expect("texts only"))
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(ItsTime {
            sandbox: self.sandbox.clone(),
            ahead: self.ahead.clone(),
        })
    }

    fn quota(&self, bytes: u64) {
        self.sandbox
            .change_settings(|settings| settings.quota_bytes = Some(bytes));
    }

    fn evidence(&self, evidence: Evidence) {
        self.sandbox.change_settings(|settings| {
            settings.evidence = match evidence {
                Evidence::Exact => sandbox::Evidence::AfterConfirmation,
                Evidence::Rounded => sandbox::Evidence::RoundedSize,
                Evidence::FromOpening => sandbox::Evidence::FromSigning,
            };
        });
    }

    fn takes_empty(&self, takes: bool) {
        self.sandbox.change_settings(|settings| {
            settings.empty_file = if takes { EmptyFile::OnePart } else { EmptyFile::NoParts };
        });
    }

    fn goes_wrong(&self, step: Step, wrong: Wrong) {
        let route = match step {
            Step::Open => Route::Signed,
            Step::PutPart => Route::Part,
            Step::Finish => Route::Uploaded,
            Step::Abort => Route::Cancel,
            Step::Delete => Route::Delete,
            Step::Import => Route::Store,
        };
        let fault = match wrong {
            Wrong::AnswerLost => Fault::AnswerLost,
            Wrong::Dropped => Fault::Dropped,
            Wrong::Cut(bytes) => Fault::Cut { bytes },
            Wrong::TagLies => Fault::TagLies,
        };
        self.sandbox.add_fault(FaultRule::from(fault).on(route).times(1));
    }

    fn expire_links(&self) {
        self.sandbox.advance_clock(Duration::from_secs(43_201));
    }

    fn unreachable(&self) {
        for fault in [
            Fault::ServiceUnreachable {
                how: Unreachable::Refuse,
            },
            Fault::StorageUnreachable {
                how: Unreachable::Refuse,
            },
        ] {
            self.sandbox.add_fault(fault);
        }
    }

    fn seen(&self) -> Seen {
        let counters = self.sandbox.counters();
        Seen {
            opened: counters.sessions_opened,
            open: counters.sessions_open,
            finished: counters.completions,
            aborted: counters.cancels,
        }
    }

    async fn has(&self, content: &Content) -> bool {
        let assets = self.sandbox.assets().await.expect("the sandbox reads its disk");
        let named: Vec<_> = assets
            .iter()
            .filter(|asset| asset.name == content.name && asset.confirmed)
            .collect();
        let expected = hex::encode(Sha256::digest(&content.bytes));
        matches!(named[..], [asset] if asset.sha256.as_ref() == Some(&expected))
    }
}
