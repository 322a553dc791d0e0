//! Commands for accounts and for what services still hold.

use transfer::{AccountId, Rates, State};

use super::Obey;
use crate::accounts::Standing;
use crate::boundary::*;
use crate::failure::crossed;
use crate::present::rfc3339;
use crate::settings;

impl Obey {
    pub(super) async fn accounts(&self) -> Result<Vec<AccountRow>, Failure> {
        let standing = Standing::of(&self.0.transfers().await?);
        Ok(self.0.accounts.rows(&standing))
    }

    pub(super) async fn add(&self, ask: AddAccount) -> Result<AccountRow, Failure> {
        let id = self.0.accounts.add(ask).await?;
        self.ask_service(id).await
    }

    pub(super) async fn check(&self, ask: AccountRef) -> Result<AccountRow, Failure> {
        self.ask_service(AccountId(ask.id)).await
    }

    pub(super) async fn edit(&self, ask: EditAccount) -> Result<AccountRow, Failure> {
        let id = AccountId(ask.id);
        if self.0.accounts.edit(ask).await? {
            return self.ask_service(id).await;
        }
        self.0.tell_accounts().await?;
        self.account(id).await
    }

    pub(super) async fn connect_by(&self, ask: SetConnection) -> Result<AccountRow, Failure> {
        let id = AccountId(ask.id);
        self.0.accounts.set_connection(id, ask.choices).await?;
        self.ask_service(id).await
    }

    pub(super) async fn forget(&self, ask: AccountRef) -> Result<Nothing, Failure> {
        let id = AccountId(ask.id);
        super::watches::not_watched(self, id).await?;
        let all = self.0.transfers().await?;
        let needs = |state: State| !state.is_over();
        let unfinished = all
            .iter()
            .filter(|transfer| transfer.account == id && needs(transfer.state))
            .count();
        if unfinished > 0 {
            return Err(Failure::new(
                "account_in_use",
                format!("{unfinished} unfinished transfers still need this account. Finish or cancel them first."),
            ));
        }
        self.0.accounts.remove(id).await?;
        self.0.tell_accounts().await?;
        Ok(Nothing {})
    }

    pub(super) async fn limit_all_of(&self, ask: LimitAccount) -> Result<AccountRow, Failure> {
        let id = AccountId(ask.id);
        settings::limit(ask.up)?;
        settings::limit(ask.down)?;
        let rates = Rates {
            up: ask.up,
            down: ask.down,
        };
        self.0.accounts.limit(id, rates).await?;
        if let Some(engine) = self.0.engine() {
            engine.account_limited(id);
        }
        self.0.tell_accounts().await?;
        self.account(id).await
    }

    pub(super) async fn orphans(&self) -> Result<Vec<Orphan>, Failure> {
        let engine = self.0.engine_or_locked()?;
        let orphans = engine.orphans().await.map_err(crossed)?;
        Ok(orphans
            .into_iter()
            .map(|row| Orphan {
                id: row.id.0,
                account: self.0.accounts.name_of(row.account),
                name: row.name,
                size: Some(row.size),
                created_at: rfc3339(row.created_at),
                upload_id: row.session.as_ref().and_then(|session| session.remote_id.clone()),
                can_abort: row.session.is_some(),
            })
            .collect())
    }

    /// Asks, tells everybody what it said, and lets what waited for the account go on if it said yes.
    async fn ask_service(&self, id: AccountId) -> Result<AccountRow, Failure> {
        let state = self.0.accounts.check(id).await?;
        if state == AccountState::Ok
            && let Some(engine) = self.0.engine()
        {
            engine.account_ready(id).await.map_err(crossed)?;
        }
        self.0.tell_accounts().await?;
        self.account(id).await
    }

    async fn account(&self, id: AccountId) -> Result<AccountRow, Failure> {
        let standing = Standing::of(&self.0.transfers().await?);
        let account = self.0.accounts.get(id);
        let account = account.ok_or_else(|| Failure::new("unknown_account", "This account is not there any more."))?;
        Ok(self.0.accounts.row(&account, &standing))
    }
}
