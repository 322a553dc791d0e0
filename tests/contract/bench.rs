//! A provider on its stage, with the few moves that cases are made of.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use transfer::account::Account;
use transfer::error::{Failure, Result};
use transfer::parts::{Receipt, UploadSession};
use transfer::provider::{Budget, Finished, PartAnswer, Provider, Tools, Upload};
use transfer::{PartPlan, SecretString};

use crate::content::Content;
use crate::stage::Stage;

/// A budget that allows all and remembers what it was told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) taken: Mutex<u32>,
    pub(crate) exhausted: Mutex<Vec<Duration>>,
}

#[async_trait]
impl Budget for Told {
    async fn take(&self) -> Result<()> {
        *self.taken.lock().expect("nobody panics with it") += 1;
        Ok(())
    }

    fn exhausted(&self, delay: Duration) {
        self.exhausted.lock().expect("nobody panics with it").push(delay);
    }
}

/// A provider, its world, and the budget it was given.
pub(crate) struct Bench<S> {
    pub(crate) stage: S,
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) budget: Arc<Told>,
}

impl<S: Stage> Bench<S> {
    /// The stage as it starts.
    pub(crate) async fn new() -> Self {
        Self::on(S::start().await)
    }

    /// A provider as after a start of the program: it remembers nothing.
    pub(crate) fn on(stage: S) -> Self {
        let (account, secret) = (stage.account(), stage.secret());
        Self::with(stage, &account, &secret)
    }

    /// The same with another account or credential.
    pub(crate) fn with(stage: S, account: &Account, secret: &SecretString) -> Self {
        let budget = Arc::new(Told::default());
        let tools = Tools {
            budget: budget.clone(),
            clock: stage.clock(),
        };
        let registry = stage.registry();
        let descriptor = registry.get(&account.provider).expect("it is registered");
        let provider = descriptor.connect.connect(account, secret, tools).expect("it connects");
        Self {
            stage,
            provider,
            budget,
        }
    }

    pub(crate) fn upload(&self) -> &dyn Upload {
        self.provider.upload().expect("it takes files")
    }

    pub(crate) async fn open(&self, content: &Content) -> Result<UploadSession> {
        let facts = self.stage.facts(content);
        self.upload().limits(&facts).await?;
        self.upload().open(&facts).await
    }

    pub(crate) async fn put(&self, session: &UploadSession, plan: &PartPlan, content: &Content) -> Result<PartAnswer> {
        let mut signed = self.upload().sign(session, &[*plan]).await?;
        let part = signed.pop().expect("one was asked for");
        self.upload().put_part(part, content.body(plan)).await
    }

    /// Sends every part once, in the order given.
    pub(crate) async fn put_in_order(
        &self,
        session: &UploadSession,
        order: impl IntoIterator<Item = PartPlan>,
        content: &Content,
    ) -> Result<Vec<Receipt>> {
        let mut receipts = Vec::new();
        for plan in order {
            let answer = self.put(session, &plan, content).await?;
            receipts.push(receipt(&plan, &answer, content));
        }
        Ok(receipts)
    }

    pub(crate) async fn put_all(&self, session: &UploadSession, content: &Content) -> Result<Vec<Receipt>> {
        self.put_in_order(session, session.parts.clone(), content).await
    }

    /// From opening to finishing.
    pub(crate) async fn send(&self, content: &Content) -> Result<Finished> {
        let session = self.open(content).await?;
        let receipts = self.put_all(&session, content).await?;
        self.upload().finish(&session, &receipts).await
    }

    /// What each call comes to while none can work. Giving up asks nobody where something stays all the same.
    ///
    /// # Panics
    /// When one works.
    pub(crate) async fn fails_everywhere(
        &self,
        content: &Content,
        session: &UploadSession,
        receipts: &[Receipt],
    ) -> Vec<Failure> {
        let mut failures = vec![
            self.open(content).await.err(),
            self.put(session, &session.parts[0], content).await.err(),
            self.upload().finish(session, receipts).await.err(),
            self.upload().settle(session).await.err(),
            self.provider.check_account().await.err(),
        ];
        if self.upload().leaves().is_none() {
            failures.push(self.upload().abort(session).await.err());
        }
        let failures = failures.into_iter().map(|failure| failure.expect("it can't work"));
        failures.collect()
    }

    /// Everything but finishing.
    pub(crate) async fn ready(&self, content: &Content) -> (UploadSession, Vec<Receipt>) {
        let session = self.open(content).await.expect("it opens");
        let receipts = self.put_all(&session, content).await.expect("parts are taken");
        (session, receipts)
    }
}

/// What the queue keeps of a part.
pub(crate) fn receipt(plan: &PartPlan, answer: &PartAnswer, content: &Content) -> Receipt {
    let md5 = content.md5(plan);
    Receipt {
        number: plan.number,
        size: plan.len(),
        tag: answer.tag.clone().unwrap_or_default(),
        verified: answer.tag.as_ref() == Some(&md5),
        md5,
        tries: 1,
    }
}
