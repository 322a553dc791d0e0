//! Finds a planted secret wherever it was written, in every form in which programs write secrets by mistake.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

/// Pieces of a secret shorter than this could stand anywhere by chance.
const LEAST_PIECE: usize = 16;

/// A text that must not be found, or as a control must.
#[derive(Clone, Debug)]
pub(super) struct Canary {
    /// What it stands for, such as "bearer token".
    pub(super) what: String,
    /// The secret itself.
    pub(super) secret: Vec<u8>,
}

impl Canary {
    pub(super) fn new(what: &str, secret: impl AsRef<[u8]>) -> Self {
        let secret = secret.as_ref().to_vec();
        assert!(
            secret.len() >= LEAST_PIECE,
            "{what} is too short to be told from chance"
        );
        Self {
            what: what.to_owned(),
            secret,
        }
    }

    /// The secret in every form, each with its name.
    fn forms(&self) -> Vec<(&'static str, Vec<u8>)> {
        let bytes = self.secret.as_slice();
        let lossy = String::from_utf8_lossy(bytes).into_owned();
        let percent = percent_encode(bytes, NON_ALPHANUMERIC).to_string();
        let json = serde_json::Value::from(lossy.as_str()).to_string();
        let escaped = format!("{lossy:?}");
        let unicode: String = json.chars().map(escape_unicode).collect();
        let list: Vec<String> = bytes.iter().map(u8::to_string).collect();
        let utf16 = |order: fn(u16) -> [u8; 2]| lossy.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        let half = bytes.len() / 2;
        let mut forms = vec![
            ("plain", bytes.to_vec()),
            ("reversed", bytes.iter().rev().copied().collect()),
            ("URL-encoded", percent.clone().into_bytes()),
            ("URL-encoded in lower case", lower_escapes(&percent).into_bytes()),
            ("form-encoded", percent.replace("%20", "+").into_bytes()),
            ("hex", hex::encode(bytes).into_bytes()),
            ("hex in upper case", hex::encode_upper(bytes).into_bytes()),
            ("UTF-16LE", utf16(u16::to_le_bytes)),
            ("UTF-16BE", utf16(u16::to_be_bytes)),
            ("JSON-escaped", within_quotes(&json)),
            ("JSON-escaped in ASCII", within_quotes(&unicode)),
            ("JSON-escaped for HTML", within_quotes(&json.replace('/', "\\/"))),
            (
                "JSON in JSON",
                within_quotes(&serde_json::Value::from(json.as_str()).to_string()[2..]),
            ),
            ("printed by Debug", within_quotes(&escaped)),
            ("a list of numbers", list.join(", ").into_bytes()),
            ("a JSON list of numbers", list.join(",").into_bytes()),
        ];
        if half >= LEAST_PIECE {
            forms.push(("its first half", bytes[..half].to_vec()));
            forms.push(("its second half", bytes[half..].to_vec()));
        }
        // Base64 of a longer text that holds the secret depends on where in a group of three it starts.
        for before in 0..3 {
            let mut shifted = vec![0; before];
            shifted.extend_from_slice(bytes);
            let whole = shifted.len() / 3 * 4;
            let foreign = [0, 2, 3][before];
            for text in [STANDARD_NO_PAD.encode(&shifted), URL_SAFE_NO_PAD.encode(&shifted)] {
                forms.push(("base64", text.as_bytes()[foreign..whole].to_vec()));
            }
        }
        forms
    }
}

/// Where a secret was found, and as what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) what: String,
    pub(super) form: &'static str,
    pub(super) place: String,
}

/// Looks for many secrets at once.
pub(super) struct Scanner {
    words: AhoCorasick,
    meaning: Vec<(String, &'static str)>,
}

impl Scanner {
    pub(super) fn new(canaries: &[Canary]) -> Self {
        let (mut meaning, mut words) = (Vec::new(), Vec::new());
        for canary in canaries {
            for (form, word) in canary.forms() {
                meaning.push((canary.what.clone(), form));
                words.push(word);
            }
        }
        let words = AhoCorasick::new(words).unwrap();
        Self { words, meaning }
    }

    /// Every secret in `bytes`, each once per form.
    pub(super) fn find(&self, place: &str, bytes: &[u8]) -> Vec<Hit> {
        let mut hits: Vec<Hit> = self
            .words
            .find_overlapping_iter(bytes)
            .map(|found| {
                let (what, form) = self.meaning[found.pattern().as_usize()].clone();
                let place = place.to_owned();
                Hit { what, form, place }
            })
            .collect();
        hits.sort();
        hits.dedup();
        hits
    }

    /// Every secret in the bytes and in the names of all files below `folder`, links not followed.
    pub(super) fn find_below(&self, folder: &Path) -> io::Result<Vec<Hit>> {
        let mut hits = Vec::new();
        for path in files_below(folder)? {
            let place = path.display().to_string();
            hits.extend(self.find(&format!("the name {place}"), path.as_os_str().as_encoded_bytes()));
            hits.extend(self.find(&place, &fs::read(&path)?));
        }
        Ok(hits)
    }
}

/// Every regular file below `folder`.
pub(super) fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()? {
            kind if kind.is_dir() => files.extend(files_below(&entry.path())?),
            kind if kind.is_file() => files.push(entry.path()),
            _ => {}
        }
    }
    files.sort();
    Ok(files)
}

fn within_quotes(text: &str) -> Vec<u8> {
    text.trim_matches('"').as_bytes().to_vec()
}

fn lower_escapes(percent: &str) -> String {
    let mut parts = percent.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut text, part| {
        text.push('%');
        text.push_str(&part[..2].to_ascii_lowercase());
        text.push_str(&part[2..]);
        text
    })
}

fn escape_unicode(c: char) -> String {
    if c.is_ascii() {
        return c.to_string();
    }
    c.encode_utf16(&mut [0; 2])
        .iter()
        .map(|unit| format!("\\u{unit:04x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Canary {
        Canary::new("token", "cnry4711/+ é\"\\%&=?815abcdefghijklmnop~")
    }

    fn found(text: impl AsRef<[u8]>) -> Vec<&'static str> {
        let around = [b"before ".as_slice(), text.as_ref(), b" after"].concat();
        let hits = Scanner::new(&[secret()]).find("here", &around);
        hits.into_iter().map(|hit| hit.form).collect()
    }

    #[test]
    fn every_form_is_found_where_programs_write_it() {
        let text = String::from_utf8(secret().secret).unwrap();
        let quoted = serde_json::json!({ "a": text }).to_string();
        for (form, written) in [
            ("plain", text.clone()),
            ("JSON-escaped", quoted.clone()),
            ("JSON in JSON", serde_json::json!({ "b": quoted }).to_string()),
            ("JSON-escaped in ASCII", quoted.replace('é', "\\u00e9")),
            ("JSON-escaped for HTML", quoted.replace('/', "\\/")),
            ("printed by Debug", format!("Some({text:?})")),
            ("hex", hex::encode(&text)),
            ("hex in upper case", hex::encode_upper(&text)),
            ("a list of numbers", format!("{:?}", text.as_bytes())),
            ("a JSON list of numbers", serde_json::json!(text.as_bytes()).to_string()),
            (
                "URL-encoded",
                percent_encode(text.as_bytes(), NON_ALPHANUMERIC).to_string(),
            ),
            (
                "URL-encoded in lower case",
                "cnry4711%2f%2b%20%c3%a9%22%5c%25%26%3d%3f815abcdefghijklmnop%7e".to_owned(),
            ),
            (
                "form-encoded",
                "cnry4711%2F%2B+%C3%A9%22%5C%25%26%3D%3F815abcdefghijklmnop%7E".to_owned(),
            ),
            ("its first half", text[..text.len() / 2].to_owned()),
            ("its second half", text[text.len() / 2..].to_owned()),
            (
                "reversed",
                String::from_utf8_lossy(&text.bytes().rev().collect::<Vec<_>>()).into_owned(),
            ),
        ] {
            // What is reversed is no text any more.
            let written = if form == "reversed" {
                text.bytes().rev().collect()
            } else {
                written.into_bytes()
            };
            assert!(found(&written).contains(&form), "{form}");
        }
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(found(&utf16).contains(&"UTF-16LE"));
    }

    #[test]
    fn base64_is_found_at_every_offset_and_with_anything_after_it() {
        let text = secret().secret;
        for before in ["", "u", "us", "use", "user:"] {
            for after in ["", "a", "ab"] {
                let whole = [before.as_bytes(), &text, after.as_bytes()].concat();
                assert!(
                    found(STANDARD_NO_PAD.encode(&whole)).contains(&"base64"),
                    "{before} {after}"
                );
                assert!(
                    found(URL_SAFE_NO_PAD.encode(&whole)).contains(&"base64"),
                    "{before} {after}"
                );
            }
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        assert!(found("cnry4711/+ but nothing more than that, and 815abc").is_empty());
        assert!(found(vec![0; 4096]).is_empty());
    }

    #[test]
    fn contents_and_names_of_files_are_searched_all_the_way_down() {
        let home = tempfile::tempdir().unwrap();
        let deep = home.path().join("a").join("b");
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("cnry-0123456789abcdef.txt"), b"nothing").unwrap();
        fs::write(deep.join("other"), b"x cnry-0123456789abcdef x").unwrap();
        let hits = Scanner::new(&[Canary::new("token", "cnry-0123456789abcdef")]).find_below(home.path());
        let places: Vec<String> = hits.unwrap().into_iter().map(|hit| hit.place).collect();
        assert!(places.iter().any(|place| place.starts_with("the name ")), "{places:?}");
        assert!(places.iter().any(|place| place.ends_with("other")), "{places:?}");
    }
}
