//! FileFactory's links: which file one names, in every form that was ever in use.

use transfer::{Failure, Kind};
use url::Url;

/// What a FileFactory link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// The file with this id: word characters, in the case in which they were written.
    File(String),
    /// A folder, which can't be fetched: see [`Link::refused`].
    Folder,
}

impl Link {
    /// Why this can't be fetched, if so.
    #[must_use]
    pub fn refused(&self) -> Option<Failure> {
        matches!(self, Self::Folder).then(|| {
            Failure::new(
                Kind::Refused,
                "folder_link",
                "This link leads to a FileFactory folder, and FileFactory gives programs no list of a folder's files.",
            )
            .action("Open the folder in your browser, and paste the links of its files.")
        })
    }
}

/// The longest id that is taken for one, in characters; real ones have about 13.
const LONGEST_ID: usize = 64;

/// What `text`, one line that a person pasted, leads to; `None` when it is no link to filefactory.com. `https://` may
/// be missing.
#[must_use]
pub fn recognise(text: &str) -> Option<Link> {
    let url = address(text)?;
    let ours = matches!(url.host_str()?, "filefactory.com" | "www.filefactory.com") && url.port().is_none();
    if ours { destination(&url) } else { None }
}

/// What `text` leads to for an account that the person chose: the host may be any, and a bare id will do.
#[must_use]
pub fn recognise_for_account(text: &str) -> Option<Link> {
    let text = text.trim();
    if is_id(text) {
        return Some(Link::File(text.into()));
    }
    destination(&address(text)?)
}

/// The address in `text`, when it is one for the web and nothing is hidden in it.
fn address(text: &str) -> Option<Url> {
    let text = text.trim();
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let url = if text.contains("://") {
        Url::parse(text)
    } else {
        Url::parse(&format!("https://{text}"))
    };
    let url = url.ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    (plain && matches!(url.scheme(), "https" | "http")).then_some(url)
}

fn destination(url: &Url) -> Option<Link> {
    let segments: Vec<_> = url.path_segments()?.skip_while(|segment| segment.is_empty()).collect();
    let (kind, rest) = segments.split_first()?;
    let id = match (kind.to_ascii_lowercase().as_str(), rest) {
        ("file" | "stream", [id, ..]) => id,
        ("trafficshare" | "digitalsales", [key, id, ..]) if is_key(key) => id,
        ("f" | "folder", [id, ..]) if is_id(id) => return Some(Link::Folder),
        _ => return None,
    };
    is_id(id).then(|| Link::File((*id).into()))
}

fn is_id(text: &str) -> bool {
    (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_key(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "0123456789abcdef0123456789ABCDEF";

    #[test]
    fn every_form_of_a_link_names_its_file() {
        let forms = [
            "file/{}",
            "file/{}/",
            "file/{}/n/Some_name.zip",
            "file/{}?x=1#y",
            "/file/{}/n/x",
            "//file/{}",
        ];
        let more = [
            "stream/{}",
            "STREAM/{}/x",
            "trafficshare/KEY/{}/",
            "digitalsales/KEY/{}/",
            "trafficshare/KEY/{}",
        ];
        for scheme in ["https://", "http://", "HTTPS://", ""] {
            for host in ["filefactory.com", "www.filefactory.com", "WWW.FileFactory.com"] {
                for form in forms.iter().chain(&more) {
                    let path = form.replace("{}", "aB3_x9").replace("KEY", KEY);
                    let link = format!(" {scheme}{host}/{path}\n");
                    assert_eq!(recognise(&link), Some(Link::File("aB3_x9".into())), "{link}");
                    assert_eq!(recognise_for_account(&link), recognise(&link));
                }
            }
        }
    }

    #[test]
    fn a_folder_is_recognised_and_says_why_it_is_not_fetched() {
        for link in [
            "https://www.filefactory.com/folder/abc123",
            "http://filefactory.com/f/abc123?export=1",
        ] {
            let refused = recognise(link).unwrap().refused().unwrap();
            assert_eq!((refused.kind, refused.code.as_str()), (Kind::Refused, "folder_link"));
            assert!(refused.action.is_some());
        }
        assert_eq!(recognise("filefactory.com/file/f").unwrap().refused(), None);
    }

    #[test]
    fn what_is_no_link_of_a_file_there_is_left_to_others() {
        for text in [
            "",
            "hello",
            "abc123",
            "https://filefactory.com/",
            "https://filefactory.com/file/",
            "https://filefactory.com/file//abc",
            "https://filefactory.com/file/a-b",
            "https://filefactory.com/file/%61bc",
            "https://filefactory.com/file/ä",
            "https://filefactory.com/upload/abc",
            "https://filefactory.com/folder/",
            "https://filefactory.com/trafficshare/abc/def/",
            "https://filefactory.com/trafficshare/0123456789abcdef0123456789abcdef/",
            "https://s12.filefactory.com/get/p/abc",
            "https://filefactory.com.evil.example/file/abc",
            "https://evilfilefactory.com/file/abc",
            "https://evil.example/filefactory.com/file/abc",
            "https://filefactory.com@evil.example/file/abc",
            "https://me:secret@filefactory.com/file/abc",
            "https://filefactory.com:8443/file/abc",
            "https://evil.example\\@filefactory.com/file/abc",
            "ftp://filefactory.com/file/abc",
            "file:///file/abc",
            "javascript://filefactory.com/file/abc",
            "https://filefactory.com/fi\nle/abc",
            "https://filefactory.com/file/abc https://x.example",
        ] {
            assert_eq!(recognise(text), None, "{text}");
        }
        let long = format!("https://filefactory.com/file/{}", "a".repeat(LONGEST_ID + 1));
        assert_eq!(recognise(&long), None);
    }

    #[test]
    fn a_chosen_account_takes_bare_ids_and_any_host() {
        for text in [
            "aB3_x9",
            " aB3_x9 ",
            "http://127.0.0.1:8080/file/aB3_x9/n/x",
            "https://mirror.example/stream/aB3_x9",
        ] {
            assert_eq!(recognise_for_account(text), Some(Link::File("aB3_x9".into())), "{text}");
        }
        assert_eq!(recognise_for_account("http://127.0.0.1:8080/f/abc"), Some(Link::Folder));
        for text in [
            "",
            "a,b",
            "a b",
            "../x",
            "a-b",
            "https://user@x.example/file/abc",
            &"a".repeat(65),
        ] {
            assert_eq!(recognise_for_account(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_recognised_id_is_one_word_and_names_itself(text in "(https?://)?(www\\.)?filefactory\\.com/{1,2}(file|stream|f|x)/\\PC{0,20}") {
            if let Some(Link::File(id)) = recognise(&text) {
                prop_assert!(text.contains(&id) && is_id(&id));
                prop_assert_eq!(recognise_for_account(&id), Some(Link::File(id.clone())));
                prop_assert_eq!(recognise(&format!("https://www.filefactory.com/file/{id}/n/x")), Some(Link::File(id)));
            }
        }
    }
}
