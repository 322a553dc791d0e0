//! An entry as Linux reads it at login: a desktop file (XDG autostart), with both of its layers of quoting.

use std::collections::BTreeMap;
use std::io;

use super::{Entry, Found, text_of};

/// The key by which a file is known to be ours. Desktops pass by keys that begin with `X-`.
const MARK: &str = "X-Longshore";
const MARKED: &str = "starts-at-login";

/// The file.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] for a path that is no Unicode, which a desktop file must be.
pub(super) fn text(entry: &Entry) -> io::Result<String> {
    let words = [text_of(entry)?].into_iter();
    let words = words.chain(entry.arguments.iter().map(String::as_str));
    let line: Vec<_> = words.map(quoted).collect();
    Ok(format!(
        "[Desktop Entry]\n\
         Type=Application\n\
         Name={}\n\
         Comment=Moves files to services and back, and watches folders\n\
         Exec={}\n\
         Terminal=false\n\
         StartupNotify=false\n\
         {MARK}={MARKED}\n",
        escaped(&entry.name),
        escaped(&line.join(" "))
    ))
}

/// What a file with this text is to the entry.
pub(super) fn judge(text: &str, entry: &Entry) -> Found {
    let Some((keys, words)) = keys(text).and_then(|keys| {
        let line = keys.get("Exec")?;
        let words = words(&unescaped(line)?)?;
        Some((keys, words))
    }) else {
        return Found::Foreign;
    };
    let says = |key: &str, value: &str| keys.get(key) == Some(&value);
    let [program, arguments @ ..] = words.as_slice() else {
        return Found::Foreign;
    };
    if !says("Type", "Application") || !says(MARK, MARKED) {
        return Found::Foreign;
    }
    if says("Hidden", "true") || says("X-GNOME-Autostart-enabled", "false") {
        return Found::SwitchedOff;
    }
    if entry.program.to_str() == Some(program) && entry.arguments == arguments {
        return Found::Ours;
    }
    Found::Other(program.clone())
}

/// The keys of the first group, which must be the one that counts; none where the file is broken.
fn keys(text: &str) -> Option<BTreeMap<&str, &str>> {
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    if lines.next()? != "[Desktop Entry]" {
        return None;
    }
    let mut keys = BTreeMap::new();
    for line in lines.take_while(|line| !line.starts_with('[')) {
        let (key, value) = line.split_once('=')?;
        if keys.insert(key.trim_end(), value.trim_start()).is_some() {
            return None;
        }
    }
    Some(keys)
}

/// A word of a command line: in quotes always, and a percent sign twice, since one begins a field.
fn quoted(word: &str) -> String {
    let mut text = String::from('"');
    for letter in word.chars() {
        match letter {
            '"' | '`' | '$' | '\\' => text.extend(['\\', letter]),
            '%' => text.push_str("%%"),
            _ => text.push(letter),
        }
    }
    text.push('"');
    text
}

/// A value as a desktop file holds it.
fn escaped(value: &str) -> String {
    let mut text = String::new();
    for letter in value.chars() {
        match letter {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ => text.push(letter),
        }
    }
    text
}

fn unescaped(text: &str) -> Option<String> {
    let mut value = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        value.push(match letter {
            '\\' => match letters.next()? {
                's' => ' ',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '\\' => '\\',
                _ => return None,
            },
            letter => letter,
        });
    }
    Some(value)
}

/// The words of a command line; none where it is broken or has fields, which ours never has.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut letters = line.chars().peekable();
    while letters.next_if_eq(&' ').is_some() || letters.peek().is_some() {
        if letters.peek().is_none_or(|letter| *letter == ' ') {
            continue;
        }
        let quotes = letters.next_if_eq(&'"').is_some();
        let mut word = String::new();
        loop {
            match letters.next() {
                Some('"') if quotes && letters.peek().is_none_or(|next| *next == ' ') => break,
                Some('"') => return None,
                Some('\\') if quotes => word.push(letters.next()?),
                Some('%') => {
                    letters.next_if_eq(&'%')?;
                    word.push('%');
                }
                Some(' ') | None if !quotes => break,
                Some(letter) => word.push(letter),
                None => return None,
            }
        }
        words.push(word);
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::super::entry;
    use super::*;

    const ODD: [&str; 6] = [
        "/opt/Longshore 1/longshore-window",
        r#"/opt/a "b" `c` $d\e"#,
        "/opt/100 %/%f/longshore",
        "/opt/zwei\nZeilen\tund mehr",
        "/opt/ünï/码头",
        r"/opt/\\s\n",
    ];

    #[test]
    fn the_file_names_the_program_and_its_words_in_quotes() {
        let file = text(&entry(
            "/opt/Longshore 1/longshore-window",
            &["--hidden", "--home=file:///a%20b"],
        ))
        .unwrap();
        let line = r#"Exec="/opt/Longshore 1/longshore-window" "--hidden" "--home=file:///a%%20b""#;
        assert!(file.lines().any(|found| found == line), "{file}");
        assert!(
            file.starts_with("[Desktop Entry]\nType=Application\nName=Longshore\n"),
            "{file}"
        );
        // Both layers: a quote is escaped for the command line, and its backslash for the file.
        let file = text(&entry("/a\"b\\c", &[])).unwrap();
        assert!(file.contains("Exec=\"/a\\\\\"b\\\\\\\\c\"\n"), "{file}");
    }

    #[test]
    fn every_path_is_read_as_it_was_written() {
        for program in ODD {
            let one = entry(program, &["--hidden", "", "two words", "%%"]);
            assert_eq!(judge(&text(&one).unwrap(), &one), Found::Ours, "{program}");
            let other = entry("/usr/bin/longshore-window", &["--hidden"]);
            assert_eq!(
                judge(&text(&one).unwrap(), &other),
                Found::Other(program.to_owned()),
                "{program}"
            );
        }
    }

    #[test]
    fn an_entry_with_other_words_is_not_the_same() {
        let (one, other) = (
            entry("/a", &["--hidden"]),
            entry("/a", &["--hidden", "--home=file:///b"]),
        );
        assert_eq!(judge(&text(&one).unwrap(), &other), Found::Other("/a".to_owned()));
    }

    #[test]
    fn what_the_person_switched_off_in_the_system_is_off() {
        let one = entry("/a", &["--hidden"]);
        for line in ["Hidden=true", "X-GNOME-Autostart-enabled=false"] {
            let file = text(&one).unwrap() + line + "\n";
            assert_eq!(judge(&file, &one), Found::SwitchedOff, "{line}");
        }
    }

    #[test]
    fn a_foreign_or_broken_file_is_not_taken_for_ours() {
        let one = entry("/a", &["--hidden"]);
        let ours = text(&one).unwrap();
        for foreign in [
            String::new(),
            "[Desktop Entry]\nType=Application\nName=Longshore\nExec=\"/a\" \"--hidden\"\n".to_owned(),
            ours.replace(MARKED, "something else"),
            ours.replace("[Desktop Entry]", "[Another Group]"),
            ours.replace("Type=Application", "Type=Link"),
            ours.replace("\"/a\"", "\"/a"),
            ours.replace("\"/a\"", "%f"),
            ours.replace("Exec=\"/a\" \"--hidden\"", "Exec="),
            ours.replace("Terminal=false", "Terminal"),
            ours.clone() + "Exec=/b\n",
            format!("{}[Desktop Action x]\n", &ours[..ours.find("Exec").unwrap()]),
        ] {
            assert_eq!(judge(&foreign, &one), Found::Foreign, "{foreign}");
        }
        // A group after ours changes nothing, and neither do blank lines and remarks.
        let more = format!("# mine\n\n{ours}\n[Desktop Action x]\nExec=/b\n");
        assert_eq!(judge(&more, &one), Found::Ours);
    }
}
