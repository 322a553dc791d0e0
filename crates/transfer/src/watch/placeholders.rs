//! Options of a watched file's upload, filled in from patterns such as `{subfolder}` or `Scan of {date}`. Pure.
//!
//! A pattern is text with places in braces: [`PLACES`]. `{{` and `}}` are the braces themselves.

use crate::error::{Failure, Kind, Result};

/// The places that a pattern may have, each with what it becomes.
pub const PLACES: [(&str, &str); 9] = [
    ("folder", "the name of the watched folder"),
    (
        "subfolder",
        "the folders below it that the file is in, such as 2026/March",
    ),
    ("top", "the first of these folders"),
    ("name", "the file's name"),
    ("stem", "the file's name without its ending"),
    ("date", "when the file changed last, such as 2026-03-31 (UTC)"),
    ("year", "the year of that"),
    ("month", "its month, 01 to 12"),
    ("day", "its day, 01 to 31"),
];

/// What is known of a file when a pattern is filled in.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The watched folder's own name.
    pub folder: &'a str,
    /// The file's path below it, with `/` between names.
    pub path: &'a str,
    /// Year, month and day of its last change, in UTC.
    pub date: (i16, i8, i8),
}

impl Facts<'_> {
    fn at(&self, place: &str) -> Option<String> {
        let (above, name) = self.path.rsplit_once('/').unwrap_or(("", self.path));
        let (year, month, day) = self.date;
        Some(match place {
            "folder" => self.folder.to_owned(),
            "subfolder" => above.to_owned(),
            "top" => above.split('/').next().unwrap_or_default().to_owned(),
            "name" => name.to_owned(),
            "stem" => match name.rsplit_once('.') {
                Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
                _ => name.to_owned(),
            },
            "date" => format!("{year:04}-{month:02}-{day:02}"),
            "year" => format!("{year:04}"),
            "month" => format!("{month:02}"),
            "day" => format!("{day:02}"),
            _ => return None,
        })
    }
}

/// The text of `pattern` for this file. A pattern that comes to nothing, such as `{subfolder}` for a file that is in none, is
/// an empty text: nothing is said then.
///
/// # Errors
/// [`Kind::Refused`] with the code `bad_placeholder` for a place that there is not, or a brace without its other half.
pub fn fill(pattern: &str, facts: &Facts<'_>) -> Result<String> {
    let (mut text, mut rest) = (String::new(), pattern);
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let (brace, after) = rest[at..].split_at(1);
        if let Some(after) = after.strip_prefix(brace) {
            text.push_str(brace);
            rest = after;
            continue;
        }
        let place = after.split_once('}').filter(|_| brace == "{");
        let Some((place, after)) = place else {
            return Err(bad(format!(
                "“{pattern}” has a “{brace}” without its other half. Write “{brace}{brace}” for the sign itself."
            )));
        };
        let Some(found) = facts.at(place) else {
            let places: Vec<_> = PLACES.iter().map(|(place, _)| format!("{{{place}}}")).collect();
            return Err(bad(format!(
                "“{pattern}” has a place that there is not: “{{{place}}}”. There are {}.",
                places.join(", ")
            )));
        };
        text.push_str(&found);
        rest = after;
    }
    text.push_str(rest);
    Ok(text.trim().to_owned())
}

/// Whether a pattern can be filled in.
///
/// # Errors
/// As [`fill`].
pub fn check(pattern: &str) -> Result<()> {
    let facts = Facts {
        folder: "",
        path: "",
        date: (1970, 1, 1),
    };
    fill(pattern, &facts).map(drop)
}

fn bad(text: String) -> Failure {
    Failure::new(Kind::Refused, "bad_placeholder", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: Facts<'_> = Facts {
        folder: "Scans",
        path: "2026/March/lease 4.final.pdf",
        date: (2026, 3, 7),
    };

    #[test]
    fn every_place_is_filled_in() {
        for (pattern, text) in [
            ("plain", "plain"),
            ("{folder}: {stem} of {date}", "Scans: lease 4.final of 2026-03-07"),
            ("{subfolder}", "2026/March"),
            ("{top}/{name}", "2026/lease 4.final.pdf"),
            ("{year}{month}{day}", "20260307"),
            ("{{{top}}}", "{2026}"),
        ] {
            assert_eq!(fill(pattern, &FACTS).unwrap(), text, "{pattern}");
        }
        for (place, _) in PLACES {
            assert_ne!(fill(&format!("{{{place}}}"), &FACTS).unwrap(), "", "{place}");
        }
    }

    #[test]
    fn a_file_in_no_subfolder_has_none_and_a_hidden_name_is_its_stem() {
        let facts = Facts {
            path: ".profile",
            ..FACTS
        };
        assert_eq!(fill("{subfolder}", &facts).unwrap(), "");
        assert_eq!(fill("{top}", &facts).unwrap(), "");
        assert_eq!(fill("{stem}", &facts).unwrap(), ".profile");
    }

    #[test]
    fn what_can_not_be_filled_in_is_said_with_what_can() {
        for (pattern, named) in [("{nmae}", "{name}"), ("{name", "other half"), ("a } b", "other half")] {
            let why = check(pattern).unwrap_err();
            assert_eq!(why.code, "bad_placeholder");
            assert!(why.message.contains(named), "{why}");
        }
        check("{{}} {date}").unwrap();
    }

    #[test]
    fn what_a_name_holds_is_text_and_never_a_pattern() {
        let facts = Facts {
            path: "{date}/{nmae}.pdf",
            ..FACTS
        };
        assert_eq!(fill("{top} {name}", &facts).unwrap(), "{date} {nmae}.pdf");
    }
}
