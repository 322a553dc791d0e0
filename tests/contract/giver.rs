//! A service that gives files, on its stage in the sandbox, with the few moves that cases of fetching are made of.

use std::sync::Arc;

use futures_util::TryStreamExt;
use providers::registry;
use sandbox::{Fault, FaultRule, FileSpec, HostedFile, Options, Running, Sandbox};
use transfer::account::Account;
use transfer::download::{Download, FileLink, FilePlace, FileSource, Opening, RangeAsk, RemoteFile};
use transfer::error::Result;
use transfer::provider::{Provider, Tools};
use transfer::time::{Clock, Now};
use transfer::{SecretString, Time};

use crate::bench::Told;
use crate::stage::account;

/// A service that gives files.
pub(crate) trait Giver: 'static {
    /// Its key.
    const KEY: &'static str;
    /// Its links are a person's own, and made anew by nobody.
    const DIRECT: bool;
    /// An account there, and its credential.
    fn account(sandbox: &Running) -> (Account, SecretString);
    /// Puts a file there; its link.
    fn add(sandbox: &Running, name: &str, size: u64, seed: u64) -> String;
    /// What a file that was put there under `name` is called.
    fn called(name: &str) -> String {
        name.into()
    }
}

/// Direct links, as nobody.
pub(crate) struct Direct;

impl Giver for Direct {
    const KEY: &'static str = "direct";
    const DIRECT: bool = true;

    fn account(_: &Running) -> (Account, SecretString) {
        let base = &registry().get(Self::KEY).expect("it is registered").base_url.clone();
        (account(Self::KEY, base), SecretString::from("{}"))
    }

    fn add(sandbox: &Running, name: &str, size: u64, seed: u64) -> String {
        sandbox.add_file(FileSpec::new(name, size, seed))
    }
}

/// FileFactory, with a premium account.
pub(crate) struct Premium;

impl Giver for Premium {
    const KEY: &'static str = "filefactory";
    const DIRECT: bool = false;

    fn account(sandbox: &Running) -> (Account, SecretString) {
        let known = &sandbox.description().providers[Self::KEY];
        let secret = serde_json::to_string(&known.secret).expect("texts only");
        (account(Self::KEY, &known.base_url), SecretString::from(secret))
    }

    fn add(sandbox: &Running, name: &str, size: u64, seed: u64) -> String {
        sandbox.add_hosted_file(HostedFile::new(format!("id{seed}x{size}"), name, size, seed))
    }
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

/// A provider and its world.
pub(crate) struct Well {
    pub(crate) sandbox: Arc<Running>,
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) budget: Arc<Told>,
}

impl Well {
    pub(crate) async fn of<G: Giver>() -> Self {
        Self::with(G::account).await
    }

    /// The same with another account or credential.
    pub(crate) async fn with(who: impl FnOnce(&Running) -> (Account, SecretString)) -> Self {
        let sandbox = Sandbox::start(Options::default()).await.expect("the sandbox starts");
        let (account, secret) = who(&sandbox);
        Self::on(Arc::new(sandbox), &account, &secret)
    }

    pub(crate) fn on(sandbox: Arc<Running>, account: &Account, secret: &SecretString) -> Self {
        let budget = Arc::new(Told::default());
        let tools = Tools {
            budget: budget.clone(),
            clock: Arc::new(ItsTime(sandbox.clone())),
        };
        let registry = registry();
        let descriptor = registry.get(&account.provider).expect("it is registered");
        let provider = descriptor.connect.connect(account, secret, tools).expect("it connects");
        Self {
            sandbox,
            provider,
            budget,
        }
    }

    pub(crate) fn download(&self) -> &dyn Download {
        self.provider.download().expect("it gives files")
    }

    pub(crate) async fn resolve(&self, link: &str) -> Result<RemoteFile> {
        let mut found = self.download().resolve(&[source(link)]).await?;
        found.pop().expect("one was asked for")
    }

    pub(crate) async fn link(&self, link: &str) -> Result<FileLink> {
        self.download().link(&source(link)).await
    }

    /// What comes of asking for some bytes with a new link.
    pub(crate) async fn open(&self, link: &str, ask: &RangeAsk) -> Result<Opening> {
        let link = self.link(link).await?;
        self.download().open(&link, ask).await
    }

    /// All bytes that come.
    pub(crate) async fn fetch(&self, link: &str, ask: &RangeAsk) -> Result<(Opening, Vec<u8>)> {
        let mut opening = self.open(link, ask).await?;
        let mut bytes = Vec::new();
        while let Some(some) = opening.stream.try_next().await? {
            bytes.extend_from_slice(&some);
        }
        Ok((opening, bytes))
    }

    pub(crate) fn wrong(&self, fault: Fault) {
        self.sandbox.add_fault(FaultRule::from(fault).on(sandbox::Route::Down));
    }
}

pub(crate) fn source(link: &str) -> FileSource {
    FileSource {
        place: FilePlace::Link(SecretString::from(link)),
        password: None,
        plain_http: false,
    }
}

/// From `start` up to `end` of a file of `total` bytes.
pub(crate) fn part(start: u64, end: u64, total: u64) -> RangeAsk {
    RangeAsk {
        start,
        end: Some(end),
        total: Some(total),
        version: None,
    }
}
