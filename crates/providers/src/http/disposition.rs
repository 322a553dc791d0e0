//! The name that an answer gives its file: `Content-Disposition` as RFC 6266 and RFC 8187 write it, and as servers do.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The file's name in a `Content-Disposition` header: `filename*` where it is valid, else `filename`. It is as hostile
/// as any: path, control characters and all. `None` where there is none, or the header is no such header.
///
/// Bytes beyond ASCII in `filename` are read as UTF-8, else as Latin-1. Nothing else is decoded in it: neither
/// percent signs nor RFC 2047. A name that is not in quotes may hold spaces and commas, as many servers send it.
#[must_use]
pub fn filename(header: &[u8]) -> Option<String> {
    let header = match std::str::from_utf8(header) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(header.iter().copied().map(char::from).collect()),
    };
    let (kind, mut rest) = split_at_semicolon(&header);
    if !is_token(kind.trim_matches(SPACE)) {
        return None;
    }
    let mut plain = None;
    let mut extended = None;
    while let Some(text) = rest {
        let parameter;
        (parameter, rest) = next_parameter(text)?;
        let Some((name, value)) = parameter else { continue };
        // Where a name is given twice, the first one counts, as in browsers.
        if name.eq_ignore_ascii_case("filename*") {
            extended = extended.or_else(|| value.extended());
        } else if name.eq_ignore_ascii_case("filename") {
            plain = plain.or(Some(value));
        }
    }
    extended
        .or_else(|| plain.map(Value::text))
        .filter(|name| !name.is_empty())
}

const SPACE: [char; 2] = [' ', '\t'];

/// A parameter's value as it was sent.
enum Value<'a> {
    Bare(&'a str),
    Quoted(String),
}

impl Value<'_> {
    fn text(self) -> String {
        match self {
            Self::Bare(text) => text.into(),
            Self::Quoted(text) => text,
        }
    }

    /// An RFC 8187 value: character set, language, and percent-encoded bytes, all of them sound; never in quotes.
    fn extended(&self) -> Option<String> {
        let Self::Bare(text) = self else { return None };
        let mut pieces = text.splitn(3, '\'');
        let (charset, _language, encoded) = (pieces.next()?, pieces.next()?, pieces.next()?);
        if !encoded.bytes().all(|byte| byte.is_ascii_graphic()) || !escapes_are_whole(encoded) {
            return None;
        }
        let bytes = percent_decode_str(encoded);
        let name = if charset.eq_ignore_ascii_case("utf-8") {
            bytes.decode_utf8().ok()?.into_owned()
        } else if charset.eq_ignore_ascii_case("iso-8859-1") {
            bytes.map(char::from).collect()
        } else {
            return None;
        };
        // Such bytes are a sign of another character set than the one that was named.
        let garbled = name.chars().any(|c| matches!(c, '\u{80}'..='\u{9f}'));
        (!name.is_empty() && !garbled).then_some(name)
    }
}

/// One parameter, and what follows its semicolon.
type Parameter<'a> = (Option<(&'a str, Value<'a>)>, Option<&'a str>);

/// The parameter at the start of `text`, if there is one before the next semicolon. `None`: a quote is never closed,
/// or something stands beside one, so that nothing in the header can be told apart.
fn next_parameter(text: &str) -> Option<Parameter<'_>> {
    let equals = text.find('=');
    let semicolon = text.find(';').unwrap_or(text.len());
    let Some(equals) = equals.filter(|at| *at < semicolon) else {
        return Some((None, split_at_semicolon(text).1));
    };
    let name = text[..equals].trim_matches(SPACE);
    let value = text[equals + 1..].trim_start_matches(SPACE);
    let (value, rest) = if let Some(inside) = value.strip_prefix('"') {
        let (unquoted, after) = unquote(inside)?;
        let (beside, rest) = split_at_semicolon(after);
        if !beside.trim_matches(SPACE).is_empty() {
            return None;
        }
        (Value::Quoted(unquoted), rest)
    } else {
        let (bare, rest) = split_at_semicolon(value);
        if bare.contains('"') {
            return None;
        }
        (Value::Bare(bare.trim_end_matches(SPACE)), rest)
    };
    Some((is_token(name).then_some((name, value)), rest))
}

/// What stands before the closing quote, without its backslashes, and what follows the quote.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((out, &text[at + 1..])),
            '\\' => out.push(letters.next()?.1),
            letter => out.push(letter),
        }
    }
    None
}

fn split_at_semicolon(text: &str) -> (&str, Option<&str>) {
    match text.split_once(';') {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn escapes_are_whole(text: &str) -> bool {
    text.split('%').skip(1).all(|after| {
        let digits = after.as_bytes();
        digits.len() >= 2 && digits[..2].iter().all(u8::is_ascii_hexdigit)
    })
}

#[cfg(test)]
#[path = "disposition_tests.rs"]
mod tests;
