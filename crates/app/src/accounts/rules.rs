//! What an account may be called, where it may lie, and what must be known of it.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use transfer::provider::Descriptor;
use url::{Host, Url};
use zeroize::Zeroizing;

use crate::boundary::{Failure, Secret};

const LONGEST_NAME: usize = 100;

/// The name as it is kept.
///
/// # Errors
/// `bad_name` when it is empty, long or not a line of text.
pub(super) fn name(text: &str) -> Result<String, Failure> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Failure::new(
            "bad_name",
            format!("An account's name is a line of 1 to {LONGEST_NAME} characters."),
        ));
    }
    Ok(name.to_owned())
}

/// The address as it is kept: without a slash at its end.
///
/// # Errors
/// `bad_base_url` when it is no plain web address, or would send credentials unencrypted to another machine.
pub(super) fn base_url(text: &str, allow_http: bool) -> Result<String, Failure> {
    let bad = |why: &str| {
        Err(Failure::new(
            "bad_base_url",
            format!("This address can't be used: {why}."),
        ))
    };
    let Ok(url) = Url::parse(text.trim()) else {
        return bad("it is not a web address such as https://host/path");
    };
    if !matches!(url.scheme(), "https" | "http") || url.host().is_none() {
        return bad("it begins with neither https:// nor http://");
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return bad("it holds more than a host and a path");
    }
    if url.scheme() == "http" && !allow_http && !is_loopback(&url) {
        return bad(
            "http:// would send your credentials readable over the network; use https://, or allow http for it",
        );
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whether credentials entered for one address may be sent to the other: the same server, or both this machine.
pub(super) fn same_place(known: &str, other: &str) -> bool {
    let (Ok(known), Ok(other)) = (Url::parse(known), Url::parse(other)) else {
        return false;
    };
    known.origin() == other.origin() || (is_loopback(&known) && is_loopback(&other))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// What the vault keeps of an account: the credentials, and the only place they may be sent to.
#[derive(Deserialize)]
struct Kept {
    base_url: String,
    fields: serde_json::Value,
}

/// The text that the vault keeps.
///
/// # Errors
/// `unknown_field` and `field_missing`.
pub(super) fn secret(
    fields: &BTreeMap<String, Secret>,
    descriptor: &Descriptor,
    base_url: &str,
) -> Result<SecretString, Failure> {
    let known = descriptor
        .fields
        .iter()
        .map(|field| field.key.as_str())
        .collect::<Vec<_>>();
    if let Some(unknown) = fields.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(Failure::new(
            "unknown_field",
            format!(
                "{} asks for {}, not for “{unknown}”.",
                descriptor.label,
                known.join(", ")
            ),
        ));
    }
    let given = |key: &str| fields.get(key).is_some_and(|value| !value.expose().trim().is_empty());
    if let Some(missing) = descriptor
        .fields
        .iter()
        .find(|field| field.required && !given(&field.key))
    {
        return Err(Failure::new(
            "field_missing",
            format!("{} can't do without: {}.", descriptor.label, missing.label),
        ));
    }
    let quoted = |text: &str| serde_json::to_string(text).map(Zeroizing::new).unwrap_or_default();
    let fields = fields
        .iter()
        .filter(|(_, value)| !value.expose().trim().is_empty())
        .map(|(key, value)| Zeroizing::new(format!("{}:{}", *quoted(key), *quoted(value.expose().trim()))))
        .collect::<Vec<_>>();
    let mut text = Zeroizing::new(format!("{{\"base_url\":{},\"fields\":{{", *quoted(base_url)));
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(field);
    }
    text.push_str("}}");
    Ok(SecretString::from(text.as_str()))
}

/// The credentials for `base_url` in what the vault kept, as a JSON object; `None` when they belong elsewhere.
pub(super) fn fields(kept: &SecretString, base_url: &str) -> Option<SecretString> {
    let kept: Kept = serde_json::from_str(kept.expose_secret()).ok()?;
    same_place(&kept.base_url, base_url).then(|| SecretString::from(kept.fields.to_string()))
}

#[cfg(test)]
#[path = "rules_test.rs"]
mod tests;
