//! Tokens as the service makes them: three pieces, signed, with an end of their lives.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// The same over a restart, so that tokens hold on.
const SECRET: &[u8] = b"longshore-sandbox-facilioo";
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    /// Its number; no other has it.
    pub(super) jti: String,
    /// The e-mail address of whoever it was made for.
    pub(super) email: String,
    /// The number of its party.
    #[serde(rename = "partyId")]
    pub(super) party: u32,
    /// And of what kind that is.
    #[serde(rename = "partyTypeId")]
    pub(super) party_type: u32,
    /// `access` or `refresh`.
    pub(super) purpose: Purpose,
    /// Seconds since 1970.
    pub(super) nbf: i64,
    /// The end of its life, in seconds since 1970.
    pub(super) exp: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Purpose {
    Access,
    Refresh,
}

/// The token with these claims.
pub(super) fn write(claims: &Claims) -> String {
    let payload = serde_json::to_vec(claims).unwrap_or_default();
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(payload));
    let signature = URL_SAFE_NO_PAD.encode(seal(&text));
    format!("{text}.{signature}")
}

/// What a token says, when its signature fits. Whether it still lives is for the caller to see.
pub(super) fn read(token: &str) -> Option<Claims> {
    let (text, signature) = token.rsplit_once('.')?;
    if URL_SAFE_NO_PAD.decode(signature).ok()? != seal(text) {
        return None;
    }
    let (_, payload) = text.split_once('.')?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

fn seal(text: &str) -> Vec<u8> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(SECRET).unwrap_or_else(|_| unreachable!("a key of any length will do"));
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
