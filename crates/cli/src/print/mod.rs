//! What goes to standard output and standard error: for people, or one JSON object a line.

mod bars;
mod json;
mod text;

pub(crate) use bars::Bars;
pub(crate) use json::{orphan, remote, transfer, watch};
pub(crate) use text::{ago, local, of_two, plain, reason_of, size, summary, table, word};

use std::io::{self, Write};

use app::boundary::Failure;
use serde::Serialize;
use serde_json::{Value, json};

/// A line on standard output. Whoever read it may have left; the work goes on.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// An object on a line of its own.
pub(crate) fn object(value: &impl Serialize) {
    line(&serde_json::to_string(value).unwrap_or_default());
}

/// A line on standard error, for people.
pub(crate) fn hint(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Why something did not work.
pub(crate) fn error(as_json: bool, failure: &Failure) {
    if as_json {
        hint(&json!({ "error": failure }).to_string());
    } else {
        hint(&plain(&failure.message));
    }
}

/// Why something did not work for one thing.
pub(crate) fn error_of(as_json: bool, id: &str, failure: &Failure) {
    if as_json {
        hint(&json!({ "id": id, "error": failure }).to_string());
    } else {
        hint(&format!("{id}: {}", plain(&failure.message)));
    }
}

/// An object whose text for people is `text`.
pub(crate) fn either(as_json: bool, value: &Value, text: &str) {
    if as_json { object(value) } else { line(text) }
}
