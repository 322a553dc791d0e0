//! Whose link a pasted line is, and what of it may be shown and compared.

use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use transfer::download::{FilePlace, FileSource, Recognised};
use transfer::{Account, AccountId, Endpoint, SecretString};
use url::Url;

use crate::accounts::Accounts;
use crate::boundary::{Failure, Secret};
use crate::failure::crossed;

/// One line that can be asked about.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Who asks.
    pub(crate) account: AccountId,
    /// The provider's key.
    pub(crate) provider: String,
    /// The link with its secrets.
    pub(crate) link: SecretString,
    /// The same without them: equal for equal files.
    pub(crate) source: Endpoint,
    /// It is plain http to another machine.
    pub(crate) plain_http: bool,
}

impl Line {
    /// What of the link may be shown.
    pub(crate) fn shown(&self) -> &str {
        match &self.source {
            Endpoint::Link { url, .. } => url,
            _ => "",
        }
    }

    /// What its service is asked about.
    pub(crate) fn asked(&self, plain_http: bool) -> FileSource {
        FileSource {
            place: FilePlace::Link(self.link.clone()),
            password: None,
            plain_http,
        }
    }
}

/// Reads one line. `account` is the one that the person chose; without it the link's host decides.
///
/// # Errors
/// `not_a_link`, `account_needed`, or why the service gives no such link; and when a guest can't be stored.
pub(crate) async fn read(accounts: &Accounts, text: &Secret, account: Option<&Account>) -> Result<Line, Failure> {
    let text = text.expose().trim();
    if let Some(account) = account {
        let links = accounts
            .descriptor(&account.provider)
            .and_then(|descriptor| descriptor.links.clone())
            .ok_or_else(|| Failure::new("no_downloads", format!("“{}” gives no files.", account.name)))?;
        let found = links.recognise_for_account(text).ok_or_else(not_a_link)?;
        return line(account, found);
    }
    for descriptor in accounts.descriptors() {
        let Some(found) = descriptor.links.as_ref().and_then(|links| links.recognise(text)) else {
            continue;
        };
        // Credentials for one server are of no use at another: such an account must be chosen.
        let own = accounts.added().into_iter().find(|account| {
            account.provider == descriptor.key
                && (!descriptor.base_url.is_empty() || same_origin(&account.base_url, text))
        });
        let account = match own {
            Some(account) => account,
            None => accounts.guest(descriptor).await?,
        };
        return line(&account, found);
    }
    Err(not_a_link())
}

fn line(account: &Account, found: Recognised) -> Result<Line, Failure> {
    let link = match found {
        Recognised::File(link) => link,
        Recognised::Refused(why) => return Err(crossed(why)),
    };
    let url = Url::parse(link.expose_secret()).ok();
    Ok(Line {
        account: account.id,
        provider: account.provider.clone(),
        source: Endpoint::Link {
            url: url.as_ref().map_or_else(|| link.expose_secret().to_owned(), bare),
            account: None,
        },
        plain_http: url.is_some_and(|url| url.scheme() == "http" && !is_loopback(&url)),
        link,
    })
}

/// The address without its secrets. What stands after the `?` tells files apart: a piece of its hash stands for it.
fn bare(url: &Url) -> String {
    let mut shown = url.clone();
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_fragment(None);
    shown.set_query(None);
    match url.query() {
        Some(query) => {
            let hash = Sha256::digest(query.as_bytes());
            let piece: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
            format!("{shown}?…{piece}")
        }
        None => shown.into(),
    }
}

fn same_origin(known: &str, text: &str) -> bool {
    matches!((Url::parse(known), Url::parse(text)), (Ok(known), Ok(other)) if known.origin() == other.origin())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn not_a_link() -> Failure {
    Failure::new(
        "not_a_link",
        "This is no link that Longshore can fetch: it should begin with https:// and name a file.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_an_address_holds_no_secret_and_still_tells_files_apart() {
        let of = |text: &str| bare(&Url::parse(text).unwrap());
        let shown = of("https://me:CANARY@a.example/f.zip?X-Amz-Signature=CANARY#CANARY");
        assert!(
            !shown.contains("CANARY") && shown.starts_with("https://a.example/f.zip?…"),
            "{shown}"
        );
        assert_ne!(of("https://a.example/f?id=1"), of("https://a.example/f?id=2"));
        assert_eq!(of("https://a.example/f"), "https://a.example/f");
    }
}
