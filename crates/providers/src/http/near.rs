//! The clients that fetch bytes, one for each distance: what a name resolves to may be no nearer than allowed.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use transfer::account::Account;
use transfer::error::Result;
use url::Url;

use super::client;
use super::place::{Place, Reach, reach, reach_of_ip};

/// The hosts that were asked for, and how near the addresses of those with names turned out to be.
type Seen = Arc<Mutex<BTreeMap<String, Option<Reach>>>>;

/// A client for each distance.
pub(super) struct Clients {
    public: Client,
    private: Client,
    loopback: Client,
    /// For this machine by its literal address: a proxy's loopback is another machine.
    direct: Client,
    seen: Seen,
}

impl Clients {
    pub(super) fn of(account: &Account, place: &Place) -> Result<Self> {
        let seen = Seen::default();
        let built = |nearest: Reach, near: bool| {
            let resolver = Resolver {
                nearest,
                seen: Arc::clone(&seen),
            };
            client::payload(account, place, near, resolver)
        };
        Ok(Self {
            public: built(Reach::Public, false)?,
            private: built(Reach::Private, false)?,
            loopback: built(Reach::Loopback, false)?,
            direct: built(Reach::Loopback, true)?,
            seen,
        })
    }

    /// The client for `url`, which may be as near as `nearest`.
    pub(super) fn choose(&self, url: &Url, nearest: Reach) -> &Client {
        if let Some(host) = url.host_str() {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.entry(host.to_owned()).or_default();
        }
        match nearest {
            Reach::Public => &self.public,
            Reach::Private => &self.private,
            Reach::Loopback if reach(url) == Reach::Loopback => &self.direct,
            Reach::Loopback => &self.loopback,
        }
    }

    /// How near `url` is: by its literal address, or by what its name resolved to when it was asked for.
    pub(super) fn reach_of(&self, url: &Url) -> Reach {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let resolved = url.host_str().and_then(|name| *seen.get(name)?);
        resolved.unwrap_or(Reach::Public).max(reach(url))
    }
}

/// The system's names, without addresses that are nearer than allowed.
pub(super) struct Resolver {
    nearest: Reach,
    seen: Seen,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (nearest, seen) = (self.nearest, Arc::clone(&self.seen));
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let near = found.iter().map(|address| reach_of_ip(address.ip())).max();
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            // A name that nobody asked for is a proxy's, which may well stand in the private network.
            if let Some(known) = seen.get_mut(name.as_str()) {
                // One near address among several is as good as all: which of them is taken is chance.
                if near.is_some_and(|near| near > nearest) {
                    return Err(Box::new(TooNear) as Box<dyn Error + Send + Sync>);
                }
                // Where a name has addresses of several kinds, what follows is judged by the farthest.
                *known = found.iter().map(|address| reach_of_ip(address.ip())).min();
            }
            drop(seen);
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// A name resolved to an address that is nearer than allowed.
#[derive(Debug)]
pub(super) struct TooNear;

impl fmt::Display for TooNear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads into a private network")
    }
}

impl Error for TooNear {}

impl TooNear {
    /// It is the cause of `error`.
    pub(super) fn is_behind(error: &(dyn Error + 'static)) -> bool {
        std::iter::successors(Some(error), |&error| error.source()).any(|error| error.is::<Self>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::tests::account;

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_not_connected_to_from_afar() {
        let place = Place::of(&account("https://a.example")).unwrap();
        let clients = Clients::of(&account("https://a.example"), &place).unwrap();
        let url = Url::parse("http://localhost:1/").unwrap();
        let error = clients.public.get(url.clone()).send().await.unwrap_err();
        assert!(!TooNear::is_behind(&error), "nobody asked for it: it is a proxy's name");
        for nearest in [Reach::Public, Reach::Private] {
            let client = clients.choose(&url, nearest);
            let error = client.get(url.clone()).send().await.unwrap_err();
            assert!(TooNear::is_behind(&error), "{error:?}");
        }
        let error = clients.loopback.get(url.clone()).send().await.unwrap_err();
        assert!(!TooNear::is_behind(&error), "it was connected to, and nothing listens");
        assert_eq!(clients.reach_of(&url), Reach::Loopback);
        assert_eq!(
            clients.reach_of(&Url::parse("https://never.asked.example").unwrap()),
            Reach::Public
        );
    }
}
