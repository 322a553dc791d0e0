//! An account: which service, where, and what we learnt about it. Its credential is elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::AccountId;
use crate::rates::Rates;
use crate::time::Time;

/// One account, as stored. No secret is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its name among things.
    pub id: AccountId,
    /// The key of its provider.
    pub provider: String,
    /// The person's name for it; unique.
    pub name: String,
    /// What stands before the documented paths. The credential goes to this origin only.
    pub base_url: String,
    /// Plain http is allowed although the host is not loopback.
    pub allow_http: bool,
    /// Choices of the person for this account.
    pub options: BTreeMap<String, String>,
    /// Whether the storage's part tags are checksums, learnt from its answers.
    pub tags: Tags,
    /// What it said when it was last asked.
    pub info: Option<AccountInfo>,
    /// When it last answered.
    pub last_answer: Option<Time>,
    /// When it was added.
    pub created_at: Time,
}

/// The keys of [`Account::options`] that hold its limits, in bytes per second.
const UP_LIMIT: &str = "up_limit";
const DOWN_LIMIT: &str = "down_limit";
/// And the one that holds how large a file its server was seen to take, in bytes.
const LARGEST: &str = "largest";

impl Account {
    /// Bytes per second over everything this account does.
    #[must_use]
    pub fn rates(&self) -> Rates {
        let rate = |key| self.options.get(key).and_then(|kept| kept.parse().ok());
        Rates {
            up: rate(UP_LIMIT),
            down: rate(DOWN_LIMIT),
        }
    }

    /// The largest file that its server was seen to take whole, in bytes.
    #[must_use]
    pub fn largest(&self) -> Option<u64> {
        self.options.get(LARGEST).and_then(|kept| kept.parse().ok())
    }

    /// Remembers how large a file its server takes; `None` has that tried again.
    pub fn set_largest(&mut self, bytes: Option<u64>) {
        match bytes {
            Some(bytes) => self.options.insert(LARGEST.into(), bytes.to_string()),
            None => self.options.remove(LARGEST),
        };
    }

    /// Limits everything this account does.
    pub fn set_rates(&mut self, rates: Rates) {
        for (key, rate) in [(UP_LIMIT, rates.up), (DOWN_LIMIT, rates.down)] {
            match rate {
                Some(rate) => self.options.insert(key.into(), rate.to_string()),
                None => self.options.remove(key),
            };
        }
    }
}

/// What a service says about an account. Absent means: it does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountInfo {
    /// Who is signed in.
    pub who: Option<String>,
    /// The plan's name.
    pub plan: Option<String>,
    /// Bytes in use.
    pub used: Option<u64>,
    /// Bytes allowed.
    pub quota: Option<u64>,
    /// When the plan ends.
    pub expires: Option<Time>,
    /// Something the person should know, such as a limit.
    pub note: Option<String>,
}

/// What a part's tag means at this account's storage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tags {
    /// Not seen yet.
    #[default]
    Unlearnt,
    /// MD5 of the part: a difference is a fault.
    Md5,
    /// Something else: no proof can be drawn from it.
    Opaque,
}
