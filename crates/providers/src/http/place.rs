//! Which addresses may be asked at all, and the one origin that a credential may go to.

use std::net::{IpAddr, Ipv4Addr};

use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;
use transfer::account::Account;
use transfer::error::Result;
use transfer::{Failure, Kind, SecretString};
use url::{Host, Url};

/// Where an account's service is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    base: Url,
    allow_http: bool,
}

impl Place {
    /// The account's base URL, checked: https, or plain http to loopback or where the person allowed it.
    pub(crate) fn of(account: &Account) -> Result<Self> {
        let refused = |why: &str| {
            Failure::new(
                Kind::Refused,
                "bad_base_url",
                format!("The address of the account \"{}\" can't be used: {why}.", account.name),
            )
            .action("Edit the account's base URL.")
        };
        let base = Url::parse(account.base_url.trim_end_matches('/')).map_err(|_| refused("it is no URL"))?;
        if base.host().is_none() || !matches!(base.scheme(), "https" | "http") {
            return Err(refused("it does not begin with https:// and a host"));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(refused("it holds a user name or a password"));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(refused("it holds a ? or a #"));
        }
        let place = Self {
            allow_http: account.allow_http,
            base,
        };
        if place.base.scheme() == "http" && !place.is_loopback() && !place.allow_http {
            return Err(refused("it is plain http, which shows the key to everyone on the way")
                .action("Use https, or allow plain http for this account."));
        }
        Ok(place)
    }

    /// The service runs on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        reach(&self.base) == Reach::Loopback
    }

    /// How near the service is.
    pub(crate) fn reach(&self) -> Reach {
        reach(&self.base)
    }

    /// The only origin that a credential goes to.
    pub(crate) fn origin(&self) -> url::Origin {
        self.base.origin()
    }

    /// Refuses a place that was changed behind the person's back. `origin` is the one that a credential was entered
    /// for, where that was kept with it.
    pub(crate) fn entered_for(&self, origin: Option<&str>) -> Result<()> {
        if origin.is_some_and(|origin| origin != self.base.origin().ascii_serialization()) {
            return Err(Failure::new(
                Kind::Refused,
                "other_origin",
                "The key was entered for another address than the account has now, and is not sent there.",
            )
            .action("Enter the account's key again."));
        }
        Ok(())
    }

    pub(super) fn at(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut pieces) = url.path_segments_mut() {
            pieces.pop_if_empty().extend(path);
        }
        url
    }

    /// A link that the service handed out for payload. It may lead to this machine or into the private network only
    /// where the service itself lives there, and over plain http only where that was allowed.
    pub(super) fn check_link(&self, link: &str, label: &str) -> Result<Url> {
        let refused = |why: &str| {
            Failure::new(
                Kind::Protocol,
                "bad_link",
                format!("{label} handed out a link that is not followed: {why}."),
            )
            .maybe_done(true)
        };
        let url = Url::parse(link).map_err(|_| refused("it is no URL"))?;
        let reach = match (url.host().is_some(), reach(&url)) {
            (false, _) => return Err(refused("it names no host")),
            (true, reach) => reach,
        };
        match url.scheme() {
            "https" => {}
            "http" if self.allow_http || (reach == Reach::Loopback && self.is_loopback()) => {}
            "http" => return Err(refused("it is plain http")),
            _ => return Err(refused("it is neither https nor http")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("it holds a user name or a password"));
        }
        if reach > self.reach() {
            return Err(refused("it leads into a private network"));
        }
        Ok(url)
    }
}

/// How near an address is, as far as it can be read off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    Public,
    Private,
    Loopback,
}

pub(crate) fn reach(url: &Url) -> Reach {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            if name == "localhost" || name.ends_with(".localhost") {
                Reach::Loopback
            } else {
                Reach::Public
            }
        }
        Some(Host::Ipv4(ip)) => reach_of_ip(ip.into()),
        Some(Host::Ipv6(ip)) => reach_of_ip(ip.into()),
        None => Reach::Public,
    }
}

/// How near `ip` is, also where an IPv6 address only wraps an IPv4 one.
pub(super) fn reach_of_ip(ip: IpAddr) -> Reach {
    let v4 = |ip: Ipv4Addr| {
        let [first, second, ..] = ip.octets();
        // 100.64.0.0/10 is a provider's own network, and 0.0.0.0/8 this one.
        let shared = first == 100 && (64..128).contains(&second);
        if ip.is_loopback() || ip.is_unspecified() {
            Reach::Loopback
        } else if ip.is_private() || ip.is_link_local() || ip.is_broadcast() || shared || first == 0 {
            Reach::Private
        } else {
            Reach::Public
        }
    };
    let ip = match ip {
        IpAddr::V4(ip) => return v4(ip),
        IpAddr::V6(ip) => ip,
    };
    if let Some(ip) = ip.to_ipv4_mapped() {
        return v4(ip);
    }
    if ip.is_loopback() || ip.is_unspecified() {
        return Reach::Loopback;
    }
    if ip.is_unique_local() || ip.is_unicast_link_local() {
        return Reach::Private;
    }
    // 64:ff9b::/96 leads to the IPv4 address in its end.
    match ip.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))),
        _ => Reach::Public,
    }
}

/// A credential with the only origin that it goes to.
pub(super) struct Credential {
    header: HeaderValue,
    secret: SecretString,
    origin: url::Origin,
}

impl Credential {
    /// A bearer token for the place's origin: see [`Place::entered_for`].
    pub(super) fn bearer(token: &SecretString, origin: Option<&str>, place: &Place) -> Result<Self> {
        place.entered_for(origin)?;
        let mut header = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())).map_err(|_| {
            Failure::new(
                Kind::Refused,
                "bad_secret",
                "The key holds characters that no key has, such as a line break.",
            )
            .action("Enter the key again.")
        })?;
        header.set_sensitive(true);
        Ok(Self {
            header,
            secret: token.clone(),
            origin: place.base.origin(),
        })
    }

    /// The header's value when scheme, host and port are the credential's own.
    pub(super) fn for_url(&self, url: &Url) -> Option<HeaderValue> {
        (url.origin() == self.origin).then(|| self.header.clone())
    }

    pub(super) fn secret(&self) -> &str {
        self.secret.expose_secret()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::client::tests::account;

    fn place(base: &str) -> Result<Place> {
        Place::of(&account(base))
    }

    #[test]
    fn a_base_url_is_https_or_loopback() {
        for good in [
            "https://a.example/api",
            "http://127.0.0.1:9/api",
            "http://[::1]:9",
            "http://localhost:1/v1/",
        ] {
            assert!(place(good).is_ok(), "{good}");
        }
        for bad in [
            "http://a.example",
            "ftp://a.example",
            "a.example",
            "https://u:p@a.example",
            "https://a.example?x=1",
            "http://127.0.0.1.example.com",
            "",
        ] {
            assert_eq!(place(bad).expect_err(bad).kind, Kind::Refused, "{bad}");
        }
        let mut allowed = account("http://nas.example");
        allowed.allow_http = true;
        assert!(Place::of(&allowed).is_ok());
    }

    #[test]
    fn a_path_is_added_to_the_base_and_escaped() {
        let place = place("https://a.example/api/v1").unwrap();
        assert_eq!(
            place.at(&["assets", "a/../b?c"]).as_str(),
            "https://a.example/api/v1/assets/a%2F..%2Fb%3Fc"
        );
    }

    #[test]
    fn the_credential_goes_to_its_own_origin_only() {
        let place = place("https://a.example/api").unwrap();
        let credential = Credential::bearer(&SecretString::from("k"), None, &place).unwrap();
        let goes = |url: &str| credential.for_url(&Url::parse(url).unwrap()).is_some();
        assert!(goes("https://a.example/elsewhere"));
        assert!(goes("https://a.example:443/"));
        for other in [
            "http://a.example/api",
            "https://a.example:8443/api",
            "https://b.example/api",
            "https://a.example.evil.example/api",
            "https://evil.example/?https://a.example",
        ] {
            assert!(!goes(other), "{other}");
        }
        assert!(Credential::bearer(&SecretString::from("a\nb"), None, &place).is_err());
    }

    #[test]
    fn a_credential_entered_for_another_address_is_not_given_out() {
        let place = place("https://evil.example/api").unwrap();
        let for_origin = |origin: &str| Credential::bearer(&SecretString::from("k"), Some(origin), &place);
        assert!(for_origin("https://evil.example").is_ok());
        assert_eq!(
            for_origin("https://a.example").err().map(|f| f.kind),
            Some(Kind::Refused)
        );
    }

    #[test]
    fn links_lead_to_storage_and_not_into_the_house() {
        let public = place("https://a.example/api").unwrap();
        let here = place("http://127.0.0.1:80/api").unwrap();
        let ok = |place: &Place, link: &str| place.check_link(link, "X").is_ok();
        assert!(ok(&public, "https://s3.example/b?X-Amz-Signature=1"));
        assert!(ok(&here, "http://127.0.0.1:9000/b"));
        assert!(ok(&here, "https://s3.example/b"));
        for bad in [
            "http://s3.example/b",
            "https://127.0.0.1/b",
            "https://localhost/b",
            "https://192.168.1.1/b",
            "https://169.254.169.254/latest",
            "https://[::1]/b",
            "https://[::ffff:10.0.0.1]/b",
            "https://u:p@s3.example/b",
            "ftp://s3.example/b",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!ok(&public, bad), "{bad}");
        }
        assert!(!ok(&here, "http://s3.example/b"));
        let failure = public.check_link("ftp://s3.example/b?CANARY", "X").unwrap_err();
        assert!(!format!("{failure:?}").contains("CANARY"));
    }
}
