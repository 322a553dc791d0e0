//! An entry as Windows reads it at login: a command line in the registry.

use std::io;

use super::{Entry, Found, text_of, unwritable};

/// Windows starts nothing whose command line is longer.
const LONGEST: usize = 260;

/// The command line.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] for one that is too long, or a path that is no Unicode.
pub(super) fn text(entry: &Entry) -> io::Result<String> {
    let words = [text_of(entry)?].into_iter();
    let words = words.chain(entry.arguments.iter().map(String::as_str));
    let line = words.map(quoted).collect::<Vec<_>>().join(" ");
    if line.encode_utf16().count() > LONGEST {
        return Err(unwritable(
            "its command line is longer than the 260 characters that Windows allows",
        ));
    }
    Ok(line)
}

/// What this command line is to the entry.
pub(super) fn judge(line: &str, entry: &Entry) -> Found {
    if text(entry).is_ok_and(|ours| ours == line) {
        return Found::Ours;
    }
    let name = |path: &str| path.rsplit(['\\', '/']).next().unwrap_or_default().to_lowercase();
    let parts = line.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    let (Some((program, rest)), Some(first)) = (parts, entry.arguments.first()) else {
        return Found::Foreign;
    };
    let rest = rest.trim_start();
    let marked = rest == quoted(first) || rest.starts_with(&(quoted(first) + " "));
    if marked && text_of(entry).is_ok_and(|ours| name(ours) == name(program)) {
        return Found::Other(program.to_owned());
    }
    Found::Foreign
}

/// A word as programs of Windows read it: backslashes count only before a quote.
fn quoted(word: &str) -> String {
    let mut text = String::from('"');
    let mut slashes = 0;
    for letter in word.chars() {
        match letter {
            '\\' => slashes += 1,
            '"' => {
                text.extend(std::iter::repeat_n('\\', slashes + 1));
                slashes = 0;
            }
            _ => slashes = 0,
        }
        text.push(letter);
    }
    text.extend(std::iter::repeat_n('\\', slashes));
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::super::entry;
    use super::*;

    #[test]
    fn the_command_line_is_quoted_as_programs_of_windows_read_it() {
        let one = entry(
            r"C:\Program Files\Longshore\longshore-window.exe",
            &["--hidden", r"a\", "b\"c\\\"d"],
        );
        let line = r#""C:\Program Files\Longshore\longshore-window.exe" "--hidden" "a\\" "b\"c\\\"d""#;
        assert_eq!(text(&one).unwrap(), line);
        assert_eq!(judge(line, &one), Found::Ours);
    }

    #[test]
    fn ours_from_elsewhere_is_told_from_what_is_not_ours() {
        let one = entry(r"C:\new\longshore-window.exe", &["--hidden"]);
        let older = r#""C:\old\Longshore-Window.exe" "--hidden" "--home=file:///C:/x""#;
        assert_eq!(
            judge(older, &one),
            Found::Other(r"C:\old\Longshore-Window.exe".to_owned())
        );
        for foreign in [
            "",
            r"C:\new\longshore-window.exe --hidden",
            r#""C:\old\other.exe" "--hidden""#,
            r#""C:\old\longshore-window.exe" "--hiddenmore""#,
            r#""C:\old\longshore-window.exe"#,
        ] {
            assert_eq!(judge(foreign, &one), Found::Foreign, "{foreign}");
        }
    }

    #[test]
    fn what_windows_would_not_start_is_refused() {
        let long = entry(&format!(r"C:\{}.exe", "x".repeat(300)), &["--hidden"]);
        assert_eq!(text(&long).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}
