//! The two clients of an account: one for the API, one for payload. Neither follows redirects or tries again.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder, Proxy, redirect, retry};
use transfer::account::Account;
use transfer::error::Result;
use transfer::{Failure, Kind};

use super::near::Resolver;
use super::place::Place;

/// Reaching a host, TLS included, takes no longer.
const CONNECT: Duration = Duration::from_secs(10);
const MOST_HEADERS: usize = 100;

/// The client for the API, and the one for payload.
pub(super) fn both(account: &Account, place: &Place) -> Result<(Client, Client)> {
    let api = builder(account, place)?.gzip(true);
    // Payload goes over HTTP/1 so that each part has its own connection and its own pace.
    let payload = raw(builder(account, place)?);
    Ok((build(account, api)?, build(account, payload)?))
}

/// A client for payload whose names are resolved by `resolver`; for a `near` one, no proxy stands in between.
pub(super) fn payload(account: &Account, place: &Place, near: bool, resolver: Resolver) -> Result<Client> {
    let mut payload = raw(builder(account, place)?).dns_resolver(Arc::new(resolver));
    if near {
        payload = payload.no_proxy();
    }
    build(account, payload)
}

/// Bytes as they are sent: nothing is unpacked on the way.
fn raw(builder: ClientBuilder) -> ClientBuilder {
    builder.http1_only().no_gzip().no_brotli().no_zstd().no_deflate()
}

fn build(account: &Account, builder: ClientBuilder) -> Result<Client> {
    builder
        .build()
        .map_err(|_| unusable(account, "its certificate or proxy settings can't be used"))
}

fn builder(account: &Account, place: &Place) -> Result<ClientBuilder> {
    let mut builder = Client::builder()
        .user_agent(concat!("Longshore/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never())
        .http1_max_headers(MOST_HEADERS)
        .http2_max_header_list_size(64 * 1024)
        .connect_timeout(CONNECT);
    match account.options.get("proxy").map(String::as_str) {
        Some("none") => builder = builder.no_proxy(),
        Some(url) if !url.is_empty() => {
            let proxy = Proxy::all(url).map_err(|_| unusable(account, "its proxy is no URL"))?;
            builder = builder.proxy(proxy);
        }
        // A proxy's loopback is another machine.
        _ if place.is_loopback() => builder = builder.no_proxy(),
        _ => {}
    }
    if let Some(path) = account.options.get("ca_file").filter(|path| !path.is_empty()) {
        let pem = std::fs::read(path).map_err(|error| {
            unusable(
                account,
                &format!("its certificate file can't be read ({})", error.kind()),
            )
        })?;
        let certificates = Certificate::from_pem_bundle(&pem)
            .ok()
            .filter(|list| !list.is_empty())
            .ok_or_else(|| unusable(account, "its certificate file holds no certificate in PEM form"))?;
        builder = builder.tls_certs_merge(certificates);
    }
    Ok(builder)
}

fn unusable(account: &Account, why: &str) -> Failure {
    Failure::new(
        Kind::Refused,
        "bad_account_option",
        format!("The account \"{}\" can't be used: {why}.", account.name),
    )
    .action("Edit the account's certificate file or proxy.")
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use transfer::account::Tags;
    use transfer::{AccountId, Time};

    use super::*;

    /// An account at `base`.
    pub(crate) fn account(base: &str) -> Account {
        Account {
            id: AccountId(uuid::Uuid::nil()),
            provider: "any".into(),
            name: "mine".into(),
            base_url: base.into(),
            allow_http: false,
            options: BTreeMap::new(),
            tags: Tags::default(),
            info: None,
            last_answer: None,
            created_at: Time(0),
        }
    }

    #[test]
    fn unusable_options_are_named() {
        for (key, value) in [("ca_file", "/nowhere/ca.pem"), ("proxy", "not a proxy")] {
            let mut account = account("https://a.example");
            account.options.insert(key.into(), value.into());
            let place = Place::of(&account).unwrap();
            assert_eq!(both(&account, &place).expect_err(key).kind, Kind::Refused, "{key}");
        }
        let account = account("https://a.example");
        assert!(both(&account, &Place::of(&account).unwrap()).is_ok());
    }
}
