//! What is made from Rust is fresh: the page's types, and the table of states in ARCHITECTURE.md.
//!
//! With `LONGSHORE_GENERATE` set (`cargo xtask generate` does) these tests write what they otherwise compare.

use std::env;
use std::fs;
use std::path::Path;

use transfer::state::{State, TABLE};

use crate::house;

const BEGIN: &str = "<!-- states:begin -->";
const END: &str = "<!-- states:end -->";

#[test]
fn generated_types_of_the_page_are_fresh() {
    let folder = house::root().join("ui/src/ipc/generated");
    let made = app::boundary::typescript();
    assert!(!made.is_empty(), "the boundary generates nothing");
    for (name, text) in &made {
        keep(&folder.join(name), text);
    }
    let left_over: Vec<_> = fs::read_dir(&folder)
        .expect("the folder was filled above")
        .map(|entry| {
            entry
                .expect("it can be read")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| !made.iter().any(|(made, _)| made == name))
        .collect();
    assert!(left_over.is_empty(), "nobody generates these any more: {left_over:?}");
}

#[test]
fn generated_table_of_states_is_fresh() {
    let path = house::root().join("ARCHITECTURE.md");
    let page = fs::read_to_string(&path).expect("ARCHITECTURE.md is there");
    let (head, rest) = page.split_once(BEGIN).expect("it has a place for the table");
    let (_, tail) = rest.split_once(END).expect("that place has an end");
    keep(&path, &format!("{head}{BEGIN}\n{}{END}{tail}", table()));
}

/// One row per state, in the order in which a person would tell the story.
fn table() -> String {
    let mut text = String::from("\n| from | on → to |\n|---|---|\n");
    for state in State::ALL {
        let moves: Vec<_> = TABLE
            .iter()
            .filter(|(from, ..)| *from == state)
            .map(|(_, on, to)| format!("{} → **{}**", on.text(), to.text()))
            .collect();
        let moves = if moves.is_empty() {
            "stays".to_owned()
        } else {
            moves.join(" · ")
        };
        text.push_str(&format!("| **{}** | {moves} |\n", state.text()));
    }
    text.push('\n');
    text
}

/// Compares a file with what it should hold, or writes it.
fn keep(path: &Path, text: &str) {
    // A checkout on Windows may have other line ends.
    let there = fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    if there == text {
        return;
    }
    assert!(
        env::var_os("LONGSHORE_GENERATE").is_some(),
        "{} is stale: `cargo xtask generate` writes it anew",
        path.display()
    );
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("it can be made");
    fs::write(path, text).expect("it can be written");
}
