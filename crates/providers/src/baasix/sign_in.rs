//! What a person enters for an account: e-mail address and password, or a token.

use secrecy::ExposeSecret;
use serde::Deserialize;
use transfer::error::Result;
use transfer::{Failure, Kind, SecretString};

use super::LABEL;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    email: String,
    password: SecretString,
    tenant: Option<String>,
    token: SecretString,
    origin: Option<String>,
}

/// How somebody signs in.
pub(super) enum SignIn {
    /// With a name; the token that comes of it is ours alone.
    Named {
        email: String,
        password: SecretString,
        /// The tenant's id.
        tenant: Option<String>,
    },
    /// With a token that the person has from somewhere, and may use elsewhere too.
    Token(SecretString),
}

impl SignIn {
    /// Reads what was entered, and the origin it was entered for, where that was kept with it.
    pub(super) fn read(secret: &SecretString) -> Result<(Self, Option<String>)> {
        let fields: Fields =
            serde_json::from_str(secret.expose_secret()).map_err(|_| unusable("it is not stored as expected"))?;
        let email = fields.email.trim().to_owned();
        let token = fields.token.expose_secret().trim();
        // A header begins with the word itself.
        let token = token.strip_prefix("Bearer ").unwrap_or(token).trim();
        let has_password = !fields.password.expose_secret().is_empty();
        let read = match (email.is_empty(), has_password, token.is_empty()) {
            (false, true, _) => Self::Named {
                email,
                password: fields.password,
                tenant: fields.tenant.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()),
            },
            (true, false, false) => Self::Token(SecretString::from(token)),
            (false, false, _) => return Err(unusable("the password is missing")),
            (true, true, _) => return Err(unusable("the e-mail address is missing")),
            (true, false, true) => return Err(unusable("it is empty")),
        };
        Ok((read, fields.origin))
    }
}

fn unusable(why: &str) -> Failure {
    Failure::new(
        Kind::Refused,
        "bad_secret",
        format!("The {LABEL} sign-in can't be used: {why}."),
    )
    .action("Enter e-mail address and password, or a token, again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<SignIn> {
        SignIn::read(&SecretString::from(json)).map(|(read, _)| read)
    }

    #[test]
    fn a_name_with_a_password_goes_before_a_token() {
        for json in [
            r#"{"email":" a@b.example ","password":"p"}"#,
            r#"{"email":"a@b.example","password":"p","token":"t","tenant":" "}"#,
        ] {
            let SignIn::Named { email, tenant, .. } = read(json).unwrap() else {
                panic!("{json}");
            };
            assert_eq!((email.as_str(), tenant), ("a@b.example", None));
        }
        for json in [r#"{"token":" t "}"#, r#"{"token":"Bearer t","email":""}"#] {
            let SignIn::Token(token) = read(json).unwrap() else {
                panic!("{json}");
            };
            assert_eq!(token.expose_secret(), "t");
        }
    }

    #[test]
    fn half_a_sign_in_is_refused_without_being_shown() {
        for json in [
            "CANARY",
            "{}",
            r#"{"email":"CANARY"}"#,
            r#"{"password":"CANARY"}"#,
            r#"{"password":"CANARY","token":"CANARY"}"#,
            r#"{"token":7,"email":"CANARY"}"#,
        ] {
            let failure = read(json).err().expect(json);
            assert_eq!(failure.kind, Kind::Refused, "{json}");
            assert!(!format!("{failure:?}").contains("CANARY"), "{json}");
        }
    }
}
