//! A multipart form, read as Baasix reads it: into memory, the file up to the limit and no further.

use hyper::body::Incoming;
use tokio::time::Instant;

use crate::storage::Reading;

/// Most bytes of a text field, and of the headers of one part.
const LONGEST_TEXT: usize = 1024 * 1024;

/// A form.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// Text fields in order.
    pub(super) fields: Vec<(String, String)>,
    pub(super) files: Vec<FilePart>,
    /// It ended as a form ends.
    pub(super) complete: bool,
}

/// A file in a form.
#[derive(Debug, Default)]
pub(super) struct FilePart {
    /// The field it came in.
    pub(super) field: String,
    /// As the server understood it.
    pub(super) name: String,
    /// Up to the limit.
    pub(super) bytes: Vec<u8>,
    /// Bytes that were sent.
    pub(super) sent: u64,
}

impl Form {
    /// The last value of a text field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().rev().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Where in the form the reading is.
enum At {
    /// In front of the first part, or behind the last.
    Outside,
    /// Right behind a delimiter.
    Delimiter,
    Headers,
    Text(String, Vec<u8>),
    File(FilePart),
}

/// The boundary in a content type.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let (kind, rest) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let found = rest.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?;
    Some(found.trim_matches('"').to_owned())
}

/// Reads a form; `keep` bytes of a file stay. An error: the sender broke off.
pub(super) async fn read(reading: &Reading, body: &mut Incoming, boundary: &str, keep: u64) -> std::io::Result<Form> {
    let since = Instant::now();
    let mut parser = Parser::new(boundary, keep);
    while let Some(bytes) = reading.next(body, since).await? {
        parser.take(&bytes);
    }
    Ok(parser.form)
}

struct Parser {
    delimiter: Vec<u8>,
    keep: u64,
    waiting: Vec<u8>,
    at: At,
    form: Form,
}

impl Parser {
    fn new(boundary: &str, keep: u64) -> Self {
        Self {
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            keep,
            // The first delimiter may stand at the very beginning.
            waiting: b"\r\n".to_vec(),
            at: At::Outside,
            form: Form::default(),
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
        while !self.form.complete && self.step() {}
    }

    /// Goes on by one thing; `false` when more bytes are needed.
    fn step(&mut self) -> bool {
        match self.at {
            At::Delimiter => {
                let Some(two) = self.waiting.get(..2).map(<[u8]>::to_vec) else {
                    return false;
                };
                self.waiting.drain(..2);
                match two.as_slice() {
                    b"--" => self.form.complete = true,
                    _ => self.at = At::Headers,
                }
                true
            }
            At::Headers => {
                let Some(end) = find(&self.waiting, b"\r\n\r\n") else {
                    return false;
                };
                let head = latin1(&self.waiting[..end]);
                self.waiting.drain(..end + 4);
                self.at = begun(&head);
                true
            }
            At::Outside | At::Text(..) | At::File(_) => {
                let found = find(&self.waiting, &self.delimiter);
                let ready = found.unwrap_or_else(|| self.waiting.len().saturating_sub(self.delimiter.len() - 1));
                self.keep_first(ready);
                self.waiting.drain(..ready);
                if found.is_none() {
                    return false;
                }
                self.waiting.drain(..self.delimiter.len());
                match std::mem::replace(&mut self.at, At::Delimiter) {
                    At::Text(name, value) => {
                        let value = String::from_utf8_lossy(&value).into_owned();
                        self.form.fields.push((name, value));
                    }
                    At::File(file) => self.form.files.push(file),
                    _ => {}
                }
                true
            }
        }
    }

    /// Puts the first `count` waiting bytes where they belong.
    fn keep_first(&mut self, count: usize) {
        let bytes = &self.waiting[..count];
        match &mut self.at {
            At::Text(_, value) => {
                let room = LONGEST_TEXT.saturating_sub(value.len());
                value.extend_from_slice(&bytes[..bytes.len().min(room)]);
            }
            At::File(file) => {
                file.sent += bytes.len() as u64;
                let room = self.keep.saturating_sub(file.bytes.len() as u64);
                let room = usize::try_from(room).unwrap_or(usize::MAX);
                file.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
            }
            _ => {}
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(at) = bytes.get(from..)?.iter().position(|byte| *byte == first) {
        let at = from + at;
        if bytes.get(at..at + wanted.len())? == wanted {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// Header bytes as the server takes them: one character each.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The part that begins with these headers.
fn begun(head: &str) -> At {
    let disposition = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition").then(|| value.trim())
    });
    let (mut name, mut file, mut extended) = (String::new(), None, None);
    for (key, value) in parameters(disposition.unwrap_or_default()) {
        match key.as_str() {
            "name" => name = value,
            "filename" => file = Some(value),
            "filename*" => extended = decoded(&value),
            _ => {}
        }
    }
    match extended.or(file) {
        Some(file) => At::File(FilePart {
            field: name,
            name: last_of(&file),
            ..FilePart::default()
        }),
        None => At::Text(name, Vec::new()),
    }
}

/// `key=value` and `key="value"` behind the first semicolon.
fn parameters(disposition: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = disposition.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((key, after)) = rest.split_once('=') {
        let key = key.trim_matches([' ', ';']).to_ascii_lowercase();
        let (value, left) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => {
                let (value, left) = after.split_once(';').unwrap_or((after, ""));
                (value.trim().to_owned(), left)
            }
        };
        found.push((key, value));
        rest = left;
    }
    found
}

/// What stands up to the closing quote, and what follows it.
fn unquoted(text: &str) -> (String, &str) {
    let (mut value, mut escaped) = (String::new(), false);
    for (at, c) in text.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return (value, &text[at + 1..]),
            c => {
                value.push(c);
                escaped = false;
            }
        }
    }
    (value, "")
}

/// `utf-8''%C3%BC`.
fn decoded(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_, text) = rest.split_once('\'')?;
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    Some(
        percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned(),
    )
}

/// A name without the folders in front of it.
fn last_of(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(body: &[u8], step: usize, keep: u64) -> Form {
        let mut parser = Parser::new("X", keep);
        body.chunks(step).for_each(|bytes| parser.take(bytes));
        parser.form
    }

    #[test]
    fn a_form_is_read_whatever_it_is_cut_into() {
        let body = b"--X\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n\xc3\xbc\r\n--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a/b.bin\"\r\n\r\n1\r\n--2\r\n\r\n--X--\r\n";
        for step in [1, 2, 3, 7, 1_000] {
            let form = parsed(body, step, 4);
            assert_eq!(form.field("title"), Some("ü"), "{step}");
            assert!(form.complete && form.files.len() == 1);
            let file = &form.files[0];
            assert_eq!(
                (file.name.as_str(), file.field.as_str(), file.sent),
                ("b.bin", "file", 8)
            );
            assert_eq!(file.bytes, b"1\r\n-", "cut at the limit");
        }
        assert!(!parsed(&body[..body.len() - 5], 5, 9).complete);
    }

    #[test]
    fn a_plain_name_is_read_byte_by_byte_and_an_extended_one_is_right() {
        let name = |header: &str| match begun(&latin1(header.as_bytes())) {
            At::File(file) => file.name,
            _ => panic!("no file"),
        };
        assert_eq!(
            name("Content-Disposition: form-data; name=\"file\"; filename=\"ü.txt\""),
            "Ã¼.txt"
        );
        assert_eq!(
            name("Content-Disposition: form-data; name=\"file\"; filename=\"x\"; filename*=utf-8''%C3%BC.txt"),
            "ü.txt"
        );
        assert_eq!(
            name("content-disposition: form-data; name=file; filename=\"a\\\"b\""),
            "a\"b"
        );
    }
}
