//! Accounts and providers, as they are shown.

use std::collections::HashSet;
use std::sync::PoisonError;

use transfer::provider::{Capability, Descriptor};
use transfer::{Account, AccountId, State, Transfer};

use super::book::Accounts;
use super::connection;
use crate::boundary::{
    AccountName, AccountRow, AccountState, Action, ActionKey, Field, FieldKind, ProviderDescriptor, Reason,
};
use crate::present::rfc3339;

/// What the transfers of an account tell about it: fresher than when it was last asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    signed_out: HashSet<AccountId>,
    plan_full: HashSet<AccountId>,
}

impl Standing {
    pub(crate) fn of(transfers: &[Transfer]) -> Self {
        let accounts = |matches: &dyn Fn(&Transfer) -> bool| {
            let found = transfers.iter().filter(|row| matches(row));
            found.map(|row| row.account).collect()
        };
        Self {
            signed_out: accounts(&|row| {
                row.state == State::NeedsYou && row.question.as_ref().is_some_and(|question| question.code == "sign_in")
            }),
            plan_full: accounts(&|row| {
                row.state == State::Waiting && row.reason.as_ref().is_some_and(|reason| reason.code == "plan_full")
            }),
        }
    }
}

impl Accounts {
    /// All accounts, by name.
    pub(crate) fn rows(&self, standing: &Standing) -> Vec<AccountRow> {
        self.added().iter().map(|account| self.row(account, standing)).collect()
    }

    pub(crate) fn row(&self, account: &Account, standing: &Standing) -> AccountRow {
        let (state, reason) = self.state(account, standing);
        let info = account.info.clone().unwrap_or_default();
        AccountRow {
            id: account.id.0,
            name: account.name.clone(),
            provider: account.provider.clone(),
            base_url: account.base_url.clone(),
            connection: connection::chosen(account),
            state,
            reason,
            who: info.who,
            plan: info.plan,
            used: info.used,
            quota: info.quota,
            expires: info.expires.map(rfc3339),
            last_answer: account.last_answer.map(rfc3339),
            up_limit: account.rates().up,
            down_limit: account.rates().down,
        }
    }

    /// The account as a transfer's row names it; one that was removed has no name any more.
    pub(crate) fn name_of(&self, id: AccountId) -> AccountName {
        self.get(id).map_or_else(
            || AccountName {
                id: id.0,
                name: "(removed)".to_owned(),
                provider: String::new(),
            },
            |account| AccountName {
                id: id.0,
                name: account.name,
                provider: account.provider,
            },
        )
    }

    fn state(&self, account: &Account, standing: &Standing) -> (AccountState, Option<Reason>) {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let said = answers.get(&account.id).cloned();
        if let Some((state, reason @ Some(_))) = said {
            return (state, reason);
        }
        if standing.signed_out.contains(&account.id) {
            let text = "The service does not accept the credentials any more.";
            let reason = reason("signed_out", text, ActionKey::EditAccount, "Enter credentials");
            return (AccountState::SignedOut, Some(reason));
        }
        if standing.plan_full.contains(&account.id) {
            let text = "The plan's storage is used up; the service takes no more files.";
            return (
                AccountState::PlanFull,
                Some(reason("plan_full", text, ActionKey::CheckAccount, "Check again")),
            );
        }
        if account.info.is_some() {
            return (AccountState::Ok, None);
        }
        let text = "The service was not asked yet.";
        (
            AccountState::Unchecked,
            Some(reason("unchecked", text, ActionKey::CheckAccount, "Check")),
        )
    }
}

fn reason(code: &str, text: &str, key: ActionKey, label: &str) -> Reason {
    Reason {
        code: code.to_owned(),
        text: text.to_owned(),
        until: None,
        action: Some(Action {
            key,
            label: label.to_owned(),
        }),
    }
}

/// The provider as data for a form.
pub(crate) fn descriptor_row(descriptor: &Descriptor) -> ProviderDescriptor {
    ProviderDescriptor {
        key: descriptor.key.clone(),
        label: descriptor.label.clone(),
        base_url: Some(descriptor.base_url.clone()).filter(|url| !url.is_empty()),
        fields: descriptor.fields.iter().map(field).collect(),
        options: descriptor.options.iter().map(field).collect(),
        capabilities: descriptor
            .capabilities
            .iter()
            .map(|capability| word(*capability).to_owned())
            .collect(),
        notes: descriptor.notes.clone(),
    }
}

fn field(field: &transfer::provider::Field) -> Field {
    let kind = match (field.key.as_str(), field.secret) {
        ("password", _) => FieldKind::Password,
        ("email", _) => FieldKind::Email,
        (_, true) => FieldKind::Token,
        _ => FieldKind::Text,
    };
    Field {
        key: field.key.clone(),
        label: field.label.clone(),
        kind,
        secret: field.secret,
        required: field.required,
        help: field.help.clone(),
    }
}

fn word(capability: Capability) -> &'static str {
    match capability {
        Capability::Upload => "upload",
        Capability::Download => "download",
        Capability::List => "list",
        Capability::Delete => "delete",
    }
}
