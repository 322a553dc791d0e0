//! What an access token says of itself, read and not believed: its end, and whom it was made for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use transfer::Time;

use super::names;

/// Of this much of its life, at most, a token is not used any more.
const MARGIN_MS: i64 = 30_000;

/// The claims of a token; empty where it is none of the usual kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Claims {
    /// The end of its life, by the service's clock.
    pub(super) until: Option<Time>,
    /// So long before its end another should be asked for, in milliseconds.
    pub(super) margin_ms: i64,
    pub(super) who: Option<String>,
    pub(super) party: Option<String>,
    pub(super) party_type: Option<u64>,
}

/// Reads the middle piece of `token`. Its signature is the service's affair.
pub(super) fn claims(token: &str) -> Claims {
    let Some(said) = said(token) else {
        return Claims::default();
    };
    let seconds = |name| names::number(&said, &[name]).and_then(|s| i64::try_from(s).ok()?.checked_mul(1000));
    let until = seconds("exp");
    let from = seconds("nbf").or(seconds("iat"));
    let life = until
        .zip(from)
        .map_or(i64::MAX, |(until, from)| until.saturating_sub(from).max(0));
    Claims {
        until: until.map(Time),
        margin_ms: MARGIN_MS.min(life / 10),
        who: names::text(&said, names::WHO),
        party: names::text(&said, names::PARTY),
        party_type: names::number(&said, names::PARTY_TYPE),
    }
}

fn said(token: &str) -> Option<Value> {
    let mut pieces = token.split('.');
    let (_, payload, _) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn the_end_of_its_life_is_read_and_a_tenth_of_it_left_unused() {
        let read = claims(&token(
            r#"{"nbf":1700000000,"exp":1700000100,"email":"a@b.example","partyId":7}"#,
        ));
        assert_eq!((read.until, read.margin_ms), (Some(Time(1_700_000_100_000)), 10_000));
        assert_eq!(
            (read.who.as_deref(), read.party.as_deref()),
            (Some("a@b.example"), Some("7"))
        );
        let long = claims(&token(r#"{"iat":1700000000,"exp":1701209600}"#));
        assert_eq!(long.margin_ms, MARGIN_MS);
    }

    #[test]
    fn what_is_no_token_says_nothing() {
        for odd in [
            "",
            "abc",
            "a.b",
            "a.b.c",
            "..",
            &token("[1]"),
            &token(r#"{"exp":"soon"}"#),
        ] {
            assert_eq!(claims(odd).until, None, "{odd}");
        }
        assert_eq!(claims(&token(r#"{"exp":99999999999999999}"#)).until, None);
    }
}
