//! Which lines are links to anything at all, and what the file behind one is called when its server does not say.

use transfer::download::{Links, Recognised};
use transfer::{Failure, Kind, SecretString};
use url::Url;

use crate::http::last_segment;

/// Any link.
pub(super) struct Any;

impl Links for Any {
    fn recognise(&self, text: &str) -> Option<Recognised> {
        let mut url = address(text)?;
        if !url.username().is_empty() || url.password().is_some() {
            let refused = Failure::new(
                Kind::Refused,
                "sign_in_in_link",
                "This link holds a user name or a password, which would end up in lists and logs.",
            )
            .action("Add an account for its address, and paste the link without them.");
            return Some(Recognised::Refused(refused));
        }
        url.set_fragment(None);
        Some(Recognised::File(SecretString::from(String::from(url))))
    }
}

/// The address in `text`, when it is one for the web.
pub(super) fn address(text: &str) -> Option<Url> {
    let text = text.trim();
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "https" | "http") && url.host().is_some()).then_some(url)
}

/// The last segment of the link, or of where it led to in the end if only that looks like a file's name; else the host.
/// As hostile as any.
pub(super) fn name(link: &Url, at: &Url) -> String {
    let like_a_file = |name: &String| {
        name.rsplit_once('.')
            .is_some_and(|(stem, end)| !stem.is_empty() && !end.is_empty())
    };
    let (own, last) = (last_segment(link), last_segment(at));
    own.clone()
        .filter(like_a_file)
        .or_else(|| last.filter(like_a_file))
        .or(own)
        .or_else(|| link.host_str().map(str::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn named(link: &str, at: &str) -> String {
        name(&Url::parse(link).unwrap(), &Url::parse(at).unwrap())
    }

    #[test]
    fn a_file_is_called_after_its_link_or_where_it_led() {
        for (link, at, name) in [
            (
                "https://a.example/x/b%20c.zip?sig=1",
                "https://cdn.example/1234",
                "b c.zip",
            ),
            ("https://short.example/abc", "https://a.example/real.iso", "real.iso"),
            ("https://short.example/abc", "https://a.example/", "abc"),
            ("https://a.example/", "https://a.example/", "a.example"),
            ("https://a.example/%2e%2e%2fx.sh", "https://a.example/", "../x.sh"),
        ] {
            assert_eq!(named(link, at), name, "{link}");
        }
    }

    #[test]
    fn any_web_address_is_a_link_and_nothing_else_is() {
        for good in ["https://a.example/x", " http://a.example\n", "HTTPS://a.example/x#part"] {
            assert!(matches!(Any.recognise(good), Some(Recognised::File(_))), "{good}");
        }
        for bad in [
            "",
            "a.example/x",
            "ftp://a.example/x",
            "file:///etc/passwd",
            "data:,x",
            "https://a b",
            "x",
        ] {
            assert!(Any.recognise(bad).is_none(), "{bad}");
        }
        let Some(Recognised::Refused(refused)) = Any.recognise("https://me:CANARY@a.example/x") else {
            panic!("a password in a link is refused");
        };
        assert!(!format!("{refused:?}").contains("CANARY"));
        let Some(Recognised::File(kept)) = Any.recognise("https://a.example/x#part") else {
            panic!("it is a link");
        };
        assert_eq!(kept.expose_secret(), "https://a.example/x");
    }
}
