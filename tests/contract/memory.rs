//! The service in memory as a stage.

use std::sync::Arc;

use providers::memory::{self, World};
use providers::{Registry, registry_with};
use transfer::account::Account;
use transfer::time::Clock;
use transfer::time::Now;
use transfer::{SecretString, Time, parts};

use crate::content::{Content, PART};
use crate::stage::{Evidence, Seen, Stage, Step, Wrong, account};

/// Its world.
pub(crate) struct Memory(World);

/// Nothing there goes by time.
struct Still;

impl Clock for Still {
    fn now(&self) -> Now {
        Now {
            time: Time(0),
            chance: 0.5,
        }
    }
}

impl Stage for Memory {
    async fn start() -> Self {
        let world = World::new();
        world.set(|settings| settings.part_size = PART);
        Self(world)
    }

    fn registry(&self) -> Registry {
        registry_with([self.0.descriptor()])
    }

    fn account(&self) -> Account {
        account("memory", "https://memory.invalid")
    }

    fn secret(&self) -> SecretString {
        SecretString::from(r#"{"token":"memory"}"#)
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(Still)
    }

    fn quota(&self, bytes: u64) {
        self.0.set(|settings| settings.quota = Some(bytes));
    }

    fn evidence(&self, evidence: Evidence) {
        self.0.set(|settings| {
            settings.evidence = match evidence {
                Evidence::Exact => memory::Evidence::Exact,
                Evidence::Rounded => memory::Evidence::Rounded,
                Evidence::FromOpening => memory::Evidence::FromOpening,
            };
        });
    }

    fn takes_empty(&self, takes: bool) {
        self.0.set(|settings| settings.takes_empty = takes);
    }

    fn goes_wrong(&self, step: Step, wrong: Wrong) {
        let step = match step {
            Step::Open => memory::Step::Open,
            Step::PutPart => memory::Step::PutPart,
            Step::Finish => memory::Step::Finish,
            Step::Abort => memory::Step::Abort,
            Step::Delete => memory::Step::Delete,
            Step::Import => memory::Step::Import,
        };
        let fault = match wrong {
            Wrong::AnswerLost => memory::Fault::Lost,
            Wrong::Dropped => memory::Fault::Dropped,
            Wrong::Cut(bytes) => memory::Fault::Cut(bytes),
            Wrong::TagLies => memory::Fault::TagLies,
        };
        self.0.script(step, fault);
    }

    fn expire_links(&self) {
        self.0.expire_links();
    }

    fn unreachable(&self) {
        self.0.set(|settings| settings.offline = true);
    }

    fn seen(&self) -> Seen {
        let counters = self.0.counters();
        Seen {
            opened: counters.opened,
            open: counters.open,
            finished: counters.finished,
            aborted: counters.aborted,
        }
    }

    async fn has(&self, content: &Content) -> bool {
        let expected: Vec<_> = parts::cut(content.size(), PART)
            .iter()
            .map(|part| content.md5(part))
            .collect();
        let files = self.0.files();
        let named: Vec<_> = files.iter().filter(|file| file.name == content.name).collect();
        matches!(named[..], [file] if file.size == content.size() && file.parts == expected)
    }
}
