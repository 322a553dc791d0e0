//! Who may sign in, what each may do, and the tokens that come of it.

use std::collections::BTreeMap;

use axum::body::Body;
use http::Response;
use serde_json::json;

use super::token::{self, Claims, Purpose};
use super::{Call, Facilioo, answer};
use crate::held;

/// Who an account is at the service, which decides what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Party {
    /// Type 1.
    Admin,
    /// Type 2, a property management company.
    Manager,
    /// Type 5: reads, and makes no files.
    Tenant,
    /// Type 2, with a second factor: a sign-in is answered 200 without a token.
    Factor,
    /// The same, answered 400.
    Factor400,
    /// The same, answered 409.
    Factor409,
}

impl Party {
    pub(crate) const ALL: [Self; 6] = [
        Self::Admin,
        Self::Manager,
        Self::Tenant,
        Self::Factor,
        Self::Factor400,
        Self::Factor409,
    ];

    /// Its name among the sample credentials.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Tenant => "tenant",
            Self::Factor => "factor",
            Self::Factor400 => "factor400",
            Self::Factor409 => "factor409",
        }
    }

    /// The number of its party.
    pub(super) fn id(self) -> u32 {
        100 + Self::ALL.iter().position(|p| *p == self).map_or(0, |at| at as u32)
    }

    /// The number of its kind.
    fn kind(self) -> u32 {
        match self {
            Self::Admin => 1,
            Self::Manager | Self::Factor | Self::Factor400 | Self::Factor409 => 2,
            Self::Tenant => 5,
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
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// Whether it may make files and fetch them.
    pub(super) fn handles_files(self) -> bool {
        self != Self::Tenant
    }

    fn of(email: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|party| party.email() == email)
    }
}

/// Why a call is not let in.
pub(super) enum Shut {
    /// No token, or one that is none.
    Nobody,
    /// Its life is over.
    Expired,
    /// Another was given for it.
    Replaced,
}

impl Facilioo {
    /// Whose token a call brings.
    pub(super) fn who(&self, call: &Call) -> Result<Party, Shut> {
        let given = call.header("authorization").strip_prefix("Bearer ").unwrap_or_default();
        let claims = token::read(given)
            .filter(|claims| claims.purpose == Purpose::Access)
            .ok_or(Shut::Nobody)?;
        if held(&self.replaced).contains(&claims.jti) {
            self.controls.tally.count(|c| c.facilioo.replaced_tokens += 1);
            return Err(Shut::Replaced);
        }
        if call.now_ms >= claims.exp * 1000 {
            self.controls.tally.count(|c| c.facilioo.expired_tokens += 1);
            return Err(Shut::Expired);
        }
        Party::of(&claims.email).ok_or(Shut::Nobody)
    }

    pub(super) fn log_in(&self, call: &Call) -> Response<Body> {
        let (email, password) = (call.field(&["email"]), call.field(&["password"]));
        let (Some(email), Some(password)) = (email.as_str(), password.as_str()) else {
            return self.malformed(call, "email and password are required.");
        };
        self.controls.tally.count(|c| c.facilioo.logins += 1);
        let Some(party) = Party::of(email).filter(|party| party.secret()["password"] == password) else {
            return answer::problem(401, "Unauthorized");
        };
        match party {
            Party::Factor => answer::json(&call.settings, 200, json!({"requiresMultiFactorAuthentication": true})),
            Party::Factor400 => answer::problem(400, "Multi-factor authentication is required."),
            Party::Factor409 => answer::problem(409, "multiFactorAuthentication"),
            _ => {
                self.controls.tally.count(|c| c.facilioo.logins_done += 1);
                self.tokens(call, email, None)
            }
        }
    }

    pub(super) fn refresh(&self, call: &Call) -> Response<Body> {
        let given = call.field(&["refreshToken"]);
        let Some(given) = given.as_str() else {
            return self.malformed(call, "refreshToken is required.");
        };
        self.controls.tally.count(|c| c.facilioo.refreshes += 1);
        let claims = token::read(given).filter(|c| c.purpose == Purpose::Refresh && call.now_ms < c.exp * 1000);
        let Some(claims) = claims else {
            return answer::problem(401, "Unauthorized");
        };
        // Each is good for one refresh.
        if !held(&self.replaced).insert(claims.jti.clone()) {
            self.controls.tally.count(|c| c.facilioo.refreshes_again += 1);
            return answer::problem(401, "Unauthorized");
        }
        self.tokens(call, &claims.email, Some(&claims.jti))
    }

    /// New tokens; those that came with the refresh token `before` hold no longer.
    fn tokens(&self, call: &Call, email: &str, before: Option<&str>) -> Response<Body> {
        let now = call.now_ms.div_euclid(1000);
        let party = Party::of(email).unwrap_or(Party::Tenant);
        let made = |purpose, life_s: u64| Claims {
            jti: uuid::Uuid::new_v4().to_string(),
            email: email.to_owned(),
            party: party.id(),
            party_type: party.kind(),
            purpose,
            nbf: now,
            exp: now.saturating_add(i64::try_from(life_s).unwrap_or(i64::MAX / 2)),
        };
        let access = made(Purpose::Access, call.settings.token_life_s);
        let refresh = made(Purpose::Refresh, call.settings.refresh_life_s);
        let mut pairs = held(&self.pairs);
        if let Some(old) = before.and_then(|before| pairs.remove(before)) {
            held(&self.replaced).insert(old);
        }
        pairs.insert(refresh.jti.clone(), access.jti.clone());
        answer::json(
            &call.settings,
            200,
            json!({"accessToken": token::write(&access), "refreshToken": token::write(&refresh)}),
        )
    }
}
