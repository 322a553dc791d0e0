//! Takes out of a line what could be a secret: queries and user names of addresses, and values named like one.

const DOTS: &str = "•••";
/// What follows such a word and `=` or `:` is never written.
const NAMES: &[&str] = &[
    "token",
    "password",
    "passphrase",
    "secret",
    "authkey",
    "api_key",
    "apikey",
    "signature",
    "credential",
];
/// The same, and their values hold blanks: the rest of the line goes.
const HEADERS: &[&str] = &["authorization", "cookie"];
/// What follows such a word is never written.
const SCHEMES: &[&str] = &["bearer ", "basic "];

/// The line without its secrets.
pub(super) fn redact(line: &str) -> String {
    named(&addresses(line))
}

/// Addresses keep scheme, host and path.
fn addresses(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let (before, address) = rest.split_at(at + 3);
        out.push_str(before);
        let end = address
            .find(|c: char| c.is_whitespace() || "\"'<>`".contains(c))
            .unwrap_or(address.len());
        let (address, after) = address.split_at(end);
        let host_end = address.find(['/', '?', '#']).unwrap_or(address.len());
        let host = address[..host_end]
            .rsplit_once('@')
            .map_or(&address[..host_end], |(_, host)| host);
        let path = &address[host_end..];
        let path_end = path.find(['?', '#']).unwrap_or(path.len());
        out.push_str(host);
        out.push_str(&path[..path_end]);
        if path_end < path.len() {
            out.push('?');
            out.push_str(DOTS);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Values that stand behind a telling name.
fn named(line: &str) -> String {
    let lower = line.to_ascii_lowercase();
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    while at < line.len() {
        if let Some((start, end)) = value_at(&lower, at) {
            out.push_str(&line[at..start]);
            out.push_str(DOTS);
            at = end;
            continue;
        }
        let next = line[at..].chars().next().map_or(1, char::len_utf8);
        out.push_str(&line[at..at + next]);
        at += next;
    }
    out
}

/// Where the value lies that a name at `at` announces. ASCII lower-casing keeps all places.
fn value_at(lower: &str, at: usize) -> Option<(usize, usize)> {
    let rest = &lower[at..];
    if let Some(scheme) = SCHEMES.iter().find(|scheme| rest.starts_with(**scheme)) {
        return Some(value(lower, at + scheme.len(), Ends::WithTheWord)).filter(|(start, end)| start < end);
    }
    let is_header = HEADERS.iter().any(|name| rest.starts_with(name));
    let name = NAMES.iter().chain(HEADERS).find(|name| rest.starts_with(**name))?;
    let mut start = at + name.len();
    let after = lower[start..].trim_start_matches(['"', '\'', '\\', ' ']);
    if !after.starts_with(['=', ':']) {
        return None;
    }
    start = lower.len() - after.len() + 1;
    let opened = lower[start..].trim_start_matches([' ', '\\']);
    start = lower.len() - opened.len();
    let quote = opened.chars().next().filter(|c| ['"', '\''].contains(c));
    let ends = match quote {
        Some(quote) => Ends::At(quote),
        None if is_header => Ends::WithTheLine,
        None => Ends::WithTheWord,
    };
    Some(value(lower, start + usize::from(quote.is_some()), ends)).filter(|(start, end)| start < end)
}

/// How far a value goes.
#[derive(Clone, Copy)]
enum Ends {
    At(char),
    WithTheWord,
    WithTheLine,
}

fn value(lower: &str, start: usize, ends: Ends) -> (usize, usize) {
    let is_end = |c: char| match ends {
        Ends::At(quote) => c == quote || c == '\\',
        Ends::WithTheWord => c.is_whitespace() || "\"'&,;})".contains(c),
        Ends::WithTheLine => c == '\n' || c == '"',
    };
    (
        start,
        lower[start..].find(is_end).map_or(lower.len(), |end| start + end),
    )
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn no_form_in_which_a_secret_can_stand_is_written() {
        for line in [
            "GET https://s3.example/b/k?X-Amz-Signature=hunter2&x=1 failed",
            "see https://me:hunter2@host/path.",
            "Authorization: Bearer hunter2",
            r#"{"token":"hunter2"}"#,
            r#"{\"password\": \"hunter2\"}"#,
            "passphrase=hunter2 next",
            "a Signature=hunter2&b",
            "api_key: 'hunter2 and hunter2'",
        ] {
            assert!(!redact(line).contains("hunter2"), "{}", redact(line));
        }
    }

    #[test]
    fn the_rest_of_a_line_stays() {
        assert_eq!(
            redact("PUT https://s3.example/b/k?X=1 took 2 s; größe=5 tokens left"),
            "PUT https://s3.example/b/k?••• took 2 s; größe=5 tokens left"
        );
    }
}
