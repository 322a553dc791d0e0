//! Who may log in, the keys that come of it, and how often anybody may ask.

use std::collections::BTreeMap;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Call, Filefactory, Outcome, ms};
use crate::held;

/// What an account may do with files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Premium,
    Trafficshare,
    Free,
}

/// A key, who it is, and until when.
pub(super) struct Session {
    pub(super) kind: Kind,
    pub(super) until_ms: i64,
}

/// Logins of one account: when, and until when there may be no more.
#[derive(Default)]
pub(super) struct Logins {
    at_ms: Vec<i64>,
    blocked_until_ms: i64,
}

/// Requests of one account since its hour began.
#[derive(Default)]
pub(super) struct Budget {
    began_ms: i64,
    requests: u32,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Premium, Self::Trafficshare, Self::Free];

    /// Its name in answers.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Premium => "premium",
            Self::Trafficshare => "trafficshare",
            Self::Free => "free",
        }
    }

    /// What stands for it in the address of a link.
    pub(super) fn letter(self) -> &'static str {
        match self {
            Self::Premium => "p",
            Self::Trafficshare => "t",
            Self::Free => "f",
        }
    }

    pub(crate) fn email(self) -> String {
        format!("{}@sandbox.test", self.text())
    }

    /// The fields a person would type.
    pub(crate) fn secret(self) -> BTreeMap<String, String> {
        [
            ("email", self.email()),
            ("password", format!("sandbox {} password", self.text())),
            ("authkey", format!("sandbox-{}-authkey", self.text())),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}

impl Filefactory {
    /// Who a call's key is; `None` without one. Using a key makes it live on.
    pub(super) fn who(&self, call: &Call) -> Result<Option<Kind>, i64> {
        let Some(key) = call.field("key") else { return Ok(None) };
        let mut state = held(&self.state);
        let session = state.sessions.get_mut(key).ok_or(710)?;
        if call.now_ms >= session.until_ms {
            return Err(711);
        }
        session.until_ms = call.now_ms.saturating_add(ms(call.settings.key_life_s));
        Ok(Some(session.kind))
    }

    /// Takes a request off the hour's budget of whoever asks.
    pub(super) fn spend(&self, call: &Call) -> Result<(), i64> {
        let mut state = held(&self.state);
        let key = call.field("key").and_then(|key| state.sessions.get(key));
        let (who, most) = match key {
            Some(session) => (session.kind.email(), call.settings.requests_per_hour),
            None => (String::new(), call.settings.anonymous_per_hour),
        };
        let budget = state.budgets.entry(who).or_default();
        if call.now_ms >= budget.began_ms.saturating_add(ms(3_600)) {
            *budget = Budget {
                began_ms: call.now_ms,
                requests: 0,
            };
        }
        budget.requests = budget.requests.saturating_add(1);
        if budget.requests > most {
            return Err(704);
        }
        Ok(())
    }

    pub(super) fn session_key(&self, call: &Call) -> Outcome {
        let email = call.field("email").ok_or(703)?;
        let password = call.field("password").ok_or(703)?;
        let authkey = call.field("authkey").ok_or(703)?;
        self.controls.tally.count(|c| c.filefactory.logins += 1);
        let settings = &call.settings;
        let window = ms(settings.login_window_s);
        let mut state = held(&self.state);
        let logins = state.logins.entry(email.to_owned()).or_default();
        if call.now_ms < logins.blocked_until_ms {
            self.controls.tally.count(|c| c.filefactory.during_login_wait += 1);
            return Err(705);
        }
        logins.at_ms.retain(|at| call.now_ms < at.saturating_add(window));
        if logins.at_ms.len() >= settings.logins as usize {
            logins.blocked_until_ms = call.now_ms.saturating_add(window);
            return Err(705);
        }
        logins.at_ms.push(call.now_ms);
        let kind = Kind::ALL.into_iter().find(|kind| kind.email() == email).ok_or(706)?;
        let secret = kind.secret();
        if secret["password"] != password {
            return Err(706);
        }
        if secret["authkey"] != authkey {
            return Err(702);
        }
        // As long as the key of the sample: 40 hexadecimal digits.
        let mut key = hex::encode(Sha256::digest(uuid::Uuid::new_v4()));
        key.truncate(40);
        let session = Session {
            kind,
            until_ms: call.now_ms.saturating_add(ms(settings.key_life_s)),
        };
        state.sessions.insert(key.clone(), session);
        drop(state);
        self.controls.tally.count(|c| c.filefactory.logins_done += 1);
        Ok(json!({"key": key}).to_string())
    }

    /// No logins of this account for a window.
    pub(super) fn block_logins(&self, call: &Call) {
        let email = call.field("email").unwrap_or_default().to_owned();
        let until = call.now_ms.saturating_add(ms(call.settings.login_window_s));
        self.controls.tally.count(|c| c.filefactory.logins += 1);
        held(&self.state).logins.entry(email).or_default().blocked_until_ms = until;
    }
}
