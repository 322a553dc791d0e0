//! A service's entry as a row: its texts made fit to be shown, since a service may say anything.

use transfer::Time;
use transfer::library::{Entry, Sort, SortKey};

use super::abilities::kind;
use crate::boundary::{RemoteEntry, RemoteFact, RemoteSort, RemoteSortKey};
use crate::present::rfc3339;

/// Characters of a text in one line.
const LINE: usize = 500;
/// Characters of what a person wrote about a file.
const TEXT: usize = 10_000;
/// Facts of one file.
const FACTS: usize = 50;
/// The last moment that is believed, the end of the year 9999.
const LAST: Time = Time(253_402_300_799_000);

/// The entry as it is shown. Its id stays to the letter: the service is asked with it.
pub(crate) fn row(entry: Entry) -> RemoteEntry {
    RemoteEntry {
        id: entry.id,
        name: line(&entry.name),
        title: entry.title.as_deref().map(line),
        description: entry.description.as_deref().map(text),
        kind: kind(entry.kind),
        size: entry.size,
        rounded: entry.rounded.as_deref().map(line),
        content_type: entry.content_type.as_deref().map(line),
        created: entry.created.and_then(moment),
        modified: entry.modified.and_then(moment),
        address: entry.address.as_deref().map(line),
        page: entry.page.as_deref().map(line),
        thumbnail: entry.thumbnail,
        facts: entry
            .facts
            .into_iter()
            .take(FACTS)
            .map(|fact| RemoteFact {
                label: line(&fact.label),
                value: line(&fact.value),
            })
            .collect(),
    }
}

/// An order as the library takes it.
pub(crate) fn sort(sort: RemoteSort) -> Sort {
    Sort {
        by: match sort.by {
            RemoteSortKey::Name => SortKey::Name,
            RemoteSortKey::Size => SortKey::Size,
            RemoteSortKey::Created => SortKey::Created,
            RemoteSortKey::Modified => SortKey::Modified,
        },
        descending: sort.descending,
    }
}

/// One line without what could pose as something else.
fn line(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.filter(|c| !turns_text(*c)).take(LINE).collect()
}

/// The same, with its lines.
fn text(text: &str) -> String {
    let plain = text.chars().filter(|c| *c == '\n' || !c.is_control());
    plain.filter(|c| !turns_text(*c)).take(TEXT).collect()
}

/// Characters that change the direction of what follows: `gpj.exe` would pass for `exe.jpg`.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}')
}

fn moment(time: Time) -> Option<String> {
    (Time(0)..=LAST).contains(&time).then(|| rfc3339(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_service_says_is_one_line_and_turns_nothing_around() {
        let shown = row(Entry {
            id: "a\u{202e}".into(),
            name: "photo\u{202e}gpj.exe\n\u{1b}[31m".into(),
            description: Some("one\r\ntwo\u{7}".into()),
            created: Some(Time(i64::MAX)),
            modified: Some(Time(1_700_000_000_000)),
            ..Entry::default()
        });
        assert_eq!(shown.name, "photogpj.exe  [31m");
        assert_eq!(shown.description.as_deref(), Some("one\ntwo"));
        assert_eq!(shown.id, "a\u{202e}", "the service is asked with it");
        assert_eq!(
            (shown.created, shown.modified.as_deref()),
            (None, Some("2023-11-14T22:13:20.000Z"))
        );
        assert_eq!(line(&"x".repeat(9_999)).len(), LINE);
    }
}
