//! Who may sign in, the tokens that come of it, and what a token that is none stands for.

use std::collections::BTreeMap;

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use http::Response;
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Baasix, Call, USER, answer};
use crate::held;

const EMAIL: &str = "editor@sandbox.test";
const PASSWORD: &str = "sandbox baasix password";
const TENANT: &str = "5a4d0b0c-7f3e-4c1e-9d57-2f3c1a8b9e10";
const ROLE: &str = "0d6c2f4e-54a1-4b7e-8e0f-9b1f6f1c7a21";
const KEY: &[u8] = b"sandbox-baasix-secret";

/// A token that is alive.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) tenant: Option<String>,
    until_ms: i64,
    /// Requests with it that are under way.
    pub(super) in_use: u64,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Public,
    /// Somebody, of a tenant where there are such.
    Somebody(Option<String>),
}

/// The fields a person would type.
pub(crate) fn secret() -> BTreeMap<String, String> {
    [("email", EMAIL), ("password", PASSWORD)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// The same for somebody of a tenant.
pub(crate) fn secret_of_a_tenant() -> BTreeMap<String, String> {
    let mut secret = secret();
    secret.insert("tenant".into(), TENANT.into());
    secret
}

impl Baasix {
    /// Whose token a call brings; a token that is none makes it the public's.
    pub(super) fn who(&self, call: &Call) -> Who {
        let now = self.controls.clock.now_ms();
        let session = call
            .token
            .as_ref()
            .and_then(|token| held(&self.sessions).get(token).cloned())
            .filter(|session| now < session.until_ms);
        match session {
            Some(session) => Who::Somebody(session.tenant),
            None => {
                self.controls.tally.count(|c| c.baasix.as_public += 1);
                Who::Public
            }
        }
    }

    /// A token for the account of the description.
    pub(crate) fn new_token(&self, tenant: Option<String>) -> String {
        let now = self.controls.clock.now_ms();
        let life = i64::try_from(self.controls.settings().baasix.token_life_s).unwrap_or(i64::MAX);
        let until_ms = now.saturating_add(life.saturating_mul(1000));
        let mut claims = json!({
            "id": USER,
            "role_Id": ROLE,
            "sessionToken": uuid::Uuid::new_v4().to_string(),
            "iat": now.div_euclid(1000),
            "exp": until_ms.div_euclid(1000),
        });
        if let Some(tenant) = &tenant {
            claims["tenant_Id"] = json!(tenant);
        }
        let token = signed(&claims);
        held(&self.sessions).insert(
            token.clone(),
            Session {
                tenant,
                until_ms,
                in_use: 0,
            },
        );
        token
    }

    /// Ends every token that there is.
    pub(crate) fn end_tokens(&self) {
        held(&self.sessions).clear();
    }

    pub(super) fn sign_in(&self, call: &Call) -> Response<Body> {
        let Ok(body) = serde_json::from_slice::<Value>(&call.body) else {
            return answer::broken("SyntaxError: Unexpected token in JSON at position 0");
        };
        let refused = |status, text| {
            self.controls.tally.count(|c| c.baasix.sign_ins_refused += 1);
            answer::message(status, text)
        };
        let (email, password) = (body["email"].as_str(), body["password"].as_str());
        let (Some(email), Some(password)) = (email, password) else {
            return refused(400, "Email and password are required.");
        };
        if email != EMAIL {
            return refused(400, "User not found.");
        }
        if password != PASSWORD {
            return refused(400, "Incorrect password.");
        }
        let tenant = body["tenant_Id"].as_str().map(str::to_owned);
        if tenant.as_deref().is_some_and(|tenant| tenant != TENANT) {
            return refused(403, "User is not a member of this tenant.");
        }
        let token = self.new_token(tenant.clone());
        self.controls.tally.count(|c| c.baasix.sign_ins += 1);
        answer::json(
            200,
            &json!({
                "token": token,
                "authMode": "jwt",
                "user": {"id": USER, "email": EMAIL, "firstName": "Ed", "lastName": "Itor"},
                "role": {"id": ROLE, "name": "editor", "isTenantSpecific": tenant.is_some()},
                "permissions": {},
                "tenant": tenant.map(|id| json!({"id": id, "name": "Sandbox tenant"})),
            }),
        )
    }

    /// A new token for the old one, which ends at once.
    pub(super) fn refresh(&self, call: &Call) -> Response<Body> {
        let now = self.controls.clock.now_ms();
        let taken = call
            .token
            .as_ref()
            .and_then(|token| held(&self.sessions).remove(token))
            .filter(|session| now < session.until_ms);
        let Some(session) = taken else {
            return answer::message(401, "Invalid or expired token.");
        };
        self.controls.tally.count(|c| {
            c.baasix.refreshes += 1;
            // This call is one of its users.
            c.baasix.refreshes_in_use += u64::from(session.in_use > 1);
        });
        let token = self.new_token(session.tenant);
        let life = self.controls.settings().baasix.token_life_s;
        answer::json(200, &json!({"token": token, "authMode": "jwt", "expiresIn": life}))
    }

    pub(super) fn check(&self, call: &Call) -> Response<Body> {
        match self.who(call) {
            Who::Public => answer::json(401, &json!({"valid": false})),
            Who::Somebody(_) => answer::json(200, &json!({"valid": true})),
        }
    }

    pub(super) fn me(&self, call: &Call) -> Response<Body> {
        match self.who(call) {
            Who::Public => answer::message(401, "Unauthorized"),
            Who::Somebody(tenant) => answer::json(
                200,
                &json!({
                    "user": {
                        "id": USER, "email": EMAIL, "firstName": "Ed", "lastName": "Itor",
                        "password": "$argon2id$v=19$m=65536,t=3,p=4$c2FuZGJveA$c2FuZGJveA",
                    },
                    "role": {"id": ROLE, "name": "editor"},
                    "tenant": tenant.map(|id| json!({"id": id})),
                }),
            ),
        }
    }

    pub(super) fn sign_out(&self, call: &Call) -> Response<Body> {
        let known = call.token.as_ref().and_then(|token| held(&self.sessions).remove(token));
        if known.is_some() {
            self.controls.tally.count(|c| c.baasix.sign_outs += 1);
        }
        answer::message(200, "Logged out successfully")
    }
}

/// A JSON web token with these claims.
fn signed(claims: &Value) -> String {
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY).unwrap_or_else(|_| unreachable!("a key of any length will do"));
    mac.update(format!("{head}.{claims}").as_bytes());
    format!(
        "{head}.{claims}.{}",
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    )
}
