//! Any pasted line as a FileFactory link: the id in it is one word, and names the same file in every other form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use providers::hostile::{Link, recognise, recognise_for_account};

fuzz_target!(|text: &str| {
    let by_path = format!("https://filefactory.com/{text}");
    for link in [recognise(text), recognise_for_account(text), recognise(&by_path)] {
        let Some(Link::File(id)) = link else { continue };
        assert!(!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
        assert!(text.contains(&id));
        let same = Some(Link::File(id.clone()));
        assert_eq!(recognise_for_account(&id), same);
        assert_eq!(recognise(&format!("http://www.filefactory.com//stream/{id}")), same);
    }
    if recognise(text).is_some() {
        assert_eq!(recognise_for_account(text), recognise(text));
    }
});
