//! An entry as macOS reads it at login: a launch agent.

use std::io;

use super::{Entry, Found, text_of};

/// The line by which a file is known to be ours.
const MARK: &str = "<!-- Made by Longshore, which starts at login. -->";
const BEFORE: &str = "\t<array>\n\t\t<string>";
const AFTER: &str = "</string>";

/// The file.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] for a path that is no Unicode.
pub(super) fn text(entry: &Entry) -> io::Result<String> {
    let words = [text_of(entry)?].into_iter();
    let words = words.chain(entry.arguments.iter().map(String::as_str));
    let words: Vec<_> = words
        .map(|word| format!("<string>{}</string>", escaped(word)))
        .collect();
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         {MARK}\n\
         <plist version=\"1.0\">\n\
         <dict>\n\
         \t<key>Label</key>\n\
         \t<string>{}</string>\n\
         \t<key>ProgramArguments</key>\n\
         \t<array>\n\
         \t\t{}\n\
         \t</array>\n\
         \t<key>ProcessType</key>\n\
         \t<string>Interactive</string>\n\
         \t<key>RunAtLoad</key>\n\
         \t<true/>\n\
         </dict>\n\
         </plist>\n",
        escaped(&entry.id),
        words.join("\n\t\t")
    ))
}

/// What a file with this text is to the entry.
pub(super) fn judge(found: &str, entry: &Entry) -> Found {
    if text(entry).is_ok_and(|ours| ours == found) {
        return Found::Ours;
    }
    let program = || {
        let (_, after) = found.split_once(BEFORE)?;
        after.split_once(AFTER).map(|(program, _)| unescaped(program))
    };
    match program() {
        Some(program) if found.lines().any(|line| line == MARK) => Found::Other(program),
        _ => Found::Foreign,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::super::entry;
    use super::*;

    #[test]
    fn the_agent_names_the_program_and_its_words_and_is_known_again() {
        let one = entry("/Applications/A & <B>/longshore-window", &["--hidden"]);
        let file = text(&one).unwrap();
        assert!(file.contains(
            "<string>/Applications/A &amp; &lt;B&gt;/longshore-window</string>\n\t\t<string>--hidden</string>"
        ));
        assert_eq!(judge(&file, &one), Found::Ours);
        let other = entry("/elsewhere", &["--hidden"]);
        let program = one.program.to_str().unwrap().to_owned();
        assert_eq!(judge(&file, &other), Found::Other(program));
        assert_eq!(judge(&file.replace(MARK, ""), &one), Found::Foreign);
        assert_eq!(judge("", &one), Found::Foreign);
    }
}
