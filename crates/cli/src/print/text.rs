//! Text for people: names made harmless, sizes, tables.

use app::boundary::{Follow, Stage, TransferRow, TransferState};
use bytesize::ByteSize;
use console::measure_text_width;

/// Names come from outside and must not steer the terminal: what can't be seen is shown as `�`.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if is_steering(c) { '\u{FFFD}' } else { c })
        .collect()
}

/// Control characters, and those that change the direction of writing.
fn is_steering(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Like `4.0 MiB`.
pub(crate) fn size(bytes: u64) -> String {
    ByteSize(bytes).display().iec().to_string()
}

/// Like `2 min 5 s`.
pub(crate) fn ago(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}

/// A time of the boundary as the clock on this wall shows it, with its day.
pub(crate) fn local(time: &str) -> String {
    let read: Result<jiff::Timestamp, _> = time.parse();
    read.map_or_else(
        |_| time.to_owned(),
        |time| {
            time.to_zoned(jiff::tz::TimeZone::system())
                .strftime("%a %H:%M")
                .to_string()
        },
    )
}

fn followed(follow: Follow) -> &'static str {
    match follow {
        Follow::Awaited => ", not yet confirmed",
        Follow::Confirmed => ", size confirmed",
        Follow::Differs => ", the service reports another size",
        Follow::Silent => ", not confirmed",
    }
}

/// How far a copy is that goes in two stages.
pub(crate) fn of_two(stage: Stage) -> &'static str {
    match stage {
        Stage::Receiving => "1 of 2: receiving",
        Stage::Sending => "2 of 2: sending",
    }
}

/// The state, and what explains it.
pub(crate) fn summary(row: &TransferRow) -> String {
    let state = match (row.state, row.size) {
        (TransferState::Completed, _) => match row.proof {
            Some(proof) => format!(
                "completed ({}{})",
                serde_json::json!(proof).as_str().unwrap_or_default(),
                row.follow.map_or("", followed)
            ),
            None => "completed".to_owned(),
        },
        // 100 % only when it is over.
        (TransferState::Transferring | TransferState::Finishing, Some(bytes)) if bytes > 0 => {
            format!(
                "{} {} %",
                word(&row.state),
                (row.sent.saturating_mul(100) / bytes).min(99)
            )
        }
        (state, _) => word(&state),
    };
    let state = match row.stage {
        Some(stage) => format!("{state} ({})", of_two(stage)),
        None => state,
    };
    match reason_of(row) {
        Some(reason) => format!("{state}: {reason}"),
        None => state,
    }
}

/// Why it is not moving, or what went wrong.
pub(crate) fn reason_of(row: &TransferRow) -> Option<String> {
    let error = row.error.as_ref().map(|error| &error.message);
    error
        .or(row.reason.as_ref().map(|reason| &reason.text))
        .map(|text| plain(text))
}

/// A word of the boundary, as people read it.
pub(crate) fn word(word: &impl serde::Serialize) -> String {
    serde_json::json!(word).as_str().unwrap_or_default().replace('_', " ")
}

/// Columns as wide as their widest cell; the last is left as it is.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let widths: Vec<_> = (0..head.len())
        .map(|column| {
            let cells = rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| measure_text_width(cell));
            cells.chain([head[column].len()]).max().unwrap_or(0)
        })
        .collect();
    let line = |cells: &[String]| {
        let mut text = String::new();
        for (index, cell) in cells.iter().enumerate() {
            text.push_str(cell);
            if index + 1 < cells.len() {
                text.push_str(&" ".repeat(widths[index].saturating_sub(measure_text_width(cell)) + 2));
            }
        }
        text
    };
    let head: Vec<_> = head.iter().map(|&title| title.to_owned()).collect();
    std::iter::once(line(&head))
        .chain(rows.iter().map(|row| line(row)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(plain("a\u{1b}[2Jb\nc\u{202e}d"), "a�[2Jb�c�d");
        assert_eq!(plain("größe 雪.bin"), "größe 雪.bin");
    }

    #[test]
    fn columns_stand_under_their_heads() {
        let rows = [
            vec!["雪".to_owned(), "x".to_owned()],
            vec!["long".to_owned(), "y".to_owned()],
        ];
        assert_eq!(table(&["A", "B"], &rows), ["A     B", "雪    x", "long  y"]);
    }
}
